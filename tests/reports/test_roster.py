"""Lists of people by city, state and what was not collected or spent; names only for a purpose."""

from typing import Any

import pytest

from cbi.base.errors import NotAllowed
from cbi.files import read_table
from cbi.operators.log import entries
from cbi.people.persons import enrol
from cbi.people.records.record import NewPerson, PersonalData, WrittenName
from cbi.reports.roster import RosterWanted, roster, write_roster
from tests.conftest import World
from tests.vouchers import in_hand, issued


@pytest.fixture
def numbers(world: World) -> tuple[str, ...]:
    """Three people: one has collected, one has not, one has no voucher and lives elsewhere."""
    people = [
        NewPerson(data=PersonalData(names=(WrittenName(name),), phones=(phone,)), city=city)
        for name, phone, city in (
            ("Omid Popal", "+77010000001", "almaty"), ("Sara Noori", "+77010000002", "almaty"),
            ("Karim Wardak", "+77010000003", "astana"),
        )
    ]
    made = enrol(world.session("field1"), people).numbers
    in_hand(world, [1_000_000], beneficiaries=[made[0]])
    issued(world, [1_000_000], beneficiaries=[made[1]])
    return made


def test_people_are_listed_by_city_and_by_what_is_left_to_do(
    world: World, numbers: tuple[str, ...],
) -> None:
    def of(**wanted: Any) -> set[str]:
        return {one.number for one in roster(world.session("field1"), RosterWanted(**wanted))}

    assert of() == set(numbers)
    assert of(city="astana") == {numbers[2]}
    assert of(not_collected=True) == {numbers[1]}
    assert of(not_spent=True) == {numbers[0]}
    assert of(waiting=True, city="almaty") == set(numbers[:2])
    assert of(status="left") == set()


def test_names_stand_only_where_a_purpose_is_said_and_the_log_keeps_it(
    world: World, numbers: tuple[str, ...],
) -> None:
    path = world.folder / "people.xlsx"
    assert write_roster(world.session("auditor1"), RosterWanted(), path) == 3
    told = [cell for row in read_table(path).rows for cell in row.cells]
    assert numbers[0] in told
    assert "Omid Popal" not in told
    with pytest.raises(NotAllowed):
        write_roster(world.session("auditor1"), RosterWanted(), path, purpose="calls")
    write_roster(world.session("field1"), RosterWanted(not_collected=True), path, purpose="calls")
    told = [cell for row in read_table(path).rows for cell in row.cells]
    assert {"Sara Noori", "+77010000002", numbers[1]} <= set(told)
    assert path.stat().st_mode & 0o077 == 0
    with world.ledger.read() as tx:
        [line] = entries(tx, action="people.read")
    assert "calls" in str(line.detail)
