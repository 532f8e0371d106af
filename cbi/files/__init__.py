"""Strangers' spreadsheets in, workbooks and CSV out; knows nothing of vouchers.

What comes in is read by content, behind guards, and keeps the place of every cell, so that a
problem can be named by sheet, row and column. What goes out appears whole under its name or not at
all, and the same input gives the same bytes.
"""

from cbi.files.days import Day, day_of, text_of
from cbi.files.reading import read_bytes, read_table, read_tables
from cbi.files.values import Cell, Limits, Problem, Row, Table, cell_name, column_letter
from cbi.files.workbook import Column, Formula, Sheet, Typed, sheet_name, write_workbook
from cbi.files.writing import atomic_file, write_csv

__all__ = [
    "Cell", "Column", "Day", "Formula", "Limits", "Problem", "Row", "Sheet", "Table", "Typed",
    "atomic_file", "cell_name", "column_letter", "day_of", "read_bytes", "read_table",
    "read_tables", "sheet_name", "text_of", "write_csv", "write_workbook",
]
