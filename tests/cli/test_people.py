"""enroll and people as they are typed: by options, and face to face at a terminal."""

import io
import json
import sys
from pathlib import Path

import pytest

from cbi.operators.log import entries
from cbi.people.persons import enrol, facts_of, people
from cbi.people.records.reading import PersonFacts
from tests.cli.conftest import AtTerminal
from tests.conftest import World
from tests.lines import TypedIn
from tests.people.given import SECRETS, somebody, zahra
from tests.rows import all_rows

REASON = ("--reason", "told at the desk")


@pytest.fixture
def number(world: World) -> str:
    return enrol(world.session("field1"), [zahra()], list_hash="ab" * 32).numbers[0]


def enrolled(world: World) -> list[PersonFacts]:
    with world.ledger.read() as tx:
        return people(tx)


BY_OPTIONS = (
    "enroll", "--name", "Zahra Haidari", "--name", "زهرا حیدری", "--father", "محمد نبی",
    "--birth", "1990-05-02", "--sex", "f", "--document", "tazkira 1399-0502-00123",
    "--phone", "8 701 555 01 42", "--city", "almaty", "--language", "fa", "--household-size", "4",
    "--consent", "signature", "--consent-version", "2022-1",
)


def test_a_person_is_enrolled_by_options(cbi: TypedIn, world: World) -> None:
    code, out, _ = cbi(*BY_OPTIONS, "--json", who="field1")
    told = json.loads(out)
    assert code == 0
    (facts,) = enrolled(world)
    assert told["beneficiary"] == facts.number
    assert told["household"] == facts.household
    assert (facts.consent, facts.birth_year, facts.household_size) == (True, 1990, 4)
    code, out, _ = cbi("people", "show", facts.number, who="field2")
    for known in ("Zahra Haidari", "زهرا حیدری", "محمد نبی", "1399-0502-00123", "+77015550142"):
        assert known in out


def test_a_script_that_forgets_something_needed_is_told_what(cbi: TypedIn, world: World) -> None:
    code, _, err = cbi("enroll", "--name", "Zahra", "--city", "almaty", who="field1")
    assert code == 2
    assert "Consent" in err
    assert enrolled(world) == []


def test_a_wrong_answer_on_the_line_enrols_nobody(cbi: TypedIn, world: World) -> None:
    code, _, err = cbi(*BY_OPTIONS, "--phone", "12", who="field1")
    assert (code, enrolled(world)) == (2, [])
    assert "12" in err


def test_a_thumbprint_has_a_witness(cbi: TypedIn, world: World, at_terminal: AtTerminal) -> None:
    line = [*BY_OPTIONS]
    line[line.index("signature")] = "thumbprint"
    with world.ledger.write() as tx:
        tx.insert("operator", [
            {"name": name, "passphrase_hash": "$argon2id$", "must_change": 0, "tries": "[]",
             "disabled_at": None, "rests_until": None, "made_by": "admin1", "made_at": 1}
            for name in ("field1", "field2")
        ])
    assert cbi(*line, "--source", "f:1", who="field1")[0] == 0
    assert cbi(*line, "--source", "f:2", "--witness", "field2", who="field1")[0] == 0
    assert cbi(*line, "--source", "f:3", "--witness", "nobody", who="field1")[0] == 4
    at_terminal(*line, "--source", "f:4", answers=["", "y", "field2", "y", "n"])
    with world.ledger.read() as tx:
        told = sorted(row["witness"] for row in all_rows(tx, "SELECT witness FROM consent"))
    assert told == ["field1", "field2", "field2"]


