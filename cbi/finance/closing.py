"""Closing a month: only one that is over, with nothing of it undecided or a reason to do so anyway.

A line belongs to the period whose seal first contains it. What happened in a closed month and comes
later is late: it counts in the next one, with both dates (`cbi.ledger.periods`). An unpaid
settlement holds no month up: it is a payable.
"""

import re
from dataclasses import dataclass

from sqlmodel import col, func, select

from cbi.base.clock import date_at, instant_on
from cbi.base.errors import Conflict, UsageError
from cbi.finance.reconciliation.exceptions import undecided_count
from cbi.finance.tables import Statement
from cbi.ledger.periods import ClosedPeriod, close_in, refuse_closed, sealed_as
from cbi.ledger.sealing import seal_ahead
from cbi.ledger.tables import Payment, Period, SettlementRow
from cbi.ledger.vouchers.late import late_sales
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.tables import Programme
from cbi.storage import ReadTransaction, WriteTransaction

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month; it is over at `ends_at` (microseconds UTC) in every programme's zone."""

    code: str
    last_date: str
    ends_at: int


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is not finished: statements not reconciled, exceptions undecided, late sales waiting,
    settlements unpaid.
    """

    not_reconciled: tuple[str, ...]
    undecided: int
    waiting_sales: tuple[str, ...]
    unpaid: tuple[str, ...]

    @property
    def anything(self) -> bool:
        """Whether there is something to say."""
        return bool(self.holds_up or self.unpaid)

    @property
    def holds_up(self) -> bool:
        """Whether something is undecided, which needs a reason to close despite it."""
        return bool(self.not_reconciled or self.undecided or self.waiting_sales)


def month_of(tx: ReadTransaction, text: str) -> Month:
    """The month that `2022-08` names.

    Raises:
        UsageError: it names no month.
    """
    found = _MONTH.fullmatch(text.strip())
    if found is None:
        raise UsageError("finance.period-unreadable", text=text)
    year, month = int(found[1]), int(found[2])
    after = f"{year + month // 12:04}-{month % 12 + 1:02}-01"
    zones = tx.all(select(Programme.zone).distinct()) or ["UTC"]
    ends_at = max(instant_on(after, 0, zone) for zone in zones)
    last = date_at(instant_on(after, 0, "UTC") - 1, "UTC")
    return Month(found[0], last, ends_at)


def open_work(tx: ReadTransaction, month: Month | None = None) -> OpenWork:
    """What a controller should know before closing a month: what began in it or before it."""
    last = "9999-12-31" if month is None else month.last_date
    return OpenWork(
        tuple(tx.all(
            select(Statement.number).where(
                col(Statement.reconciled_at).is_(None), Statement.period_from <= last,
                col(Statement.withdrawn_at).is_(None),
            ).order_by(Statement.number)
        )),
        undecided_count(tx, last),
        tuple(
            one.number for one in late_sales(tx, waiting=True)
            if month is None or one.occurred_at < month.ends_at
        ),
        tuple(tx.all(
            select(SettlementRow.number).where(
                SettlementRow.payable_minor > 0,
                col(SettlementRow.id).not_in(
                    select(Payment.settlement).where(Payment.left_minor == 0)
                ),
            ).order_by(SettlementRow.number)
        )),
    )


def close(session: OperatorSession, period: str, despite: str = "") -> ClosedPeriod:
    """Seal everything recorded since the last period, and name it.

    Raises:
        UsageError: this names no month.
        Conflict: the month is not over, it or a later one is closed already, something of it is
            undecided and no reason was given, or nothing happened since the last one.
    """
    session.require("period.close")
    with session.ledger.read() as tx:
        month, _ = _closable(tx, session, period, despite)
    rest = seal_ahead(session, sealed_as(month.code))

    def work(tx: WriteTransaction) -> ClosedPeriod:
        month, open_still = _closable(tx, session, period, despite)
        return close_in(
            tx, session, month.code, ends_at=month.ends_at,
            despite=despite.strip() if open_still.holds_up else "", lines=rest,
        )

    return session.ledger.transact(work)


def _closable(
    tx: ReadTransaction, session: OperatorSession, period: str, despite: str
) -> tuple[Month, OpenWork]:
    """The month, and what of it is open; raises Conflict where it can't be closed."""
    month = month_of(tx, period)
    if session.clock() < month.ends_at:
        raise Conflict("finance.period-not-over", period=month.code, last=month.last_date)
    newest = tx.first(select(func.max(Period.code)).where(Period.ends_at > month.ends_at))
    if newest is not None:
        raise Conflict("finance.period-behind", period=month.code, newest=newest)
    refuse_closed(tx, month.code)
    work = open_work(tx, month)
    if work.holds_up and not despite.strip():
        raise Conflict(
            "finance.period-undecided", period=month.code, undecided=work.undecided,
            statements=", ".join(work.not_reconciled) or "–",
            sales=", ".join(work.waiting_sales) or "–",
        )
    return month, work
