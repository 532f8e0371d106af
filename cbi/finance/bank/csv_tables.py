"""A bank's export as a table: its columns by the words of their headings, or as mapped.

One column of amounts with a sign, or one for what went out beside one for what came in. Two columns
that could be the same are asked, never the first.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from cbi.base.errors import BadFile, UsageError
from cbi.files import Cell, Row, column_letter, day_of, read_table, text_of
from cbi.finance.bank.lines import AccountStatement, Booked, joined
from cbi.finance.reading.values.amounts import AmountStyle, signed_amount, style_of

FIELDS = {
    "date": r"дата|date|booked|күні",
    "out": r"дебет|списан|расход|debit|withdraw|\bout\b|шығыс",
    "in": r"кредит|поступл|приход|зачислен|credit|deposit|paid in|^(?:money )?in$|кіріс",
    "amount": r"сумм|amount|сома",
    "reference": r"номер|№|референс|reference|\bref\b|document|doc\b|құжат",
    "payee": r"контрагент|получател|корреспондент|counterparty|payee|beneficiary|recipient",
    "payee-number": r"\bбин\b|\bиин\b|\bинн\b|бин/иин|\bbin\b|\biin\b|tax",
    "purpose": r"назначен|purpose|detail|descript|remittance|описан|мақсат",
}
"""The fields of a line, and the words of their headings in small letters."""
_HEAD_ROWS = 40
_SURE = ("payee-number", "out", "in", "date", "purpose")
"""Fields whose words tell more than those of the rest, where a heading has both."""


def read_bank_table(
    path: Path, columns: Mapping[str, str], account: str, currency: str
) -> AccountStatement:
    """The lines of a CSV or a workbook.

    Raises:
        BadFile: no headings, or a cell that can't be read.
        UsageError: a column that is asked for.
    """
    table = read_table(path)
    if unknown := set(columns) - set(FIELDS):
        raise UsageError("bank.field-unknown", field=", ".join(sorted(unknown)),
                         known=", ".join(FIELDS))
    head, found = _headings(table.rows, columns, table.file)
    rows = [row for row in table.rows if row.number > head.number]
    rows = [row for row in rows if day_of(row.at(found["date"])).date is not None]
    style = style_of(
        (row.at(found[name]) for row in rows for name in ("out", "in", "amount")
         if name in found), currency,
    )
    return AccountStatement("csv", "".join(account.split()).upper(), currency, tuple(
        _line(row, found, (style, currency), table.file) for row in rows
    ))


def _headings(
    rows: Sequence[Row], columns: Mapping[str, str], file: str
) -> tuple[Row, dict[str, int]]:
    """The row of headings and the column of every field."""
    for row in rows[:_HEAD_ROWS]:
        found = {name: where for name, heading in columns.items()
                 if (where := _named(row, heading)) is not None}
        candidates = _candidates(row, set(found.values()))
        if ("date" in found or candidates.get("date")) and any(
            name in found or candidates.get(name) for name in ("out", "amount")
        ):
            return row, _settled(row, found, candidates, file)
    raise BadFile("bank.no-headings", file=file)


def _named(row: Row, heading: str) -> int | None:
    """The column that a letter or a heading names."""
    for index, cell in enumerate(row.cells):
        words = text_of(cell).casefold()
        if words and words == heading.strip().casefold():
            return index
    letters = [column_letter(index) for index in range(len(row.cells))]
    return letters.index(heading.upper()) if heading.upper() in letters else None


def _candidates(row: Row, taken: set[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, cell in enumerate(row.cells):
        words = text_of(cell).casefold()
        fits = [name for name, pattern in FIELDS.items() if re.search(pattern, words)]
        sure = [name for name in _SURE if name in fits] or fits
        if index not in taken and sure:
            found.setdefault(sure[0], []).append(index)
    return found


def _settled(
    row: Row, found: dict[str, int], candidates: Mapping[str, list[int]], file: str
) -> dict[str, int]:
    for name, columns in candidates.items():
        if name in found or (name == "amount" and "out" in {*found, *candidates}):
            continue
        if len(columns) > 1:
            raise UsageError(
                "bank.column-two", file=file, field=name, columns=", ".join(
                    f"{column_letter(one)} “{text_of(row.cells[one])[:30]}”" for one in columns
                ),
            )
        found[name] = columns[0]
    return found


def _line(
    row: Row, found: Mapping[str, int], how: tuple[AmountStyle, str], file: str
) -> Booked:
    if "amount" in found and "out" not in found:
        amount = _amount(row.at(found["amount"]), how, row, file)
    else:
        out = _amount(row.at(found["out"]), how, row, file)
        into = _amount(row.at(found["in"]), how, row, file) if "in" in found else 0
        amount = abs(into) - abs(out)
    day = day_of(row.at(found["date"])).date
    if day is None:
        raise BadFile("bank.date-unreadable", file=file, text=text_of(row.at(found["date"])))
    reference, payee, number, purpose = (
        joined([text_of(row.at(found[name])) if name in found else ""])
        for name in ("reference", "payee", "payee-number", "purpose")
    )
    return Booked(day.isoformat(), amount, reference, payee, number, purpose)


def _amount(cell: Cell, how: tuple[AmountStyle, str], row: Row, file: str) -> int:
    style, currency = how
    if not text_of(cell).strip("0.,- "):
        return 0
    try:
        return signed_amount(cell, currency, style.decimal)
    except UsageError as error:
        raise BadFile("bank.row-unreadable", file=file, row=row.number,
                      text=text_of(cell)[:40]) from error
