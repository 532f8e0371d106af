"""A top-up: one more voucher for somebody who holds this round's, never an edited one.

So a value that was too small is put right, or a family gets more on a decision of its own. It is
drafted as a batch of one, with a reason, and approved by another operator like any other.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, func, select

from cbi.base.clock import date_at
from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.money import AMOUNT_MINOR_MAX, show_amount
from cbi.issuance.comparing import drafted_minor
from cbi.issuance.standing_in import stood_in_by
from cbi.ledger.tables import VoucherRow
from cbi.operators.operator_session import OperatorSession
from cbi.people.households.household_aid import aid_had, merged
from cbi.people.matching.beneficiaries import Beneficiary, eligible
from cbi.programmes.batch_tables import Batch, BatchLine
from cbi.programmes.batches import BatchView, DraftLine, draft
from cbi.programmes.programmes import issued_net_minor, programme
from cbi.programmes.rounds import Round, round_of
from cbi.programmes.tables import Programme
from cbi.storage.transactions import ReadTransaction


@dataclass(frozen=True, slots=True)
class TopUp:
    """What somebody gets besides, in minor units of the programme's currency."""

    beneficiary: str
    category: str
    amount_minor: int


def draft_top_up(session: OperatorSession, round_code: str, more: TopUp, reason: str) -> BatchView:
    """Draft one more voucher of a round for somebody who holds one of that category.

    Raises:
        NotFound: no such round, or nobody of this number may receive.
        UsageError: no reason, or an amount that cannot be.
        Conflict: the round is over, they hold none of that category (then it is issued as usual),
            somebody else stands in for their household's aid, or the budget does not suffice.
    """
    session.require("batch.draft")
    if not reason.strip():
        raise UsageError("ledger.reason-missing")
    if not 0 < more.amount_minor <= AMOUNT_MINOR_MAX:
        raise UsageError("base.amount-not-positive", text=more.amount_minor)
    with session.ledger.read() as tx:
        found = round_of(tx, round_code)
        owner = programme(tx, found.programme)
        if date_at(session.clock(), owner.zone) > found.valid_until:
            raise Conflict(
                "issuance.round-over", last=found.valid_until, round=found.code
            )
        person = _person(tx, more.beneficiary, owner.language)
        part = _next_part(tx, found, person, more.category)
        _check_budget(tx, owner, more)
    line = DraftLine(
        beneficiary=person.number, city=person.city, language=person.language,
        category=more.category, amount_minor=more.amount_minor, part=part,
    )
    return draft(session, found.code, [line], reason=reason.strip())


def _person(tx: ReadTransaction, number: str, language: str) -> Beneficiary:
    wanted = number.strip().upper()
    for person in eligible(tx, language=language):
        if person.number == wanted:
            return person
    raise NotFound("issuance.top-up-nobody", beneficiary=wanted)


def _next_part(tx: ReadTransaction, found: Round, person: Beneficiary, category: str) -> int:
    """The number of the voucher to be among theirs; open drafts count too."""
    held = tx.first(select(func.max(VoucherRow.part)).where(*_theirs(found, person, category)))
    if held is None and not _had_and_void(tx, found, person, category):
        raise Conflict(
            "issuance.top-up-without", beneficiary=person.number, category=category,
            round=found.code,
        )
    other = stood_in_by(
        tx, found.code, category, person.number, household=person.household
    )
    if other is not None and (held is None or _all_void(tx, found, person, category)):
        raise Conflict(
            "issuance.top-up-stood-in", beneficiary=person.number, category=category,
            round=found.code, other=other,
        )
    drafted = tx.first(
        select(func.max(BatchLine.part)).join(Batch, col(Batch.id) == BatchLine.batch)
        .where(
            Batch.round == found.code, col(Batch.state).in_(("draft", "issuing")),
            BatchLine.beneficiary == person.number, BatchLine.category == category,
        )
    )
    return 1 + int(max(held or 1, drafted or 0))


def _all_void(tx: ReadTransaction, found: Round, person: Beneficiary, category: str) -> bool:
    """Whether everything they held of a category was voided and never spent."""
    alive = select(VoucherRow.id).where(*_theirs(found, person, category), _alive())
    return tx.first(alive) is None


def _had_and_void(tx: ReadTransaction, found: Round, person: Beneficiary, category: str) -> bool:
    """Whether this is the head of a household whose aid was voided whole and never spent."""
    had = aid_had(tx, found.code).get((person.household, category))
    if had is None or not person.head:
        return False
    alive = tx.all(
        select(VoucherRow.beneficiary).distinct()
        .where(VoucherRow.round == found.code, VoucherRow.category == category, _alive())
    )
    kept = merged(tx)
    return all(kept.get(who, who) != had.beneficiary for who in alive)


def _theirs(found: Round, person: Beneficiary, category: str) -> tuple[ColumnElement[bool], ...]:
    """Somebody's vouchers of a round and category."""
    return (
        col(VoucherRow.round) == found.code, col(VoucherRow.beneficiary) == person.number,
        col(VoucherRow.category) == category,
    )


def _alive() -> ColumnElement[bool]:
    """Vouchers that were not voided, or were spent before they were."""
    return or_(col(VoucherRow.state) != "void", col(VoucherRow.spent_minor) > 0)


def _check_budget(tx: ReadTransaction, owner: Programme, more: TopUp) -> None:
    bound = issued_net_minor(tx, owner.code) + drafted_minor(tx, owner.code)
    short = bound + more.amount_minor - owner.budget_minor
    if short > 0:
        raise Conflict(
            "issuance.budget-exceeded", programme=owner.code,
            short=show_amount(short, owner.currency),
            budget=show_amount(owner.budget_minor, owner.currency),
            bound=show_amount(bound, owner.currency),
            asked=show_amount(more.amount_minor, owner.currency),
        )
