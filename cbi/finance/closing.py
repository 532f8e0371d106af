"""Closing a period: whose bills are still open in it is said first, then the ledger is sealed.

A line belongs to the period whose seal first contains it. An open statement does not hold a period
up: what is settled later belongs to a later one.
"""

from dataclasses import dataclass

from sqlmodel import col, select

from cbi.base.errors import UsageError
from cbi.finance.exceptions import undecided_count
from cbi.finance.tables import Statement
from cbi.ledger.sealing import close_period
from cbi.ledger.tables import Payment, Settlement
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


@dataclass(frozen=True, slots=True)
class ClosedPeriod:
    """A closed period: the leaves from `from_size` to `to_size`, and the checkpoint over them."""

    code: str
    from_size: int
    to_size: int
    closed_by: str
    closed_at: int
    checkpoint: str


def open_work(tx: ReadTransaction) -> OpenWork:
    """What a manager should know before closing a period."""
    return OpenWork(
        tuple(tx.all(
            select(Statement.number).where(col(Statement.reconciled_at).is_(None))
            .order_by(Statement.number)
        )),
        undecided_count(tx),
        tuple(tx.all(
            select(Settlement.number).where(
                Settlement.accepted_minor > 0,
                col(Settlement.id).not_in(select(Payment.settlement)),
            ).order_by(Settlement.number)
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
    return ClosedPeriod(**close_period(session, code))
