"""What happens outside the program in the practice campaign: families shop, the retailer bills."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cbi.base.clock import date_at
from cbi.issuance.listing import listed_vouchers
from cbi.ledger.codes import read_code
from cbi.ledger.redeeming import Redeem, redeem
from cbi.ledger.reversing import reverse
from cbi.operators.desk import Desk
from cbi.places import places
from cbi.practice.beats import Stage
from cbi.practice.bills import Bill, Redeemed, make_bill
from cbi.practice.cast import FIELD, cashier_of
from cbi.practice.sample import SampleProgramme, SampleRound
from cbi.practice.shop_files import write_shop_list, write_statement
from cbi.practice.shops import Market, Purchase, Spendable, by_store, plan_purchases

Progress = Callable[[int], None]
SHOPPING_ENDS = "2022-09-25"


@dataclass(slots=True)
class Shopping:
    """The families' purchases: what is bought at tills, and what paper the shops send in."""

    at_tills: list[Purchase] = field(default_factory=list)
    lists: dict[str, list[Purchase]] = field(default_factory=dict)


def plan_shopping(
    stage: Stage, batch: str, sample: SampleProgramme, given: SampleRound, lost: frozenset[str]
) -> Shopping:
    """Who will buy what where: the holders know their codes, as they hold the paper."""
    _, vouchers = listed_vouchers(stage.desk(FIELD), batch, with_codes=True)
    with stage.desk(FIELD).ledger.read() as tx:
        stores = places.stores(tx)
    market = Market(
        stores=stores, takers=given.retailers, first=given.valid_from, last=SHOPPING_ENDS,
        zone=sample.zone, in_parts=given.in_parts, paper=frozenset(sample.paper_stores),
    )
    held = [
        Spendable(row["serial"], read_code(row["code"]), row["category"], row["face_minor"],
                  row["city"])
        for row in vouchers if row["state"] == "active" and row["serial"] not in lost
    ]
    plan = plan_purchases(stage.seed, held, market)
    sent = {store: bought for store, bought in by_store(plan).items() if store in market.paper}
    return Shopping([one for one in plan if one.store not in market.paper], sent)


def shop(stage: Stage, purchases: Sequence[Purchase], progress: Progress) -> dict[str, object]:
    """Every purchase at its till in its minute; a mistaken one is reversed and made again."""
    desks = {store: stage.desk(cashier_of(store)) for store in {one.store for one in purchases}}
    taken = undone = 0
    for number, purchase in enumerate(purchases, 1):
        stage.clock.reach(purchase.occurred_at)
        desk = desks[purchase.store]
        answer = redeem(desk, Redeem(
            code=purchase.code, amount_minor=purchase.amount_minor, store=purchase.store,
            receipt=purchase.receipt, receipt_total_minor=purchase.receipt_total_minor,
        ))
        taken += answer.answer == "ok"
        if purchase.mistaken and answer.redemption is not None:
            reverse(desk, answer.redemption, "wrong receipt")
            undone += 1
        progress(number)
    return {"taken": taken, "undone": undone}


def write_lists(stage: Stage, shopping: Shopping) -> list[tuple[str, Path]]:
    """The lists of the shops that collect paper."""
    written = []
    for store, purchases in shopping.lists.items():
        path = stage.folder / f"vouchers-{store}.xlsx"
        write_shop_list(path, purchases)
        written.append((store, path))
    return written


def bill(stage: Stage, retailer: str, name: str, period: tuple[str, str], zone: str) -> Bill:
    """The retailer's statement for a period, with its mistakes, as `statement.xlsx`."""
    desk = stage.desk(FIELD)
    made = make_bill(stage.seed, retailer, _redemptions(desk, zone), _unspent(desk))
    with desk.ledger.read() as tx:
        stores = {store.code: store.name("ru") for store in places.stores(tx)}
    write_statement(
        stage.folder / "statement.xlsx", made, retailer=name, stores=stores, period=period
    )
    return made


def _redemptions(desk: Desk, zone: str) -> list[Redeemed]:
    with desk.ledger.read() as tx:
        rows = tx.rows(
            "SELECT v.serial, s.retailer, e.store, e.receipt, e.amount_minor, e.occurred_at,"
            " (SELECT 1 FROM entry r WHERE r.reverses = e.id) AS undone"
            " FROM entry e JOIN voucher v ON v.id = e.voucher JOIN store s ON s.code = e.store"
            " WHERE e.kind = 'redeem' ORDER BY v.serial, e.seq"
        )
    return [
        Redeemed(
            row["serial"], row["retailer"], row["store"], date_at(row["occurred_at"], zone),
            row["receipt"], row["amount_minor"], bool(row["undone"]),
        )
        for row in rows
    ]


def _unspent(desk: Desk) -> list[str]:
    with desk.ledger.read() as tx:
        rows = tx.rows(
            "SELECT serial FROM voucher WHERE state = 'active' AND spent_minor = 0"
            " AND NOT EXISTS (SELECT 1 FROM entry e WHERE e.voucher = voucher.id"
            " AND e.kind = 'redeem') ORDER BY serial"
        )
    return [row["serial"] for row in rows]
