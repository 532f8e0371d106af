"""A row that comes in too late waits for a manager: brought in once, decided once, by another."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from cbi.base.clock import date_at, instant_on
from cbi.base.errors import Conflict
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.changes import block
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.operators.log import entries
from cbi.reports.overview import overview
from tests.conftest import ZONE, World
from tests.lines import Typed, typed_by
from tests.rows import all_rows
from tests.till.test_lists import STORE, in_hand, row, spent
from tests.till.test_lists import a_csv as written

LATER = instant_on("2022-09-02", 10, ZONE)
"""Fifteen days after the rows' 18th of August: a day more than a programme lets pass by itself."""


@pytest.fixture
def cbi(world: World, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a line as an operator; gives the exit code, standard output and standard error."""
    return typed_by(world, capsys, "cashier1")


def a_csv(folder: Path, rows: Iterable[Iterable[str]]) -> str:
    return str(written(folder, rows))


def redemptions(world: World) -> list[tuple[str, ...]]:
    with world.ledger.read() as tx:
        return [
            (*(date_at(line[at], ZONE) for at in ("occurred_at", "recorded_at")), line["operator"])
            for line in all_rows(tx, "SELECT * FROM entry WHERE kind = 'redeem' ORDER BY id")
        ]


def sound(world: World) -> bool:
    with world.ledger.read() as tx:
        return {found.name: found.wrong for found in check_ledger(tx) if found.wrong} == {}


def test_a_late_row_is_not_redeemed_but_waits_and_a_manager_accepts_it(
    world: World, cbi: Typed,
) -> None:
    first, second = in_hand(world, [1_500_000] * 2)
    path = a_csv(world.folder, [
        row(first.code), row(second.code, receipt="R2", day="2022-08-19"),
    ])
    world.clock.now = LATER
    code, out, _ = cbi("redeem", "--list", path, "--dry-run")
    assert code == 1
    assert "Sold on 2022-08-18, 15 days before 2022-09-02; this programme lets 14 pass" in out
    code, out, _ = cbi("redeem", "--list", path, "--yes", "--json")
    assert [(one["answer"], one.get("late")) for one in json.loads(out)["rows"]] == [
        ("waits", "L1"), ("redeemed", None)]
    assert code == 1
    assert spent(world) == [0, 100_000]
    code, out, _ = cbi("late", "list", "--json", who="manager1")
    (waits,) = json.loads(out)
    assert (waits["number"], waits["serial"], waits["amount"], waits["why"]) == (
        "L1", first.serial, 100_000, "late")
    with world.ledger.read() as tx:
        (said,) = [one for one in overview(tx, world.clock()).waiting if one.what == "late"]
    assert (said.count, said.amount_minor) == (1, 100_000)
    code, out, _ = cbi("late", "accept", "l1", who="manager1")
    assert (code, out.strip()) == (0, f"L1 is redeemed: {first.serial}/3, 1,000\u00a0tenge.")
    assert spent(world) == [100_000, 100_000]
    assert redemptions(world)[1] == ("2022-08-18", "2022-09-02", "manager1")
    assert cbi("late", "list", "--json", who="manager1")[1].strip() == "[]"
    assert sound(world)


def test_the_same_list_twice_adds_nothing_whether_it_waits_or_was_decided(
    world: World, cbi: Typed,
) -> None:
    first, second = in_hand(world, [1_500_000] * 2)
    path = a_csv(world.folder, [row(first.code), row(second.code, receipt="R2")])
    world.clock.now = LATER
    cbi("redeem", "--list", path, "--yes")
    with world.ledger.read() as tx:
        before = len(entries(tx, limit=1000))
    code, out, _ = cbi("redeem", "--list", path, "--yes")
    assert code == 1
    assert "it waits for a manager as L1" in out
    with world.ledger.read() as tx:
        assert len(entries(tx, limit=1000)) == before
        assert tx.value("SELECT count(*) FROM late_sale") == 2
    assert cbi("late", "accept", "L1", who="manager1")[0] == 0
    assert cbi("late", "refuse", "L2", "--reason", "no receipt", who="manager1")[0] == 0
    code, out, _ = cbi("redeem", "--list", path, "--yes", "--json")
    assert [one["answer"] for one in json.loads(out)["rows"]] == ["before", "late-refused"]
    assert "no receipt" in json.loads(out)["rows"][1]["problem"]
    assert spent(world) == [100_000, 0]
    assert sound(world)


def test_nobody_but_a_manager_decides_and_each_sale_once(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    world.clock.now = LATER
    cbi("redeem", "--list", a_csv(world.folder, [row(paper.code)]), "--yes")
    for who in ("cashier1", "finance1", "field1"):
        assert cbi("late", "accept", "L1", who=who)[0] == 3
    assert cbi("late", "refuse", "L1", who="manager1")[0] == 2
    assert cbi("late", "refuse", "L1", "--reason", "too old", who="manager1")[0] == 0
    code, _, err = cbi("late", "accept", "L1", who="manager2")
    assert code == 5
    assert "decided already, by manager1" in err
    assert cbi("late", "accept", "L9", who="manager1")[0] == 4
    assert spent(world) == [0]


def test_who_brought_it_in_does_not_accept_it_unless_the_office_is_one_person(
    world: World, cbi: Typed,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    world.clock.now = LATER
    cbi("redeem", "--list", a_csv(world.folder, [row(paper.code)]), "--yes")
    from tests.conftest import ROLES

    both = {**ROLES, "cashier1": {"cashier", "manager"}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.conftest.ROLES", both)
        assert cbi("late", "accept", "L1")[0] == 3
        assert cbi("programme", "set", "KZ22", "--one-person", "--reason", "alone",
                   who="admin1")[0] == 0
        assert cbi("late", "accept", "L1")[0] == 0
    assert cbi("programme", "set", "KZ22", "--duties-apart", "--reason", "two now",
               who="admin1")[0] == 0
    assert sound(world)  # it is held to what was asked when it was decided


def test_what_a_till_would_refuse_of_that_day_a_manager_cannot_accept(
    world: World, cbi: Typed,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    world.clock.now = LATER
    cbi("redeem", "--list", a_csv(world.folder, [row(paper.code, amount="15000")]), "--yes")
    block(world.session("field1"), paper.serial, "lost")
    code, _, err = cbi("late", "accept", "L1", who="manager1")
    assert (code, "blocked" in err) == (5, True)
    assert spent(world) == [0]
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM late_verdict") == 0


def test_the_limit_is_the_programmes_and_only_an_administrator_sets_it(
    world: World, cbi: Typed,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    world.clock.now = LATER
    line = ("programme", "set", "KZ22", "--lateness-days", "30", "--reason", "floods")
    assert cbi(*line, who="manager1")[0] == 3
    assert cbi(*line, who="admin1")[0] == 0
    assert "more than 30 days later" in cbi("programme", "show", "KZ22", who="manager1")[1]
    code, out, err = cbi("redeem", "--list", a_csv(world.folder, [row(paper.code)]), "--yes")
    assert (code, spent(world)) == (0, [100_000]), out + err
    assert cbi("programme", "set", "KZ22", "--lateness-days", "3", "--reason", "over",
               who="admin1")[0] == 0
    assert sound(world)  # it was in time by the limit of its day


def test_a_till_that_names_a_day_long_ago_is_refused_but_its_retry_is_replayed(
    world: World,
) -> None:
    first, second = in_hand(world, [1_500_000] * 2)
    sold = instant_on("2022-08-18", 12, ZONE)
    asked = Redeem(code=first.code, amount_minor=100_000, store=STORE, receipt="R1",
                   request="one", occurred_at=sold)
    assert redeem(world.session("cashier1"), asked).answer == "ok"
    world.clock.now = LATER
    assert redeem(world.session("cashier1"), asked).replayed
    with pytest.raises(Conflict, match=r"ledger.late .*days=15, most=14"):
        redeem(world.session("cashier1"), asked._replace(
            code=second.code, receipt="R2", request="two"))


