"""A later list corrects people who are enrolled: shown by field, taken over on a word."""

from pathlib import Path

import pytest

from cbi.enrolment.changes import changes_of, chosen, take_over
from cbi.enrolment.importing import ImportPreview, carry_out, preview
from cbi.operators.operator_session import OperatorSession
from cbi.people.persons import approve, facts_of, held_changes, unseal
from tests.conftest import World

HEAD = "full_name,sex,phone,city,family_size,meta/rootUuid,_id,_uuid,_submission_time"


def written(world: World, name: str, *rows: str) -> Path:
    path: Path = world.folder / name
    path.write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    return path


@pytest.fixture
def session(world: World) -> OperatorSession:
    return world.session("field1")


@pytest.fixture
def number(world: World, session: OperatorSession) -> str:
    first = written(
        world, "first.csv", "Omid Popal,m,+77010000001,almaty,2,uuid:r1,1,r1,2022-08-10T10:00:00",
        "Sara Noori,f,+77010000009,almaty,1,uuid:r2,2,r2,2022-08-10T10:00:00",
    )
    return carry_out(session, preview(session, first)).numbers[0]


def edited(world: World, session: OperatorSession) -> ImportPreview:
    return preview(session, written(
        world, "edited.csv", "Omid Popal,m,+77010000002,astana,3,uuid:r1,1,r8,2022-08-10T10:00:00",
        "Sara Noori,f,+77010000009,almaty,1,uuid:r2,2,r2,2022-08-10T10:00:00",
    ))


def test_an_edited_submission_is_shown_by_field_and_changes_nothing(
    world: World, session: OperatorSession, number: str,
) -> None:
    shown = edited(world, session)
    assert (shown.new_count, shown.known_count) == (0, 2)
    changes = changes_of(session, shown)
    assert {(one.number, one.kind, one.was, one.became) for one in changes} == {
        (number, "phone", "+77010000001", "+77010000002"), (number, "city", "almaty", "astana"),
        (number, "household-size", "2", "3"),
    }
    carry_out(session, shown)
    assert unseal(session, [number], purpose="test")[number].data.phones == ("+77010000001",)


def test_what_is_agreed_to_is_taken_over_and_the_old_stays(
    world: World, session: OperatorSession, number: str,
) -> None:
    shown = edited(world, session)
    changes = changes_of(session, shown)
    assert take_over(session, shown, chosen(changes, ["phone", "city"])).people == 1
    person = unseal(session, [number], purpose="test")[number]
    assert (person.data.phones, person.city) == (("+77010000002",), "astana")
    assert person.household_size == 2
    with world.ledger.read() as tx:
        assert facts_of(tx, number).version == 2
    left = changes_of(session, edited(world, session))
    assert [one.kind for one in left] == ["household-size"]


def test_an_approved_persons_phone_follows_and_their_name_waits(
    world: World, session: OperatorSession, number: str,
) -> None:
    approve(world.session("manager1"), [number])
    shown = preview(session, written(
        world, "renamed.csv",
        "Omid Wardak,m,+77010000001,almaty,2,uuid:r1,1,r8,2022-08-10T10:00:00",
    ))
    changes = changes_of(session, shown)
    assert [one.kind for one in changes] == ["name"]
    take_over(session, shown, changes)
    person = unseal(session, [number], purpose="test")[number]
    assert person.data.names[0].text == "Omid Popal"
    with world.ledger.read() as tx:
        assert [one.person for one in held_changes(tx)] == [number]
