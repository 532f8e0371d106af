"""Decisions that wait for more people: what was said of an exception so far, and by whom."""

from collections.abc import Iterable
from typing import NamedTuple

from cbi.finance.decisions.deciding import DecisionSaid, decision_of
from cbi.finance.reconciliation.exceptions import ExceptionView
from cbi.programmes.approvals import DECISION, approvals, standing
from cbi.storage import ReadTransaction


class Awaited(NamedTuple):
    """A verdict that some have said of an exception and more have to say; `amount_minor` where only
    so much is accepted."""

    verdict: str
    amount_minor: int | None
    people: int
    given_by: tuple[str, ...]


def awaited(tx: ReadTransaction, found: Iterable[ExceptionView]) -> dict[bytes, Awaited]:
    """By exception, the verdict that was last said of it and waits for more people."""
    views = {view.id.hex(): view for view in found}
    told: dict[bytes, Awaited] = {}
    for one in approvals(tx, DECISION):
        view = views.get(one.object)
        if view is None:
            continue
        verdict, part, _ = one.said.split(" ")
        amount = int(part) if part else None
        thing = decision_of(tx, view, DecisionSaid(verdict, "", amount))
        stands = standing(tx, thing)
        if thing.said == one.said and stands.left:
            told[view.id] = Awaited(verdict, amount, stands.people, stands.given_by)
    return told
