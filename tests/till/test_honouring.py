"""A sale made in time whose voucher has expired since: it waits, and a manager may honour it."""

import json
from typing import Any

import openpyxl
import pytest
from beancount import loader

from cbi.base.clock import instant_on
from cbi.finance.identities import check, voucher_balances
from cbi.finance.workbook.workbook import make_workbook
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.changes import block, expire_due
from cbi.ledger.vouchers.reversing import reverse
from cbi.programmes.rounds import EntitlementRule, add_round
from cbi.reports.journal import write_journal
from cbi.reports.story import story
from tests.conftest import ZONE, World
from tests.lines import Typed, typed_by
from tests.rows import all_rows
from tests.till.test_late import a_csv
from tests.till.test_lists import in_hand, row
from tests.vouchers import issued

AFTER = instant_on("2022-10-03", 10, ZONE)


@pytest.fixture
def cbi(world: World, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a line as an operator; gives the exit code, standard output and standard error."""
    return typed_by(world, capsys, "cashier1")


def columns(world: World) -> list[tuple[Any, ...]]:
    with world.ledger.read() as tx:
        return [tuple(one.values()) for one in all_rows(tx,
            "SELECT state, spent_minor, closed_minor FROM voucher ORDER BY serial")]


def lines(world: World) -> list[tuple[Any, ...]]:
    with world.ledger.read() as tx:
        return [(one["kind"], one["amount_minor"], one["debit"], one["credit"]) for one in all_rows(
            tx,
            "SELECT * FROM entry WHERE seq > 3 ORDER BY voucher, seq")]


def sound(world: World) -> bool:
    with world.ledger.read() as tx:
        return [found for found in (*check_ledger(tx), *check(tx)) if found.wrong] == []


def expired(world: World, cbi: Typed, *rows: list[str]) -> list[str]:
    """Vouchers that expired, then a list with these rows; the answers of its rows."""
    world.clock.now = AFTER
    expire_due(world.session("manager1"))
    _, out, _ = cbi("redeem", "--list", a_csv(world.folder, rows), "--yes", "--json")
    return [one["answer"] for one in json.loads(out)["rows"]]


def test_a_timely_sale_after_expire_is_honoured_by_a_manager(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    assert expired(world, cbi, row(paper.code, day="2022-09-29", amount="4000")) == ["waits"]
    assert columns(world) == [("expired", 0, 1_500_000)]
    assert "voucher expired since" in cbi("late", "list", who="manager1")[1]
    assert cbi("late", "accept", "L1", who="manager1")[0] == 0
    assert columns(world) == [("expired", 400_000, 1_100_000)]
    assert lines(world) == [
        ("honour", 400_000, "funds", "vouchers"),
        ("redeem", 400_000, "vouchers", "retailer:magnum"),
    ]
    assert sound(world)
    told = story(world.session("auditor1"), paper.serial, "en")
    assert [one.kind for one in told.events if one.kind.startswith(("late", "honour"))] == [
        "honour", "late", "late-accepted"]


def test_only_what_the_day_allowed_is_honoured(world: World, cbi: Typed) -> None:
    good, stopped, never = in_hand(world, [1_500_000] * 2) + issued(
        world, [1_500_000], start=9)
    block(world.session("field1"), stopped.serial, "stolen")
    assert expired(
        world, cbi, row(good.code, day="2022-10-01"),
        row(stopped.code, receipt="R2", day="2022-09-29"),
        row(never.code, receipt="R3", day="2022-09-29"),
        row(good.code, receipt="R4", day="2022-09-30", clock="23:30", amount="15001"),
        row(good.code, receipt="R5", day="2022-09-30", clock="23:30", amount="15000"),
    ) == ["expired", "blocked", "not-handed-over", "too-much", "waits"]
    assert cbi("late", "accept", "L1", who="manager1")[0] == 0
    assert columns(world)[0] == ("expired", 1_500_000, 0)
    assert sound(world)


def test_two_sales_that_come_to_more_than_expired_are_not_both_honoured(
    world: World, cbi: Typed,
) -> None:
    (paper,) = in_hand(world, [1_500_000])
    assert expired(world, cbi, row(paper.code, day="2022-09-29", amount="9000"),
                   row(paper.code, receipt="R2", day="2022-09-29", amount="9000")) == [
        "waits", "waits"]
    assert cbi("late", "accept", "L1", who="manager1")[0] == 0
    code, _, err = cbi("late", "accept", "L2", who="manager2")
    assert (code, "too-much" in err) == (5, True)
    assert columns(world) == [("expired", 900_000, 600_000)]
    assert sound(world)


def test_what_was_honoured_can_be_reversed_and_expires_again(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    expired(world, cbi, row(paper.code, day="2022-09-29", amount="4000"))
    cbi("late", "accept", "L1", who="manager1")
    reverse(world.session("manager2"), f"{paper.serial}/5", "the shop was wrong")
    assert columns(world) == [("expired", 0, 1_500_000)]
    assert sound(world)


def test_a_whole_only_voucher_is_honoured_whole(world: World, cbi: Typed) -> None:
    add_round(world.session("manager1"), "KZ22-R2", "KZ22", "2022-08-16", "2022-09-30",
              entitlements=[EntitlementRule("food", 1_500_000, "person")],
              retailers={"food": ["magnum"]}, in_parts=False)
    first, second = in_hand(world, [1_500_000] * 2, round_code="KZ22-R2")
    assert expired(world, cbi, row(first.code, day="2022-09-29", amount="4000"),
                   row(second.code, receipt="R2", day="2022-09-29", amount="15000")) == [
        "unreadable", "waits"]
    assert cbi("late", "accept", "L1", who="manager1")[0] == 0
    assert columns(world) == [("expired", 0, 1_500_000), ("expired", 1_500_000, 0)]
    assert sound(world)


def test_identities_workbook_and_books_show_it(world: World, cbi: Typed) -> None:
    (paper,) = in_hand(world, [1_500_000])
    expired(world, cbi, row(paper.code, day="2022-09-29", amount="4000"))
    cbi("late", "accept", "L1", who="manager1")
    with world.ledger.read() as tx:
        (food,) = voucher_balances(tx)
        path = world.folder / "journal.beancount"
        write_journal(tx, path)
    assert (food.redeemed_minor, food.expired_minor, food.outstanding_minor) == (
        400_000, 1_100_000, 0)
    assert food.difference_minor == food.difference_count == 0
    _, errors, _ = loader.load_file(str(path))
    assert errors == []
    book = world.folder / "book.xlsx"
    make_workbook(world.session("finance1"), book, language="en")
    sheet = next(one for one in openpyxl.load_workbook(book) if "ournal" in one.title)
    cells = [[cell.value for cell in line] for line in sheet.iter_rows()]
    assert any("honoured after expiry" in line and -4000 in line for line in cells)
