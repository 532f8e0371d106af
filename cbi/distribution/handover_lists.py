"""What was handed over, read from a list: plain serials, or the distribution workbook ticked.

A workbook that was made to be ticked is known by its column “Handed over”, in any of the five
languages and on any of its sheets: then only ticked rows count, each acknowledged and witnessed as
its own cells say. A row that cannot be read is a problem with its place; the others still count.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cbi.base.errors import BadFile, UsageError
from cbi.files import Cell, Row, Table, column_letter, read_tables, text_of
from cbi.messages import LANGUAGES, text

ACKNOWLEDGED = ("signature", "thumbprint", "proxy", "digital")
SERIAL_HEADINGS = (
    "serial number", "serial no", "serials", "voucher", "серийный номер", "номер ваучера",
)
CODE_HEADINGS = ("code", "код")
YES = frozenset({
    "x", "х", "v", "✓", "✔", "☑", "✗", "✘", "☒", "+", "1", "yes", "y", "true", "да", "д", "иә",
    "بله", "بلی", "هو", "ha", "ok", "ок",
})
NO = frozenset({
    "", "-", "–", "—", "0", "no", "n", "false", "нет", "н", "жоқ", "yoʻq", "yo'q", "نه", "نخیر",
    "☐",
})
SYNONYMS = {
    "signed": "signature", "sign": "signature", "подписал": "signature", "подписала": "signature",
    "finger": "thumbprint", "fingerprint": "thumbprint", "отпечаток": "thumbprint",
    "палец": "thumbprint", "доверенность": "proxy", "сенімхат": "proxy",
}
HEADING_ROWS = 20


@dataclass(frozen=True, slots=True)
class Item:
    """A serial or code as it was read, where it stood, and what its row says of the hand-over.

    `error` is why the row cannot be used.
    """

    text: str
    row: int | None = None
    sheet: str | None = None
    column: str | None = None
    acknowledged: str | None = None
    witness: str | None = None
    error: UsageError | None = None


@dataclass(frozen=True, slots=True)
class HandList:
    """A list as read; `digest` is the SHA-256 of its file."""

    items: tuple[Item, ...]
    digest: bytes
    ticked: bool


def read_hand_list(path: Path) -> HandList:
    """The rows of a list that say a voucher was handed over.

    Raises:
        BadFile: it can't be read, or no sheet has a column of serials or codes.
    """
    tables = read_tables(path)
    items: list[Item] = []
    found = ticked = False
    for table in tables:
        columns = _columns(table)
        if columns is None:
            continue
        found, ticked = True, ticked or columns.ticked is not None
        items += _items(table, columns)
    if not found:
        raise BadFile("issuance.no-serial-column", file=tables[0].file)
    return HandList(tuple(items), bytes.fromhex(tables[0].digest), ticked)


@dataclass(frozen=True, slots=True)
class _HandListColumns:
    """Where a sheet's columns are, by index; `below` is how many rows come before the list's."""

    below: int
    names: int
    ticked: int | None
    acknowledged: int | None
    witness: int | None


def _columns(table: Table) -> _HandListColumns | None:
    """The columns under the first row that has a heading for serials or codes."""
    for place, row in enumerate(table.rows[:HEADING_ROWS]):
        named = [_plain(cell) for cell in row.cells]
        names = _place(named, (*_headings("serial"), *SERIAL_HEADINGS))
        if names is None:
            names = _place(named, (*_headings("code"), *CODE_HEADINGS))
        if names is not None:
            return _HandListColumns(
                place + 1, names, _place(named, _headings("list-handed-over")),
                _place(named, _headings("list-acknowledged")),
                _place(named, _headings("list-witness")),
            )
    return None


def _items(table: Table, columns: _HandListColumns) -> Iterator[Item]:
    for row in table.rows[columns.below :]:
        name = _cell(row, columns.names)
        mark = None if columns.ticked is None else _plain(_cell(row, columns.ticked))
        if mark in NO or (not _shown(name) and mark is None):
            continue
        yield _item(table, row, columns, mark)


def _item(table: Table, row: Row, columns: _HandListColumns, mark: str | None) -> Item:
    name = _shown(_cell(row, columns.names))
    told = _plain(_cell(row, columns.acknowledged))
    column, error = columns.names, None
    if mark is not None and mark not in YES:
        column, error = columns.ticked or 0, UsageError("issuance.tick-unreadable", text=mark)
    elif not name:
        error = UsageError("issuance.ticked-without-serial")
    elif told and told not in _ways():
        column = columns.acknowledged or 0
        error = UsageError(
            "issuance.acknowledged-unknown", text=told, known=", ".join(ACKNOWLEDGED)
        )
    return Item(
        name, row.number, table.sheet, column_letter(column), acknowledged=_ways().get(told),
        witness=_shown(_cell(row, columns.witness)) or None, error=error,
    )


def _cell(row: Row, column: int | None) -> Cell:
    return row.cells[column] if column is not None and column < len(row.cells) else None


def _shown(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "x" if cell else ""
    return text_of(cell)


def _plain(cell: Cell) -> str:
    """A cell to compare: case, spaces, joiners and ways of encoding a letter do not count."""
    letters = unicodedata.normalize("NFKC", _shown(cell)).casefold()
    return " ".join("".join(
        letter for letter in letters if unicodedata.category(letter) != "Cf"
    ).split())


def _place(named: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((place for place, name in enumerate(named) if name in wanted), None)


@cache
def _headings(name: str) -> tuple[str, ...]:
    """A column's heading in each language, with and without what stands in brackets."""
    whole = [_plain(text(f"voucher.{name}", language)) for language in LANGUAGES]
    return (*whole, *(heading.partition(" (")[0] for heading in whole))


@cache
def _ways() -> dict[str, str]:
    """The ways to acknowledge by what people write, in each language."""
    known = {way: way for way in ACKNOWLEDGED}
    for language in LANGUAGES:
        for way in ACKNOWLEDGED:
            known[_plain(text(f"voucher.acknowledged-{way}", language))] = way
    return known | SYNONYMS
