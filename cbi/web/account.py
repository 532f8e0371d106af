"""The retailer's own account over the network: whose it is to see, and what of it is read."""

from functools import partial
from typing import TYPE_CHECKING

from cbi.base.errors import NotAllowed
from cbi.ledger.vouchers.stores import retailer_of
from cbi.operators.permissions import may
from cbi.operators.roster import operator_of
from cbi.till.day import zone_of
from cbi.web.desk import Credentials, Desk, Who
from cbi.web.till import Till

if TYPE_CHECKING:
    from cbi.finance.letters.shop_account import ShopAccount, ShopLine


def retailer_seen(desk: Desk, who: Who) -> str:
    """The retailer whose account somebody sees at a device: finance's readers its store's, and who
    works for the retailer at every store of it that is open.

    Raises:
        NotAllowed: they do not.
    """
    session = who.at_work
    retailer = retailer_of(session, who.device.store)
    if may(session.operator.roles, "finance.read"):
        return retailer
    session.require("till.redeem")
    name = session.operator.name
    with desk.ledger.read() as tx:
        open_stores = {code for code, in tx.tuples(
            "SELECT code FROM store WHERE retailer = :retailer AND closed_at IS NULL",
            retailer=retailer,
        )}
        if not open_stores <= operator_of(tx, name, desk.context.vouching[1]).stores:
            raise NotAllowed("till-account.not-yours")
    return retailer


def sees_account(desk: Desk, who: Who) -> bool:
    """Whether they see one."""
    try:
        retailer_seen(desk, who)
    except NotAllowed:
        return False
    return True


async def account(till: Till, shown: Credentials) -> "ShopAccount":
    """The account of the device's retailer."""
    def look() -> "ShopAccount":
        from cbi.finance.letters.shop_account import account_of

        retailer = retailer_seen(till.looking, till.looking.who(shown))
        with till.looking.ledger.read() as tx:
            return account_of(tx, retailer, zone_of(tx))

    return await till.engine.look(look)


async def account_lines(till: Till, shown: Credentials, number: str) -> "list[ShopLine]":
    """What is disputed of one of its statements."""
    def look(number: str) -> "list[ShopLine]":
        from cbi.finance.letters.shop_account import lines_of

        retailer = retailer_seen(till.looking, till.looking.who(shown))
        with till.looking.ledger.read() as tx:
            return lines_of(tx, retailer, number)

    return await till.engine.look(partial(look, number))
