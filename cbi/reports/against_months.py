"""What a whole period may tell beside its months, so that no difference is about few people.

The months are told each by itself, and everybody counts once in the period, so the period less some
of its months is a group: who came in the others alone. So is who came before a time and after it,
and not in it. A city or a column (sex and age) is told of the period if no such group of it is
small; those that are not told are left by the others together, so they are no small group either. A
city's own columns are told where each of them may be, and what they leave of the other cities. From
a figure of the period each place in it may be taken off by another month's figure, so a group is
made of what is left in each place: no such choice may come to few.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cbi.reports.suppression import Published, disclosures

People = frozenset[str]
Place = tuple[str, int]
Groups = Sequence[Iterable[Place]]
Shown = tuple[str | None, int | None]
"""A place on a sheet: a cell, or all columns of a city, or all cities of a column."""


@dataclass(frozen=True, slots=True)
class ToldTable:
    """Whom a table is about, by city and column; the last column stands on no sheet.

    `shown` are the places that a month's sheet tells of: a cell, a city's or a column's total.
    """

    cells: Mapping[Place, People]
    shown: frozenset[Shown] = frozenset()

    @property
    def cities(self) -> list[str]:
        """Every city in it."""
        return sorted({city for city, _ in self.cells})

    @property
    def columns(self) -> list[int]:
        """Every column in it."""
        return sorted({column for _, column in self.cells})

    def at(self, places: Iterable[Place]) -> People:
        """Everybody in these places."""
        return frozenset().union(*(self.cells.get(place, frozenset()) for place in places))


@dataclass(frozen=True, slots=True)
class Detail:
    """What of a period is told: all together, these columns of all, these cities, and of which of
    them their columns too."""

    together: bool = False
    columns: frozenset[int] = frozenset()
    cities: frozenset[str] = frozenset()
    whole_cities: frozenset[str] = frozenset()


def detail_of(whole: ToldTable, months: Sequence[ToldTable], least: int) -> Detail:
    """What of the period of these months may be told."""
    cities, columns = whole.cities, whole.columns

    def safe(places: Iterable[Place]) -> bool:
        wanted = list(places)
        return is_safe(whole, months, wanted, least) \
            and not _left_few(whole, months, wanted, least)

    if not safe((city, column) for city in cities for column in columns):
        return Detail()
    told_columns = _told([[(city, column) for city in cities] for column in columns], whole, safe,
                         left_out={len(columns) - 1})
    told_cities = _told([[(city, column) for column in columns] for city in cities], whole, safe)
    named = frozenset(cities[number] for number in told_cities)
    full = frozenset(city for city in named if all(safe([(city, one)]) for one in columns))
    if not all(safe((city, column) for city in cities if city not in full)
               for column in told_columns):
        full = frozenset()
    for detail in (Detail(True, told_columns, named, full), Detail(True, told_columns, named)):
        if not _crossed(whole, months, detail, least):
            return detail
    return Detail(True, told_columns)


def is_safe(
    whole: ToldTable, months: Sequence[ToldTable], places: Sequence[Place], least: int
) -> bool:
    """Whether no difference of these places' figures of the period and its months is about few."""
    groups = _differences(whole.at(places), [month.at(places) for month in months])
    return not any(0 < len(group) < least for group in groups)


def _told(
    groups: Groups, whole: ToldTable, safe: Callable[[Iterable[Place]], bool], *,
    left_out: Iterable[int] = (),
) -> frozenset[int]:
    """Which of these groups may be told, by number: what the others leave is safe together."""
    kept = set(left_out) | {number for number, group in enumerate(groups) if not safe(group)}
    rest = sorted(set(range(len(groups))) - kept,
                  key=lambda number: (len(whole.at(groups[number])), number))
    while rest and not safe(place for number in kept for place in groups[number]):
        kept.add(rest.pop(0))
    return frozenset(rest)


def _left_few(
    whole: ToldTable, months: Sequence[ToldTable], places: Sequence[Place], least: int
) -> bool:
    """Whether these places come to few, once each of them is taken off by some month."""
    cities, columns = ({place[part] for place in places} for part in (0, 1))
    lines: list[list[tuple[Shown, list[Place]]]] = [
        [((city, None), [place for place in places if place[0] == city])
         for city in sorted(map(str, cities))],
        [((None, int(column)), [place for place in places if place[1] == column])
         for column in sorted(columns, key=int)],
    ]
    return any(
        _sums([_options(whole, months, shown, line, least) for shown, line in split], least)
        & set(range(1, least))
        for split in lines
    )


def _options(
    whole: ToldTable, months: Sequence[ToldTable], shown: Shown, line: Sequence[Place], least: int
) -> set[int]:
    """How many may be left of a city or a column: by its total's months, or by each cell's."""
    def left(places: Sequence[Place], name: Shown) -> set[int]:
        people = whole.at(places)
        return {len(people), *(len(people - month.at(places))
                               for month in months if name in month.shown)}

    whole_line = len(line) == len(whole.columns if shown[0] is not None else whole.cities)
    by_cells = _sums([left([place], place) for place in line], least)
    return by_cells | (left(line, shown) if whole_line else set())


def _sums(options: Iterable[set[int]], least: int) -> set[int]:
    """What one of each may come to; as much as the limit or more is one and the same."""
    found = {0}
    for some in options:
        found = {min(before + more, least) for before in found for more in some}
    return found


def _differences(whole: People, months: Sequence[People]) -> Iterator[People]:
    """Whom differences of a figure of the period and of its parts are about; where somebody stands
    in one place in a part and in another in the whole, it may be about nobody in particular."""
    for part in _parts(months):
        more, other = whole - part, part - whole
        if not (more and other):
            yield more or other
    yield whole
    yield from _gaps(months)


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


def _crossed(
    whole: ToldTable, months: Sequence[ToldTable], detail: Detail, least: int
) -> bool:
    """Whether sums of cities less sums of columns tell of few, in the period or a difference."""
    cities, columns = whole.cities, whole.columns
    places = [(city, column) for city in cities for column in columns]
    for gone in (frozenset[str](), *_parts([month.at(places) for month in months])):
        counts = [[len(whole.at([(city, column)]) - gone) for column in columns]
                  for city in cities]
        table = Published(counts, least, columns_too=True)
        table.hidden = {(row, column) for row, city in enumerate(cities)
                        for column in columns if city not in detail.whole_cities}
        table.rows_hidden = {row for row, city in enumerate(cities) if city not in detail.cities}
        table.columns_hidden = {column for column in columns if column not in detail.columns}
        if any(disclosures(table)):
            return True
    return False
