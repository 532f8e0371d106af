"""What a till asks of its store: which retailer it belongs to, who works there, is it open."""

from cbi.base.errors import Conflict, NotAllowed, NotFound
from cbi.operators.operator_session import OperatorSession
from cbi.storage import ReadTransaction


def retailer_of(session: OperatorSession, store: str) -> str:
    """The retailer that a store belongs to; a cashier bound to stores works at these alone.

    Raises:
        NotFound: no such store.
        NotAllowed: the operator is bound to other stores.
    """
    code = store.strip().lower()
    known: dict[str, str] = session.ledger.remembered.setdefault("retailers", {})
    if code not in known:
        with session.ledger.read() as tx:
            retailer = tx.value("SELECT retailer FROM store WHERE code = :code", code=code)
        if retailer is None:
            raise NotFound("ledger.store-unknown", store=store)
        known[code] = retailer
    if session.operator.stores and code not in session.operator.stores:
        raise NotAllowed("ledger.store-not-yours", operator=session.operator.name, store=store)
    return known[code]


def must_be_open(tx: ReadTransaction, store: str, at: int) -> None:
    """A closed store takes nothing; what it took before may still be sent in."""
    closed = tx.value(
        "SELECT 1 FROM store WHERE code = :code AND closed_at <= :at",
        code=store.strip().lower(), at=at,
    )
    if closed is not None:
        raise Conflict("ledger.store-closed", store=store)
