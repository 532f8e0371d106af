"""`cbi waiting` tells what waits for whom, with lines that can be typed; sign-in tells how much."""

import json
import shlex

import pytest

from cbi.base.clock import DAY_US
from cbi.operators.accounts import add_operator
from cbi.people.persons import enrol
from tests.conftest import World
from tests.finance.bills import bought, line, taken_in
from tests.issuance.given import Family, enrolled
from tests.lines import TypedIn
from tests.messages.test_named_commands import refused_in
from tests.operators.conftest import QUICK
from tests.people.given import zahra
from tests.vouchers import in_hand

BATCH = "KZ22-R1-B1"


@pytest.fixture
def office(world: World) -> list[Family]:
    """Four families, and a field operator as an account."""
    families = enrolled(world)
    add_operator(world.session("admin1"), "field1", {"field"}, passphrase="nine tall poplars",
                 stretching=QUICK)
    return families


def waits(cbi: TypedIn, who: str, *more: str) -> dict[str, str]:
    """What waits for somebody, each with its line."""
    code, out, err = cbi("waiting", "--json", *more, who=who)
    assert code == 0, err
    return {one["what"]: one["line"] for one in json.loads(out)}


def test_a_new_ledger_has_nothing_waiting(cbi: TypedIn, world: World) -> None:
    assert cbi("waiting", "--all", who="admin1")[1] == "Nothing waits for anybody.\n"
    assert "ничего не ждёт" in cbi("waiting", who="admin1", lang="ru")[1]


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_a_draft_waits_for_a_manager_until_it_is_approved(
    cbi: TypedIn, world: World, office: list[Family], lang: str
) -> None:
    assert waits(cbi, "field1")["round"] == "cbi issue KZ22-R1"
    assert cbi("issue", "KZ22-R1", "--yes", who="manager2")[0] == 0
    assert "round" not in waits(cbi, "field1", "--all")
    assert waits(cbi, "manager1")["batch"] == f"cbi batch approve {BATCH}"
    assert "batch" not in waits(cbi, "manager2"), "who drafted it cannot approve it"
    assert "batch" not in waits(cbi, "field1")
    assert waits(cbi, "field1", "--all")["batch"] == f"cbi batch approve {BATCH}"
    _, out, _ = cbi("waiting", "--all", who="auditor1", lang=lang)
    assert f"    cbi batch approve {BATCH}" in out.splitlines()
    assert cbi("batch", "approve", BATCH, "--yes")[0] == 0
    assert "batch" not in waits(cbi, "manager1")
    assert waits(cbi, "field1")["print"] == f"cbi print {BATCH} -o {BATCH}.pdf"


def test_people_changes_and_backups_wait(cbi: TypedIn, world: World) -> None:
    enrol(world.session("field1"), [zahra()], list_hash="ab" * 32)
    assert waits(cbi, "manager1")["people"] == "cbi people approve --list abababab"
    assert "people" not in waits(cbi, "field1")
    world.clock.now += 8 * DAY_US
    assert waits(cbi, "admin1")["backup-never"] == "cbi backup FILE"


def test_every_line_that_waits_can_be_typed(
    cbi: TypedIn, world: World, office: list[Family]
) -> None:
    enrol(world.session("field1"), [zahra()])
    assert cbi("issue", "KZ22-R1", "--yes", who="field1")[0] == 0
    assert cbi("batch", "approve", BATCH, "--yes")[0] == 0
    assert cbi("extend", BATCH, "--until", "2022-11-30", "--reason", "the shop was closed",
               who="field1")[0] == 0
    assert cbi("distribution", "open", BATCH, "--to", "field1", who="field2")[0] == 0
    assert cbi("people", "sample", "draw")[0] == 0
    world.clock.now += 60 * DAY_US
    found = waits(cbi, "admin1", "--all")
    assert {"person", "extension", "distribution", "sample", "expire", "backup-never"} <= {
        *found}
    assert {line: refused_in(shlex.split(line)[1:]) for line in found.values()
            if refused_in(shlex.split(line)[1:])} == {}


def test_a_statement_waits_to_be_settled_while_there_is_something_to_settle(
    cbi: TypedIn, world: World,
) -> None:
    a, b = in_hand(world, [1_500_000] * 2)
    bought(world, a, 100_000, "1")
    bought(world, b, 200_000, "2")
    bills = [[line(a.serial, "1000", "1"), line(b.serial, "2500", "2")],
             [line("KZ22-R1-900001", "100")], [line("KZ22-R1-900002", "100")]]
    for number, rows in enumerate(bills):
        taken_in(world, rows, name=f"{number}.csv")

    def typed(*words: str, who: str = "finance1") -> None:
        code, _, err = cbi(*words, "--yes", who=who)
        assert code == 0, err

    def settling() -> str | None:
        return waits(cbi, "finance1").get("settle")

    typed("statement", "withdraw", "MAGNUM-S3", "--reason", "a slip")
    assert waits(cbi, "finance1")["reconcile"].split()[-1] != "MAGNUM-S3"
    for taken in ("MAGNUM-S1", "MAGNUM-S2"):
        typed("reconcile", taken)
    typed("exception", "decide", "reject", "MAGNUM-S2/1", "--reason", "none of ours")
    assert settling() is None
    typed("settle", "MAGNUM-S1")
    world.clock.now += 1_000_000
    typed("exception", "decide", "accept", "MAGNUM-S1/2", "--reason", "as the till took it")
    assert settling() == "cbi settle MAGNUM-S1"
    world.clock.now += 1_000_000
    typed("settle", "MAGNUM-S1")
    assert settling() is None
