"""Small cells kept back: counts under a limit, and as many others as it takes that no sum, and no
difference of sums, gives them away.

A table of counts has totals of its rows and, if wanted, of its columns. What is published is taken
as an attacker has it: equations over the cells kept back. While one of these is determined, or some
equation, or a difference of two, is about fewer people than the limit, the smallest cell that can
hide it is kept back too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, NamedTuple

LEAST = 10
"""The usual limit: fewer people than this are not told."""

Place = tuple[int, int]


class Equation(NamedTuple):
    """What is known of the cells kept back: these add up to so many."""

    cells: frozenset[Place]
    total: int


@dataclass(slots=True)
class Published:
    """A table of counts and what of it is kept back: cells, totals of rows and of columns.

    A column in `unwritten` stands on no sheet, but whoever subtracts the others from the total has
    it.
    """

    counts: Sequence[Sequence[int]]
    least: int
    columns_too: bool
    unwritten: frozenset[int] = frozenset()
    hidden: set[Place] = field(default_factory=set)
    rows_hidden: set[int] = field(default_factory=set)
    columns_hidden: set[int] = field(default_factory=set)

    def cell(self, row: int, column: int) -> int | None:
        """A cell; None if it is kept back."""
        return None if (row, column) in self.hidden else self.counts[row][column]

    def row_total(self, row: int) -> int | None:
        """A row's total; None if it is kept back."""
        return None if row in self.rows_hidden else sum(self.counts[row])

    def column_total(self, column: int) -> int | None:
        """A column's total; None if it is kept back."""
        return None if column in self.columns_hidden else sum(row[column] for row in self.counts)

    def equations(self) -> list[Equation]:
        """What the published totals tell of the cells kept back."""
        rows, columns = range(len(self.counts)), range(len(self.counts[0]) if self.counts else 0)
        lines = [[(row, column) for column in columns] for row in rows
                 if row not in self.rows_hidden]
        if self.columns_too:
            lines += [[(row, column) for row in rows] for column in columns
                      if column not in self.columns_hidden]
            lines.append([(row, column) for row in rows for column in columns])
        unknown = self.unknown()
        return [
            Equation(frozenset(held), sum(self.counts[row][column] for row, column in held))
            for line in lines if (held := [place for place in line if place in unknown])
        ]

    def unknown(self) -> set[Place]:
        """The cells that nobody is told."""
        return self.hidden | {
            (row, column) for row in range(len(self.counts)) for column in self.unwritten
        }


def published(
    counts: Sequence[Sequence[int]], least: int = LEAST, *, columns_too: bool = True,
    unwritten: frozenset[int] = frozenset(),
) -> Published:
    """The table with everything kept back that has to be; `columns_too`: columns have totals, and
    all have one together."""
    table = Published(counts, least, columns_too, unwritten)
    for row, cells in enumerate(counts):
        table.hidden |= {(row, column) for column, count in enumerate(cells)
                         if 0 < count < least and column not in unwritten}
        if 0 < sum(cells) < least:
            table.rows_hidden.add(row)
    if columns_too:
        table.columns_hidden |= {
            column for column in range(len(counts[0]) if counts else 0)
            if 0 < sum(row[column] for row in counts) < least
        }
    while (told := next(disclosures(table), None)) is not None:
        _hide_more(table, told)
    return table


def disclosures(table: Published) -> Iterator[frozenset[Place]]:
    """Groups of cells kept back of which the published figures tell too much."""
    equations = table.equations()
    yield from (one.cells for one in equations if 0 < one.total < table.least)
    if table.columns_too:
        yield from _crossed(table)
    for place, (low, high) in _bounds(table, equations).items():
        if low == high and 0 < table.counts[place[0]][place[1]] < table.least:
            yield frozenset({place})


