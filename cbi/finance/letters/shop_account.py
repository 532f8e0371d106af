"""A retailer's own account, as it may see it: what it will be paid, its statements, disputes.

Of one retailer alone, and as the letter tells it: serials, receipts, stores and days; no person, no
code, no other retailer, and not the reasons that our people wrote.
"""

from typing import NamedTuple

from cbi.base.errors import NotFound
from cbi.finance.decisions.billed import Billed
from cbi.finance.identities import Claimed, claims_by_statement, retailer_balances
from cbi.finance.intake.statements import statement, statements
from cbi.finance.letters.letters import place_shown, standing_of, why_not
from cbi.finance.reconciliation.exceptions import accepted_parts, exceptions
from cbi.finance.settling.settlements import currency_of
from cbi.ledger.settling import settlements
from cbi.storage.transactions import ReadTransaction

LINES_SHOWN = 200


class ShopBalance(NamedTuple):
    """Of one currency, in minor units: redeemed and on no settlement, to be paid, paid so far."""

    currency: str
    unsettled_minor: int
    payable_minor: int
    paid_minor: int


class ShopSettlement(NamedTuple):
    """What was accepted of a statement, what the contract takes off it (discount and fee), what is
    to be paid yet, and by which day (ISO text) where the contract says one."""

    number: str
    statement: str
    currency: str
    accepted_minor: int
    agreed_minor: int
    left_minor: int
    made_at: int
    due_on: str | None
    paid_at: int | None


class ShopStatement(NamedTuple):
    """A statement of the retailer's, and what of it is settled, rejected, and waits."""

    number: str
    currency: str
    period_from: str
    period_until: str
    claimed_minor: int
    accepted_minor: int
    rejected_minor: int
    pending_minor: int
    checked: bool


class ShopLine(NamedTuple):
    """A line not accepted whole: `why` names the reason, `waits` says that it may still be."""

    place: str
    date: str | None
    receipt: str | None
    shown: str
    currency: str
    claimed_minor: int
    accepted_minor: int
    why: str
    waits: bool


class ShopAccount(NamedTuple):
    """The whole account; settlements and statements with the newest first."""

    retailer: str
    zone: str
    balances: list[ShopBalance]
    settlements: list[ShopSettlement]
    statements: list[ShopStatement]


def account_of(tx: ReadTransaction, retailer: str, zone: str) -> ShopAccount:
    """How a retailer stands with the programmes."""
    claimed = claims_by_statement(tx)
    bills = [one for one in statements(tx, retailer=retailer) if one.withdrawn_at is None]
    names = {one.id: one.number for one in bills}
    return ShopAccount(
        retailer, zone,
        [ShopBalance(one.currency, one.unsettled_minor, one.payable_minor, one.paid_minor)
         for one in retailer_balances(tx, retailer=retailer)],
        [ShopSettlement(one.number, names.get(one.statement, ""), currency_of(tx, one),
                        one.accepted_minor, one.accepted_minor - one.payable_minor,
                        one.left_minor, one.made_at, one.due_on, one.paid_at)
         for one in reversed(settlements(tx, retailer=retailer))],
        [ShopStatement(one.number, one.currency, one.period_from, one.period_until,
                       one.claimed_minor, *_became(claimed, one.number),
                       one.reconciled_at is not None)
         for one in reversed(bills)],
    )


def _became(claimed: dict[str, Claimed], number: str) -> tuple[int, int, int]:
    one = claimed.get(number)
    return (0, 0, 0) if one is None else (
        int(one.accepted_minor), int(one.rejected_minor), int(one.pending_minor)
    )


def lines_of(tx: ReadTransaction, retailer: str, number: str) -> list[ShopLine]:
    """The lines of a statement that are not accepted whole, as many as are shown.

    Raises:
        NotFound: it is no statement of this retailer's.
    """
    about = statement(tx, number)
    if about.retailer != retailer or about.withdrawn_at is not None:
        raise NotFound("finance.statement-unknown", statement=number)
    if about.reconciled_at is None:
        return []
    views = {(one.line, one.rule): one for one in exceptions(tx, statement=about.number)}
    parts = accepted_parts(tx, about.id)
    found: list[ShopLine] = []
    for line in Billed.of(tx, about).lines(tx):
        view = views.get((line.line, line.outcome))
        one = standing_of(line, view, None if view is None else parts.get(view.id))
        if one.accepted_minor != line.claimed_minor:
            found.append(ShopLine(
                place_shown(line), line.date, line.receipt, line.shown, about.currency,
                line.claimed_minor, one.accepted_minor, why_not(one), one.open_minor > 0,
            ))
        if len(found) == LINES_SHOWN:
            break
    return found
