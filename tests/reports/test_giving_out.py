"""What is given out: a few fixed periods, each once, and no difference of any two tells of few."""

import random
from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest

from cbi.base.clock import DAY_US, instant_on
from cbi.base.errors import CbiError, Conflict, UsageError
from cbi.programmes.rounds import EntitlementRule, add_round
from cbi.reports.against_months import Place
from cbi.reports.efficiency import efficiency
from cbi.reports.five_w import FiveWRequest, report_five_w
from cbi.reports.five_w_told import Window, told_rows
from cbi.reports.giving_out import Periods, check_period, last_day, months_between
from cbi.reports.indicators import CountedByCity, indicators, month_rows, whole_rows
from cbi.reports.reached import Band, Met, Population, Reached, Someone
from tests.conftest import ZONE, World
from tests.reports.campaign import closed
from tests.reports.test_against_months import Figure, few
from tests.reports.test_five_w import enrolled
from tests.vouchers import in_hand

LEAST = 10
BANDS = (Band("adults", 0, None),)
CITIES = ("almaty", "semey")
WITH = 3
"""A column of this much more holds those of it who have a disability."""
MISSED = 2 * WITH
"""The column of those who were targeted and never reached; they stand on no sheet by themselves."""
TREE = ((0, 0), (1, 1), (2, 2), (3, 3), (0, 1), (2, 3), (0, 3))
"""Windows of months as they are told: months, halves like quarters, all from the beginning."""
MET = Met(1, 2022)


def days() -> list[str]:
    """The first, second, middle and last days of two years."""
    return [day for month in months_between("2022-01", "2023-12")
            for day in (f"{month}-01", f"{month}-02", f"{month}-15", last_day(month))]


def is_told(first: str, last: str, kind: Periods) -> bool:
    try:
        check_period(first, last, kind, LEAST, begins="2022-08")
    except UsageError:
        return False
    return True


@pytest.mark.parametrize("kind", Periods)
def test_any_two_periods_are_apart_or_one_holds_the_other(kind: Periods) -> None:
    told = [(max(first, "2022-08-01"), last) for first in days() for last in days()
            if first <= last and last >= "2022-08" and is_told(first, last, kind)]
    assert len(told) >= 6
    for (first, last), (other_first, other_last) in combinations(told, 2):
        apart = last < other_first or other_last < first
        inside = first <= other_first and other_last <= last
        around = other_first <= first and last <= other_last
        assert apart or inside or around, (first, last, other_first, other_last)


def test_who_asks_that_nothing_be_kept_back_may_ask_for_any_days() -> None:
    check_period("2022-08-02", "2022-08-05", Periods.PROGRAMME, 0)


def people_met(dice: random.Random) -> list[Window]:
    """Four months of two cities; few or many come again, and some have a disability."""
    people, rows = {}, [{(city, "food"): Reached() for city in CITIES} for _ in range(4)]
    often, ill = dice.choice((0.4, 0.7, 1.0)), dice.choice((0.0, 0.1, 0.4))
    disabled = set()
    for number in range(dice.choice((40, 90, 150))):
        name, city, sex = f"P-{number}", dice.choice(CITIES), dice.choice(("f", "m", "f", "m", ""))
        people[name] = Someone(name, f"H-{number}", sex, 1990, name)
        if dice.random() < ill:
            disabled.add(name)
        for month in rows:
            if dice.random() < often:
                reached = month[city, "food"]
                reached.people[name] = reached.households[f"H-{number}"] = MET
                reached.targeted.add(name)
    for city in CITIES:
        for number in range(dice.choice((0, 0, 3, 12))):
            for month in rows:
                if dice.random() < often:
                    month[city, "food"].targeted.add(f"{city}-{number}")
    everybody = Population(people, {})
    return [Window(month, everybody, frozenset(disabled)) for month in rows]


def whole_of(months: Sequence[Window]) -> Window:
    rows: dict[tuple[str, str], Reached] = {}
    for month in months:
        for place, reached in month.rows.items():
            rows.setdefault(place, Reached()).add(reached)
    return Window(rows, months[0].people, months[0].disabled)


def places(cities: Sequence[str], columns: Sequence[int]) -> frozenset[Place]:
    return frozenset((city, column) for city in cities for column in columns)


def told_of(
    window: tuple[int, int], months: Sequence[Window], *, guarded: bool
) -> Iterator[Figure]:
    """What the 5W and the indicators tell of a window."""
    some = list(months[window[0]:window[1] + 1])
    whole, several = whole_of(some), some if len(some) > 1 and guarded else []
    for (city, _), row in told_rows(whole, several, BANDS, LEAST):
        for column, count in enumerate(row.cells):
            if count is not None:
                yield Figure(window, places([city], [column, column + WITH]), count)
        targeted = row.targeted if guarded else len(whole.rows[city, "food"].targeted)
        for count, columns in ((row.people, range(2 * WITH)), (targeted, range(MISSED + 1)),
                               (row.disabled[0], (3, 4, 5)),
                               (row.disabled[1], (3,)), (row.disabled[2], (4,))):
            if count is not None:
                yield Figure(window, places([city], list(columns)), count)
    counted: CountedByCity = whole.counted("food")
    rows = whole_rows(counted, [one.counted("food") for one in several], BANDS, LEAST) \
        if several else month_rows("", counted, BANDS, LEAST)
    for together in (row for row in rows if not row.city):
        for column, count in enumerate(together.cells):
            if count is not None:
                yield Figure(window, places(CITIES, [column, column + WITH]), count)
        if together.people is not None:
            yield Figure(window, places(CITIES, list(range(2 * WITH))), together.people)


