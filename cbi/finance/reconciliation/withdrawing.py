"""A statement taken back, alone or for another; exceptions that later statements close.

What was withdrawn stays on record and claims nothing any more; what was settled can't be withdrawn.
"""

from collections.abc import Iterable

from sqlalchemy import update
from sqlmodel import col, select

from cbi.base.errors import Conflict, UsageError
from cbi.base.words import said
from cbi.finance.intake.statements import held, statement
from cbi.finance.reconciliation.exceptions import keep, turn
from cbi.finance.reconciliation.findings import findings
from cbi.finance.reconciliation.matching import MATCHED, ClaimMatch
from cbi.finance.reconciliation.streams import outcomes
from cbi.finance.tables import Acceptance, ReconciliationException, Statement
from cbi.operators import log
from cbi.operators.operator_session import OperatorSession
from cbi.storage import ReadTransaction, WriteTransaction

_SETTLED_BY = """
SELECT DISTINCT s.number FROM exception x JOIN statement s ON s.id = x.statement
JOIN entry e ON e.id = x.entry JOIN claim c ON c.statement = :id AND c.voucher = e.voucher
WHERE s.retailer = :retailer AND s.id <> :id AND s.withdrawn_at IS NULL
  AND x.rule = 'unbilled' AND x.current = 1 ORDER BY s.number
"""


def withdraw(
    session: OperatorSession, number: str, reason: str, *, replaced_by: str | None = None
) -> Statement:
    """Take a statement back; its exceptions close, its lines claim nothing.

    Raises:
        NotFound: no such statement, or none that replaces it.
        Conflict: something of it is settled, it was withdrawn already, or what replaces it is of
            another retailer or is withdrawn itself.
        UsageError: no reason, or it would replace itself.
    """
    session.require("statement.import")
    why = said(reason, "finance.withdraw-reason")

    def work(tx: WriteTransaction) -> Statement:
        about = held(tx, number)
        if tx.first(select(Acceptance.line).where(Acceptance.statement == about.id)) is not None:
            raise Conflict("finance.withdraw-settled", statement=about.number)
        other = None if replaced_by is None else _replacing(tx, about, replaced_by)
        now = session.clock()
        tx.change(update(Statement).where(col(Statement.id) == about.id), {
            Statement.withdrawn_at: now, Statement.replaced_by: other,
        })
        turn(tx, dict.fromkeys(tx.all(
            select(ReconciliationException.id).where(
                ReconciliationException.statement == about.id,
                ReconciliationException.current == 1,
            )
        ), False), now)
        log.record_by(
            tx, session, action="statement.withdraw", object=about.number, at=now,
            detail={"reason": why, **({"replaced_by": other} if other else {})},
        )
        return statement(tx, about.number)

    return session.ledger.transact(work)


def _replacing(tx: ReadTransaction, about: Statement, number: str) -> str:
    other = statement(tx, number)
    if other.number == about.number:
        raise UsageError("finance.replaces-itself", statement=about.number)
    if other.retailer != about.retailer or other.withdrawn_at is not None:
        raise Conflict("finance.replaces-unfit", statement=about.number, other=other.number)
    return other.number


def refreshed(tx: WriteTransaction, about: Statement, now: int) -> list[str]:
    """Bring a statement's exceptions to what is so now; the references of those that closed."""
    before = set(_current(tx, about))
    odd = [
        one for one in outcomes(tx, about)
        if not isinstance(one, ClaimMatch) or one.outcome != MATCHED
    ]
    keep(tx, about, findings(tx, about, odd), now)
    return sorted(before - set(_current(tx, about)))


def close_settled(tx: WriteTransaction, about: Statement, now: int) -> list[str]:
    """Exceptions of the retailer's other statements that this one closes, by their references."""
    numbers: Iterable[str] = [
        number for number, in tx.tuples(_SETTLED_BY, id=about.id, retailer=about.retailer)
    ]
    return [one for number in numbers for one in refreshed(tx, statement(tx, number), now)]


def _current(tx: ReadTransaction, about: Statement) -> list[str]:
    return [
        f"{about.number}/{subject}" for subject, in tx.tuples(
            "SELECT subject FROM exception WHERE statement = :id AND current = 1", id=about.id
        )
    ]
