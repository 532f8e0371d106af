"""What a whole period may tell beside its months, so that no difference is about few people.

The months are told each by itself, and everybody counts once in the period, so the period less some
of its months is a group: who came in the others alone. So is who came before a time and after it,
and not in it. A period is told in as much detail as leaves no such group small: cities by sex and
age; or cities, and all by sex and age; or all by sex and age; or all; or not at all. Each of these
tells only sums of what the one before it tells, and a longer period is told no finer than a part of
it, so that reports on several periods give no more away than each of them does.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cbi.reports.suppression import Published, disclosures

People = frozenset[str]
Place = tuple[str, int]
CELLS, CITIES, COLUMNS, ALL, NOTHING = range(5)
"""In how much detail a period is told."""


@dataclass(frozen=True, slots=True)
class ToldTable:
    """Whom a table is about, by city and column (sex and age; the last one: not known)."""

    cells: Mapping[Place, People]

    def groups(self, detail: int) -> Iterator[tuple[object, People]]:
        """Every group that this detail tells of, by name."""
        if detail == CELLS:
            yield from self.cells.items()
        if detail <= CITIES:
            yield from self._sums(0)
        if detail <= COLUMNS:
            yield from self._sums(1)
        if detail <= ALL:
            yield "all", frozenset().union(*self.cells.values())

    def _sums(self, part: int) -> Iterator[tuple[object, People]]:
        found: dict[object, set[str]] = {}
        for place, people in self.cells.items():
            found.setdefault(place[part], set()).update(people)
        yield from ((name, frozenset(people)) for name, people in found.items())


def detail_of(whole: ToldTable, months: Sequence[ToldTable], least: int) -> int:
    """In how much detail the period of these months may be told."""
    for detail in range(NOTHING):
        if not any(_is_few(group, least) for group in _differences(whole, months, detail)) \
                and not (detail == CITIES and _crossed(whole, months, least)):
            return detail
    return NOTHING


def _is_few(group: People, least: int) -> bool:
    return 0 < len(group) < least


def _differences(whole: ToldTable, months: Sequence[ToldTable], detail: int) -> Iterator[People]:
    """Whom differences of the period's figures and those of its parts are about; where somebody
    stands in one place in a part and in another in the whole, it may be about nobody in particular.
    """
    by_month = [dict(month.groups(detail)) for month in months]
    for name, people in whole.groups(detail):
        sets = [month.get(name, frozenset()) for month in by_month]
        for part in _parts(sets):
            more, other = people - part, part - people
            if not (more and other):
                yield more or other
        yield from _gaps(sets)


def _parts(sets: Sequence[People]) -> Iterator[People]:
    """Everybody in some months that follow one another."""
    for first in range(len(sets)):
        part: People = frozenset()
        for people in sets[first:]:
            part |= people
            yield part


def _gaps(sets: Sequence[People]) -> Iterator[People]:
    """Who came in a month, or not before; next in another month, or never again; not between.

    Whatever figures of periods tell, they tell of such groups together.
    """
    everybody = frozenset[str]().union(*sets)
    ends = [everybody, *sets, everybody]
    for first in range(len(ends) - 1):
        left = ends[first]
        for last in range(first + 1, len(ends)):
            if (first, last) != (0, len(ends) - 1):
                yield left & ends[last]
            if last < len(ends) - 1:
                left -= ends[last]


def _crossed(whole: ToldTable, months: Sequence[ToldTable], least: int) -> bool:
    """Whether sums of cities less sums of columns tell of few, in the period or a difference."""
    cities = sorted({city for city, _ in whole.cells})
    columns = sorted({column for _, column in whole.cells})
    everybody = [dict(month.groups(ALL))["all"] for month in months]
    for gone in (frozenset[str](), *_parts(everybody)):
        counts = [[len(whole.cells.get((city, column), frozenset()) - gone) for column in columns]
                  for city in cities]
        table = Published(counts, least, columns_too=True)
        table.hidden = {(row, column) for row in range(len(cities))
                        for column in range(len(columns))}
        if any(disclosures(table)):
            return True
    return False
