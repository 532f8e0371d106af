"""Closing a period: whose bills are still open in it is said first, then the ledger is sealed.

A line belongs to the period whose seal first contains it. An open statement does not hold a period
up: what is settled later belongs to a later one.
"""

from dataclasses import dataclass

from sqlmodel import col, select

from cbi.base.errors import UsageError
from cbi.finance.exceptions import undecided_count
from cbi.finance.tables import Statement
from cbi.ledger.sealing import ClosedPeriod, close_period
from cbi.ledger.tables import Payment, SettlementRow
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.programmes import CODE
from cbi.storage import ReadTransaction


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is not finished: statements not reconciled, exceptions undecided, settlements unpaid."""

    not_reconciled: tuple[str, ...]
    undecided: int
    unpaid: tuple[str, ...]

    @property
    def anything(self) -> bool:
        """Whether there is something to say."""
        return bool(self.not_reconciled or self.undecided or self.unpaid)


def open_work(tx: ReadTransaction) -> OpenWork:
    """What a manager should know before closing a period."""
    return OpenWork(
        tuple(tx.all(
            select(Statement.number).where(col(Statement.reconciled_at).is_(None))
            .order_by(Statement.number)
        )),
        undecided_count(tx),
        tuple(tx.all(
            select(SettlementRow.number).where(
                SettlementRow.accepted_minor > 0,
                col(SettlementRow.id).not_in(select(Payment.settlement)),
            ).order_by(SettlementRow.number)
        )),
    )


def close(session: OperatorSession, period: str) -> ClosedPeriod:
    """Seal everything recorded since the last period, and name it.

    Raises:
        UsageError: the period's name cannot be.
        Conflict: it is closed already, or nothing happened since the last one.
    """
    code = period.strip().upper()
    if not CODE.match(code):
        raise UsageError("finance.period-unreadable", text=period)
    return close_period(session, code)