def test_a_small_window_breaks_no_word(
    at_terminal: AtTerminal, monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Window(io.StringIO):
        def isatty(self) -> bool:
            return True

    window = Window()
    with monkeypatch.context() as patch:
        patch.setenv("COLUMNS", "40")
        patch.setattr(sys, "stderr", window)
        at_terminal("enroll", "--name", "Zahra", answers=["", "", "the day before", ""])
    assert "  \"the day before\" is not a date. Enter\n  it as 2022-08-31" in window.getvalue()


def test_the_same_form_enrols_once(cbi: TypedIn, world: World) -> None:
    for _ in range(2):
        code, out, _ = cbi(*BY_OPTIONS, "--source", "form 12", who="field1")
        assert code == 0
    assert "enrolled before" in out
    assert len(enrolled(world)) == 1


def test_a_form_at_a_terminal_asks_what_is_missing_and_checks_each_answer(
    at_terminal: AtTerminal, world: World,
) -> None:
    code, out, err = at_terminal("enroll", answers=[
        "", "Zahra Haidari", "زهرا حیدری", "", "soon", "34", "tall", "f", "", "12",
        "8 701 555 01 42", "Almatty", "Almaty", "", "", "perhaps", "spoken", "y", "no",
    ], who="field1")
    assert code == 0
    assert out.startswith("Enrolled: B-")
    (facts,) = enrolled(world)
    assert (facts.birth_year, facts.sex, facts.city, facts.language) == (1988, "f", "almaty", "fa")
    assert (facts.consent, facts.household_size) == (True, 1)
    for refused in ("soon", "tall", "12", "perhaps"):
        assert f'"{refused}"' in err
    assert "Did you mean almaty?" in err
    assert "Name: Zahra Haidari, زهرا حیدری" in err


def test_who_says_that_the_summary_is_wrong_enrols_nobody(
    at_terminal: AtTerminal, world: World,
) -> None:
    given = ("--name", "Zahra", "--birth", "34", "--sex", "f", "--document", "P1234567", "--phone",
             "87015550142", "--city", "almaty", "--language", "fa", "--consent", "no")
    code, _, err = at_terminal("enroll", *given, answers=["", "1990", "Nabi", "", "no"])
    assert "has digits" in err
    assert "Father: Nabi" in err
    assert (code, enrolled(world)) == (5, [])


def test_the_city_of_the_last_enrolment_is_the_default(
    at_terminal: AtTerminal, world: World,
) -> None:
    enrol(world.session("field1"), [somebody(1, city="astana", language="ru")])
    at_terminal("enroll", "--name", "Zahra", answers=[
        "", "", "", "", "", "", "", "", "", "no", "y", "no",
    ], who="field1")
    told = [(one.city, one.language) for one in enrolled(world)]
    assert told == [("astana", "ru"), ("astana", "ru")]


def test_another_member_goes_into_the_same_household(at_terminal: AtTerminal, world: World) -> None:
    given = ("--father", "N", "--birth", "34", "--sex", "f", "--document", "P1234567", "--phone",
             "87015550142", "--city", "almaty", "--language", "fa", "--consent", "no")
    code, _, _ = at_terminal("enroll", "--name", "Zahra", "--household-size", "3", *given, answers=[
        "", "y", "yes", "Nasir", "", "", "8", "m", "", "", "", "", "no", "y", "no",
    ], who="field1")
    assert code == 0
    told = {(one.household, one.household_size) for one in enrolled(world)}
    assert len(told) == 1
    assert [one.head for one in enrolled(world)].count(True) == 1


def test_whoever_seems_to_be_there_is_shown_while_there_is_time_to_ask(
    at_terminal: AtTerminal, cbi: TypedIn, world: World, number: str
) -> None:
    code, _, err = at_terminal(
        "enroll", "--name", "Zohra", "--city", "almaty", "--document", "1399-0502-00123",
        answers=["", "", "", "", "", "no"], who="field1",
    )
    assert code == 5
    assert number in err
    assert "Zahra Haidari" in err
    assert len(enrolled(world)) == 1
    code, out, _ = cbi(*BY_OPTIONS, "--json", who="field1")
    alike = json.loads(out)["alike"][0]
    assert (alike["beneficiary"], alike["strength"]) == (number, "certain")
    with world.ledger.read() as tx:
        (pair,) = all_rows(tx, "SELECT * FROM duplicate_pair")
    assert number in (pair["first"], pair["second"])
    assert (pair["state"], pair["strength"]) == ("open", "certain")


@pytest.mark.parametrize("asked", [
    "Zahra Haidari", "Захра", "حیدری", "Zohra Haydari", "8 701 555 01 42", "1399-0502-00123",
])  # fmt: skip
def test_people_are_found_by_what_is_known_of_them(
    cbi: TypedIn, world: World, number: str, asked: str,
) -> None:
    enrol(world.session("field1"), [somebody(1)])
    code, out, _ = cbi("people", "find", *asked.split(), who="field1")
    assert code == 0
    assert number in out
    assert "زهرا حیدری" in out
    assert len(json.loads(cbi("people", "find", asked, "--json", who="field1")[1])) == 1
    assert cbi("people", "find", asked, who="auditor1")[0] == 3


def test_only_field_staff_get_a_form(at_terminal: AtTerminal, world: World) -> None:
    code, _, err = at_terminal("enroll", answers=["Zahra"], who="auditor1")
    assert code == 3
    assert "Name" not in err


def test_people_are_listed_without_names(cbi: TypedIn, world: World, number: str) -> None:
    code, out, _ = cbi("people", "list", "--waiting", who="auditor1")
    assert code == 0
    assert number in out
    for secret in SECRETS:
        assert secret not in out
    assert number not in cbi("people", "list", "--city", "astana", who="auditor1")[1]


def test_showing_a_person_is_logged_with_why(cbi: TypedIn, world: World, number: str) -> None:
    code, out, _ = cbi("people", "show", number, "--why", "asked for a new voucher", who="manager1")
    assert code == 0
    assert "Waits for approval" in out
    with world.ledger.read() as tx:
        (line,) = entries(tx, action="people.read")
    assert line.detail["purpose"] == "asked for a new voucher"
    assert cbi("people", "show", number, who="auditor1")[0] == 3
    assert cbi("people", "show", "B-000-000-000", who="field1")[0] == 4
    assert cbi("people", "show", "Zahra", who="field1")[0] == 2


def test_a_record_is_put_right(cbi: TypedIn, world: World, number: str) -> None:
    code, _, _ = cbi(
        "people", "edit", number, "--name", "Zohra Haidari", "--city", "astana", *REASON,
        who="field2",
    )
    assert code == 0
    told = json.loads(cbi("people", "show", number, "--json", who="field2")[1])
    assert [name["text"] for name in told["data"]["names"]] == [
        "Zohra Haidari", "زهرا حیدری", "Захра Хайдари"
    ]
    assert (told["city"], told["version"]) == ("astana", 2)
    assert cbi("people", "edit", number, *REASON, who="field2")[0] == 2
    assert cbi("people", "edit", number, "--name", "X", who="field2")[0] == 2


def test_a_correction_that_makes_somebody_like_another_is_told_and_waits(
    cbi: TypedIn, world: World, number: str,
) -> None:
    code, _, _ = cbi(
        "enroll", "--name", "Zohra Haidary", "--birth", "1990-05-02", "--city", "almaty",
        "--consent", "spoken", "--phone", "87019990000", who="field1",
    )
    (other,) = {one.number for one in enrolled(world)} - {number}
    with world.ledger.write() as tx:
        tx.run("UPDATE duplicate_pair SET state = 'later', decided_by = 'x', decided_at = 1")
    for correction, strength in (
        (("--document", "tazkira 1399-0502-00123"), "certain"), (("--phone", "+77015550142"), ""),
    ):
        code, out, _ = cbi("people", "edit", other, *correction, *REASON, who="field2")
        assert code == 0
        assert f"{strength}: {number}" in out
        assert f"cbi duplicates show {other} {number}" in out
    listed = json.loads(cbi("duplicates", "list", "--json")[1])
    assert [(pair["strength"], pair["state"]) for pair in listed] == [("certain", "later")]


def test_a_correction_of_the_notes_asks_nothing(cbi: TypedIn, world: World, number: str) -> None:
    code, out, _ = cbi("people", "edit", number, "--notes", "ground floor", *REASON, "--json",
                       who="field2")
    assert code == 0
    assert json.loads(out)["alike"] == []
    with world.ledger.read() as tx:
        assert not [line for line in entries(tx) if line.action == "duplicate.search"]


def test_a_head_who_died_leaves_the_house_to_somebody(
    cbi: TypedIn, world: World, number: str,
) -> None:
    (child,) = enrol(world.session("field1"), [
        somebody(7, household_ref="kobo:77", head=False)
    ]).numbers
    out = cbi("people", "status", number, "dead", *REASON, who="field1")[1]
    assert f"{child} --reason" in out
    assert "households head" not in cbi("people", "status", child, "left", *REASON, who="field1")[1]
    home = json.loads(cbi("people", "show", number, "--json", who="field1")[1])["household"]
    assert cbi("people", "households", "head", home, child, *REASON, who="field1")[0] == 0


def test_nobody_is_asked_to_approve_who_was_erased(cbi: TypedIn, number: str) -> None:
    assert "people approve" in cbi("people", "show", number, who="field1")[1]
    cbi("--yes", "people", "erase", number, "--reason", "asked", who="admin1")
    assert "people approve" not in cbi("people", "show", number, who="field1")[1]


def test_people_are_approved_one_by_one_or_by_list(cbi: TypedIn, world: World, number: str) -> None:
    single = enrol(world.session("field1"), [somebody(1)]).numbers[0]
    code, out, _ = cbi("people", "approve")
    assert code == 0
    assert "abababababab" in out
    assert single in out
    assert cbi("people", "approve", number)[1].startswith("Approved: 1. Approved before: 0.\n")
    assert cbi("people", "approve", "--list", "abababab")[1] == (
        "Approved: 0. Approved before: 1.\n"
    )
    assert cbi("people", "approve", number, who="field1")[0] == 3


def test_a_status_and_a_consent_are_followed(cbi: TypedIn, world: World, number: str) -> None:
    assert cbi("people", "status", number, "left", *REASON, who="field1")[0] == 0
    assert cbi("people", "status", number, "left", *REASON, who="field1")[0] == 5
    assert cbi("people", "status", number, "active", *REASON)[0] == 0
    assert cbi("people", "consent", number, "--withdraw", who="field1")[0] == 0
    assert cbi("people", "consent", number, "--version", "2022-2", who="field1")[0] == 0
    assert "disability" in cbi("people", "flags", number, "disability", who="field1")[1]
    with world.ledger.read() as tx:
        facts = facts_of(tx, number)
    assert (facts.status, facts.consent) == ("active", True)


def test_a_person_is_given_what_is_held_about_them(
    cbi: TypedIn, world: World, number: str, tmp_path: Path,
) -> None:
    code, out, _ = cbi("people", "export", number, who="field1")
    assert code == 0
    assert "Zahra Haidari" in out
    assert "Личные данные:" in cbi("people", "export", number, who="field1", lang="ru")[1]
    for name in ("held.txt", "held.json"):
        path = tmp_path / name
        assert cbi("people", "export", number, "-o", str(path), who="field1")[0] == 0
        assert "Zahra Haidari" in path.read_text("utf-8")
        assert path.stat().st_mode & 0o077 == 0
    assert json.loads((tmp_path / "held.json").read_text("utf-8"))["number"] == number


def test_erasing_asks_and_then_leaves_no_name(cbi: TypedIn, world: World, number: str) -> None:
    line = ("people", "erase", number, "--reason", "asked for it")
    assert cbi(*line, who="admin1")[0] == 2
    assert cbi(*line, "--yes", who="field1")[0] == 3
    assert cbi(*line, "--yes", who="admin1")[0] == 0
    code, out, _ = cbi("people", "show", number, who="field1")
    assert code == 0
    assert "erased" in out
    assert "Zahra" not in out


def test_what_is_due_is_shown_and_then_erased(cbi: TypedIn, world: World, number: str) -> None:
    assert "KZ22" in cbi("people", "retention", "KZ22", "2022-12-31")[1]
    due = ("people", "erase", "--due", "--date", "2023-01-01")
    assert "Nobody is due" in cbi(*due[:3], "--date", "2022-12-31", who="admin1")[1]
    code, out, _ = cbi(*due, who="admin1")
    assert code == 2
    assert number in out
    assert cbi(*due, "--yes", who="admin1")[0] == 0
    assert enrolled(world) == []


def test_households_change_as_typed(cbi: TypedIn, world: World, number: str) -> None:
    others = enrol(world.session("field1"), [
        somebody(1, household_ref="kobo:77", head=False), somebody(2),
    ]).numbers
    home = json.loads(cbi("people", "households", "show", number, "--json")[1])
    assert (home["head"], home["size"]) == (number, 4)
    line = ("people", "households")
    assert cbi(*line, "join", others[1], number, *REASON, who="field1")[0] == 0
    assert cbi(*line, "size", number, "6", *REASON, who="field1")[0] == 0
    assert cbi(*line, "head", home["number"], others[0], *REASON, who="field1")[0] == 0
    assert cbi(*line, "point", number, "School 3", who="field1")[0] == 0
    code, out, _ = cbi(*line, "split", number, "--head", number, *REASON, who="field1")
    assert code == 0
    assert f"head {number}" in out
    code, out, _ = cbi(
        *line, "proxy", number, "--name", "Nasir", "--document", "P1", "--relation", "son",
        who="field1",
    )
    assert "Nasir" in out
    mark = json.loads(cbi(*line, "proxy", number, "--json", who="field1")[1])[0]["mark"]
    assert "Nasir" not in cbi(*line, "proxy", number, "--end", mark, who="field1")[1]


def test_a_sample_is_drawn_and_its_visits_recorded(cbi: TypedIn, world: World, number: str) -> None:
    code, out, _ = cbi("people", "sample", "draw", "--seed", "7")
    assert code == 0
    assert "CHECK-1: 1 of 1 people, seed 7" in out
    line = ("people", "sample", "record", "CHECK-1", number, "seen")
    assert cbi(*line, who="field1")[0] == 3
    assert "seen 1" in cbi(*line, who="field2")[1]
    assert "CHECK-1" in cbi("people", "sample", "list", who="auditor1")[1]
    assert "seen 1" in cbi("people", "sample", "show", "CHECK-1", who="auditor1")[1]
