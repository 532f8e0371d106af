"""What is bought keeps to the rules of vouchers, receipts and shops."""

from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from cbi.base.clock import at
from cbi.files import read_table
from cbi.practice.sample import sample_programme, sample_stores
from cbi.practice.shop_files import write_shop_list
from cbi.practice.shops import Market, Spendable, by_store, plan_purchases
from cbi.till.sheet import read_list
from tests.there import there

STORES = sample_stores()
PROGRAMME = sample_programme()
ROUND = PROGRAMME.rounds[0]
MARKET = Market(
    STORES, ROUND.retailers, ROUND.valid_from, ROUND.valid_until,
    paper=frozenset(PROGRAMME.paper_stores),
)
CITIES = ("almaty", "almaty", "astana", "shymkent", "karaganda", "semey")
VOUCHERS = [
    Spendable(
        f"KZ22-R1-{number:06d}", f"{number:016d}", ("food", "food", "non-food")[number % 3],
        (1_500_000, 1_500_000, 2_000_000)[number % 3], CITIES[number * 7 // 40 % 6],
    )
    for number in range(1, 3001)
]
FACE = {voucher.serial: voucher for voucher in VOUCHERS}
PLAN = plan_purchases(7, VOUCHERS, MARKET)


def test_the_same_seed_gives_the_same_plan() -> None:
    assert plan_purchases(7, VOUCHERS, MARKET) == PLAN
    assert plan_purchases(8, VOUCHERS, MARKET) != PLAN


def test_about_ninety_seven_in_a_hundred_vouchers_are_used() -> None:
    used = {purchase.serial for purchase in PLAN}
    assert 0.955 < len(used) / len(VOUCHERS) < 0.985


def test_nobody_spends_more_than_a_voucher_has_and_some_spend_in_two_parts() -> None:
    spent = defaultdict(list)
    for purchase in PLAN:
        if not purchase.mistaken:
            spent[purchase.serial].append(purchase.amount_minor)
    for serial, amounts in spent.items():
        assert 0 < sum(amounts) <= FACE[serial].amount_minor
        assert all(amount % 100 == 0 for amount in amounts)
    parts = Counter(len(amounts) for amounts in spent.values())
    assert set(parts) == {1, 2}
    assert 0.1 < parts[2] / len(spent) < 0.16
    left = [serial for serial, amounts in spent.items() if sum(amounts) < FACE[serial].amount_minor]
    assert 0.02 < len(left) / len(spent) < 0.06


def test_vouchers_are_spent_in_their_city_where_their_category_is_taken() -> None:
    stores = {store.code: store for store in STORES}
    for purchase in PLAN:
        store = stores[purchase.store]
        assert store.city == FACE[purchase.serial].city
        assert store.retailer in ROUND.retailers[purchase.category]
    assert any(purchase.store == "tulpar-semey-1" for purchase in PLAN)


def test_purchases_stand_in_the_order_of_time_inside_the_round_and_opening_hours() -> None:
    assert [one.occurred_at for one in PLAN] == sorted(one.occurred_at for one in PLAN)
    for purchase in PLAN:
        wall = at(purchase.occurred_at, "Asia/Almaty")
        assert wall.date().isoformat() == purchase.day
        assert wall.strftime("%H:%M") == purchase.clock
        assert ROUND.valid_from <= purchase.day <= ROUND.valid_until
        assert 9 <= wall.hour < 21


def test_receipts_are_one_purchase_each_and_cover_the_vouchers_on_them() -> None:
    receipts = defaultdict(list)
    for purchase in PLAN:
        receipts[purchase.store, purchase.receipt].append(purchase)
    for purchases in receipts.values():
        assert len(purchases) <= 2
        assert len({one.receipt_total_minor for one in purchases}) == 1
        assert len({one.occurred_at for one in purchases}) == 1
        assert len({one.serial for one in purchases}) == len(purchases)
        assert sum(one.amount_minor for one in purchases) <= purchases[0].receipt_total_minor
    assert sum(len(purchases) == 2 for purchases in receipts.values()) > 50


def test_a_mistaken_purchase_is_followed_by_the_right_one_and_never_on_paper() -> None:
    mistaken = [purchase for purchase in PLAN if purchase.mistaken]
    assert 5 <= len(mistaken) <= 40
    for wrong in mistaken:
        assert wrong.store not in MARKET.paper
        after = [one for one in PLAN if one.serial == wrong.serial and not one.mistaken
                 and one.occurred_at > wrong.occurred_at]
        assert (after[0].store, after[0].amount_minor) == (wrong.store, wrong.amount_minor)
        assert after[0].receipt != wrong.receipt


def test_where_parts_are_not_allowed_everything_is_spent_whole() -> None:
    plan = plan_purchases(7, VOUCHERS, replace(MARKET, in_parts=False))
    assert all(one.amount_minor == FACE[one.serial].amount_minor for one in plan)


def test_a_voucher_that_no_store_takes_stays_unspent() -> None:
    assert plan_purchases(1, [replace(VOUCHERS[0], category="fuel")], MARKET) == []
    closed = [replace(store, closed_at=1) for store in STORES]
    assert plan_purchases(1, VOUCHERS, replace(MARKET, stores=closed)) == []


def test_no_code_shows_where_values_are_printed() -> None:
    assert VOUCHERS[0].code not in repr(VOUCHERS[0])
    assert PLAN[0].code not in repr(PLAN[0])


@pytest.mark.parametrize("store", PROGRAMME.paper_stores)
def test_a_shops_list_is_read_as_the_till_reads_lists(tmp_path: Path, store: str) -> None:
    purchases = by_store(PLAN)[store]
    path = tmp_path / f"redemptions-{store}.xlsx"
    write_shop_list(path, purchases)
    read = read_list(path).rows
    assert [row.receipt for row in read] == [one.receipt for one in purchases]
    assert [row.code.replace("-", "") for row in read] == [one.code for one in purchases]
    assert not any(row.problems for row in read)
    assert [f"{there(row.clock)[0]:02d}:{there(row.clock)[1]:02d}" for row in read] == [
        one.clock for one in purchases
    ]
    first = path.read_bytes()
    write_shop_list(path, purchases)
    assert path.read_bytes() == first
    assert read_table(path).rows[0].cells[0] == "Date"
