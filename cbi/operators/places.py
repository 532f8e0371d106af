"""Adding places at a desk: who may, in one transaction, with the log kept.

The rules of places stand in `cbi.places`, which knows nothing of operators.
"""

from collections.abc import Callable, Sequence

from cbi import places
from cbi.operators.desk import Desk
from cbi.operators.log import record
from cbi.places import Added, Alias, City, Retailer, Store
from cbi.storage.transactions import Writing


def add_cities(desk: Desk, given: Sequence[City]) -> Added:
    """Add cities in one transaction; see `cbi.places.add_cities`."""
    return _added(desk, "city.add", lambda tx: places.add_cities(tx, given))


def add_alias(desk: Desk, city: str, alias: Alias) -> Added:
    """Give a city another name; see `cbi.places.add_alias`."""
    return _added(desk, "city.alias", lambda tx: places.add_alias(tx, city, alias))


def add_retailers(desk: Desk, given: Sequence[Retailer]) -> Added:
    """Add retailers in one transaction; see `cbi.places.add_retailers`."""
    return _added(desk, "retailer.add", lambda tx: places.add_retailers(tx, given))


def add_stores(desk: Desk, given: Sequence[Store]) -> Added:
    """Add stores in one transaction; see `cbi.places.add_stores`."""
    return _added(desk, "store.add", lambda tx: places.add_stores(tx, given))


def close_store(desk: Desk, code: str) -> Store:
    """Note that a store takes vouchers no longer, from now on; see `cbi.places.close_store`."""
    desk.require("place.add")

    def work(tx: Writing) -> Store:
        closed = places.close_store(tx, code, desk.clock())
        record(
            tx, operator=desk.operator.name, action="store.close", object=closed.code,
            at=desk.clock(), detail={}, origin=desk.origin,
        )
        return closed

    return desk.ledger.transact(work)


def _added(desk: Desk, action: str, add: Callable[[Writing], Added]) -> Added:
    desk.require("place.add")

    def work(tx: Writing) -> Added:
        done = add(tx)
        for code in (*done.added, *done.extended):
            record(
                tx, operator=desk.operator.name, action=action, object=code, at=desk.clock(),
                detail={}, origin=desk.origin,
            )
        return done

    return desk.ledger.transact(work)
