"""The sample and the generators on a real ledger: every trick of a bill is caught."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from cbi.base.clock import instant_on
from cbi.finance.intake import previewing, statements
from cbi.finance.reconciliation import reconciling
from cbi.finance.reconciliation.matching import MATCHED, ClaimMatch
from cbi.issuance.drafting import draft_round
from cbi.issuance.drafting import preview as preview_round
from cbi.ledger.vouchers.approving import approve as approve_batch
from cbi.ledger.vouchers.changes import hand_over
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.ledger.vouchers.reversing import reverse
from cbi.operators.places import add_cities, add_retailers, add_stores
from cbi.people.registration.approving import approve as approve_people
from cbi.people.registration.enrolling import enrol
from cbi.people.waiting import waiting
from cbi.practice.bills import make_bill
from cbi.practice.generator import new_person, people
from cbi.practice.ledger_view import never_spent, redemptions, spendables
from cbi.practice.sample import (
    sample_cities,
    sample_programme,
    sample_retailers,
    sample_stores,
)
from cbi.practice.shop_files import write_shop_list, write_statement
from cbi.practice.shops import Market, by_store, plan_purchases
from cbi.programmes.programmes import add_programme
from cbi.programmes.rounds import add_round
from cbi.till import lists
from tests.conftest import World
from tests.rows import all_rows
from tests.there import there

SAMPLE = sample_programme()
FIRST = SAMPLE.rounds[0]
SEED, PEOPLE = 11, 260


@pytest.fixture
def campaign(empty_world: World) -> World:
    """A ledger with the sample's places, programme and first round, and people approved."""
    world = empty_world
    admin, manager = world.session("admin1"), world.session("manager1")
    add_cities(admin, sample_cities())
    add_retailers(admin, sample_retailers())
    add_stores(admin, sample_stores())
    add_programme(
        manager, code=SAMPLE.code, name=SAMPLE.name, currency=SAMPLE.currency, zone=SAMPLE.zone,
        budget_minor=SAMPLE.budget_minor, short_name=SAMPLE.short_name, hotline=SAMPLE.hotline,
        lateness_days=SAMPLE.lateness_days,
    )
    add_round(
        manager, FIRST.code, SAMPLE.code, FIRST.valid_from, FIRST.valid_until,
        in_parts=FIRST.in_parts, entitlements=FIRST.entitlements, retailers=FIRST.retailers,
    )
    rows = people(SEED, PEOPLE, planted=0)
    made = enrol(world.session("field1"), [new_person(row, "test") for row in rows])
    approve_people(manager, made.numbers)
    return world


def issue_and_hand_over(world: World) -> None:
    batch = draft_round(world.session("field1"), FIRST.code)
    approve_batch(world.session("manager1"), batch.number)
    with world.ledger.read() as tx:
        found = spendables(tx, world.keys.need("codes"), FIRST.code)
        assert found == []
        serials = [row["serial"] for row in all_rows(
            tx, "SELECT serial FROM voucher ORDER BY serial"
        )]
    hand_over(
        world.session("field1"), serials, occurred_at=instant_on(FIRST.valid_from, 8, SAMPLE.zone)
    )


def carry_out(world: World, purchases: Any) -> None:
    """Each purchase at its own time; a mistaken one is reversed at once."""
    for purchase in purchases:
        world.clock.now = max(world.clock.now, purchase.occurred_at)
        answer = redeem(world.session("cashier2"), Redeem(
            code=purchase.code, amount_minor=purchase.amount_minor, store=purchase.store,
            receipt=purchase.receipt, receipt_total_minor=purchase.receipt_total_minor,
            occurred_at=purchase.occurred_at,
        ))
        assert answer.answer == "ok", (purchase, answer)
        if purchase.mistaken:
            reverse(world.session("manager1"), there(answer.redemption), "wrong receipt")


def send_lists(world: World, purchases: Any, folder: Path) -> None:
    """Paper shops send what they collected; every row is taken, none is in trouble."""
    world.clock.now = max(world.clock.now, *(one.occurred_at for one in purchases))
    for store, collected in by_store(purchases).items():
        path = folder / f"redemptions-{store}.xlsx"
        write_shop_list(path, collected)
        done = lists.carry_out(
            world.session("finance1"), lists.preview(world.session("finance1"), path, store)
        )
        assert done.count("redeemed") == len(collected), done.problems("en")


def test_the_samples_preview_adds_up(campaign: World) -> None:
    seen = preview_round(campaign.session("manager1"), FIRST.code)
    with campaign.ledger.read() as tx:
        left_out = waiting(tx)
    assert seen.refusal is None
    assert seen.people + sum(left_out.values()) == PEOPLE
    assert set(left_out) <= {"no-consent"}
    food = sum(share.vouchers for share in seen.shares if share.category == "food")
    assert food == seen.people
    assert len({share.city for share in seen.shares}) == 5


def test_every_mistake_planted_in_a_bill_is_found_and_nothing_else(campaign: World) -> None:
    world = campaign
    issue_and_hand_over(world)
    market = Market(
        sample_stores(), FIRST.retailers, FIRST.valid_from, FIRST.valid_until, SAMPLE.zone,
        FIRST.in_parts, frozenset(SAMPLE.paper_stores),
    )
    with world.ledger.read() as tx:
        vouchers = spendables(tx, world.keys.need("codes"), FIRST.code)
    plan = plan_purchases(SEED, vouchers, market)
    carry_out(world, [one for one in plan if one.store not in market.paper])
    send_lists(world, [one for one in plan if one.store in market.paper], world.folder)

    with world.ledger.read() as tx:
        redeemed = redemptions(tx, FIRST.valid_from, FIRST.valid_until, SAMPLE.zone)
        unspent = never_spent(tx, FIRST.code)
    assert len(redeemed) == len(plan)
    assert sum(one.reversed for one in redeemed) == sum(one.mistaken for one in plan) > 0
    bill = make_bill(SEED, "magnum", redeemed, unspent, each=2)
    path = world.folder / "statement.xlsx"
    write_statement(
        path, bill, retailer="Magnum Cash&Carry", period=(FIRST.valid_from, FIRST.valid_until),
        stores={store.code: store.name("ru") for store in sample_stores()},
        by_hand=market.paper,
    )

    finance = world.session("finance1")
    period = previewing.HowToRead(period_from=FIRST.valid_from, period_until=FIRST.valid_until)
    shown = previewing.preview(finance, path, "magnum", period)
    assert not shown.problems
    assert shown.claimed_minor == shown.stated_minor == bill.claimed_minor
    found = reconciling.reconcile(finance, statements.carry_out(finance, shown).number)

    wrong = {one.claim.line: one.outcome for one in found.odd if isinstance(one, ClaimMatch)}
    told = {one.line: one.outcome for one in bill.planted if one.line is not None}
    assert wrong == told
    assert found.lines[MATCHED].count == len(bill.lines) - len(told)
    unbilled = [one for one in bill.planted if one.line is None]
    assert found.unbilled.count == len(unbilled)
    assert found.unbilled.redeemed_minor == sum(one.redeemed_minor for one in unbilled)
    counted = Counter(one.outcome for one in bill.planted)
    assert set(counted) == {
        "amount-differs", "unknown", "mistyped", "not-redeemed", "billed-twice", "reversed",
        "another-retailer", "unbilled",
    }
