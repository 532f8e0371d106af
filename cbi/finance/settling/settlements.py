"""Settling a statement and paying it, with duties kept apart.

A run settles what matches and what was decided on by then; later decisions make a later settlement
of the same statement. Who decided an exception of the statement or settled it does not pay it; who
took it in may: what it claims is paid only as far as tills redeemed it and another settled it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import select

from cbi.base.errors import Conflict
from cbi.finance.intake.statements import held
from cbi.finance.reconciliation.exceptions import (
    WAIVE,
    accepted_parts,
    close_taken,
    deciders,
    is_taken,
    keep,
    newest_verdicts,
    rejected_lines,
)
from cbi.finance.reconciliation.findings import Finding, findings
from cbi.finance.reconciliation.matching import AMOUNT_DIFFERS, MATCHED, ClaimMatch, Redemption
from cbi.finance.reconciliation.streams import UNBILLED, Unclaimed, outcomes
from cbi.finance.settling.contract_tables import ContractTerms
from cbi.finance.settling.contracts import agreed, terms_of
from cbi.finance.settling.discounting import discounted
from cbi.finance.tables import Statement
from cbi.ledger.paying import Transfer, approval_of, pay_in
from cbi.ledger.settling import (
    WITHOUT_TERMS,
    Agreed,
    CreditLine,
    SettledEntry,
    Settlement,
    credit_lines,
    duties_apart,
    settle_in,
    settlement,
)
from cbi.ledger.tables import Payment
from cbi.operators.duties import keep_apart
from cbi.operators.operator_session import OperatorSession
from cbi.operators.permissions import may
from cbi.operators.roster import operators
from cbi.programmes.approvals import ApprovalState, say_yes, standing
from cbi.storage import ReadTransaction, WriteTransaction


@dataclass(slots=True)
class _Run:
    """What one settlement takes: the ledger's lines, and for which claim each was taken."""

    lines: list[SettledEntry] = field(default_factory=list)
    accepted: list[tuple[bytes, int]] = field(default_factory=list)
    terms: ContractTerms | None = None
    agreed: Agreed = WITHOUT_TERMS

    @property
    def total_minor(self) -> int:
        return sum(line.settled_minor for line in self.lines)

    @property
    def net_minor(self) -> int:
        return sum(line.settled_minor - line.discount_minor for line in self.lines)


@dataclass(frozen=True, slots=True)
class SettlementForeseen:
    """What a settlement would come to, in minor units; `credit` is what reversals take off it,
    as it had been paid, `terms` those of the contract."""

    statement: str
    retailer: str
    currency: str
    lines: int
    claims_minor: int
    waived_minor: int
    discount_minor: int
    credit_minor: int
    credit_left_minor: int
    agreed: Agreed
    terms: ContractTerms | None

    @property
    def payable_minor(self) -> int:
        """What would be paid."""
        return (self.claims_minor - self.discount_minor - self.credit_minor
                - self.agreed.fee_minor)


class _Seen(Exception):  # noqa: N818 - it ends a transaction of which nothing is kept
    """Carries what was foreseen out of a transaction."""

    def __init__(self, foreseen: SettlementForeseen) -> None:
        super().__init__()
        self.foreseen = foreseen


def foresee(session: OperatorSession, number: str) -> SettlementForeseen:
    """What `settle` would do now; nothing is written.

    Raises:
        NotFound: no such statement.
        Conflict: as for `settle`.
    """
    session.require("settlement.make")

    def work(tx: WriteTransaction) -> None:
        about, run = _run_of(tx, session, number)
        taken = [line for line in run.lines if line.settled_minor >= 0]
        claims = sum(line.settled_minor for line in taken)
        discount = sum(line.discount_minor for line in taken)
        due = sum(one.owed_minor for one in credit_lines(tx, about.retailer, about.currency))
        credit = claims - discount - run.net_minor
        raise _Seen(SettlementForeseen(
            about.number, about.retailer, about.currency, len(taken), claims,
            sum(line.waived_minor for line in taken), discount, credit, due - credit,
            run.agreed, run.terms,
        ))

    try:
        session.ledger.transact(work)
    except _Seen as seen:
        return seen.foreseen
    raise Conflict("finance.nothing-to-settle", statement=number)


