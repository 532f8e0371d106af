"""A store's day at the till: what was redeemed and undone since midnight, and by whom."""

from typing import NamedTuple

from cbi.base.clock import date_at, instant_on
from cbi.base.errors import NotFound
from cbi.base.ids import first_id
from cbi.ledger.vouchers.reversing import SEQ_DIGITS_MAX
from cbi.storage.transactions import ReadTransaction

LINES_MAX = 500


class DayLine(NamedTuple):
    """A redemption of today; `reversed` is 1 where it was undone."""

    serial: str
    seq: int
    operator: str
    recorded_at: int
    receipt: str
    amount_minor: int
    currency: str
    reversed: int


class CashierDay(NamedTuple):
    """What one cashier redeemed today at a store, net of what was undone."""

    operator: str
    currency: str
    redemptions: int
    amount_minor: int


class StoreDay(NamedTuple):
    """A store's day: the newest redemptions of one cashier, and every cashier's total."""

    date: str
    zone: str
    lines: list[DayLine]
    totals: list[CashierDay]


_LINE = (
    "v.serial, e.seq, e.operator, e.recorded_at, e.receipt, e.amount_minor, v.currency, "
    "CASE WHEN r.id IS NULL THEN 0 ELSE 1 END AS reversed"
)
_OF_TODAY = """FROM entry e JOIN voucher v ON v.id = e.voucher
LEFT JOIN entry r ON r.reverses = e.id
WHERE e.id >= :since AND e.kind = 'redeem' AND e.store = :store"""


def zone_of(tx: ReadTransaction) -> str:
    """The zone in which a till's days begin and end."""
    return str(tx.value("SELECT zone FROM programme ORDER BY code LIMIT 1") or "UTC")


def redemption_at(tx: ReadTransaction, redemption: str, store: str) -> DayLine:
    """A redemption at a store, of any day, by its number SERIAL/LINE.

    Raises:
        NotFound: there is none such here.
    """
    serial, _, seq = redemption.strip().rpartition("/")
    found = None
    if serial and seq.isdecimal() and len(seq) <= SEQ_DIGITS_MAX:
        found = tx.read_one(
            DayLine,
            f"SELECT {_LINE} FROM entry e JOIN voucher v ON v.id = e.voucher "
            "LEFT JOIN entry r ON r.reverses = e.id "
            "WHERE v.serial = :serial AND e.seq = :seq AND e.kind = 'redeem' AND e.store = :store",
            serial=serial.upper(), seq=int(seq), store=store,
        )
    if found is None:
        raise NotFound("ledger.redemption-unknown", redemption=redemption)
    return found


def day_of(tx: ReadTransaction, store: str, operator: str, now: int) -> StoreDay:
    """Today at a store, as this cashier may see it: their own lines, and the totals of all."""
    zone = zone_of(tx)
    date = date_at(now, zone)
    since = first_id(instant_on(date, 0, zone))
    lines = tx.read(
        DayLine,
        f"SELECT {_LINE} {_OF_TODAY} "
        f"AND e.operator = :operator ORDER BY e.id DESC LIMIT {LINES_MAX}",
        since=since, store=store, operator=operator,
    )
    totals = tx.read(
        CashierDay,
        "SELECT e.operator, v.currency, count(*) AS redemptions, "
        f"CAST(sum(e.amount_minor) AS bigint) AS amount_minor {_OF_TODAY} AND r.id IS NULL "
        "GROUP BY e.operator, v.currency ORDER BY e.operator, v.currency",
        since=since, store=store,
    )
    return StoreDay(date, zone, lines, totals)