def _crossed(table: Published) -> Iterator[frozenset[Place]]:
    """What sums of rows less sums of columns give, and the other way round.

    For each choice of columns the fewest rows that hold all their cells, and the most rows that
    hold no others, leave the smallest groups; any other choice leaves these and more.
    """
    rows = _groups(range(len(table.counts)), table.rows_hidden)
    columns = _groups(range(len(table.counts[0])), table.columns_hidden)
    unknown = table.unknown()
    blocks = [{place for place in unknown if place[0] in group} for group in rows]
    blocks += [{place for place in unknown if place[1] in group} for group in columns]
    yield from (frozenset(block) for block in blocks if _is_small(table, block))
    for choice in range(1, 2 ** len(columns)):
        chosen = set().union(
            *(group for number, group in enumerate(columns) if choice >> number & 1))
        inside = {place for place in unknown if place[1] in chosen}
        needed = set().union(*(group for group in rows if group & {row for row, _ in inside}))
        outside = {place for place in unknown - inside if place[0] in needed}
        whole = set().union(*(
            group for group in rows
            if {place for place in unknown if place[0] in group} <= inside
        ))
        left = {place for place in inside if place[0] not in whole}
        for group in (outside, left):
            if _is_small(table, group):
                yield frozenset(group)


def _is_small(table: Published, group: Iterable[Place]) -> bool:
    return 0 < sum(table.counts[row][column] for row, column in group) < table.least


def _groups(lines: Iterable[int], hidden: set[int]) -> list[set[int]]:
    """Rows or columns whose totals are known; those kept back are known together, by what the
    others leave."""
    return [{line} for line in lines if line not in hidden] + ([set(hidden)] if hidden else [])


def _bounds(
    table: Published, equations: Sequence[Equation]
) -> dict[Place, tuple[int, int]]:
    """How few and how many each cell kept back can be, for who knows that none is below 0."""
    most = sum(map(sum, table.counts))
    bounds = {place: (0, most) for one in equations for place in one.cells}
    for _ in range(len(bounds) + 1):
        before = dict(bounds)
        for one in equations:
            low = sum(bounds[place][0] for place in one.cells)
            high = sum(bounds[place][1] for place in one.cells)
            for place in one.cells:
                least, top = bounds[place]
                bounds[place] = (max(least, one.total - (high - top)),
                                 min(top, one.total - (low - least)))
        if bounds == before:
            break
    return bounds


def _hide_more(table: Published, told: frozenset[Place]) -> None:
    """Keep back the smallest cell or, where no cell helps, total that hides what was told."""
    rows, columns = range(len(table.counts)), range(len(table.counts[0]))
    unknown = table.unknown()
    held_rows, held_columns = {place[0] for place in unknown}, {place[1] for place in unknown}
    near = [(row, column) for row in rows for column in columns
            if (row, column) not in unknown
            and (row in held_rows or (table.columns_too and column in held_columns))]

    def rank(place: Place) -> tuple[bool, bool, int, Place]:
        """Somebody rather than nobody, what closes a rectangle of cells, the smallest."""
        count = table.counts[place[0]][place[1]]
        closes = place[0] in held_rows and place[1] in held_columns
        return not count, not closes and table.columns_too, count, place

    cells: list[tuple[set[Any], Any]] = [(table.hidden, place) for place in sorted(near, key=rank)]
    totals: list[tuple[set[Any], Any]] = [
        (table.rows_hidden, row)
        for row in sorted(rows, key=lambda row: (sum(table.counts[row]), row))
        if row not in table.rows_hidden
    ]
    if table.columns_too:
        totals += [(table.columns_hidden, column) for column in columns
                   if column not in table.columns_hidden]
    for kept, one in cells + totals:
        kept.add(one)
        if told not in set(disclosures(table)):
            return
        kept.discard(one)
    beside = [one for _, one in cells
              if one[0] in {place[0] for place in told} or one[1] in {place[1] for place in told}]
    if cells:
        table.hidden.add((beside or [one for _, one in cells])[0])
    elif totals:
        totals[0][0].add(totals[0][1])
    else:
        table.columns_too = False  # nothing is published any more


def all_differences(table: Published) -> Iterator[tuple[frozenset[Place], int]]:
    """Every group of cells kept back whose sum some sums and differences of published figures
    give: an attacker's whole work on a small table."""
    equations = table.equations()
    for count in range(1, len(equations) + 1):
        for chosen in combinations(equations, count):
            for signs in range(2 ** (count - 1)):
                added: dict[Place, int] = {}
                total = 0
                for number, one in enumerate(chosen):
                    sign = -1 if number and signs >> (number - 1) & 1 else 1
                    total += sign * one.total
                    for place in one.cells:
                        added[place] = added.get(place, 0) + sign
                left = {place: value for place, value in added.items() if value}
                if left and set(left.values()) == {1}:
                    yield frozenset(left), total
                elif left and set(left.values()) == {-1}:
                    yield frozenset(left), -total
