"""Months and periods told beside one another: no difference of figures is about few people."""

import random
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations_with_replacement
from typing import NamedTuple

import numpy as np
import pytest

from cbi.reports.against_months import Place
from cbi.reports.indicators import WHOLE, CountedByCity, IndicatorRow, month_rows, whole_rows
from cbi.reports.reached import Band, Met, Population, Reached, Someone

LEAST = 10
BANDS = (Band("adults", 0, None),)
CITIES = ("almaty", "semey")
MONTHS = ("1", "2", "3")
COLUMNS = range(3)
WINDOWS = tuple((first, last) for first in range(3) for last in range(first, 3))


class Figure(NamedTuple):
    """A figure that some report tells, and of whom: whoever came in one of these months and stands
    in one of these places (city, column)."""

    window: tuple[int, int]
    places: frozenset[Place]
    people: int

    def tells_of(self, kind: tuple[int, Place]) -> bool:
        """Whether it counts a kind of people: the months they came in, as bits, and their place."""
        came, place = kind
        return place in self.places and any(
            came >> month & 1 for month in range(self.window[0], self.window[1] + 1))


AUGUST = Met(1, 2022)


def lived(dice: random.Random) -> list[CountedByCity]:
    """Three months, in which few, many or all come again."""
    people, months = {}, [CountedByCity({city: Reached() for city in CITIES}, Population({}, {}))
                          for _ in MONTHS]
    often = dice.choice((0.3, 0.6, 0.9, 1.0))
    for number in range(dice.choice((30, 60, 120))):
        name, city = f"P-{number}", dice.choice(CITIES)
        sex = dice.choice(("f", "m", "f", "m", ""))
        people[name] = Someone(name, f"H-{number}", sex, 1990, name)
        for month in months:
            if dice.random() < often:
                month.by_city[city].people[name] = AUGUST
                month.by_city[city].households[f"H-{number}"] = AUGUST
    return [CountedByCity(month.by_city, Population(people, {})) for month in months]


def whole_of(months: Sequence[CountedByCity]) -> CountedByCity:
    """Everybody once, in the city of the first month."""
    found: dict[str, Reached] = {city: Reached() for city in CITIES}
    seen: set[str] = set()
    for month in months:
        for city, reached in month.by_city.items():
            for name in reached.people.keys() - seen:
                found[city].people[name] = AUGUST
                found[city].households[name.replace("P", "H")] = AUGUST
        seen |= {name for reached in month.by_city.values() for name in reached.people}
    return CountedByCity(found, months[0].everybody)


def figures(window: tuple[int, int], counted: CountedByCity, rows: Iterable[IndicatorRow]
            ) -> Iterator[Figure]:
    """What these rows tell; what is kept back is no figure."""
    cells = counted.told(BANDS).cells
    for row in rows:
        cities = [row.city] if row.city else CITIES
        for column, count in enumerate((*row.cells, row.people)):
            columns = COLUMNS if column == len(row.cells) else (column,)
            places = frozenset((city, one) for city in cities for one in columns)
            if count is not None:
                assert count == sum(len(cells[place]) for place in places)
                yield Figure(window, places, count)


def published(months: Sequence[CountedByCity], *, guarded: bool = True) -> list[Figure]:
    """Every report of these months and of every period in them, one after the other."""
    told: list[Figure] = []
    for first, last in WINDOWS:
        some = months[first:last + 1]
        whole = some[0] if first == last else whole_of(some)
        rows = whole_rows(whole, some, BANDS, LEAST) if first < last and guarded else \
            month_rows(WHOLE, whole, BANDS, LEAST)
        told += figures((first, last), whole, rows)
    return told


def few(told: Sequence[Figure], most: int = 3, months: int = 3) -> list[int]:
    """How many people are in each small group of which sums and differences of up to `most` figures
    tell, at least one of them of a period; where a figure is 0, nobody is of its kinds."""
    places = sorted({place for one in told for place in one.places})
    kinds = [(came, place) for came in range(1, 2 ** months) for place in places]
    kinds = [kind for kind in kinds
             if not any(one.people == 0 and one.tells_of(kind) for one in told)]
    if not told:
        return []
    table = np.array([[one.tells_of(kind) for kind in kinds] for one in told], dtype=np.int8)
    signed = np.vstack((table, -table))
    counts = np.array([one.people for one in told] + [-one.people for one in told])
    periods = np.array([one.window[0] < one.window[1] for one in told] * 2)
    found: list[int] = []
    for more in range(most):
        for chosen in map(list, combinations_with_replacement(range(len(signed)), more)):
            sums = signed + signed[chosen].sum(axis=0, dtype=np.int8)
            size = counts + counts[chosen].sum()
            group = ((sums == 0) | (sums == 1)).all(axis=1) & (size > 0) & (size < LEAST)
            group &= periods | periods[chosen].any()
            found += [int(one) for one in size[group]]
    return found


def alone(told: Sequence[Figure], period: tuple[int, int]) -> list[Figure]:
    """What one report on a period tells: its months, and the whole."""
    months = {(month, month) for month in range(period[0], period[1] + 1)}
    return [one for one in told if one.window in months | {period}]


def test_no_difference_of_months_and_periods_is_about_few() -> None:
    without_guard = told = 0
    for seed in range(12):
        months = lived(random.Random(seed))
        guarded = published(months)
        for period in ((0, 1), (1, 2), (0, 2)):
            assert few(alone(guarded, period)) == [], (seed, period)
        assert few(guarded, 2) == [], seed
        told += sum(one.window[0] < one.window[1] for one in guarded)
        without_guard += bool(few(published(months, guarded=False), 2))
    assert without_guard > 6, "the attack finds what months alone would have given away"
    assert told > 60, "periods are still told"


@pytest.mark.long
def test_nor_in_many_campaigns_or_of_four_figures() -> None:
    for seed in range(100, 160):
        guarded = published(lived(random.Random(seed)))
        assert few(guarded, 2) == [], seed
        assert few(alone(guarded, (0, 2))) == [], seed
    for seed in range(200, 206):
        assert few(alone(published(lived(random.Random(seed))), (0, 2)), 4) == [], seed


def test_where_all_come_again_the_whole_is_told_in_full() -> None:
    people = {f"P-{n}": Someone(f"P-{n}", f"H-{n}", "fm"[n % 2], 1990, f"P-{n}") for n in range(80)}
    by_city = {
        city: Reached(people={name: AUGUST for name in people if int(name[2:]) % 4 // 2 == number})
        for number, city in enumerate(CITIES)
    }
    month = CountedByCity(by_city, Population(people, {}))
    rows = list(whole_rows(month, [month, month, month], BANDS, LEAST))
    assert [one.cells for one in rows] == [(20, 20), (20, 20), (40, 40)]
