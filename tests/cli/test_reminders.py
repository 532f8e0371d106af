"""Who has not collected or spent is called and written to; how often is counted, what is said is
not kept."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from cbi.ledger.vouchers.changes import hand_over
from cbi.messages import LANGUAGES, texts
from cbi.people.persons import correct, unseal
from cbi.people.privacy.consent import withdraw_consent
from tests.conftest import World
from tests.issuance.given import Family, enrolled, issued_to, log_of, serials_of
from tests.lines import TypedIn
from tests.rows import all_rows


def with_phones(world: World, families: list[Family]) -> None:
    """A phone for everybody but the last."""
    field = world.session("field1")
    numbers = [number for family in families for number in family.numbers]
    for place, one in enumerate(unseal(field, numbers[:-1], purpose="test").values()):
        data = replace(one.data, phones=(f"+7701555{place:04d}",))
        correct(field, one.number, data, reason="a phone")


@pytest.fixture
def families(world: World) -> list[Family]:
    """Families with vouchers; the first person's are in their hands."""
    found = enrolled(world)
    with_phones(world, found)
    own = serials_of(world, issued_to(world), beneficiary=found[0].head)
    hand_over(world.session("field1"), own)
    return found


def told(cbi: TypedIn, *words: str, who: str = "field1") -> Any:
    code, out, err = cbi(*words, "--json", who=who)
    assert code == 0, err
    return json.loads(out)


def test_a_call_list_names_days_and_reminders(
    cbi: TypedIn, world: World, families: list[Family]
) -> None:
    found = told(cbi, "calls", "list", "KZ22-R1", who="auditor1")
    assert {one["days_left"] for one in found} == {41}
    assert {one["reminders"] for one in found} == {0}
    spend = told(cbi, "calls", "list", "KZ22-R1", "--to", "spend")
    collect = told(cbi, "calls", "list", "KZ22-R1", "--to", "collect")
    assert len(spend) == 1
    assert len(collect) == len(found) - 1
    assert [one["city"] for one in found] == sorted(one["city"] for one in found)
    assert told(cbi, "calls", "list", "KZ22-R1", "--city", "nowhere") == []
    number = collect[0]["beneficiary"]
    assert told(cbi, "calls", "record", "KZ22-R1", number, "no-answer")["reminders"] == 1
    assert told(cbi, "calls", "record", "KZ22-R1", number, "reached")["reminders"] == 2
    again = {one["beneficiary"]: one for one in told(cbi, "calls", "list", "KZ22-R1")}
    assert (again[number]["reminders"], again[number]["last_reminded_on"]) == (2, "2022-08-20")
    path = world.folder / "calls.xlsx"
    assert cbi("calls", "list", "KZ22-R1", "-o", str(path), who="field1", lang="ru")[0] == 0
    cells = [[cell.value for cell in row] for row in load_workbook(path).worksheets[0].rows]
    assert any(number in row for row in cells)
    assert any(str(value).startswith("+7") for row in cells for value in row)
    assert log_of(world, "people.read")


def test_phones_are_for_who_may_read_people(
    cbi: TypedIn, world: World, families: list[Family]
) -> None:
    for who in ("auditor1", "finance1", "admin1", "controller1"):
        path = world.folder / f"{who}.xlsx"
        assert cbi("calls", "list", "KZ22-R1", "-o", str(path), who=who)[0] == 3
        assert cbi("messages", "export", "expiring", "KZ22-R1", "-o", str(path.with_suffix(".csv")),
                   who=who)[0] == 3
        assert not path.exists()


