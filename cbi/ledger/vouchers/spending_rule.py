"""The one rule of spending: when a voucher may be spent, and what a till answers where it may not.

`CONDITIONS` stand in the order in which a till tells them. Each is written twice side by side: as
SQL for the guarded statement (`spending`) and in Python for whoever explains a refusal or foretells
one (`refusal`). A test holds the two against each other on both engines; `check` has a copy of its
own, which nothing here can bend.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cbi.ledger.vouchers.reading import Voucher

BALANCE = "(v.face_minor - v.spent_minor - v.closed_minor)"
WHOLE_ONLY = "whole-only"
"""No answer of a till's: the request makes no sense, because its round takes no parts."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a voucher: now, where, for which category, how much (None: anything)."""

    occurred_at: int
    taken_here: frozenset[str] | None
    """The categories that this store's retailer takes in the voucher's round; None: not asked."""
    category: str | None = None
    amount_minor: int | None = None
    in_parts: bool = True
    """Whether the voucher's round lets vouchers be spent in parts."""


class Condition(NamedTuple):
    """One condition of the rule: `sql` is true for a row `v` of `voucher` exactly where `holds` is.

    `answer` is what a till says where it does not hold and all conditions before it do.
    """

    name: str
    answer: str
    sql: str
    holds: Callable[[Voucher, Question], bool]


CONDITIONS = (
    Condition(
        "not replaced", "replaced",
        "(v.state <> 'void' OR v.successor IS NULL)",
        lambda voucher, asked: voucher.state != "void" or voucher.successor is None,
    ),
    Condition(
        "not void", "void",
        "v.state <> 'void'",
        lambda voucher, asked: voucher.state != "void",
    ),
    Condition(
        "something left", "used-up",
        f"(v.state <> 'active' OR {BALANCE} > 0)",
        lambda voucher, asked: voucher.state != "active" or voucher.balance_minor > 0,
    ),
    Condition(
        "its last day not over", "expired",
        "(v.state <> 'expired' AND :occurred_at < v.closes_at)",
        lambda voucher, asked: (
            voucher.state != "expired" and asked.occurred_at < voucher.closes_at
        ),
    ),
    Condition(
        "not blocked", "blocked",
        "v.state <> 'blocked'",
        lambda voucher, asked: voucher.state != "blocked",
    ),
    Condition(
        "handed over", "not-handed-over",
        "v.state = 'active'",
        lambda voucher, asked: voucher.state == "active",
    ),
    Condition(
        "its first day begun", "not-yet-valid",
        ":occurred_at >= v.opens_at",
        lambda voucher, asked: asked.occurred_at >= voucher.opens_at,
    ),
    Condition(
        "the goods are its category's", "wrong-category",
        "(:category IS NULL OR v.category = :category)",
        lambda voucher, asked: asked.category in (None, voucher.category),
    ),
    Condition(
        "the retailer is in its round", "wrong-retailer",
        "EXISTS (SELECT 1 FROM round_retailer AS t WHERE t.round = v.round"
        " AND t.retailer = :retailer)",
        lambda voucher, asked: asked.taken_here is None or bool(asked.taken_here),
    ),
    Condition(
        "the retailer takes its category", "wrong-category",
        "EXISTS (SELECT 1 FROM round_retailer AS t WHERE t.round = v.round"
        " AND t.category = v.category AND t.retailer = :retailer)",
        lambda voucher, asked: asked.taken_here is None or voucher.category in asked.taken_here,
    ),
    Condition(
        "no more than is left", "too-much",
        f"{BALANCE} >= :amount_minor",
        lambda voucher, asked: (
            asked.amount_minor is None or asked.amount_minor <= voucher.balance_minor
        ),
    ),
    Condition(
        "in parts only where its round says so", WHOLE_ONLY,
        f"({BALANCE} = :amount_minor"
        " OR EXISTS (SELECT 1 FROM round AS r WHERE r.code = v.round AND r.in_parts = 1))",
        lambda voucher, asked: (
            asked.in_parts or asked.amount_minor in (None, voucher.balance_minor)
        ),
    ),
)


def refusal(
    voucher: Voucher, asked: Question, conditions: Iterable[Condition] = CONDITIONS
) -> str | None:
    """The answer of the first condition that does not hold, or None where all do."""
    return next((one.answer for one in conditions if not one.holds(voucher, asked)), None)


def guard(conditions: Iterable[Condition] = CONDITIONS) -> str:
    """All conditions as one of SQL, on a row `v` of `voucher`.

    Its places are `:occurred_at`, `:amount_minor`, `:category` (or null) and `:retailer`.
    """
    return "\n  AND ".join(one.sql for one in conditions)
