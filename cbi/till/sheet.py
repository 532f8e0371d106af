"""A shop's list of paper vouchers, read: from cells to rows, each with its problems and places.

Headings are known in English, Russian and Kazakh and may stand below a preamble; a row that has
neither receipt nor code (a total, a signature) is no row. Nothing here knows the ledger.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from cbi.base.errors import BadFile
from cbi.base.money import parse_amount
from cbi.base.words import REPLACEMENT, alike, visible
from cbi.files import Cell, Problem, Row, Table, column_letter, day_of, read_table, text_of

HEADINGS: dict[str, tuple[str, ...]] = {
    "date": ("date", "receipt date", "purchase date", "дата", "дата чека", "дата покупки", "күні",
             "чек күні", "күн"),
    "time": ("time", "receipt time", "purchase time", "время", "время чека", "время покупки",
             "уақыты", "уақыт", "чек уақыты"),
    "receipt": ("receipt", "receipt no", "receipt number", "чек", "номер чека", "чек №", "№ чека",
                "чек нөмірі", "чектің нөмірі"),
    "total": ("receipt total", "total", "total of receipt", "итог чека", "сумма чека", "итого чек",
              "чек сомасы", "чек қорытындысы", "чектің сомасы"),
    "code": ("code", "voucher code", "voucher", "код", "код ваучера", "ваучер", "коды",
             "ваучер коды", "ваучердің коды"),
    "amount": ("amount", "voucher amount", "amount by voucher", "сумма", "сумма ваучера",
               "сумма по ваучеру", "оплачено ваучером", "сомасы", "сома", "ваучер сомасы"),
}
NEEDED = ("date", "receipt", "code", "amount")
HEADING_ROWS_MAX = 20
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:\.\d+)?)?\s*\Z")
_SCIENTIFIC = re.compile(r"\d[.,]?\d*[eE]\+\d+\Z")


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row as read. `clock` is (hour, minute, second); amounts are still text as written.

    The code spends money: it is never shown, and `problems` do not repeat it.
    """

    number: int
    day: date | None
    clock: tuple[int, int, int] | None
    receipt: str
    total: str
    code: str = field(repr=False)
    amount: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ShopList:
    """A file as read: its rows, and the letter of each column by our name for it."""

    file: str
    sheet: str | None
    digest: str
    rows: tuple[ListRow, ...]
    letters: Mapping[str, str]
    warnings: tuple[Problem, ...] = ()
    decimal: str | None = None

    def amount(self, text: str, currency: str) -> int:
        """Minor units of an amount in this list.

        Raises:
            UsageError: it cannot be read.
        """
        return parse_amount(text, currency, self.decimal)

    def problem(self, row: int, column: str, code: str, **facts: object) -> Problem:
        """A problem at a row and one of our columns."""
        return Problem(code, self.sheet, row, self.letters.get(column), facts)


def read_list(path: Path) -> ShopList:
    """The rows of a shop's list (XLSX or CSV).

    Raises:
        BadFile: it cannot be read, or lacks a column.
    """
    table = read_table(path)
    start, places = _headings(table)
    letters = {name: column_letter(index) for name, index in places.items()}
    bare = ShopList(table.file, table.sheet, table.digest, (), letters, table.warnings)
    rows = tuple(_rows(table, start, places, bare))
    if not rows:
        raise BadFile("files.empty", file=table.file)
    return ShopList(table.file, table.sheet, table.digest, rows, letters, table.warnings)


