"""What the page asks of the retailer's account: read, and nothing else."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from cbi.base.clock import date_at
from cbi.messages.figures import amount_figures, date_words, days_between, digits
from cbi.web.account import account, account_lines
from cbi.web.answering import as_json
from cbi.web.desk import Credentials
from cbi.web.limits import Limit
from cbi.web.requests import WORD_LETTERS_MAX
from cbi.web.till import Till

if TYPE_CHECKING:
    from cbi.finance.letters.shop_account import (
        ShopAccount,
        ShopLine,
        ShopSettlement,
        ShopStatement,
    )

SHOWN = 50
"""Settlements and statements, the newest."""
IMPOSSIBLE_DAY = "impossible-day"


class AccountRoutes:
    """The account's side of a till; `at_work` says who is signed in."""

    def __init__(self, till: Till, at_work: Callable[[Request], Credentials]) -> None:
        self._till = till
        self._at_work = at_work
        self._asks = Limit(10, 1 / 6)

    async def account(self, request: Request, language: str) -> Response:
        """What the retailer will be paid, and its statements."""
        return as_json(_account(await account(self._till, self._slowly(request)), language))

    async def lines(self, request: Request, language: str) -> Response:
        """What is disputed of one statement."""
        number = request.query_params.get("number", "")[:WORD_LETTERS_MAX]
        found = await account_lines(self._till, self._slowly(request), number)
        return as_json({"lines": [_line(one, language) for one in found]})

    def _slowly(self, request: Request) -> Credentials:
        known = self._at_work(request)
        self._asks.must_take(known.device)
        return known


def _account(found: "ShopAccount", language: str) -> dict[str, object]:
    return {
        "balances": [
            {
                name: amount_figures(minor, one.currency, language) for name, minor in (
                    ("unsettled", one.unsettled_minor), ("payable", one.payable_minor),
                    ("paid", one.paid_minor),
                )
            }
            for one in found.balances
        ],
        "settlements": [_settlement(one, found.zone, language)
                        for one in found.settlements[:SHOWN]],
        "statements": [_statement(one, language) for one in found.statements[:SHOWN]],
    }


def _settlement(one: "ShopSettlement", zone: str, language: str) -> dict[str, object]:
    def day(instant: int | None) -> str | None:
        return None if instant is None else date_words(date_at(instant, zone), language)

    return {
        "number": one.number, "statement": one.statement, "made": day(one.made_at),
        "amount": amount_figures(one.accepted_minor, one.currency, language),
        "left": amount_figures(one.left_minor, one.currency, language)
        if one.left_minor else None,
        "agreed": amount_figures(one.agreed_minor, one.currency, language)
        if one.agreed_minor else None,
        "due": one.due_on and date_words(one.due_on, language), "paid": day(one.paid_at),
    }


def _statement(one: "ShopStatement", language: str) -> dict[str, object]:
    amounts = (
        ("claimed", one.claimed_minor), ("accepted", one.accepted_minor),
        ("rejected", one.rejected_minor), ("pending", one.pending_minor),
    )
    return {
        "number": one.number, "currency": one.currency, "checked": one.checked,
        "period": days_between(one.period_from, one.period_until, language),
        **{name: amount_figures(minor, one.currency, language) if minor else None
           for name, minor in amounts},
    }


def _line(one: "ShopLine", language: str) -> dict[str, object]:
    kind = IMPOSSIBLE_DAY if one.why.startswith(IMPOSSIBLE_DAY) else one.why
    return {
        "place": digits(one.place, language),
        "date": date_words(one.date, language) if one.date else "",
        "receipt": one.receipt or "",
        "voucher": one.shown, "claimed": amount_figures(one.claimed_minor, one.currency, language),
        "accepted": amount_figures(one.accepted_minor, one.currency, language)
        if one.accepted_minor else None,
        "why": kind, "waits": one.waits,
    }
