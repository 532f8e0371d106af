"""What happens outside the program in the practice campaign: families shop, the retailer bills."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.ledger.vouchers.reversing import reverse
from cbi.places import places
from cbi.practice.beats import Stage
from cbi.practice.bills import Bill, make_bill
from cbi.practice.cast import FIELD, MANAGER, cashier_of
from cbi.practice.ledger_view import never_spent, redemptions, spendables
from cbi.practice.sample import SampleProgramme, SampleRound
from cbi.practice.shop_files import write_shop_list, write_statement
from cbi.practice.shops import Market, Purchase, by_store, plan_purchases

Progress = Callable[[int], None]
SHOPPING_ENDS = "2022-09-25"


@dataclass(slots=True)
class Shopping:
    """The families' purchases: what is bought at tills, and what paper the shops send in."""

    at_tills: list[Purchase] = field(default_factory=list)
    lists: dict[str, list[Purchase]] = field(default_factory=dict)


def plan_shopping(
    stage: Stage, sample: SampleProgramme, given: SampleRound
) -> Shopping:
    """Who will buy what where: the holders know their codes, as they hold the paper."""
    session = stage.session(FIELD)
    with session.ledger.read() as tx:
        stores = places.stores(tx)
        held = spendables(tx, session.keys.need("codes"), given.code)
    market = Market(
        stores=stores, takers=given.retailers, first=given.valid_from, last=SHOPPING_ENDS,
        zone=sample.zone, in_parts=given.in_parts, paper=frozenset(sample.paper_stores),
    )
    plan = plan_purchases(stage.seed, held, market)
    sent = {store: bought for store, bought in by_store(plan).items() if store in market.paper}
    return Shopping([one for one in plan if one.store not in market.paper], sent)


def shop(stage: Stage, purchases: Sequence[Purchase], progress: Progress) -> dict[str, object]:
    """Every purchase at its till in its minute; a manager reverses a mistaken one."""
    desks = {store: stage.session(cashier_of(store)) for store in {one.store for one in purchases}}
    taken = undone = 0
    for number, purchase in enumerate(purchases, 1):
        stage.clock.reach(purchase.occurred_at)
        session = desks[purchase.store]
        answer = redeem(session, Redeem(
            code=purchase.code, amount_minor=purchase.amount_minor, store=purchase.store,
            receipt=purchase.receipt, receipt_total_minor=purchase.receipt_total_minor,
        ))
        taken += answer.answer == "ok"
        if purchase.mistaken and answer.redemption is not None:
            reverse(stage.session(MANAGER), answer.redemption, "wrong receipt")
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


def bill(
    stage: Stage, retailer: str, name: str, period: tuple[str, str], sample: SampleProgramme
) -> Bill:
    """The retailer's statement for a period, with its mistakes, as `statement.xlsx`."""
    with stage.session(FIELD).ledger.read() as tx:
        made = make_bill(
            stage.seed, retailer, redemptions(tx, *period, sample.zone),
            never_spent(tx, sample.rounds[0].code),
        )
        stores = {store.code: store.name("ru") for store in places.stores(tx)}
    write_statement(
        stage.folder / "statement.xlsx", made, retailer=name, stores=stores, period=period
    )
    return made
