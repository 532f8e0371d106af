"""No day that has not come in the programme's zone stands in a record, and none is refused there
that has."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from cbi.base.clock import instant_on
from cbi.base.errors import UsageError
from cbi.issuance.drafting import preview
from cbi.people.privacy.consent import give_consent, withdraw_consent
from cbi.people.records.record import BirthDate
from cbi.people.registration.approving import approve_list
from cbi.people.registration.enrolling import enrol
from cbi.people.registration.sampling import draw_sample, record_check
from cbi.people.registration.status import set_status
from cbi.programmes.rounds import EntitlementRule, add_round
from tests.conftest import ZONE, World
from tests.people.given import CONSENT, ZAHRA, somebody, zahra

EARLY = instant_on("2022-08-21", 2, ZONE)
"""Two in the morning of the 21st; in Greenwich it is the 20th still."""
LIST = "cd" * 32


@pytest.fixture
def writes(world: World) -> dict[str, Callable[[str], object]]:
    """Every record that names a day, each to be written with one."""
    number, other = enrol(world.session("field1"), [zahra(), somebody(1)], list_hash=LIST).numbers
    approve_list(world.session("manager1"), LIST)
    drawn = draw_sample(world.session("manager1"), share_percent=15)
    field1, field2 = world.session("field1"), world.session("field2")
    return {
        "enrol": lambda day: enrol(field1, [somebody(2, consent=replace(CONSENT, date=day))]),
        "give": lambda day: give_consent(
            field1, number, replace(CONSENT, version="2", date=day)),
        "check": lambda day: record_check(
            field2, drawn.number, drawn.members[0].person, "seen", date=day),
        "status": lambda day: set_status(field1, other, "left", "moved", day),
        "withdraw": lambda day: withdraw_consent(field1, number, date=day),
    }


def test_tomorrow_is_refused_by_all_and_today_by_none(
    world: World, writes: dict[str, Callable[[str], object]],
) -> None:
    world.clock.now = EARLY
    for write in writes.values():
        with pytest.raises(UsageError, match=r"people\.date-ahead"):
            write("2022-08-22")
    for write in writes.values():
        write("2022-08-21")


def test_a_birth_counts_from_midnight_in_the_programmes_zone(world: World) -> None:
    born = replace(ZAHRA, birth=BirthDate("x", "2022-08-21", "day"))
    world.clock.now = instant_on("2022-08-20", 23, ZONE)
    with pytest.raises(UsageError, match=r"people\.birth-impossible"):
        enrol(world.session("field1"), [zahra(data=born)])
    world.clock.now = EARLY
    enrol(world.session("field1"), [zahra(data=born)])


def test_who_is_born_after_the_year_of_a_round_gets_nothing_of_it_and_is_named(
    world: World,
) -> None:
    world.clock.now = instant_on("2023-01-10", 12, ZONE)
    add_round(world.session("manager1"), "KZ22-R9", "KZ22", "2022-12-20", "2023-02-28",
              entitlements=[EntitlementRule("food", 1_500_000, "person")],
              retailers={"food": ["magnum"]})
    baby = replace(ZAHRA, birth=BirthDate("x", "2023-01-05", "day"), documents=(), phones=())
    old, new = enrol(
        world.session("field1"), [somebody(1), zahra(data=baby)], list_hash=LIST
    ).numbers
    approve_list(world.session("manager1"), LIST)
    seen = preview(world.session("field1"), "KZ22-R9")
    assert {line.beneficiary for line in seen.lines} == {old}
    assert seen.unborn == (new,)
