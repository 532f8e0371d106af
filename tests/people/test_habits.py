"""What an operator filled in last time, and households named by their number."""

from dataclasses import replace

import pytest

from cbi.base.errors import NotFound
from cbi.people.persons import enrol, household
from cbi.people.records.habits import Habits, habits_of
from tests.conftest import World
from tests.people.given import CONSENT, somebody, zahra


def test_the_last_enrolment_of_an_operator_is_the_default_for_the_next(world: World) -> None:
    with world.ledger.read() as tx:
        assert habits_of(tx, "field1") == Habits()
    enrol(world.session("field1"), [zahra()])
    enrol(world.session("field1"), [
        somebody(1, city="astana", consent=replace(CONSENT, version="2022-9"))
    ])
    enrol(world.session("field2"), [somebody(2, consent=None)])
    with world.ledger.read() as tx:
        assert habits_of(tx, "field1") == Habits("astana", "ps", "2022-9")
        assert habits_of(tx, "field2") == Habits("almaty", "ps", "1")


def test_a_person_is_enrolled_into_a_household_by_its_number(world: World) -> None:
    session = world.session("field1")
    (head,) = enrol(session, [zahra(household_size=1)]).numbers
    with world.ledger.read() as tx:
        number = household(tx, head).number
    (member,) = enrol(
        session, [somebody(1, household_ref=f"number:{number}", head=False)]
    ).numbers
    with world.ledger.read() as tx:
        found = household(tx, head)
        assert set(found.members) == {head, member}
        assert (found.head, found.size) == (head, 2)
        assert tx.value("SELECT count(*) FROM household") == 1
    with pytest.raises(NotFound, match="household-unknown"):
        enrol(session, [somebody(2, household_ref="number:H-000-000-000")])
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM person") == 2
