"""Whom and what a month counts when vouchers are voided, taken back, replaced, reversed or expired,
and when people get from two programmes, are given in two cities, and are erased."""

import pytest

from cbi.base.clock import DAY_US, instant_on
from cbi.ledger.vouchers.changes import expire_due, replace, take_back, void
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.ledger.vouchers.reversing import reverse
from cbi.people.persons import enrol, erase
from cbi.programmes.programmes import add_programme
from cbi.programmes.rounds import EntitlementRule, add_round
from cbi.reports.five_w import FiveWRequest, report_five_w
from cbi.reports.indicators import IndicatorRow, indicators
from tests.conftest import ZONE, World
from tests.people.given import somebody
from tests.reports.campaign import closed
from tests.vouchers import Paper, in_hand

FACE = 1_500_000
AUGUST = ("2022-08-01", "2022-08-31")


def bought(world: World, paper: Paper, receipt: str, amount: int = 400_000) -> str:
    told = redeem(world.session("cashier1"), Redeem(
        code=paper.code, amount_minor=amount, store="magnum-almaty-1", receipt=receipt))
    assert told.redemption is not None
    return told.redemption


@pytest.fixture
def numbers(world: World) -> tuple[str, ...]:
    """Six people: one gets twice, one is voided, taken back, replaced, reversed, expires."""
    manager = world.session("manager1")
    add_programme(manager, code="KZ23", name="Winter", currency="KZT", zone=ZONE,
                  budget_minor=100_000_000, short_name="W")
    add_round(manager, "KZ23-R1", "KZ23", "2022-08-16", "2022-09-30", in_parts=True,
              entitlements=[EntitlementRule("food", FACE, "person")],
              retailers={"food": ["magnum"]})
    people = enrol(world.session("field1"), [somebody(place) for place in range(6)]).numbers
    papers = {number: in_hand(world, [FACE], beneficiaries=[number])[0] for number in people}
    _, voided, wrong, torn, undone, _ = people
    take_back(world.session("field1"), [papers[wrong].serial], "the wrong person")
    world.clock.now += DAY_US
    in_hand(world, [FACE], beneficiaries=[people[0]], city="astana", round_code="KZ23-R1")
    bought(world, papers[voided], "1")
    void(manager, papers[voided].serial, "left the country")
    replace(world.session("field1"), papers[torn].serial, "torn")
    reverse(manager, bought(world, papers[undone], "2"), "wrong goods")
    return tuple(people)


def told(world: World) -> tuple[dict[str, object], list[IndicatorRow]]:
    """The programme's row of August, and all programmes' rows."""
    session = world.session("manager1")
    (row,), _ = report_five_w(session, world.folder / "5w.csv", FiveWRequest(
        date_from=AUGUST[0], date_until=AUGUST[1]), "KZ22")
    return row, list(indicators(session, "2022-08", "2022-08", least=0).rows)


def test_who_was_given_counts_once_and_what_was_undone_does_not(
    world: World, numbers: tuple[str, ...]
) -> None:
    row, rows = told(world)
    assert (row["#targeted+ind"], row["#reached+ind"], row["#reached+hh"]) == (6, 5, 5)
    assert (row["#value+issued"], row["#value+redeemed"]) == (6 * FACE, 400_000)
    by_city = {one.city: one.people for one in rows}
    assert by_city == {"almaty": 5, "astana": 0, "": 5}, "once, where they were given first"


def test_erasing_expiring_and_closing_leave_the_month_as_it_was(
    world: World, numbers: tuple[str, ...]
) -> None:
    before = told(world)
    for number in numbers[:2]:
        erase(world.session("admin1"), number, "asked for it")
    assert told(world) == before
    world.clock.now = instant_on("2022-10-02", 9, ZONE)
    assert expire_due(world.session("manager1"))
    assert told(world) == before
    closed(world, "2022-09")
    erase(world.session("admin1"), numbers[3], "asked for it")
    assert told(world) == before
