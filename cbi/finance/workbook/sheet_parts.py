"""A long sheet that goes on over several, and the summary's formulas over all of them.

A sheet of Excel holds 1,048,576 rows; a campaign of a million vouchers has more lines. Each further
sheet has the same columns under named ranges of its own: `journal_redeemed`, `journal2_redeemed`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

ROWS_A_SHEET = 1_000_000
"""Round, so that a row is found by its number, and with room for what stands above the rows."""
_NAME = re.compile(r"([a-z]+?)(\d*)(_[a-z_]+)")


@dataclass(slots=True)
class SheetParts:
    """On how many sheets each long one stands, by what its named ranges begin with; on one, as long
    as nothing else is known."""

    rows_a_sheet: int = field(default_factory=lambda: ROWS_A_SHEET)
    known: dict[str, int] = field(default_factory=dict)

    def cut(self, prefix: str, rows: int) -> int:
        """On how many sheets so many rows stand; kept for the formulas."""
        self.known[prefix] = max(1, -(-rows // self.rows_a_sheet))
        return self.known[prefix]

    def several(self) -> Iterator[tuple[str, int]]:
        """Those that stand on several sheets, and on how many."""
        yield from ((prefix, parts) for prefix, parts in self.known.items() if parts > 1)

    def prefixes(self, prefix: str) -> list[str]:
        """What the named ranges of each of its sheets begin with."""
        return [part_prefix(prefix, part + 1) for part in range(self.known.get(prefix, 1))]

    def sum_where(self, prefix: str, column: str, *where: tuple[str, str]) -> str:
        """A formula: the column's sum over all its sheets, where other columns meet conditions."""
        return self._all("SUMIFS" if where else "SUM", prefix, (column,), where)

    def count_where(self, prefix: str, *where: tuple[str, str]) -> str:
        """A formula: how many rows of all its sheets meet conditions."""
        return self._all("COUNTIFS", prefix, (), where)

    def _all(
        self, function: str, prefix: str, columns: tuple[str, ...],
        where: tuple[tuple[str, str], ...],
    ) -> str:
        sums = []
        for one in self.prefixes(prefix):
            asked = [f"{one}_{column}" for column in columns]
            for column, condition in where:
                asked += [f"{one}_{column}", condition]
            sums.append(f"{function}({','.join(asked)})")
        return "+".join(sums)


def part_prefix(prefix: str, part: int) -> str:
    """What the named ranges of a part, from 1, begin with."""
    return prefix if part == 1 else f"{prefix}{part}"


def part_name(name: str, part: int) -> str:
    """A named range's name on a part, from 1."""
    prefix, _, column = name.partition("_")
    return f"{part_prefix(prefix, part)}_{column}"


def name_on_one(name: str) -> str:
    """The same column's name where its sheet is a single one."""
    found = _NAME.fullmatch(name)
    return name if found is None else found[1] + found[3]


def sheet_called(called: str, part: int) -> str:
    """A part's sheet; the first keeps the name."""
    return called if part == 1 else f"{called} {part}"