def settle(session: OperatorSession, number: str) -> Settlement:
    """Put what a statement's claims matched, and what was decided on, on a settlement.

    Raises:
        NotFound: no such statement.
        Conflict: it was not reconciled yet, or nothing is left to settle.
    """
    session.require("settlement.make")

    def work(tx: WriteTransaction) -> Settlement:
        about, run = _run_of(tx, session, number)
        made = settle_in(
            tx, session, retailer=about.retailer, statement=about.id, lines=run.lines,
            agreed=run.agreed,
        )
        for rows in _acceptances(run, about, made):
            tx.insert("acceptance", rows)
        close_taken(tx, made.id, session.clock())
        return made

    return session.ledger.transact(work)


def pay(session: OperatorSession, number: str, reference: str) -> Settlement:
    """Record that a settlement was paid whole, under the bank's reference; see `transfer`."""
    return transfer(session, [number], reference)[0]


def transfer(
    session: OperatorSession, numbers: Sequence[str], reference: str,
    *, amount_minor: int | None = None, fee_minor: int = 0,
) -> list[Settlement]:
    """Record that settlements of a retailer were paid by one transfer, under its reference.

    `amount_minor` pays the last of them in part; `fee_minor` is what the bank took for it.

    Raises:
        NotFound: no such settlement.
        NotAllowed: the operator decided on the statement, or settled it.
        Conflict: paid already, nothing to pay, more than is left, or the reference was used.
    """
    session.require("settlement.pay")

    def work(tx: WriteTransaction) -> list[Settlement]:
        currency = currency_of(tx, settlement(tx, numbers[0]))
        return pay_by(tx, session, numbers, Transfer(reference, currency, amount_minor, fee_minor))

    return session.ledger.transact(work)


def pay_by(
    tx: WriteTransaction, session: OperatorSession, numbers: Sequence[str], sent: Transfer
) -> list[Settlement]:
    """The same within a caller's transaction."""
    for number in numbers:
        found = settlement(tx, number)
        apart = duties_apart(tx, found.retailer)
        for name in deciders(tx, found.statement):
            keep_apart(name, session.operator.name, duty="settlement.pay", apart=apart)
        if currency_of(tx, found) != sent.currency:
            raise Conflict("finance.transfer-currency", settlement=found.number,
                           currency=sent.currency)
    return pay_in(tx, session, numbers, sent)


def approve(session: OperatorSession, number: str) -> tuple[Settlement, ApprovalState]:
    """Say yes to a settlement of which more people are asked for than its payer.

    The last yes is the payer's, unless somebody who may pay has said theirs: with a part that they
    paid before the rule was tightened, or here. Then it is another's, and they pay with it.

    Raises:
        NotFound: no such settlement.
        NotAllowed: the operator made it, decided on the statement, or has said yes before.
        Conflict: nobody but its payer is needed any more.
    """
    session.require("settlement.approve")

    def work(tx: WriteTransaction) -> tuple[Settlement, ApprovalState]:
        found = settlement(tx, number)
        thing = approval_of(tx, found, currency_of(tx, found))
        apart = duties_apart(tx, found.retailer)
        for name in deciders(tx, found.statement):
            keep_apart(name, session.operator.name, duty="settlement.pay", apart=apart)
        stands = standing(tx, thing)
        if stands.left <= 1 and session.operator.name not in stands.given_by \
                and not _payers(tx, found).intersection(stands.given_by):
            raise Conflict("approvals.payer-alone", settlement=found.number)
        return found, say_yes(tx, session, thing)

    return session.ledger.transact(work)


def _payers(tx: ReadTransaction, made: Settlement) -> set[str]:
    """Who may pay, by their roles, and who has paid a part of it."""
    paid = tx.all(select(Payment.paid_by).where(Payment.settlement == made.id))
    return {*paid, *(
        one.name for one in operators(tx)
        if one.disabled_at is None and may(one.roles, "settlement.pay")
    )}


def currency_of(tx: ReadTransaction, made: Settlement) -> str:
    """The currency of a settlement: its statement's."""
    return str(tx.value("SELECT currency FROM statement WHERE id = :id", id=made.statement))


