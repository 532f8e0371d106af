"""More people as amounts grow: how many a programme asks for, and who has said yes.

A batch, a settlement and a decision on an exception take one person besides who made the thing, and
more from the amounts on that a programme names. Every yes is a row; the last one that is needed
does the deed in the same transaction. Each is logged before they are counted: the log takes one
transaction at a time, so that two who say yes at once are both seen by the second.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import col, func, select

from cbi.base.errors import Conflict, NotAllowed, UsageError
from cbi.base.money import AMOUNT_MINOR_MAX, show_amount
from cbi.base.words import said as said_why
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.approval_tables import ApprovalRow, ApprovalRule
from cbi.programmes.programmes import programme as programme_of
from cbi.programmes.tables import Programme, RoundRetailer, RoundRow
from cbi.storage import ConstraintViolation
from cbi.storage.faults import RetryTransaction
from cbi.storage.transactions import ReadTransaction, WriteTransaction

BATCH, SETTLEMENT, DECISION = "batch", "settlement", "decision"
KINDS = (BATCH, SETTLEMENT, DECISION)
PEOPLE_MAX = 3
USUAL = 1
"""So many approve where no rule says more."""


class Thing(NamedTuple):
    """What several people say yes to. `amount_minor` is held to the rules of `programmes`;
    `made_by` gives no yes; `logged` is what the log's line is about, where that is not `object`."""

    kind: str
    object: str
    said: str
    amount_minor: int
    programmes: tuple[str, ...]
    made_by: str
    logged: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalState:
    """How many people a thing needs, and who of them has said yes so far."""

    people: int
    given_by: tuple[str, ...] = ()

    @property
    def left(self) -> int:
        """How many are still needed."""
        return max(self.people - len(self.given_by), 0)

    def is_last(self, name: str) -> bool:
        """Whether this person's yes is the last that is needed, or none is."""
        return self.left - (name not in self.given_by) <= 0


def set_rule(
    session: OperatorSession, programme: str, kind: str, from_minor: int, people: int, reason: str
) -> ApprovalRule:
    """Ask for so many people from an amount on, in minor units of the programme's currency; only an
    admin asks for fewer than before.

    Raises:
        NotFound: no such programme.
        UsageError: no such kind, an amount or a number of people that cannot be, no reason.
        Conflict: it is so already.
    """
    session.require("programme.add")
    why = said_why(reason, "programme.reason-missing")
    _check(kind, from_minor, people)

    def work(tx: WriteTransaction) -> ApprovalRule:
        found = programme_of(tx, programme)
        stands = {(one.kind, one.from_minor): one.people
                  for one in in_force(approval_rules(tx, (found.code,)))}
        was = stands.get((kind, from_minor), USUAL)
        if was == people:
            raise Conflict("programme.set-already", programme=found.code)
        if people < was:
            session.require("operator.manage")
        counted = tx.first(select(func.count()).select_from(ApprovalRule).where(
            ApprovalRule.programme == found.code))
        made = ApprovalRule(
            programme=found.code, number=(counted or 0) + 1, kind=kind, from_minor=from_minor,
            people=people, set_by=session.operator.name, set_at=session.clock(),
        )
        try:
            tx.add(made)
        except ConstraintViolation as refused:
            raise RetryTransaction(refused.rule) from refused  # set by another meanwhile
        record_by(
            tx, session, action="approval.rule", object=found.code, at=made.set_at,
            detail={"kind": kind, "from_minor": from_minor, "people": people, "was": was,
                    "reason": why},
        )
        return made

    return session.ledger.transact(work)


def approval_rules(
    tx: ReadTransaction, programmes: Collection[str] | None = None
) -> list[ApprovalRule]:
    """Everything that was said of how many people are asked for, in its order."""
    asked = select(ApprovalRule)
    if programmes is not None:
        asked = asked.where(col(ApprovalRule.programme).in_(programmes))
    return tx.all(asked.order_by(ApprovalRule.programme, col(ApprovalRule.number)))


def in_force(rules: Iterable[ApprovalRule]) -> list[ApprovalRule]:
    """The rules that hold after these, in their order. Pure."""
    last = {(one.programme, one.kind, one.from_minor): one for one in rules}
    return [one for one in last.values() if one.people > USUAL]


def people_for(
    rules: Iterable[ApprovalRule], kind: str, amount_minor: int, programmes: Collection[str]
) -> int:
    """How many people rules in force ask for: the most that any of them does. Pure."""
    return max((one.people for one in rules if one.kind == kind and one.programme in programmes
                and one.from_minor <= amount_minor), default=USUAL)


