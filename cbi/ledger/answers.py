"""The answers at a till: what they are called, what they carry, and why one was given.

`refusal` is the rule in one place and pure: given a voucher's row and what is asked, it names the
first reason that stands against spending, or None. The engines' guarded statements hold the same
conditions; where a guard says no, this function says why.
"""

from dataclasses import dataclass
from typing import Any

from cbi.ledger.vouchers import Voucher

ANSWERS = (
    "ok", "mistyped", "unknown", "not-handed-over", "not-yet-valid", "expired", "blocked", "void",
    "replaced", "used-up", "too-much", "wrong-retailer", "wrong-category", "receipt-used",
    "throttled",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A till's answer. `redemption` is `SERIAL/SEQ`; `replayed` says it was given before."""

    answer: str
    serial: str | None = None
    category: str | None = None
    balance_minor: int | None = None
    amount_minor: int | None = None
    currency: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    redemption: str | None = None
    store: str | None = None
    when_at: int | None = None
    zone: str | None = None
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a voucher: now, where, for which category, how much (None: anything)."""

    occurred_at: int
    taken_here: frozenset[str] | None
    """The categories that this store's retailer takes in the voucher's round; None: not asked."""
    category: str | None = None
    amount_minor: int | None = None
    in_parts: bool = True


def refusal(voucher: Voucher, asked: Asked) -> str | None:
    """The first reason against spending, or None."""
    state = _state_refusal(voucher, asked.occurred_at)
    if state is not None:
        return state
    if asked.category is not None and asked.category != voucher.category:
        return "wrong-category"
    if asked.taken_here is not None and voucher.category not in asked.taken_here:
        return "wrong-category" if asked.taken_here else "wrong-retailer"
    if voucher.balance_minor == 0:
        return "used-up"
    amount = asked.amount_minor
    if amount is not None and (
        amount > voucher.balance_minor or (not asked.in_parts and amount != voucher.balance_minor)
    ):
        return "too-much"
    return None


def _state_refusal(voucher: Voucher, at: int) -> str | None:
    if voucher.state == "void":
        return "void" if voucher.successor is None else "replaced"
    if voucher.balance_minor == 0 and voucher.state == "active":
        return "used-up"
    if voucher.state == "expired" or at >= voucher.closes_at:
        return "expired"
    if voucher.state == "blocked":
        return "blocked"
    if voucher.state == "issued":
        return "not-handed-over"
    if at < voucher.opens_at:
        return "not-yet-valid"
    return None


def about(voucher: Voucher, answer: str, **more: Any) -> Answer:
    """An answer about a voucher, with what a till may show of it."""
    return Answer(
        answer=answer, serial=voucher.serial, category=voucher.category,
        balance_minor=voucher.balance_minor, currency=voucher.currency,
        valid_from=voucher.valid_from, valid_until=voucher.valid_until, **more,
    )
