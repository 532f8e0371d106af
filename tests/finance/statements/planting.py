"""Thirteen mistakes planted in a retailer's lines, and what each of them must come to."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from cbi.ledger.vouchers.codes import ALPHABET, make_codes
from tests.finance.statements.campaign import (
    ELSEWHERE,
    LATE,
    REVERSED,
    UNSPENT,
    Campaign,
    Sale,
)

ERRORS = (
    "amount-differs", "billed-twice", "slip", "unknown", "not-redeemed", "reversed",
    "another-retailer", "another-store", "receipt-used", "outside-period", "unbilled", "total",
    "cell",
)
SPARE = ("under", "swap", "twice-more", "over-more", "unbilled-more", "cell-more", "unknown-more")


@dataclass(frozen=True)
class Has:
    """What a shop's layout tells of a sale; `voucher` is `serial`, `code` or nothing."""

    voucher: str = "serial"
    store: bool = True
    receipt: bool = True
    date: bool = True
    only: str = ""
    """The one store that the statement is of."""


@dataclass(frozen=True)
class Line:
    """A line as it shall be written; `error` is the mistake in it, `cure` the voucher it means."""

    sale: Sale
    error: str = ""
    cure: str | None = None

    @property
    def amount_minor(self) -> int:
        """What is billed."""
        return self.sale.amount_minor


@dataclass
class Plan:
    """A statement's lines, the redemptions left out of it, and the mistakes that are elsewhere."""

    lines: list[Line] = field(default_factory=list)
    unbilled: list[str] = field(default_factory=list)
    wrong_total: bool = False
    errors: list[str] = field(default_factory=list)


def errors_for(has: Has) -> list[str]:
    """The thirteen mistakes that can be made in such a layout."""
    unfit = set()
    if not has.voucher:
        unfit |= {"not-redeemed", "another-retailer", "receipt-used", "swap", "reversed"}
    if has.voucher != "code":
        unfit |= {"swap"}
    if not has.store:
        unfit |= {"another-store"}
    if not has.receipt:
        unfit |= {"receipt-used"}
    if not has.date:
        unfit |= {"outside-period"}
    return [one for one in (*ERRORS, *SPARE) if one not in unfit][:13]


def planted(about: Campaign, has: Has, seed: str) -> Plan:
    """Clean lines and mistaken ones, in the order of their sales."""
    chance = random.Random(seed)
    sales = list(about.sales)
    clean = [
        index for index in range(UNSPENT) if index not in (REVERSED, ELSEWHERE, LATE)
        and sales[index].store.startswith(has.only)
    ]
    chance.shuffle(clean)
    plan = Plan(errors=errors_for(has))
    for error in plan.errors:
        _plant(plan, error, sales, clean, (about, has, chance))
    plan.lines += [Line(sales[index]) for index in clean]
    plan.lines.sort(key=lambda line: (line.sale.day, line.sale.hour, line.sale.minute,
                                      line.sale.serial, line.error))
    return plan


def _plant(
    plan: Plan, error: str, sales: Sequence[Sale], clean: list[int],
    setting: tuple[Campaign, Has, random.Random],
) -> None:
    about, has, chance = setting
    fated = {"reversed": REVERSED, "another-retailer": ELSEWHERE, "outside-period": LATE}
    if error == "total":
        plan.wrong_total = True
    elif error in ("unbilled", "unbilled-more"):
        plan.unbilled.append(sales[clean.pop()].serial)
    elif error in fated:
        sale = sales[fated[error]]
        if error == "another-retailer":
            sale = sale._replace(store="magnum-almaty-1")
        plan.lines.append(Line(sale, error))
    elif error in ("billed-twice", "twice-more"):
        sale = sales[clean.pop()]
        plan.lines += [Line(sale), Line(sale, "billed-twice")]
    elif error == "receipt-used":
        sale = sales[clean.pop()]
        used = next(sales[one] for one in clean if sales[one].store == sale.store)
        plan.lines.append(Line(sale._replace(receipt=used.receipt), error))
    elif error == "not-redeemed":
        serial, code = about.papers[UNSPENT + 1]
        plan.lines.append(Line(_invented(sales[clean[0]], serial, code, "77001"), error))
    elif error in ("unknown", "unknown-more"):
        code = make_codes(1, chance.randbytes)[0]
        serial = "KZ22-R1-777123" if error == "unknown" else "KZ22-R1-778124"
        plan.lines.append(
            Line(_invented(sales[clean[1]], serial, code, f"9{chance.randrange(10**4):04d}1"),
                 "unknown")
        )
    else:
        plan.lines.append(_spoilt(error, sales[clean.pop()], has, chance))


def _spoilt(error: str, sale: Sale, has: Has, chance: random.Random) -> Line:
    """A line about a sale that it tells wrongly."""
    if error in ("amount-differs", "over-more"):
        return Line(sale._replace(amount_minor=sale.amount_minor + 100_000), "amount-differs")
    if error == "under":
        return Line(sale._replace(amount_minor=sale.amount_minor - 100_000), "amount-differs")
    if error == "another-store":
        other = {"magnum-almaty-1": "magnum-almaty-2", "magnum-almaty-2": "magnum-almaty-1"}
        return Line(sale._replace(store=other[sale.store]), error)
    if error in ("cell", "cell-more"):
        return Line(sale, error, sale.serial)
    return Line(_slipped(sale, has, chance, swap=error == "swap"), "slip", sale.serial)


def _slipped(sale: Sale, has: Has, chance: random.Random, *, swap: bool) -> Sale:
    if not has.voucher:
        return sale._replace(receipt=f"{sale.receipt[:2]}{(int(sale.receipt[2]) + 5) % 10}"
                                     f"{sale.receipt[3:]}")
    if has.voucher == "serial":
        return sale._replace(serial=f"{sale.serial[:9]}4{sale.serial[10:]}")
    code = list(sale.code)
    place = chance.randrange(3, 11)
    if swap:
        while code[place] == code[place + 1]:
            place += 1
        code[place], code[place + 1] = code[place + 1], code[place]
    else:
        code[place] = chance.choice([one for one in ALPHABET if one not in (code[place], "0", "1")])
    return sale._replace(code="".join(code))


def _invented(like: Sale, serial: str, code: str, receipt: str) -> Sale:
    """A sale that never was, at a minute and for an amount of its own."""
    return like._replace(
        serial=serial, code=code, receipt=receipt, minute=(like.minute + 31) % 60,
        amount_minor=like.amount_minor + 3_300,
    )
