"""The ledger that the corpus of statements is about: the same vouchers, codes and sales each time.

One retailer with two stores, another one beside it, and forty-odd vouchers of which most were spent
in the second half of August 2022. Codes are drawn from a seed of their own, so that the committed
files name the same ones whatever else a ledger draws.
"""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from cbi.base.clock import instant_on
from cbi.ledger.vouchers.approving import approve
from cbi.ledger.vouchers.changes import hand_over
from cbi.ledger.vouchers.codes import make_codes
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.ledger.vouchers.reversing import reverse
from cbi.programmes.batches import DraftLine, draft
from tests.conftest import ZONE, World, build, new_world
from tests.finance.bills import allow
from tests.vouchers import FIRST_DAY

VOUCHERS = 44
PERIOD = ("2022-08-16", "2022-08-31")
BIN, OTHER_BIN = "081040004326", "900101300007"
STORES = {
    "magnum-almaty-1": {"ru": "Магнум, ул. Яблоневая, 12", "en": "Magnum, Apple St. 12"},
    "magnum-almaty-2": {"ru": "Магнум, пр. Весенний, 5", "en": "Magnum, Spring Ave. 5"},
    "other-almaty-1": {"ru": "Другая лавка", "en": "Another Shop"},
}
REVERSED, ELSEWHERE, LATE, UNSPENT = 36, 37, 38, 39
"""Vouchers (from 0) with a fate of their own: reversed, spent at the other retailer, spent after
the period, never spent; from `UNSPENT` on none is spent."""


class Sale(NamedTuple):
    """A redemption as the ledger has it."""

    serial: str
    code: str
    store: str
    receipt: str
    day: str
    hour: int
    minute: int
    amount_minor: int


@dataclass(frozen=True)
class Campaign:
    """What the statements' generator knows of the ledger."""

    sales: tuple[Sale, ...]
    papers: tuple[tuple[str, str], ...]


def codes() -> list[str]:
    """The codes of the campaign's vouchers."""
    return make_codes(VOUCHERS, random.Random("codes of the corpus").randbytes)


def campaign() -> Campaign:
    """The vouchers and sales, without any ledger."""
    papers = tuple(
        (f"KZ22-R1-{number:06d}", code) for number, code in enumerate(codes(), 1)
    )
    sales = []
    for index in range(UNSPENT):
        serial, code = papers[index]
        store = "other-almaty-1" if index == ELSEWHERE else f"magnum-almaty-{index % 2 + 1}"
        day = date(2022, 8, 17) + timedelta(days=index % 13)
        if index == LATE:
            day = date(2022, 9, 5)
        sales.append(Sale(
            serial, code, store, f"{40_112 + 37 * index}", day.isoformat(), 10 + index % 9,
            (7 * index) % 60, 500_000 + 13_700 * index + (50 if index % 11 == 3 else 0),
        ))
    return Campaign(tuple(sales), papers)


def made_world(folder: Path) -> World:
    """The campaign in a ledger on SQLite."""
    world = new_world("sqlite", folder)
    build(world)
    world.entropy = _with_codes(world.entropy)
    about = campaign()
    with world.ledger.write() as tx:
        for code, names in STORES.items():
            tx.run("UPDATE store SET names = :names WHERE code = :code",
                   names=json.dumps(names), code=code)
        tx.run("UPDATE retailer SET number = :number WHERE code = 'magnum'", number=BIN)
    allow(world)
    lines = [
        DraftLine(f"P-{number:06d}", "almaty", "fa", "food", 1_500_000)
        for number in range(1, VOUCHERS + 1)
    ]
    batch = draft(world.session("manager1"), "KZ22-R1", lines)
    approve(world.session("manager2"), batch.number)
    hand_over(world.session("field1"), [one for one, _ in about.papers], occurred_at=FIRST_DAY)
    for sale in sorted(about.sales, key=lambda one: (one.day, one.hour, one.minute)):
        _redeemed(world, sale, undone=sale is about.sales[REVERSED])
    world.clock.now = instant_on("2022-09-10", 9, ZONE)
    return world


def _redeemed(world: World, sale: Sale, *, undone: bool) -> None:
    sold_at = instant_on(sale.day, sale.hour, ZONE) + sale.minute * 60_000_000
    world.clock.now = max(world.clock.now, sold_at + 60_000_000)
    asked = Redeem(
        code=sale.code, amount_minor=sale.amount_minor, store=sale.store, receipt=sale.receipt,
        occurred_at=sold_at,
    )
    answer = redeem(world.session("cashier2"), asked)
    assert answer.answer == "ok", answer
    if undone:
        reverse(world.session("manager1"), str(answer.redemption), "taken by mistake")


def _with_codes(entropy: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """Randomness as it was, but for the draw that codes are made of."""
    fixed = random.Random("codes of the corpus").randbytes(15 * VOUCHERS)
    return lambda count: fixed if count == len(fixed) else entropy(count)