def _headings(table: Table) -> tuple[int, dict[str, int]]:
    """Where the rows begin, and the index of each column; the best of the first rows counts."""
    best: tuple[int, dict[str, int]] = (0, {})
    for start, row in enumerate(table.rows[:HEADING_ROWS_MAX]):
        places: dict[str, int] = {}
        for index, cell in enumerate(row.cells):
            name = _KNOWN.get(_folded(cell))
            if name is not None:
                places.setdefault(name, index)
        if len(places) > len(best[1]):
            best = (start, places)
    start, places = best
    missing = [name for name in NEEDED if name not in places]
    if len(places) < 2:
        raise BadFile(
            "files.no-heading", file=table.file, rows=HEADING_ROWS_MAX, wanted=", ".join(NEEDED)
        )
    if missing:
        row = table.rows[start]
        unknown = [str(cell) for cell in row.cells if cell and _folded(cell) not in _KNOWN]
        raise BadFile(
            "files.missing-columns", file=table.file, missing=", ".join(missing), row=row.number,
            unknown=", ".join(unknown) or "–",
        )
    return start + 1, places


def _rows(
    table: Table, start: int, places: Mapping[str, int], bare: ShopList
) -> Iterator[ListRow]:
    for row in table.rows[start:]:
        cells = {
            name: row.at(index)
            for name, index in places.items()
        }
        receipt, code = _plain(cells["receipt"]), _code(cells["code"])
        if not code and (not receipt or cells["date"] is None):
            continue
        yield _row(row, cells, receipt, code, bare)


def _row(
    row: Row, cells: Mapping[str, Cell], receipt: str, code: str, bare: ShopList
) -> ListRow:
    problems: list[Problem] = []

    def wrong(column: str, name: str, **facts: object) -> None:
        problems.append(bare.problem(row.number, column, name, **facts))

    for column, words in (("receipt", receipt), ("code", code)):
        if not words:
            wrong(column, f"redeem-list.{column}-missing")
        elif _SCIENTIFIC.match(words):
            wrong(column, "files.cell-scientific", text=words if column == "receipt" else "…E+…")
        elif REPLACEMENT in (shown := visible(words)):
            wrong(column, "files.cell-control", text=shown if column == "receipt" else "…")
    day, ambiguous = day_of(cells["date"])
    if ambiguous:
        wrong("date", "files.cell-date-ambiguous", text=_plain(cells["date"]))
    elif day is None:
        wrong("date", "files.cell-date", text=_plain(cells["date"]))
    clock, given = read_clock(cells.get("time")), _plain(cells.get("time"))
    if clock is None and given:
        wrong("time", "redeem-list.time-unreadable", text=given)
    if clock is None and not given:
        clock = _clock_of_date(cells["date"])
    amount, total = _plain(cells["amount"]), _plain(cells.get("total"))
    if not amount:
        wrong("amount", "redeem-list.amount-missing")
    return ListRow(
        row.number, day, clock, alike(receipt), total, code, amount, tuple(problems)
    )


def read_clock(cell: Cell) -> tuple[int, int, int] | None:
    """Hour, minute and second of a cell: `14:35`, a time of a spreadsheet, a share of a day."""
    if isinstance(cell, datetime):
        return cell.hour, cell.minute, cell.second
    if isinstance(cell, float) and 0 <= cell < 1:
        seconds = round(cell * 86_400)
        return seconds // 3600, seconds // 60 % 60, seconds % 60
    found = _CLOCK.search(_plain(cell))
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups())
    return (hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _clock_of_date(cell: Cell) -> tuple[int, int, int] | None:
    """The time that stands in the date's own cell, if one does."""
    if isinstance(cell, datetime):
        return read_clock(cell) if (cell.hour, cell.minute, cell.second) != (0, 0, 0) else None
    words = str(cell or "")
    return read_clock(words) if ":" in words else None


def _plain(cell: Cell) -> str:
    """A cell as text of single spaces."""
    return " ".join(text_of(cell).split())


def _code(cell: Cell) -> str:
    """A code cell; one of digits alone has lost its zeros in front, the check tells if not."""
    words = _plain(cell)
    return words.zfill(16) if isinstance(cell, int | float) and words.isdecimal() else words


def _folded(cell: Cell) -> str:
    return " ".join(re.sub(r"[.,:;*()\"«»]", " ", str(cell or "")).casefold().split())


_KNOWN = {heading: name for name, headings in HEADINGS.items() for heading in headings}
