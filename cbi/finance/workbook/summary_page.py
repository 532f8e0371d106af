"""The summary while it is made: several tables under each other, and what must be nothing."""

from collections import Counter
from dataclasses import dataclass, field

from cbi.files import Column, Typed
from cbi.finance.workbook.sheets import BookWords, Row

WORD_COLUMNS = 3
"""Of each table: words first, then figures."""
WIDTH = 13
CHARTS_APART = 12
"""Columns from one chart to the next, wide enough for it."""


@dataclass(slots=True)
class SummaryPage:
    """Rows of a sheet without headings, where several tables stand under each other."""

    words: BookWords
    rows: list[Row] = field(default_factory=list)
    granted: dict[tuple[str, str, str], Counter[str]] = field(default_factory=dict)
    """What each grant paid for, by grant, round and month."""
    differences: list[str] = field(default_factory=list)
    """Ranges that must be 0 throughout."""
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The first and last rows of tables that charts draw."""

    @property
    def next_row(self) -> int:
        """The number of the row that is added next."""
        return len(self.rows) + 1

    @property
    def blank_columns(self) -> list[Column]:
        """Columns of a sheet that holds pictures alone."""
        return [Column("", width=11) for _ in range(CHARTS_APART)]

    def sum_where(self, sheet: str, column: str, *where: tuple[str, str]) -> str:
        """A formula: a column's sum over the sheets it stands on, where others meet conditions."""
        return self.words.parts.sum_where(sheet, column, *where)

    def add(self, *cells: object) -> int:
        """Add a row; returns its number."""
        self.rows.append((*cells, *[None] * (WIDTH - len(cells))))
        return len(self.rows)

    def table(self, name: str, *headings: str) -> int:
        """Begin a table; returns the number of its first row."""
        self.add()
        self.add(Typed("heading", self.words.say(f"table-{name}")))
        return 1 + self.add(*(
            Typed(
                "column-heading" if index < WORD_COLUMNS
                else "verdict-heading" if one == "verdict" else "number-heading",
                self.words.say(f"column-{one}") if one else " ",
            )
            for index, one in enumerate(headings)
        ))

    def keep(self, name: str, first: int) -> None:
        """Note where a table stands, from a row down to the last."""
        if len(self.rows) >= first:
            self.places[name] = first, len(self.rows)

    def must_be_nothing(self, first: int, columns: str) -> None:
        """Note that columns from a row down to the last hold differences."""
        last = len(self.rows)
        if last >= first:
            self.differences += [f"{one}{first}:{one}{last}" for one in columns]