def messages(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def test_a_message_speaks_the_language_of_the_voucher_and_names_no_line_that_is_not_there(
    cbi: TypedIn, world: World, families: list[Family]
) -> None:
    with world.ledger.write() as tx:
        tx.run("UPDATE person SET language = '', name_script = 'Cyrl'")
        tx.run("UPDATE programme SET hotline = ''")
    path = world.folder / "day.csv"
    told(cbi, "messages", "export", "day", "KZ22-R1", "-o", str(path), "--on", "2022-08-25",
         "--place", "Abay 10")
    rows = messages(path)
    assert {row["language"] for row in rows} == {"ru"}
    assert all(row["text"].endswith("Это бесплатно.") for row in rows)


def test_messages_go_to_whom_they_concern_in_their_language(
    cbi: TypedIn, world: World, families: list[Family]
) -> None:
    path = world.folder / "day.csv"
    done = told(cbi, "messages", "export", "day", "KZ22-R1", "-o", str(path), "--on", "2022-08-25",
                "--place", "Abay 10")
    rows = messages(path)
    assert len(rows) == done["messages"] > 0
    assert len(done["without_phone"]) == 1
    assert all(row["phone"].isascii() and row["phone"].isdigit() for row in rows)
    assert all("CBI 2022" in row["text"] and "Abay 10" in row["text"] for row in rows)
    assert len({row["text"] for row in rows}) == len({row["language"] for row in rows}) > 1
    with world.ledger.read() as tx:
        vouchers = all_rows(tx, "SELECT serial, beneficiary FROM voucher")
        kept = all_rows(tx, "SELECT * FROM reminder")
    words = path.read_text("utf-8-sig")
    assert not [one for one in vouchers if one["serial"] in words or one["beneficiary"] in words]
    assert {(row["way"], row["result"]) for row in kept} == {("message", "day")}
    assert len(kept) == done["people"]
    (line,) = log_of(world, "messages.export")
    assert json.loads(line["detail"]) == {"message": "day", "people": done["people"]}
    spend = told(cbi, "messages", "export", "expiring", "KZ22-R1", "-o",
                 str(world.folder / "spend.csv"))
    assert spend["people"] == 1


def test_who_took_consent_back_gets_none(
    cbi: TypedIn, world: World, families: list[Family]
) -> None:
    (one,) = told(cbi, "calls", "list", "KZ22-R1", "--to", "spend")
    withdraw_consent(world.session("field1"), one["beneficiary"], date="2022-08-20")
    path = world.folder / "spend.csv"
    assert cbi("messages", "export", "expiring", "KZ22-R1", "-o", str(path), who="field1")[0] == 5
    assert not path.exists()


def test_a_replaced_voucher_is_told_of(cbi: TypedIn, world: World, families: list[Family]) -> None:
    (one,) = told(cbi, "calls", "list", "KZ22-R1", "--to", "spend")
    with world.ledger.read() as tx:
        serial = all_rows(tx, "SELECT serial FROM voucher WHERE beneficiary = :number"
                          " AND state = 'active'", number=one["beneficiary"])[0]["serial"]
    path = world.folder / "replaced.csv"
    line = ("messages", "export", "replaced", "KZ22-R1", "-o", str(path))
    assert cbi(*line, who="field1")[0] == 5
    code, _, err = cbi("replace", serial, "--reason", "it was lost", "--yes", who="field1")
    assert code == 0, err
    assert told(cbi, *line)["people"] == 1


@pytest.mark.parametrize(("line", "code"), [
    (("calls", "list", "NONE"), 4), (("calls", "list", "KZ22-R1", "--to", "sell"), 2),
    (("calls", "record", "KZ22-R1", "B-000-000-000", "reached"), 4),
    (("calls", "record", "KZ22-R1", "B-000-000-000", "shouted"), 2),
    (("messages", "export", "day", "KZ22-R1"), 2), (("messages", "export", "joke", "KZ22-R1"), 2),
    (("messages", "export", "day", "KZ22-R1", "--on", "soon", "--place", "x"), 2),
])
def test_what_cannot_be_is_refused(
    cbi: TypedIn, world: World, families: list[Family], line: tuple[str, ...], code: int
) -> None:
    more = ("-o", str(world.folder / "x.csv")) if line[0] == "messages" else ()
    assert cbi(*line, *more, who="field1")[0] == code
    assert not (world.folder / "x.csv").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_message_has_a_place_for_a_code_a_name_or_a_sum(language: str) -> None:
    places = {place for words in texts(language, "sms").values()
              for place in re.findall(r"\{(\w+)\}", words)}
    assert places <= {"programme", "day", "place", "hotline"}
