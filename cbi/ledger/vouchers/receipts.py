"""A receipt has one total: the one it was first given with, while anything stands on it."""

from cbi.base.errors import Conflict
from cbi.base.money import show_amount
from cbi.base.words import alike
from cbi.storage import ReadTransaction


def must_agree(tx: ReadTransaction, store: str, receipt: str, total_minor: int | None) -> None:
    """Refuse another total than the one that is known.

    Raises:
        Conflict: the receipt was given with another total before.
    """
    number = alike(receipt)
    known = tx.value(
        "SELECT total_minor FROM receipt WHERE store = :store AND number = :number "
        "AND used_minor > 0 AND total_minor <> :total",
        store=store.strip().lower(), number=number, total=total_minor,
    )
    if known is not None:
        currency = tx.value(
            "SELECT v.currency FROM entry e JOIN voucher v ON v.id = e.voucher "
            "WHERE e.store = :store AND e.receipt = :number LIMIT 1",
            store=store.strip().lower(), number=number,
        ) or ""
        raise Conflict(
            "ledger.receipt-total-differs", receipt=number,
            known=show_amount(known, currency), given=show_amount(total_minor or 0, currency),
        )
