"""The workbook's long sheets as plain CSV, for tools that take the first row as headings.

One file a sheet, beside the workbook: no titles, no totals, no formulas; amounts as decimal
numbers, dates and moments as ISO text.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path

from cbi.base.money import plain_amount
from cbi.files import Column, Sheet, write_csv
from cbi.finance.decisions.billed import Billed
from cbi.finance.workbook.grant_sheet import grants_sheet, sums_by_month
from cbi.finance.workbook.sheets import (
    BookWords,
    exception_lines,
    journal,
    register,
    statement_lines,
    void_and_replaced,
)
from cbi.finance.workbook.workbook import Wanted
from cbi.operators.operator_session import OperatorSession


def write_plain(
    session: OperatorSession, workbook: Path, wanted: Wanted, language: str
) -> list[Path]:
    """Write `BOOK-register.csv` and so on beside a workbook `BOOK.xlsx`; returns the files.

    Raises:
        NotAllowed: this operator may not read finance's books.
        NotFound: what was asked for does not exist.
        BadFile: a file cannot be written.
    """
    session.require("finance.read")
    with session.ledger.read() as live:
        tx, scope = wanted.read(live)
        words = BookWords(tx, scope, language, ())
        sums = sums_by_month(words)
        granted = [("grants", grants_sheet(words, sums))] if sums else []
        bills = [Billed.of(tx, one) for one in scope.statements]
        made = []
        for name, sheets in (
            ("register", register(words)), ("statement", statement_lines(words, bills)),
            ("exceptions", exception_lines(words)), ("journal", journal(words)),
            ("void", void_and_replaced(words)), *granted,
        ):
            path = workbook.with_name(f"{workbook.stem}-{name}.csv")
            first = next(sheets)
            rows = (row for sheet in chain([first], sheets) for row in _rows(sheet))
            write_csv(path, [column.heading for column in _columns(first)], rows)
            made.append(path)
        return made


def _columns(sheet: Sheet) -> Sequence[Column]:
    """Those that are printed: what ties the rows is for the workbook's own formulas."""
    return sheet.columns[: sheet.printed]


def _rows(sheet: Sheet) -> Iterator[list[object]]:
    kinds = [column.kind for column in _columns(sheet)]
    for row in sheet.rows:
        yield [_plain(kind, value, sheet.currency)
               for kind, value in zip(kinds, row, strict=False)]


def _plain(kind: str, value: object, currency: str) -> object:
    if kind == "amount" and isinstance(value, int):
        return Decimal(plain_amount(value, currency, group=""))
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "seconds")
    return value
