"""A later list corrects people who are enrolled: shown by field, taken over on a word."""

from pathlib import Path

import openpyxl
import pytest

from cbi.enrolment.importing.changes import changes_of, chosen, take_over
from cbi.enrolment.importing.importing import ImportPreview, carry_out, preview
from cbi.operators.operator_session import OperatorSession
from cbi.people.persons import approve, facts_of, held_changes, unseal
from cbi.people.records.numbers import show_number
from cbi.reports.roster import RosterWanted, write_roster
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


KOBO = "full_name,sex,phone,city,family_size,_id,_uuid,_submission_time"
OMID = "Omid Popal,m,{phone},almaty,2,71,{name},{sent}"
SARA = "Sara Noori,f,,almaty,1,{serial},s9,{sent}"
SENT, LATER = "2022-08-10T10:00:00", "2022-08-12T08:30:00"


def exported(world: World, *rows: str) -> Path:
    """A workbook's export of Kobo, which does not tell the name that a submission began with."""
    path: Path = world.folder / f"export{len(list(world.folder.glob('export*')))}.csv"
    path.write_text("\n".join([KOBO, *rows]) + "\n", "utf-8")
    return path


def test_an_edited_submission_is_known_by_its_servers_number_alone(
    world: World, session: OperatorSession,
) -> None:
    omid = {"phone": "+77010000001", "sent": SENT}
    first = exported(world, OMID.format(name="u1", **omid))
    (number,) = carry_out(session, preview(session, first)).numbers
    omid["phone"] = "+77010000002"
    for name in ("u2", "u3"):
        shown = preview(session, exported(world, OMID.format(name=name, **omid)))
        assert (shown.new_count, shown.known_count) == (0, 1)
        assert [(one.number, one.became) for one in changes_of(session, shown)] == [
            (number, "+77010000002"),
        ]
        assert not carry_out(session, shown).enrolled_count


def test_another_servers_number_is_nobody_we_know(
    world: World, session: OperatorSession,
) -> None:
    first = exported(world, OMID.format(phone="+77010000001", name="u1", sent=SENT))
    carry_out(session, preview(session, first))
    for sent, serial in ((LATER, 71), (SENT, 72), ("", 71)):
        shown = preview(session, exported(world, SARA.format(serial=serial, sent=sent)))
        assert (shown.new_count, shown.known_count) == (1, 0), (sent, serial)


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


def by_hand(world: World, *rows: str) -> Path:
    """A list as somebody made it, with numbers of ours."""
    path: Path = world.folder / "by-hand.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def test_a_list_by_hand_names_people_by_their_number_and_needs_to_say_nothing_else(
    world: World, session: OperatorSession, number: str,
) -> None:
    shown = preview(session, by_hand(world, "No,Phone", f"{number.lower()},+7 701 000 00 33"))
    assert (shown.new_count, shown.known_count, shown.rejected_count) == (0, 1, 0)
    assert [(one.number, one.kind, one.became) for one in changes_of(session, shown)] == [
        (number, "phone", "+77010000033"),
    ]
    done = carry_out(session, shown)
    assert (done.enrolled_count, done.known_count) == (0, 1)
    assert take_over(session, shown, changes_of(session, shown)).people == 1
    assert unseal(session, [number], purpose="test")[number].data.phones == ("+77010000033",)
    assert not changes_of(session, preview(session, shown.path))


def test_our_own_list_comes_back_corrected_and_with_somebody_new(
    world: World, session: OperatorSession, number: str,
) -> None:
    path = world.folder / "ours.xlsx"
    write_roster(session, RosterWanted(), path, purpose="to correct phones")
    same = preview(session, path)
    assert (same.new_count, same.known_count, same.rejected_count) == (0, 2, 0)
    assert not changes_of(session, same)
    book = openpyxl.load_workbook(path)
    sheet = book.active
    assert sheet is not None
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    at = next(row[0].row for row in sheet.iter_rows()
              if any(cell.value == number for cell in row))
    sheet.cell(at, columns["Phone"]).value = "+77010000044"
    sheet.append([None] * sheet.max_column)
    for heading, value in (("Name", "Parwin Azizi"), ("City", "almaty"), ("Sex", "f")):
        sheet.cell(sheet.max_row, columns[heading]).value = value
    book.save(world.folder / "back.xlsx")
    assert [one.code for one in preview(session, world.folder / "back.xlsx").questions] == [
        "enrolment.ask-blank-household",
    ], "somebody without a household, below one"
    shown = preview(session, world.folder / "back.xlsx", mapping={"members": "=apart"})
    assert (shown.new_count, shown.known_count, shown.rejected_count) == (1, 2, 0)
    assert [(one.number, one.kind) for one in changes_of(session, shown)] == [(number, "phone")]
    assert carry_out(session, shown).enrolled_count == 1


def test_a_number_of_nobody_and_a_household_of_ours_go_back(
    world: World, session: OperatorSession, number: str,
) -> None:
    with session.ledger.read() as tx:
        home = facts_of(tx, number).household
    stranger = show_number("B", "00000001")
    mistyped = number[:-1] + str((int(number[-1]) + 1) % 10)
    shown = preview(session, by_hand(
        world, "Number,Household,Name,City",
        *(f"{one},{home},Omid Popal,almaty" for one in (number, stranger, mistyped)),
        *(f"{show_number('B', str(10_000_000 + one))},x{one},Omid Popal,almaty"
          for one in range(12)),
        f",{home},Little Popal,almaty",
    ))
    codes = sorted({one.code for one in shown.problems})
    assert codes == ["enrolment.household-is-ours", "enrolment.number-unknown",
                     "people.number-mistyped"]
    assert (shown.new_count, shown.known_count, shown.rejected_count) == (0, 1, 15)
