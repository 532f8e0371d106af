"""Guessing is slowed: ten unknown codes in ten minutes, by one operator or store, rest for five.

A mistyped code is no guess: its check character fails. The count is kept by the ledger, so that
asking from another window or another machine does not help.
"""

from cbi.base.clock import MINUTE_US
from cbi.operators.operator_session import OperatorSession
from cbi.storage import ReadTransaction, WriteTransaction

GUESSES_MAX = 10
WINDOW_US = 10 * MINUTE_US
REST_US = 5 * MINUTE_US


def is_throttled(tx: ReadTransaction, operator: str, store: str | None, now_us: int) -> bool:
    """Whether this operator or store must wait."""
    return bool(
        tx.value(
            "SELECT 1 FROM throttle WHERE who IN (:operator, :store) AND until_at > :now",
            operator=f"o:{operator}", store=f"s:{(store or '').strip().lower()}", now=now_us,
        )
    )


def note_guess(session: OperatorSession, store: str | None) -> None:
    """Count an unknown code; the tenth in ten minutes sets the rest."""
    session.ledger.transact(lambda tx: note_guesses(tx, session, store, 1))


def note_guesses(
    tx: WriteTransaction, session: OperatorSession, store: str | None, count: int
) -> None:
    """Count several at once, in the caller's transaction."""
    now, place = session.clock(), (store or "").strip().lower()
    tx.insert("guess", [
        {"id": session.new_id(), "operator": session.operator.name, "store": place, "at": now}
        for _ in range(count)
    ])
    for who, column, value in (
        (f"o:{session.operator.name}", "operator", session.operator.name),
        (f"s:{place}", "store", place),
    ):
        rested: int = tx.value("SELECT until_at FROM throttle WHERE who = :who", who=who) or 0
        if value and _count(tx, column, value, max(now - WINDOW_US, rested)) >= GUESSES_MAX:
            tx.run(
                "INSERT INTO throttle (who, until_at) VALUES (:who, :until) "
                "ON CONFLICT (who) DO UPDATE SET until_at = excluded.until_at",
                who=who, until=now + REST_US,
            )


def _count(tx: ReadTransaction, column: str, value: str, since: int) -> int:
    """Unknown codes after an instant: what was counted for one rest does not count for the next."""
    counted: int = tx.value(
        f"SELECT count(*) FROM guess WHERE {column} = :value AND at > :since",
        value=value, since=since,
    )
    return counted
