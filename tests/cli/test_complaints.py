"""Complaints are taken, answered by their day, counted, and end with whom they are of."""

import json
from pathlib import Path
from typing import Any

import pytest

from cbi.base.clock import DAY_US, instant_on
from cbi.ledger.periods import close_period
from cbi.messages import LANGUAGES
from cbi.people.persons import enrol, erase
from cbi.people.records.sealing import STEP
from tests.conftest import ZONE, World
from tests.issuance.given import enrolled, issued_to
from tests.lines import TypedIn
from tests.people.given import zahra
from tests.rows import all_rows

SAID = "the cashier wanted ten for the bread that costs five"
TAKE = ("--kind", "shop", "--channel", "hotline", "--text", SAID)
STAFF = ("--kind", "staff", "--channel", "box", "--text", "Ermek asked for a part of it")


@pytest.fixture
def number(world: World) -> str:
    return enrol(world.session("field1"), [zahra()]).numbers[0]


def told(cbi: TypedIn, *words: str, who: str = "field1") -> list[dict[str, Any]]:
    code, out, err = cbi(*words, "--json", who=who)
    assert code == 0, err
    found = json.loads(out)
    return found if isinstance(found, list) else [found]


def rows(world: World, sql: str) -> list[dict[str, Any]]:
    with world.ledger.read() as tx:
        return all_rows(tx, sql)


def test_the_progress_page_counts_complaints_and_names_nobody(
    cbi: TypedIn, world: World, number: str
) -> None:
    for line in (TAKE, (*TAKE[:-1], "and ten again for rice"), STAFF):
        assert cbi("complaint", "add", number, *line, who="field1")[0] == 0
    world.clock.now += 5 * DAY_US
    path = world.folder / "page.html"
    code, _, err = cbi("report", "progress", "-o", str(path), who="manager1", lang="ru")
    assert code == 0, err
    page = path.read_text("utf-8")
    assert "принято 2 · без ответа 2 · с опозданием 0" in page
    assert "принято 1 · без ответа 1 · с опозданием 1" in page
    assert number not in page


def test_a_complaint_is_taken_waits_and_is_answered_once(
    cbi: TypedIn, world: World, number: str
) -> None:
    code, out, _ = cbi("complaint", "add", number, *TAKE, who="field1")
    assert (code, out) == (0, "C-1 is taken. To be answered by 2022-09-03.\n")
    (one,) = told(cbi, "complaint", "list", "--open")
    assert (one["person"], one["kind"], one["due_on"]) == (number, "shop", "2022-09-03")
    waits = {row["what"]: row["line"] for row in told(cbi, "waiting", who="field2")}
    assert waits["complaints"] == "cbi complaint list --open"
    world.clock.now += 15 * DAY_US
    waits = {row["what"]: row["line"] for row in told(cbi, "waiting", who="field2")}
    assert waits["complaint-late"] == "cbi complaint show C-1"
    assert len(told(cbi, "complaint", "list", "--late")) == 1
    code, out, _ = cbi("complaint", "show", "C-1", "--why", "to answer", who="field2")
    assert code == 0
    assert SAID in out
    code, out, err = cbi("complaint", "answer", "1", "--outcome", "solved", "--text",
                         "paid back", who="field2")
    assert (code, out) == (0, "C-1 is answered; it was due by 2022-09-03.\n"), err
    code, _, err = cbi("complaint", "answer", "1", "--outcome", "explained", "--text", "no")
    assert code == 5
    assert "field2" in err
    (one,) = told(cbi, "complaint", "show", "C-1")
    assert (one["text"], one["answer"], one["outcome"]) == (SAID, "paid back", "solved")
    (held,) = told(cbi, "people", "export", number, "-o", str(world.folder / "held.json"))
    copy = Path(str(held["file"])).read_text("utf-8")
    assert SAID in copy
    assert "paid back" in copy


def test_of_a_voucher_it_is_of_whom_it_is_for(cbi: TypedIn, world: World) -> None:
    enrolled(world)
    issued_to(world)
    voucher = rows(world, "SELECT serial, beneficiary FROM voucher ORDER BY serial LIMIT 1")[0]
    code, _, err = cbi("complaint", "add", voucher["serial"].lower(), *TAKE, who="field1")
    assert code == 0, err
    (one,) = told(cbi, "complaint", "list")
    assert (one["voucher"], one["person"]) == (voucher["serial"], voucher["beneficiary"])


def test_what_is_said_of_staff_is_for_a_manager_alone(
    cbi: TypedIn, world: World, number: str
) -> None:
    assert cbi("complaint", "add", number, *STAFF, who="field1")[0] == 0
    assert told(cbi, "complaint", "list") == []
    assert cbi("complaint", "list", who="auditor1")[1] == "Nothing to show.\n"
    assert cbi("complaint", "show", "C-1", who="field1")[0] == 3
    assert cbi("complaint", "answer", "C-1", "--outcome", "solved", "--text", "x",
               who="field1")[0] == 3
    waits = {row["what"]: row["line"] for row in told(cbi, "waiting", who="manager1")}
    assert waits["complaints-confidential"] == "cbi complaint list --open --kind staff"
    assert not {"complaints", "complaints-confidential"} & {
        str(row["what"]) for row in told(cbi, "waiting", who="field1")}
    assert "Ermek" in cbi("complaint", "show", "C-1")[1]
    for who, seen in (("field1", False), ("manager1", True)):
        path = world.folder / f"{who}.json"
        assert cbi("people", "export", number, "-o", str(path), who=who)[0] == 0
        assert ("Ermek" in path.read_text("utf-8")) is seen, who


