"""What goods cost and whether a shop has them, by store and month: optional, the newest counts."""

import re
from typing import NamedTuple

from sqlmodel import col, select

from cbi.base.errors import UsageError
from cbi.base.money import parse_amount
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.places.places import store as known_store
from cbi.reports.as_of import FOREVER, MONTH
from cbi.reports.overview import chosen_programme
from cbi.reports.tables import ShopNote
from cbi.storage import ReadTransaction, WriteTransaction

STOCKS = ("yes", "low", "no")
ITEM_LENGTH_MAX = 60
_ITEM = re.compile(r"[^\W_][\w .,/-]*\Z")


class NotedGood(NamedTuple):
    """What was noted of a good; without a price it was not looked at. Minor units."""

    store: str
    month: str
    item: str
    price_minor: int | None
    currency: str
    stock: str


def note_shop(
    session: OperatorSession, store: str, item: str, *, month: str, price: str = "",
    stock: str = "yes",
) -> NotedGood:
    """Keep what a good costs in a store in a month, and whether it is there.

    Raises:
        NotAllowed: this operator may not note it.
        NotFound: no such store, or no programme whose currency it would be in.
        UsageError: no month, no such good or stock, or a price that cannot be read.
    """
    session.require("shop.note")
    good = " ".join(item.split()).casefold()
    if not MONTH.match(month):
        raise UsageError("shops.month-unreadable", text=month)
    if stock not in STOCKS:
        raise UsageError("shops.stock-unknown", text=stock, known=", ".join(STOCKS))
    if not _ITEM.match(good) or len(good) > ITEM_LENGTH_MAX:
        raise UsageError("shops.item-unreadable", text=item, most=ITEM_LENGTH_MAX)

    def work(tx: WriteTransaction) -> NotedGood:
        code = known_store(tx, store).code
        currency = chosen_programme(tx, None).currency
        minor = parse_amount(price, currency) if price else None
        made = NotedGood(code, month, good, minor, currency, stock)
        if made in shop_notes(tx, {code}, FOREVER):
            return made
        now, by = session.clock(), session.operator.name
        tx.add(ShopNote(id=session.new_id(), noted_by=by, noted_at=now, **made._asdict()))
        record_by(
            tx, session, action="shop.note", object=code, at=now,
            detail={"period": month, "name": good, "became": stock},
        )
        return made

    return session.ledger.transact(work)


def shop_notes(tx: ReadTransaction, stores: set[str], until: int) -> list[NotedGood]:
    """The newest of each store, month and good that was noted before an instant."""
    newest: dict[tuple[str, str, str], NotedGood] = {}
    for one in tx.all(
        select(ShopNote).where(ShopNote.noted_at < until)
        .order_by(col(ShopNote.noted_at), col(ShopNote.id))
    ):
        if one.store in stores:
            newest[one.store, one.month, one.item] = NotedGood(
                one.store, one.month, one.item, one.price_minor, one.currency, one.stock)
    return [newest[key] for key in sorted(newest)]
