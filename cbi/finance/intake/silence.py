"""Who has sent nothing since the last day of vouchers that are about to expire."""

from dataclasses import dataclass
from typing import NamedTuple

from cbi.ledger.journal import retailer_account
from cbi.operators.operator_session import OperatorSession
from cbi.storage import ReadTransaction


@dataclass(frozen=True, slots=True)
class Silent:
    """A retailer of whom neither a bill nor a sale was taken in since a round's last day.

    `outstanding_minor` is what would expire of the goods that the retailer takes there.
    """

    round: str
    retailer: str
    last_day: str
    currency: str
    vouchers: int
    outstanding_minor: int


class _Expiring(NamedTuple):
    """What a retailer takes of a round's goods, and when the last of it closes."""

    round: str
    retailer: str
    last_day: str
    currency: str
    vouchers: int
    closed_at: int
    outstanding_minor: int


class _Heard(NamedTuple):
    """When something was last taken in of a retailer."""

    whose: str
    last_at: int


def silent_retailers(session: OperatorSession) -> list[Silent]:
    """By round and retailer; a sale of theirs that comes in later finds its voucher expired."""
    now = session.clock()
    with session.ledger.read() as tx:
        heard = _heard(tx)
        expiring = tx.read(
            _Expiring, "SELECT v.round, t.retailer, max(v.valid_until) AS last_day, v.currency, "
            "count(*) AS vouchers, max(v.closes_at) AS closed_at, "
            "sum(v.face_minor - v.spent_minor - v.closed_minor) AS outstanding_minor "
            "FROM voucher v JOIN round_retailer t ON t.round = v.round "
            "AND t.category = v.category "
            "WHERE v.state IN ('active', 'blocked') AND v.closes_at <= :now "
            "AND v.spent_minor < v.face_minor "
            "GROUP BY v.round, t.retailer, v.currency ORDER BY v.round, t.retailer",
            now=now,
        )
    return [
        Silent(one.round, one.retailer, one.last_day, one.currency, one.vouchers,
               int(one.outstanding_minor))
        for one in expiring if heard.get(retailer_account(one.retailer), 0) < one.closed_at
    ]


def _heard(tx: ReadTransaction) -> dict[str, int]:
    """When something was last taken in of each retailer, by its account."""
    heard = {
        one.whose: one.last_at for one in tx.read(
            _Heard, "SELECT credit AS whose, max(recorded_at) AS last_at FROM entry "
            "WHERE kind = 'redeem' GROUP BY credit"
        )
    }
    for one in tx.read(
        _Heard,
        "SELECT retailer AS whose, max(imported_at) AS last_at FROM statement GROUP BY retailer",
    ):
        account = retailer_account(one.whose)
        heard[account] = max(heard.get(account, 0), one.last_at)
    return heard