def test_no_word_stands_open_and_erasing_ends_them(
    cbi: TypedIn, world: World, number: str
) -> None:
    cbi("complaint", "add", number, *TAKE, who="field1")
    cbi("complaint", "answer", "C-1", "--outcome", "explained", "--text", SAID * 3, who="field1")
    kept = rows(world, "SELECT * FROM complaint")
    assert SAID not in repr(kept) + repr(rows(world, "SELECT * FROM log"))
    assert len(bytes(kept[0]["sealed"])) == 12 + STEP + 16
    erase(world.session("admin1"), number, "asked for it")
    assert cbi("complaint", "show", "C-1", who="field1")[0] == 5
    (one,) = told(cbi, "complaint", "list")
    assert one["outcome"] == "explained"


def test_who_may_not_take_or_read_one(cbi: TypedIn, number: str) -> None:
    for who in ("finance1", "auditor1", "cashier1", "admin1", "controller1"):
        assert cbi("complaint", "add", number, *TAKE, who=who)[0] == 3, who
    cbi("complaint", "add", number, *TAKE, who="field1")
    for who in ("finance1", "auditor1", "cashier1", "admin1", "controller1"):
        assert cbi("complaint", "show", "C-1", who=who)[0] == 3, who
        assert cbi("complaint", "answer", "C-1", "--outcome", "solved", "--text", "x",
                   who=who)[0] == 3, who


@pytest.mark.parametrize(("more", "code"), [
    (("--kind", "noise", "--channel", "desk", "--text", "x"), 2),
    (("--kind", "shop", "--channel", "pigeon", "--text", "x"), 2),
    (("--kind", "shop", "--channel", "desk", "--text", "  "), 2),
    (("--kind", "shop", "--channel", "desk", "--text", "x" * 4001), 2),
    ((*TAKE, "--date", "2022-08-21"), 2),
    ((*TAKE, "--due", "2022-08-19"), 2),
    ((*TAKE, "--due", "tomorrow"), 2),
])
def test_what_cannot_be_is_refused(
    cbi: TypedIn, world: World, number: str, more: tuple[str, ...], code: int
) -> None:
    assert cbi("complaint", "add", number, *more, who="field1")[0] == code
    assert rows(world, "SELECT * FROM complaint") == []


def test_they_are_counted(cbi: TypedIn, world: World, number: str) -> None:
    for more in (TAKE, (*TAKE[:-1], "and ten again for rice"), STAFF):
        assert cbi("complaint", "add", number, *more, who="field1")[0] == 0
    cbi("complaint", "answer", "C-1", "--outcome", "solved", "--text", "done", who="field1")
    world.clock.now += 20 * DAY_US
    counted = {(row["by"], row["name"]): row for row in
               told(cbi, "report", "complaints", who="auditor1")}
    whole = counted["all", "all"]
    assert [whole[name] for name in ("taken", "in_time", "late", "open", "overdue")] == [
        3, 1, 0, 2, 2]
    assert counted["kind", "shop"]["taken"] == 2
    path = world.folder / "complaints.csv"
    assert cbi("report", "complaints", "-o", str(path), who="auditor1", lang="ru")[0] == 0
    assert "поведение сотрудников" in path.read_text("utf-8-sig")
    none = told(cbi, "report", "complaints", "--from", "2023-01-01", who="auditor1")
    assert [row["taken"] for row in none] == [0]


def test_a_closed_month_is_counted_as_it_was_closed(
    cbi: TypedIn, world: World, number: str
) -> None:
    august = ("report", "complaints", "--from", "2022-08-01", "--until", "2022-08-31")
    cbi("complaint", "add", number, *TAKE, who="field1")
    world.clock.now = instant_on("2022-09-03", 9, ZONE)
    before = told(cbi, *august, who="auditor1")
    close_period(world.session("controller1"), "2022-08")
    world.clock.now += DAY_US
    cbi("complaint", "answer", "C-1", "--outcome", "solved", "--text", "done", who="field1")
    cbi("complaint", "add", number, *TAKE, "--date", "2022-08-30", who="field1")
    assert told(cbi, *august, who="auditor1") == before
    september = told(cbi, "report", "complaints", "--from", "2022-09-01", who="auditor1")
    assert [one["taken"] for one in september if one["by"] == "all"] == [1], "it came late"
    world.clock.now += 3 * DAY_US
    for day, answered in (("2022-09-03", 0), ("2022-09-04", 1)):
        then = told(cbi, *august, "--as-of", day, who="auditor1")
        assert [one["in_time"] + one["late"] for one in then if one["by"] == "all"] == [answered]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_hotline_has_words_in_the_callers_language(cbi: TypedIn, lang: str) -> None:
    code, out, _ = cbi("complaint", "script", "--in", lang, who="field1")
    assert code == 0
    assert len(out.splitlines()) == 11
    assert "CBI 2022" in out
    assert "+7 700 000 00 00" in out
