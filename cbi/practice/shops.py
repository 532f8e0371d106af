"""What beneficiaries buy: a seeded plan of redemptions, as the shops would make or send them. Pure.

Most vouchers are used soon and whole; some in two parts, some in part only, a few never. Sometimes
two vouchers pay one receipt. Now and then a cashier types the wrong receipt, undoes it and does it
again: such a `mistaken` purchase comes before the right one and is to be reversed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from cbi.base.clock import instant_on
from cbi.places import Store
from cbi.practice.dice import Dice

TENGE = 100
"""Minor units of the smallest price."""

NEVER_SHARE, TWO_PARTS_SHARE, PART_SHARE = 0.03, 0.13, 0.04
SHARED_RECEIPT_SHARE, MISTAKEN_SHARE = 0.08, 0.006
OPENS, CLOSES = 9, 21


@dataclass(frozen=True, slots=True)
class Spendable:
    """A voucher that somebody holds. The code spends it, so it is never shown."""

    serial: str
    code: str
    category: str
    amount_minor: int
    city: str

    def __repr__(self) -> str:
        return f"Spendable({self.serial}, ***)"


@dataclass(frozen=True, slots=True)
class Purchase:
    """One redemption to be. `day` is ISO text and `clock` `HH:MM` on the shop's wall; `mistaken`:
    to be reversed before the next one of the same voucher.
    """

    serial: str
    code: str
    category: str
    store: str
    day: str
    clock: str
    occurred_at: int
    amount_minor: int
    receipt: str = ""
    receipt_total_minor: int = 0
    mistaken: bool = False

    def __repr__(self) -> str:
        return f"Purchase({self.serial}, {self.store}, {self.receipt}, {self.amount_minor})"


@dataclass(frozen=True, slots=True)
class Market:
    """Where and when vouchers can be spent: open stores, who takes which category, the round's
    first and last day (ISO text) in its zone, and whether in parts.
    """

    stores: Sequence[Store]
    takers: Mapping[str, Sequence[str]]
    first: str
    last: str
    zone: str = "Asia/Almaty"
    in_parts: bool = True
    paper: frozenset[str] = frozenset()
    """Codes of the stores that collect paper and send lists: nothing is reversed there."""

    def choices(self, voucher: Spendable) -> list[str]:
        """The stores of the voucher's city that take its category."""
        takers = self.takers.get(voucher.category, ())
        return [
            store.code for store in self.stores
            if store.city == voucher.city and store.retailer in takers and store.closed_at is None
        ]


def plan_purchases(seed: int, vouchers: Iterable[Spendable], market: Market) -> list[Purchase]:
    """Everything that is bought, in the order of time.

    A voucher that no store of its city takes is never used.
    """
    dice = Dice(f"shops {seed}")
    baskets: list[list[Purchase]] = []
    for voucher in vouchers:
        stores = market.choices(voucher)
        if not stores or dice.chance(NEVER_SHARE):
            continue
        visits = _visits(dice, voucher, market, stores)
        whole = len(visits) == 1 and visits[0][0].amount_minor == voucher.amount_minor
        if whole and baskets and dice.chance(SHARED_RECEIPT_SHARE):
            last = baskets[-1]
            if last[0].store in stores and len(last) == 1 and not last[0].mistaken:
                last.append(_at_the_same_till(visits[0][0], last[0]))
                continue
        baskets += visits
    return _with_receipts(dice, baskets)


def by_store(purchases: Iterable[Purchase]) -> dict[str, list[Purchase]]:
    """The purchases of each store, in their order."""
    found: dict[str, list[Purchase]] = {}
    for purchase in purchases:
        found.setdefault(purchase.store, []).append(purchase)
    return dict(sorted(found.items()))


def _visits(
    dice: Dice, voucher: Spendable, market: Market, stores: Sequence[str]
) -> list[list[Purchase]]:
    """One voucher's baskets, in order of time."""
    days = (date.fromisoformat(market.last) - date.fromisoformat(market.first)).days
    amounts = _amounts(dice, voucher.amount_minor) if market.in_parts else [voucher.amount_minor]
    draw = dice.random()
    day = int(draw * draw * (days + 1))
    visits: list[list[Purchase]] = []
    for number, amount_minor in enumerate(amounts):
        if number:
            day = min(days, day + dice.between(1, 10))
        when = (day, OPENS, 14) if number == 0 else (day, 15, CLOSES)
        purchase = _purchase(dice, voucher, market, dice.pick(stores), when, amount_minor)
        if purchase.store not in market.paper and dice.chance(MISTAKEN_SHARE):
            visits.append([replace(purchase, mistaken=True)])
            purchase = _later(purchase)
        visits.append([purchase])
    return visits


def _amounts(dice: Dice, face_minor: int) -> list[int]:
    draw = dice.random()
    if draw >= TWO_PARTS_SHARE + PART_SHARE or face_minor < 10 * TENGE:
        return [face_minor]
    first = max(1, int(face_minor * (0.25 + 0.5 * dice.random())) // (5 * TENGE)) * 5 * TENGE
    return [first] if draw >= TWO_PARTS_SHARE else [first, face_minor - first]


def _purchase(
    dice: Dice, voucher: Spendable, market: Market, store: str, when: tuple[int, int, int],
    amount_minor: int,
) -> Purchase:
    """`when`: the day of the round, and the hours between which the purchase falls."""
    day, since, until = when
    on = (date.fromisoformat(market.first) + timedelta(days=day)).isoformat()
    hour, minute = dice.between(since, until - 1), dice.between(0, 54)
    return Purchase(
        serial=voucher.serial, code=voucher.code, category=voucher.category, store=store, day=on,
        clock=f"{hour:02d}:{minute:02d}",
        occurred_at=instant_on(on, hour, market.zone, minute), amount_minor=amount_minor,
    )


def _later(purchase: Purchase) -> Purchase:
    """Five minutes later: it never leaves its hour."""
    hour, minute = purchase.clock.split(":")
    return replace(
        purchase, clock=f"{hour}:{int(minute) + 5:02d}",
        occurred_at=purchase.occurred_at + 5 * 60 * 1_000_000,
    )


def _at_the_same_till(purchase: Purchase, other: Purchase) -> Purchase:
    return replace(
        purchase, store=other.store, day=other.day, clock=other.clock,
        occurred_at=other.occurred_at,
    )


def _with_receipts(dice: Dice, baskets: Iterable[Sequence[Purchase]]) -> list[Purchase]:
    """Receipts are numbered by each store's till as time goes; a total may exceed its vouchers."""
    counters: dict[str, int] = {}
    made: list[Purchase] = []
    for basket in sorted(baskets, key=lambda one: (one[0].occurred_at, one[0].serial)):
        store = basket[0].store
        start = counters.get(store) or dice.between(1_000, 80_000)
        counters[store] = start + dice.between(1, 40)
        paid = sum(purchase.amount_minor for purchase in basket)
        cash = dice.between(1, 700) * 5 * TENGE if dice.chance(0.45) else 0
        made += [
            replace(purchase, receipt=f"{counters[store]:06d}", receipt_total_minor=paid + cash)
            for purchase in basket
        ]
    return made
