"""What a stranger's table is made of: cells, rows, the table, problems with their place, limits.

A table keeps cells as they were read and rows by their number in the file, so that every word we
say about a file names the place where its owner can look.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from cbi.base import CbiError
from cbi.messages import text

Cell = str | int | float | date | datetime | bool | None
Merge = tuple[tuple[int, int], tuple[int, int]]
"""Merged cells: the first and the last, as (row, column) counted from 0."""


class Row(NamedTuple):
    """One row with anything in it; `number` counts from 1 as the spreadsheet shows it."""

    number: int
    cells: tuple[Cell, ...]

    def at(self, index: int) -> Cell:
        """The cell of a column, counted from 0; None where the row ends before it."""
        return self.cells[index] if index < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file, at a place; rows and columns as the spreadsheet names them.

    `code` is a key of the catalogue, `facts` fill its places; `column` is a letter or a heading.
    """

    code: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    def describe(self, lang: str = "en") -> str:
        """One plain line: where, then what and what to do."""
        return _placed(self.place(lang), text(self.code, lang, **self.facts))

    def place(self, lang: str = "en") -> str:
        """The place alone: `sheet List, row 12, column B`; empty if the whole file is meant."""
        parts = (("sheet", self.sheet), ("row", self.row), ("column", self.column))
        named = (
            text(f"files.place-{part}", lang, **{part: value})
            for part, value in parts
            if value  # a row 0 is none of the file's
        )
        return ", ".join(named)

    @classmethod
    def of(
        cls, error: CbiError, *, sheet: str | None, row: int | None, column: str | None
    ) -> "Problem":
        """A refusal put at its place."""
        return cls(error.code, sheet, row, column, dict(error.facts))


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet or a separated list as read: rows that are not wholly empty, with their numbers.

    `digest` is the SHA-256 (hex) of the file's bytes: the same file is known again. `warnings` are
    things its owner should look at, though the table could be read. `hidden` are numbers of rows
    that the spreadsheet does not show; `from_1904` says that its bare numbers of days are counted
    from 1904; `struck` are cells that are struck through, by row number and column index.
    """

    file: str
    sheet: str | None
    digest: str
    rows: list[Row]
    warnings: tuple[Problem, ...] = ()
    merges: tuple[Merge, ...] = ()
    hidden: frozenset[int] = frozenset()
    from_1904: bool = False
    struck: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may ask of this machine before it is refused."""

    file_bytes_max: int = 64 << 20
    unpacked_bytes_max: int = 768 << 20
    packing_ratio_max: int = 250
    entries_max: int = 2_000
    rows_max: int = 1_048_576
    columns_max: int = 1_024
    cells_max: int = 32_000_000
    memory_bytes_max: int = 2 << 30
    seconds_max: int = 120


def column_letter(index: int) -> str:
    """The letters of a column by its index from 0: `A`, `Z`, `AA`."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The index from 0 of a column by its letters."""
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def cell_name(row: int, column: int) -> str:
    """A cell as the spreadsheet names it: row 12 and column index 1 are `B12`."""
    return f"{column_letter(column)}{row}"


def _placed(place: str, words: str) -> str:
    return f"{place[0].upper()}{place[1:]}: {words}" if place else words
