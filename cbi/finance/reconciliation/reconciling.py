"""Reconciling: a statement against the ledger, every line with exactly one outcome.

It can be done again at any time: what was settled stays, the rest is looked at afresh, and the
exceptions are brought to what was found now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import update
from sqlmodel import col

from cbi.base.logs import Log
from cbi.finance.intake.statements import held, statement
from cbi.finance.reconciliation.exceptions import keep
from cbi.finance.reconciliation.findings import findings
from cbi.finance.reconciliation.matching import MATCHED, OUTCOMES, ClaimMatch
from cbi.finance.reconciliation.streams import NOT_CREDITED, UNBILLED, Unclaimed, outcomes
from cbi.finance.reconciliation.uncovered import uncovered
from cbi.finance.reconciliation.withdrawing import close_settled
from cbi.finance.tables import Statement
from cbi.ledger.vouchers.offline_conflicts import OfflineConflict
from cbi.operators import log
from cbi.operators.operator_session import OperatorSession
from cbi.storage import ReadTransaction, WriteTransaction

logger = Log(__name__)


@dataclass(slots=True)
class OutcomeTally:
    """How many, how much was claimed and redeemed, and how much the rule would pay (minor units).

    What nobody claimed is never payable: only a claim is paid."""

    count: int = 0
    claimed_minor: int = 0
    redeemed_minor: int = 0
    payable_minor: int = 0


@dataclass(slots=True)
class Reconciliation:
    """What a statement came to: lines by outcome, and what the retailer did not bill or credit."""

    statement: Statement
    lines: Mapping[str, OutcomeTally] = field(
        default_factory=lambda: {outcome: OutcomeTally() for outcome in OUTCOMES}
    )
    unbilled: OutcomeTally = field(default_factory=OutcomeTally)
    not_credited: OutcomeTally = field(default_factory=OutcomeTally)
    odd: list[ClaimMatch | Unclaimed] = field(default_factory=list)
    """All that is not simply matched, in the order of vouchers."""
    offline: list[OfflineConflict] = field(default_factory=list)
    """What its tills took without a connection in its days and no voucher covered."""
    closed: list[str] = field(default_factory=list)
    """Exceptions of the retailer's other statements that this one settles."""

    def take(self, found: Iterable[ClaimMatch | Unclaimed]) -> "Reconciliation":
        """Count what was found; what is simply matched is only counted."""
        matched = self.lines[MATCHED]
        for one in found:
            if isinstance(one, Unclaimed):
                tally = self.unbilled if one.rule == UNBILLED else self.not_credited
                tally.count += 1
                tally.redeemed_minor += one.redeemed_minor
                self.odd.append(one)
                continue
            claimed = one.claim.amount_minor
            if one.outcome == MATCHED:
                matched.count += 1
                matched.claimed_minor += claimed
                matched.redeemed_minor += claimed
                matched.payable_minor += claimed
                continue
            tally = self.lines[one.outcome]
            tally.count += 1
            tally.claimed_minor += claimed
            tally.redeemed_minor += one.redeemed_minor
            tally.payable_minor += one.payable_minor
            self.odd.append(one)
        return self

    def counts(self) -> dict[str, int]:
        """How many of each, for the log and for `--json`."""
        counted = {outcome: tally.count for outcome, tally in self.lines.items()}
        return {**counted, UNBILLED: self.unbilled.count, NOT_CREDITED: self.not_credited.count}


def reconcile(session: OperatorSession, number: str) -> Reconciliation:
    """Match a statement with the ledger and put what does not match on the list of exceptions.

    Raises:
        NotFound: no such statement.
    """
    session.require("statement.import")
    return session.ledger.transact(lambda tx: reconcile_in(tx, session, held(tx, number)))


def reconcile_in(
    tx: WriteTransaction, session: OperatorSession, about: Statement
) -> Reconciliation:
    """The same within a caller's transaction."""
    made = reconciliation(tx, about)
    now = session.clock()
    keep(tx, about, findings(tx, about, made.odd), now)
    tx.change(
        update(Statement).where(col(Statement.id) == about.id), {Statement.reconciled_at: now}
    )
    log.record_by(
        tx, session, action="statement.reconcile", object=about.number, at=now,
        detail={name: count for name, count in made.counts().items() if count},
    )
    logger.info("reconciled: %s", made.counts())
    made.statement = statement(tx, about.number)
    made.closed = close_settled(tx, about, now)
    return made


def reconciliation(tx: ReadTransaction, about: Statement) -> Reconciliation:
    """What a statement comes to now; writes nothing."""
    return Reconciliation(about, offline=uncovered(tx, about)).take(outcomes(tx, about))
