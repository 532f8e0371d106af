"""Importing, on both engines: shown first, all good rows in, the others back, nobody twice."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cbi.base.errors import BadFile, CbiError, NotAllowed, UsageError
from cbi.enrolment.importing import importing
from cbi.enrolment.importing.importing import carry_out, preview
from cbi.files import Column, Sheet, read_table, write_csv, write_workbook
from cbi.operators.log import entries
from cbi.operators.operator_session import OperatorSession
from cbi.people.persons import facts_of, unseal
from tests.conftest import World
from tests.files.builders import packed, sheet_xml
from tests.rows import all_rows

HEAD = ["HH No.", "Full name", "Father's name", "Sex", "Date of birth", "Phone", "City", "Tazkira"]
FARID = ["1", "Farid Ahmadzai", "Karim", "M", "12.05.1990", "8 701 000 00 01", "almaty",
         "1401-0000-00001"]
ZAHRA = ["1", "Zahra", "Omid", "F", "1992", None, "almaty", None]
OMID = ["1", "Omid", "Farid", "M", "31.02.2015", None, "almaty", None]
LAILA = ["2", "Laila", "Karim", "F", "1980", "7.7E+10", "Paris", None]


def workbook(
    path: Path, *rows: list[Any], headings: list[str] = HEAD, name: str = "People",
) -> Path:
    write_workbook(path, [Sheet(name, [Column(heading) for heading in headings], rows)])
    return path


@pytest.fixture
def path(world: World) -> Path:
    return workbook(world.folder / "list.xlsx", FARID, ZAHRA, OMID, LAILA)


@pytest.fixture
def session(world: World) -> OperatorSession:
    return world.session("field1")


def numbers(world: World) -> list[str]:
    with world.ledger.read() as tx:
        return [row["number"] for row in all_rows(tx, "SELECT number FROM person ORDER BY number")]


def names(world: World) -> dict[str, str]:
    """Household by name, of everybody."""
    found = unseal(world.session("field1"), numbers(world), purpose="test")
    return {one.data.names[0].text: one.household for one in found.values()}


def runs(world: World) -> list[dict[str, Any]]:
    with world.ledger.read() as tx:
        return all_rows(tx, "SELECT * FROM import_run ORDER BY imported_at")


def test_a_preview_says_what_would_happen_and_writes_nothing(
    world: World, session: OperatorSession, path: Path,
) -> None:
    shown = preview(session, path)
    assert (shown.row_count, shown.new_count, shown.rejected_count) == (4, 2, 2)
    assert (shown.known_count, shown.repeated_count, shown.seen_at) == (0, 0, None)
    assert {(one.row, one.column) for one in shown.problems} == {(4, "E"), (5, "F"), (5, "G")}
    assert [one.data.names[0].text for one in shown.first] == ["Farid Ahmadzai", "Zahra"]
    assert numbers(world) == []
    assert runs(world) == []
    assert sorted(one.name for one in world.folder.iterdir() if one.suffix == ".xlsx") == [
        "list.xlsx"
    ]


def test_good_rows_go_in_and_the_others_come_back_with_reasons(
    world: World, session: OperatorSession, path: Path,
) -> None:
    back = world.folder / "back.xlsx"
    done = carry_out(session, preview(session, path), rejected_path=back)
    assert (done.enrolled_count, done.known_count, done.rejected_count) == (2, 0, 2)
    assert set(names(world)) == {"Farid Ahmadzai", "Zahra"}
    assert back.stat().st_mode & 0o077 == 0
    rows = [row.cells for row in read_table(back).rows]
    assert rows[0][: len(HEAD)] == tuple(HEAD)
    assert list(rows[1][: len(HEAD)]) == OMID
    assert "31.02.2015" in str(rows[1][len(HEAD)])
    assert str(rows[2][len(HEAD)]).startswith("Phone: ")
    assert len(str(rows[2][len(HEAD)]).splitlines()) == 2
    with world.ledger.read() as tx:
        facts = [facts_of(tx, number) for number in done.numbers]
        assert {one.list_hash for one in facts} == {done.list_hash}
        [logged] = entries(tx, action="people.import")
    assert logged.detail == {"rows": 4, "enrolled": 2, "known": 0, "rejected": 2}
    [run] = runs(world)
    assert (run["digest"], run["enrolled_count"], run["rejected_count"]) == (done.list_hash, 2, 2)


def test_the_same_file_again_creates_nothing_and_says_so(
    world: World, session: OperatorSession, path: Path,
) -> None:
    carry_out(session, preview(session, path))
    before = numbers(world)
    shown = preview(world.session("field2"), path)
    assert (shown.new_count, shown.known_count) == (0, 2)
    assert shown.seen_at is not None
    done = carry_out(world.session("field2"), shown)
    assert (done.enrolled_count, done.known_count, done.numbers) == (0, 2, ())
    assert numbers(world) == before
    assert len(runs(world)) == 1


def test_corrected_rows_join_the_household_they_belong_to(
    world: World, session: OperatorSession, path: Path,
) -> None:
    back = world.folder / "back.xlsx"
    carry_out(session, preview(session, path), rejected_path=back)
    book = openpyxl.load_workbook(back)
    book.active["E2"], book.active["F3"], book.active["G3"] = "2015", "87010000009", "Almaty"
    book.save(back)
    shown = preview(session, back)
    assert (shown.new_count, shown.rejected_count, shown.problems) == (2, 0, ())
    carry_out(session, shown)
    households = names(world)
    assert households["Omid"] == households["Zahra"] == households["Farid Ahmadzai"]
    assert households["Laila"] != households["Omid"]
    assert preview(session, back).new_count == 0


def test_the_whole_file_corrected_creates_only_who_is_new(
    world: World, session: OperatorSession, path: Path,
) -> None:
    carry_out(session, preview(session, path))
    workbook(path, FARID, ZAHRA, [*OMID[:4], "2015", *OMID[5:]], LAILA)
    shown = preview(session, path)
    assert (shown.new_count, shown.known_count, shown.seen_at) == (1, 2, None)
    carry_out(session, shown)
    assert len(set(names(world).values())) == 1


def test_two_lists_with_the_same_household_numbers_are_two_households(
    world: World, session: OperatorSession,
) -> None:
    people: list[list[Any]] = [FARID, [*LAILA[:5], None, "almaty", None]]
    for place, row in enumerate(people):
        own = ["1", *row[1:]]
        carry_out(session, preview(session, workbook(world.folder / f"{place}.xlsx", own)))
    assert len(set(names(world).values())) == 2


def test_doubles_are_told_within_the_list_and_against_the_ledger(
    world: World, session: OperatorSession,
) -> None:
    carry_out(session, preview(session, workbook(world.folder / "a.xlsx", FARID)))
    again = ["9", "Фарид Ахмадзай", None, "M", None, "+77010000001", "almaty", "1401 0000 00001"]
    other = ["8", "Karim", None, "M", None, "87010000005", "almaty", None]
    third = ["7", "Nazia", None, "F", None, "87010000005", "almaty", None]
    wife = ["7", "Salma", None, "F", None, "87010000005", "almaty", None]
    shown = preview(session, workbook(world.folder / "b.xlsx", again, other, third, wife))
    [number] = numbers(world)
    assert [(one.row, one.kind, one.other_row, one.other_number) for one in shown.doubles] == [
        (4, "phone", 3, None), (5, "phone", 3, None),
    ]
    assert [(one.row, one.match.strength, one.other_number) for one in shown.alike] == [
        (2, "certain", number)
    ]
    assert shown.new_count == 4, "nobody is left out without a person's decision"
    assert carry_out(session, shown).doubtful_count >= 1
    with world.ledger.read() as tx:
        pairs = all_rows(tx, "SELECT first, second, state FROM duplicate_pair")
    assert any(number in (one["first"], one["second"]) for one in pairs)
    assert {one["state"] for one in pairs} == {"open"}


def test_a_phone_that_a_household_shares_is_not_mentioned(
    world: World, session: OperatorSession,
) -> None:
    shared = [["7", name, None, "F", None, "87010000005", "almaty", None] for name in "AB"]
    assert preview(session, workbook(world.folder / "a.xlsx", *shared)).doubles == ()


def test_columns_can_be_corrected_given_to_all_and_left_out(
    world: World, session: OperatorSession,
) -> None:
    path = workbook(
        world.folder / "list.xlsx", ["Farid", "87010000001", "M"], ["Zahra", "87010000002", "x"],
        headings=["Who", "Reach them at", "Sex"],
    )
    with pytest.raises(BadFile, match="heading"):
        preview(session, workbook(world.folder / "x.xlsx", ["a"], headings=["Colour"]))
    shown = preview(session, path, mapping={
        "name": "Who", "phone": "B", "city": "=almaty", "sex": "-",
    })
    assert shown.problems == ()
    assert [one.data.phones for one in shown.people] == [("+77010000001",), ("+77010000002",)]
    assert [(one.field, one.how) for one in shown.proposals] == [
        ("name", "asked"), ("phone", "asked"), ("", "heading"),
    ]


@pytest.mark.parametrize(
    ("mapping", "error", "code"),
    [({"shoe": "A"}, UsageError, "field-unknown"), ({"name": "Nothing"}, BadFile, "no-column")],
)
def test_a_correction_that_cannot_be_is_refused(
    session: OperatorSession, path: Path, mapping: dict[str, str], error: type[CbiError], code: str,
) -> None:
    with pytest.raises(error, match=code):
        preview(session, path, mapping=mapping)


def test_a_mapping_is_remembered_by_name_and_by_shape(
    world: World, session: OperatorSession,
) -> None:
    headings = ["Full name", "Reach them at", "Extra"]
    first = workbook(world.folder / "a.xlsx", ["Farid", "87010000001", "x"], headings=headings)
    asked = {"phone": "Reach them at", "city": "=almaty", "fact": "Extra"}
    carry_out(session, preview(session, first, mapping=asked, mapping_name="caritas"))
    second = workbook(world.folder / "b.xlsx", ["Zahra", "87010000002", "y"], headings=headings)
    shown = preview(world.session("field2"), second)
    assert shown.mapping_name == "caritas"
    assert shown.people[0].data.phones == ("+77010000002",)
    assert shown.people[0].facts == {"Extra": "y"}
    assert "remembered" in {one.how for one in shown.proposals}
    other = workbook(
        world.folder / "c.xlsx", ["1", "Laila", "87010000003"],
        headings=["No", "Full name", "Reach them at"],
    )
    assert preview(session, other, mapping_name="caritas").people[0].city == "almaty"
    with pytest.raises(UsageError, match="mapping-name"):
        preview(session, other, mapping_name=" ")


def test_a_kobo_export_grows_and_enrols_only_what_is_new(
    world: World, session: OperatorSession,
) -> None:
    headings = ["grp/full_name", "grp/city", "_uuid", "_submission_time", "_index"]
    repeat = ["name", "sex", "_parent_table_name", "_parent_index"]

    def export(count: int) -> Path:
        path = world.folder / "kobo.xlsx"
        write_workbook(path, [
            Sheet("Form", [Column(one) for one in headings], [
                (f"Head {'ABC'[n]}", "almaty", f"u-{n}", "2022-08-01T10:00:00", str(n + 1))
                for n in range(count)
            ]),
            Sheet("members", [Column(one) for one in repeat], [
                (f"Child {'ABC'[n]}", "f", "Form", str(n + 1)) for n in range(count)
            ]),
        ])
        return path

    assert carry_out(session, preview(session, export(2))).enrolled_count == 4
    shown = preview(session, export(3))
    assert (shown.new_count, shown.known_count) == (2, 4)
    carry_out(session, shown)
    households = names(world)
    assert households["Head C"] == households["Child C"]
    assert len(set(households.values())) == 3


def test_a_kill_between_enrolling_and_noting_leaves_nobody_twice(
    world: World, session: OperatorSession, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(importing, "_note", killed)
        carry_out(session, preview(session, path))
    assert len(numbers(world)) == 2
    shown = preview(session, path)
    assert (shown.new_count, shown.known_count) == (0, 2)
    workbook(path, FARID, ZAHRA, [*OMID[:4], "2015", *OMID[5:]])
    carry_out(session, preview(session, path))
    assert len(numbers(world)) == 3


def test_a_kill_before_doubles_are_looked_for_is_made_good(
    world: World, session: OperatorSession, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    path = workbook(world.folder / "twice.xlsx", FARID, BROTHER, AGAIN)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(importing, "bulk", killed)
        carry_out(session, preview(session, path))
    assert len(numbers(world)) == 3
    assert runs(world) == []
    done = carry_out(session, preview(session, path))
    assert (done.enrolled_count, done.known_count, done.doubtful_count) == (0, 3, 1)
    assert done.blocking_count == 1
    assert carry_out(session, preview(session, path)).doubtful_count == 0
    assert len(runs(world)) == 1


def test_rejected_rows_that_cannot_be_written_stop_everything(
    world: World, session: OperatorSession, path: Path,
) -> None:
    with pytest.raises(BadFile, match="no-folder"):
        carry_out(session, preview(session, path), rejected_path=world.folder / "none" / "x.xlsx")
    assert numbers(world) == []


def test_two_previews_of_one_file_enrol_once(
    world: World, session: OperatorSession, path: Path,
) -> None:
    first, second = preview(session, path), preview(world.session("field2"), path)
    assert carry_out(session, first).enrolled_count == 2
    assert carry_out(world.session("field2"), second).enrolled_count == 0
    assert len(numbers(world)) == 2


def test_a_hostile_file_writes_nothing(world: World, session: OperatorSession) -> None:
    bomb = world.folder / "bomb.xlsx"
    bomb.write_bytes(packed(sheet_xml(" " * 2_000_000)))
    with pytest.raises(BadFile, match="xlsx-bomb"):
        preview(session, bomb)
    assert numbers(world) == []


def test_a_sheet_is_found_or_named(world: World, session: OperatorSession) -> None:
    path = world.folder / "list.xlsx"
    write_workbook(path, [
        Sheet("Read me", [Column("How to fill this in")], [("Write a name in each row",)]),
        Sheet("Liste", [Column("Name"), Column("City")], [("Farid", "almaty")]),
        Sheet("Old", [Column("Name"), Column("City")], [("Zahra", "almaty")]),
    ])
    assert preview(session, path).sheet == "Liste"
    assert preview(session, path, sheet="old").people[0].data.names[0].text == "Zahra"
    with pytest.raises(BadFile, match="no-sheet"):
        preview(session, path, sheet="None")


def test_only_field_staff_import(world: World, path: Path) -> None:
    with pytest.raises(NotAllowed):
        preview(world.session("manager1"), path)


def test_progress_is_told(world: World, session: OperatorSession) -> None:
    path = world.folder / "long.csv"
    letters = "abcdefghij"
    rows = [
        (f"{letters[n % 10]}{letters[n // 10 % 10]}{letters[n // 100]}x", "almaty")
        for n in range(600)
    ]
    write_csv(path, ["Name", "City"], rows)
    read: list[int] = []
    sealed: list[int] = []
    shown = preview(session, path, progress=read.append)
    assert read == [33, 66, 100]
    carry_out(session, shown, progress=sealed.append)
    assert sealed[-1] == 600


MAIN = """SubmissionDate,place-city,consent,contact_phone,meta-instanceID,KEY
2022-08-01T10:00:00,Almaty,yes,+77010000001,uuid:x1,uuid:x1
2022-08-01T11:00:00,Almaty,yes,+77010000002,uuid:x2,uuid:x2
"""
MEMBERS = """full_name,sex,date_of_birth,relation,PARENT_KEY,KEY
Zahra,f,1990-05-12,head,uuid:x1,uuid:x1/members[1]
Omid,m,2015-31-02,son,uuid:x1,uuid:x1/members[2]
Laila,f,1980,head,uuid:x2,uuid:x2/members[1]
"""


@pytest.fixture
def export(world: World) -> Path:
    folder = world.folder / "odk"
    folder.mkdir()
    (folder / "survey.csv").write_text(MAIN, "utf-8")
    (folder / "survey-members.csv").write_text(MEMBERS, "utf-8")
    return folder


def test_files_of_one_export_are_joined_by_their_keys_and_go_in_once(
    world: World, session: OperatorSession, export: Path
) -> None:
    back = world.folder / "back.xlsx"
    done = carry_out(session, preview(session, export), rejected_path=back)
    assert (done.enrolled_count, done.rejected_count) == (1, 1)
    assert set(names(world)) == {"Laila"}
    fixed = openpyxl.load_workbook(back)
    assert fixed.sheetnames == ["survey", "members"]
    fixed["members"]["C3"] = "2015-02-28"
    fixed.save(back)
    assert carry_out(session, preview(session, back)).enrolled_count == 2
    assert names(world)["Zahra"] == names(world)["Omid"] != names(world)["Laila"]
    (export / "survey-members.csv").write_text(MEMBERS.replace("2015-31-02", "2015-02-28"), "utf-8")
    again = preview(session, export)
    assert (again.new_count, again.known_count) == (0, 3)
    (export / "survey-members.csv").write_text(MEMBERS, "utf-8")
    late = preview(session, export)
    assert (late.known_count, late.rejected_count) == (3, 0), "corrected elsewhere meanwhile"


def test_sheets_with_the_same_columns_are_one_list_or_that_is_asked(
    world: World, session: OperatorSession,
) -> None:
    path = world.folder / "two.xlsx"
    write_workbook(path, [
        Sheet("Almaty", [Column(heading) for heading in HEAD], [FARID, ZAHRA]),
        Sheet("More", [Column(heading) for heading in HEAD], [[*LAILA[:5], None, "almaty", None]]),
    ])
    asked = preview(session, path)
    assert [one.code for one in asked.questions] == ["enrolment.ask-sheets"]
    with pytest.raises(UsageError, match="unanswered"):
        carry_out(session, asked)
    alone = preview(session, path, mapping={"sheets": "=one"})
    (told,) = [one for one in alone.notices if one.code == "enrolment.sheet-left-out"]
    assert (told.sheet, told.facts["rows"]) == ("More", 1)
    named = preview(session, path, sheet="More")
    assert (named.sheet, named.new_count, named.questions) == ("More", 1, ())
    together = preview(session, path, mapping={"sheets": "=all"})
    assert carry_out(session, together).enrolled_count == 3
    assert preview(session, path, mapping={"sheets": "=all"}).new_count == 0


def test_families_of_two_sheets_that_count_alike_stay_two(
    world: World, session: OperatorSession,
) -> None:
    """And nobody is joined to a row of another sheet for being its only woman."""
    head = [Column(one) for one in ("Family number", "Full name", "Sex")]
    path = world.folder / "cities.xlsx"
    write_workbook(path, [
        Sheet("Almaty", head, [[1, "Omid Popal", "M"], [1, "Sara Noori", "F"]]),
        Sheet("Astana", head, [[1, "Zia Safi", "M"], [1, "Mina Safi", "F"]]),
    ])
    shown = preview(session, path)
    assert shown.questions == ()
    homes = {(one.city, one.household_ref) for one in shown.people}
    assert len(homes) == 2
    assert [one.city for one in shown.people] == ["almaty"] * 2 + ["astana"] * 2
    assert [one.head for one in shown.people] == [True, False] * 2
    codes = [one.code for one in shown.notices]
    assert codes.count("enrolment.city-by-sheet") == 2
    assert "enrolment.sheets-together" in codes


AGAIN = ["9", "فرید احمدزی", "کریم", "M", "1990-05-12", None, "almaty", None]
BROTHER = ["1", "Karim Ahmadzai", "Karim", "M", "1995-06-01", "8 701 000 00 01", "almaty", None]


def test_likely_doubles_are_told_before_anything_is_written(
    world: World, session: OperatorSession,
) -> None:
    path = workbook(world.folder / "twice.xlsx", FARID, BROTHER, AGAIN)
    (alike,) = preview(session, path).alike
    assert (alike.row, alike.other_row, alike.other_number) == (4, 2, None)
    assert (alike.name, alike.other_name) == ("فرید احمدزی", "Farid Ahmadzai")
    assert alike.match.strength == "likely"
    assert numbers(world) == []
    carry_out(session, preview(session, path))
    later = workbook(world.folder / "later.xlsx", [*AGAIN[:2], "Karim", *AGAIN[3:]], ZAHRA)
    found = preview(session, later).alike
    assert {one.row for one in found} == {2}
    assert {one.other_number for one in found} <= set(numbers(world))
    assert {one.other_row for one in found} == {None}


def test_a_long_list_is_not_searched_before_it_is_taken_in(
    world: World, session: OperatorSession, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cbi.enrolment.importing.doubles.FORESEEN_MAX", 2)
    path = workbook(world.folder / "twice.xlsx", FARID, BROTHER, AGAIN)
    shown = preview(session, path)
    assert shown.alike == ()
    assert carry_out(session, shown).doubtful_count == 1