def given_out(seed: int, *, guarded: bool = True) -> list[Figure]:
    months = people_met(random.Random(seed))
    return [figure for window in TREE for figure in told_of(window, months, guarded=guarded)]


def test_no_difference_of_all_that_is_given_out_is_about_few() -> None:
    found = told = 0
    for seed in range(12):
        guarded = given_out(seed)
        assert few(guarded, 2, 4) == [], seed
        told += sum(one.window[0] < one.window[1] for one in guarded)
        found += bool(few(given_out(seed, guarded=False), 2, 4))
    assert found > 6, "the attack finds what months alone would have given away"
    assert told > 60, "periods are still told"


def test_whoever_was_targeted_and_not_reached_is_in_no_small_difference() -> None:
    found = told = 0
    for seed in range(12):
        months = people_met(random.Random(seed))
        for place, month in enumerate(months):
            known, open_to_all = (
                [one._replace(window=(0, 1))
                 for one in told_of((place, place), months, guarded=guarded)]
                for guarded in (True, False))
            assert few(known, 2, 1) == [], (seed, place)
            found += bool(few(open_to_all, 2, 1))
            told += sum((city, MISSED) in one.places for one in known for city in CITIES)
            assert all(reached.people.keys() <= reached.targeted for reached in month.rows.values())
    assert found > 6, "the attack finds whom the plain count of the targeted would have told of"
    assert told > 30, "how many were targeted is still told"


@pytest.mark.long
def test_nor_in_many_campaigns_or_of_three_figures() -> None:
    for seed in range(100, 200):
        assert few(given_out(seed), 2, 4) == [], seed
    for seed in range(200, 212):
        assert few(given_out(seed), 3, 4) == [], seed


def come(world: World) -> None:
    """Forty in July, thirty of them and three others in September."""
    enrolled(world, *((f"P-{n:06d}", f"H-{n}", "f" if n % 2 else "m", 1990) for n in range(1, 44)))
    world.clock.now = instant_on("2022-07-20", 9, ZONE)
    in_hand(world, [1_500_000] * 40)
    world.clock.now = instant_on("2022-09-05", 9, ZONE)
    add_round(world.session("manager1"), "KZ22-R2", "KZ22", "2022-09-01", "2022-10-30",
              in_parts=True, entitlements=[EntitlementRule("food", 1_500_000, "person")],
              retailers={"food": ["magnum"]})
    in_hand(world, [1_500_000] * 33, round_code="KZ22-R2",
            beneficiaries=[f"P-{n:06d}" for n in range(11, 44)])


JULY, QUARTER = ("2022-07-01", "2022-07-31"), ("2022-07-01", "2022-09-30")


def test_a_period_is_told_once_whatever_day_is_asked_for(world: World) -> None:
    come(world)
    session = world.session("manager1")
    files: list[bytes] = []

    def made(period: tuple[str, str], asked: str | None = None) -> list[dict[str, object]]:
        path = world.folder / f"{len(files)}.csv"
        rows, _ = report_five_w(session, path, FiveWRequest(
            date_from=period[0], date_until=period[1], least=LEAST), as_of_text=asked)
        files.append(path.read_bytes())
        return rows

    with pytest.raises(Conflict, match="month-open"):
        made(JULY)
    closed(world, "2022-09")
    (july,), (quarter,) = made(JULY), made(QUARTER)
    assert july["#reached+ind"] == 40
    assert quarter["#reached+ind"] is None, "less July it would tell of the three"
    world.clock.now += 5 * DAY_US
    assert made(JULY, "2022-10-02") == made(JULY, "2022-10-06") == [july]
    assert files[0] == files[2] == files[3]
    for asked in ("2022-07-31", "2022-09-04", "2022-10-01"):
        with pytest.raises(UsageError, match="as-of-before-closing"):
            made(JULY, asked)


def test_no_days_give_what_the_periods_keep_back(world: World) -> None:
    come(world)
    closed(world, "2022-09")
    session, told = world.session("manager1"), set()
    asked = [day for month in ("2022-07", "2022-08", "2022-09")
             for day in (f"{month}-01", f"{month}-15", last_day(month))]
    for first, last in ((first, last) for first in asked for last in asked if first <= last):
        for report in (
            lambda first=first, last=last: report_five_w(
                session, world.folder / "5w.csv",
                FiveWRequest(date_from=first, date_until=last, least=LEAST)),
            lambda first=first, last=last: efficiency(session, (first, last), ["staff=1"]),
        ):
            try:
                report()
            except CbiError:
                continue
            told.add((first, last))
    assert told == {(f"{month}-01", last_day(month)) for month in ("2022-07", "2022-08", "2022-09")
                    } | {QUARTER}
    whole = efficiency(session, QUARTER, ["staff=1"])
    assert [one.lower for one in whole.ratios if one.name == "cost-person"] == [None]
    assert indicators(session, "2022-07", "2022-09").rows[-1].people is None
    with pytest.raises(UsageError, match="period-calendar"):
        indicators(session, "2022-07", "2022-08")
