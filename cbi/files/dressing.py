"""What makes a sheet easy to read: colours beside words, choices to pick from, charts, its print.

All of it is openpyxl's. Colours never stand alone: they follow the word that is in the cell.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from cbi.files.cells import Typed
from cbi.files.values import column_letter

if TYPE_CHECKING:
    from openpyxl.cell import Cell as SheetCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from cbi.files.workbook import Sheet

TINTS = {"good": "FFD9EAD3", "watch": "FFFFF2CC", "bad": "FFF4CCCC", "quiet": "FFE7E6E6"}
"""The ground behind a word, light enough for black letters on any printer."""
LINE_POINTS, FOLDED_PART = 15, 0.82
"""How high a line is, and which part of a column's width its folded words fill at least."""
WIDTH_MAX = 60
"""In letters, of a column whose width nobody says."""
CHART_CM, CHART_HIGH_CM, CHART_ROWS = 24, 14, 28
"""How wide and how high a chart is, and how many rows lie beneath it."""
_SERIES = ("FF1F4E79", "FF2E8B57", "FFB8860B", "FF8B3A3A", "FF7A6FA6", "FF7F8C96")
_NAME_MAX = 31
_UNNAMEABLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class RangeChart:
    """Bars, or a line, over cells of another sheet (`'Summary'!$A$5:$A$9`); `at` a cell."""

    title: str
    words: str
    series: Sequence[tuple[str, str]]
    at: str
    kind: str = "bar"


def dress(made: "WriteOnlyWorksheet", sheet: "Sheet", last: int) -> None:
    """Put colours, choices, charts and the printed part on a sheet whose rows are written."""
    from openpyxl.formatting.rule import CellIsRule
    from openpyxl.styles import PatternFill
    from openpyxl.worksheet.datavalidation import DataValidation

    for index, column in enumerate(sheet.columns):
        letter = column_letter(index)
        place = f"{letter}{sheet.first_row}:{letter}{last}"
        for word, tint in column.tints.items():
            fill = PatternFill("solid", bgColor=TINTS[tint], fgColor=TINTS[tint])
            quoted = word.replace('"', '""')
            made.conditional_formatting.add(
                place, CellIsRule(operator="equal", formula=[f'"{quoted}"'], fill=fill)
            )
        if column.choices:
            offered = DataValidation(
                type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True,
                showErrorMessage=True,
            )
            offered.add(place)
            made.data_validations.append(offered)
    for chart in sheet.drawings:
        made.add_chart(_drawn(chart), chart.at)
    if sheet.printed is not None:
        made.print_area = f"A1:{column_letter(sheet.printed - 1)}{last}"


def height_of(row: Sequence["SheetCell"], wrapped: int, width: int) -> float:
    """The height that a row needs whose words fold in one column of this width, in points."""
    lines = max((
        folded(str(cell._value), int(width * FOLDED_PART)) for cell in row
        if cell.column - 1 == wrapped
    ), default=1)
    return LINE_POINTS * max(1, lines)


def folded(words: str, width: int) -> int:
    """How many lines words take: programs begin a line before a word that is longer than one."""
    lines = wrap(words, width, break_long_words=False, break_on_hyphens=False)
    return sum(ceil(len(line) / width) for line in lines)


def headings_height(sheet: "Sheet", headings: Iterable[str]) -> float:
    """The height that headings need, where they fold in narrow columns."""
    lines = max((
        len(wrap(heading, max((column.width or WIDTH_MAX) - 3, 4)))
        for column, heading in zip(sheet.columns, headings, strict=False) if heading
    ), default=1)
    return LINE_POINTS * lines + 3


def headings_in(row: Sequence[object]) -> list[str] | None:
    """The words of a row that heads a table among others; None of any other row."""
    if not row or not isinstance(row[0], Typed) or not row[0].kind.endswith("-heading"):
        return None
    return [str(cell.value) if isinstance(cell, Typed) else "" for cell in row]


def _drawn(chart: RangeChart) -> Any:
    from openpyxl.chart import BarChart, LineChart, Reference, Series

    drawn = LineChart() if chart.kind == "line" else BarChart()
    drawn.title, drawn.width, drawn.height = chart.title, CHART_CM, CHART_HIGH_CM
    drawn.legend.position = "b"
    for number, (name, cells) in enumerate(chart.series):
        made = Series(Reference(range_string=cells), title=name)
        colour = _SERIES[number % len(_SERIES)][2:]
        if chart.kind == "line":
            made.graphicalProperties.line.solidFill, made.smooth = colour, False
        else:
            made.graphicalProperties.solidFill = colour
        drawn.series.append(made)
    drawn.set_categories(Reference(range_string=chart.words))
    drawn.x_axis.delete = drawn.y_axis.delete = False
    drawn.y_axis.number_format, drawn.y_axis.majorGridlines = "#,##0", drawn.y_axis.majorGridlines
    return drawn


def sheet_name(name: str) -> str:
    """The name as a spreadsheet accepts it: at most 31 characters, none of `[]:*?/\\`; a long one
    ends with a whole word where it can."""
    named = _UNNAMEABLE.sub(" ", name).strip().strip("'")
    words = named[:_NAME_MAX].rpartition(" ")[0]
    cut = f"{words}…" if len(words) > _NAME_MAX // 2 else named[:_NAME_MAX].strip()
    return (named if len(named) <= _NAME_MAX else cut) or "Sheet"