def _run_of(
    tx: WriteTransaction, session: OperatorSession, number: str
) -> tuple[Statement, _Run]:
    """A statement with what would be settled of it."""
    about = held(tx, number)
    if about.reconciled_at is None:
        raise Conflict("finance.not-reconciled", statement=about.number)
    run = _gather(tx, session, about)
    run.terms = terms_of(tx, about)
    run.lines = discounted(run.lines, run.terms.discount_rate if run.terms else 0)
    _take_back(run, credit_lines(tx, about.retailer, about.currency))
    if not run.lines:
        raise Conflict("finance.nothing-to-settle", statement=about.number)
    run.agreed = agreed(run.terms, about, run.net_minor, session.clock())
    return about, run


def _gather(tx: WriteTransaction, session: OperatorSession, about: Statement) -> _Run:
    """Everything that may be settled now, in the order of vouchers; exceptions as they are now.

    A line that matches is paid, unless somebody rejected it. One that doesn't is paid if the newest
    decision takes it (`is_taken`), and never more than `ClaimMatch.payable_minor`.
    """
    verdicts = newest_verdicts(tx, about.id)
    rejected, parts = rejected_lines(tx, about.id), accepted_parts(tx, about.id)
    run, odd = _Run(), list[ClaimMatch | Unclaimed]()
    for one in outcomes(tx, about):
        if isinstance(one, ClaimMatch) and one.outcome == MATCHED:
            if not one.is_settled and one.claim.line not in rejected:
                _accept(run, one)
        else:
            odd.append(one)
    found = findings(tx, about, odd)
    keep(tx, about, found, session.clock())
    by_subject = {(one.entry if one.line is None else one.line): one for one in found}
    for one in odd:
        finding = _finding_of(one, by_subject)
        verdict = verdicts.get(finding.id)
        if isinstance(one, ClaimMatch):
            if one.claim.line not in rejected and _is_accepted(one, verdict):
                _accept(run, one, parts.get(finding.id))
        elif one.rule == UNBILLED and verdict == WAIVE:
            run.lines.append(SettledEntry(one.entry, 0, one.amount_minor))
    return run


def _finding_of(
    one: ClaimMatch | Unclaimed, by_subject: Mapping[bytes | int | None, Finding]
) -> Finding:
    return by_subject[one.claim.line if isinstance(one, ClaimMatch) else one.entry]


def _is_accepted(one: ClaimMatch, verdict: str | None) -> bool:
    if one.is_settled and one.outcome == AMOUNT_DIFFERS:
        return False
    return is_taken(one.outcome, one.claim.amount_minor, one.redeemed_minor, verdict)


def _accept(run: _Run, one: ClaimMatch, part_minor: int | None = None) -> None:
    payable = one.payable_minor
    run.lines += shared(one.redemptions, min(payable, part_minor or payable))
    run.accepted += [(part.entry, one.claim.line) for part in one.redemptions]


def shared(redemptions: Sequence[Redemption], payable_minor: int) -> Iterator[SettledEntry]:
    """An amount given to redemptions in their order; what it does not reach is waived. Pure."""
    for one in sorted(redemptions, key=lambda part: part.seq):
        settled = min(one.amount_minor, payable_minor)
        payable_minor -= settled
        yield SettledEntry(one.entry, settled, one.amount_minor - settled)


def _take_back(run: _Run, due: Iterable[CreditLine]) -> None:
    """The retailer's credit, reversal by reversal, only as far as this settlement stays above
    zero; the rest is carried to the next.
    """
    left, net = run.total_minor, run.net_minor
    for line in due:
        if line.settled_minor <= left and line.owed_minor <= net:
            left, net = left - line.settled_minor, net - line.owed_minor
            run.lines.append(SettledEntry(
                line.entry, -line.settled_minor, -line.waived_minor, -line.discount_minor,
            ))


def _acceptances(
    run: _Run, about: Statement, made: Settlement
) -> Iterator[list[dict[str, object]]]:
    for start in range(0, len(run.accepted), 20_000):
        yield [
            {"entry": entry, "statement": about.id, "line": line, "settlement": made.id}
            for entry, line in run.accepted[start : start + 20_000]
        ]