def standing(tx: ReadTransaction, thing: Thing) -> ApprovalState:
    """How a thing stands: how many people it needs, and who has said yes."""
    people = people_for(in_force(approval_rules(tx, thing.programmes)), thing.kind,
                        thing.amount_minor, thing.programmes)
    return ApprovalState(people) if people == USUAL else ApprovalState(people, _given(tx, thing))


def say_yes(
    tx: WriteTransaction, session: OperatorSession, thing: Thing, *, again: bool = False
) -> ApprovalState:
    """Give this operator's yes where several are asked for, and tell how many are still needed.

    With `again` a second yes of the same person is no mistake, and counts for nothing.

    Raises:
        NotAllowed: they made the thing, or have said yes before.
    """
    before, name = standing(tx, thing), session.operator.name
    if before.people == USUAL:
        return ApprovalState(USUAL, (name,))
    if name == thing.made_by:
        raise NotAllowed("approvals.not-who-made", operator=name)
    if name in before.given_by:
        if not again:
            raise NotAllowed("approvals.given", operator=name, people=before.people,
                             left=before.left, names=", ".join(before.given_by))
        return before
    now = session.clock()
    record_by(
        tx, session, action="approval.give", object=thing.logged or thing.object, at=now,
        detail={"kind": thing.kind, "of": thing.object, "said": thing.said,
                "amount_minor": thing.amount_minor, "people": before.people},
    )
    tx.add(ApprovalRow(
        kind=thing.kind, object=thing.object, said=thing.said, given_by=name, given_at=now,
        amount_minor=thing.amount_minor,
    ))
    return standing(tx, thing)


def approvals(tx: ReadTransaction, kind: str, objects: Collection[str] | None = None) -> (
    list[ApprovalRow]
):
    """Every yes of a kind, or of these things, in the order in which they were said."""
    asked = select(ApprovalRow).where(ApprovalRow.kind == kind)
    if objects is not None:
        asked = asked.where(col(ApprovalRow.object).in_(objects))
    return tx.all(asked.order_by(col(ApprovalRow.given_at), ApprovalRow.given_by))


def programmes_of(tx: ReadTransaction, retailer: str, currency: str) -> tuple[str, ...]:
    """The programmes whose rules a retailer's money falls under: those of a currency whose vouchers
    it takes; all of that currency where it takes none."""
    paid_in = select(Programme.code).where(Programme.currency == currency)
    taken = tx.all(
        paid_in.distinct().join(RoundRow, col(RoundRow.programme) == Programme.code)
        .join(RoundRetailer, col(RoundRetailer.round) == RoundRow.code)
        .where(RoundRetailer.retailer == retailer).order_by(Programme.code)
    )
    return tuple(taken or tx.all(paid_in.order_by(Programme.code)))


def needed_first(thing: Thing, stands: ApprovalState, currency: str) -> Conflict:
    """The refusal of a deed that more people have to agree to before its last one."""
    return Conflict(
        f"approvals.needed-{thing.kind}", object=thing.object, people=stands.people,
        left=stands.left, names=", ".join(stands.given_by) or "–",
        amount=show_amount(thing.amount_minor, currency),
    )


def loosenings(rules: Sequence[ApprovalRule]) -> list[tuple[ApprovalRule, int]]:
    """Where fewer people were asked for than before, each with how many had been. Pure."""
    stood: dict[tuple[str, str, int], int] = {}
    found = []
    for one in rules:
        key = one.programme, one.kind, one.from_minor
        if one.people < stood.get(key, USUAL):
            found.append((one, stood[key]))
        stood[key] = one.people
    return found


def _given(tx: ReadTransaction, thing: Thing) -> tuple[str, ...]:
    return tuple(one.given_by for one in approvals(tx, thing.kind, (thing.object,))
                 if one.said == thing.said)


def _check(kind: str, from_minor: int, people: int) -> None:
    if kind not in KINDS:
        raise UsageError("approvals.kind-unknown", kind=kind, known=", ".join(KINDS))
    if not 0 < from_minor <= AMOUNT_MINOR_MAX:
        raise UsageError("programme.amount-out-of-range", what="amount", amount_minor=from_minor)
    if not USUAL <= people <= PEOPLE_MAX:
        raise UsageError("approvals.people-unfit", people=people, most=PEOPLE_MAX)
