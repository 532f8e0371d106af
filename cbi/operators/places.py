"""Adding cities, retailers and stores: who may, in one transaction, with the log kept.

The rules of places stand in `cbi.places`, which knows nothing of operators.
"""

from collections.abc import Callable, Sequence

from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.places import Added, Alias, City, Retailer, Store, places
from cbi.storage.transactions import WriteTransaction


def add_cities(session: OperatorSession, given: Sequence[City]) -> Added:
    """Add cities in one transaction; see `cbi.places.places.add_cities`."""
    return _added(session, "city.add", lambda tx: places.add_cities(tx, given))


def add_alias(session: OperatorSession, city: str, alias: Alias) -> Added:
    """Give a city another name; see `cbi.places.places.add_alias`."""
    return _added(session, "city.alias", lambda tx: places.add_alias(tx, city, alias))


def add_retailers(session: OperatorSession, given: Sequence[Retailer]) -> Added:
    """Add retailers in one transaction; see `cbi.places.places.add_retailers`."""
    return _added(session, "retailer.add", lambda tx: places.add_retailers(tx, given))


def add_stores(session: OperatorSession, given: Sequence[Store]) -> Added:
    """Add stores in one transaction; see `cbi.places.places.add_stores`."""
    return _added(session, "store.add", lambda tx: places.add_stores(tx, given))


def close_store(session: OperatorSession, code: str) -> Store:
    """Note that a store takes vouchers no longer; see `cbi.places.places.close_store`."""
    session.require("place.add")

    def work(tx: WriteTransaction) -> Store:
        closed = places.close_store(tx, code, session.clock())
        record_by(tx, session, action="store.close", object=closed.code)
        return closed

    return session.ledger.transact(work)


def _added(
    session: OperatorSession, action: str, add: Callable[[WriteTransaction], Added]
) -> Added:
    session.require("place.add")

    def work(tx: WriteTransaction) -> Added:
        done = add(tx)
        for code in (*done.added, *done.extended):
            record_by(tx, session, action=action, object=code)
        return done

    return session.ledger.transact(work)
