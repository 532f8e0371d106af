"""Sales that come in later than their programme allows: what is late, and what waits.

The limit is counted in days of the programme's zone, from the day of the sale to the day on which
it is taken in. What is late is not redeemed but waits, once, for a manager; see `late_deciding`.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cbi.base.clock import date_at
from cbi.base.ids import request_digest
from cbi.base.words import alike
from cbi.ledger.clocks import recorded_now
from cbi.ledger.vouchers.explaining import round_setting
from cbi.ledger.vouchers.reading import Voucher
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.storage import ReadTransaction, WriteTransaction

LATE, EXPIRED = "late", "expired"
"""Why a sale waits: it came in too late, or its voucher has expired since."""
_STATE_AFTER = {
    "hand-over": "active", "unblock": "active", "block": "blocked", "take-back": "issued",
}


class Lateness(NamedTuple):
    """A sale's day, the day on which it is taken in, and the most days between (ISO dates)."""

    day: str
    taken: str
    days: int
    most: int


class Sale(NamedTuple):
    """A sale as it is brought in: `asked` of a voucher, at a store, on a receipt, at an instant."""

    voucher: bytes
    store: str
    receipt: str
    receipt_total_minor: int | None
    amount_minor: int
    occurred_at: int

    @property
    def request(self) -> bytes:
        """What makes it the same sale when it is brought in again."""
        return request_digest(
            "late", self.store, alike(self.receipt), self.voucher.hex(), self.amount_minor,
            self.occurred_at,
        )


@dataclass(frozen=True, slots=True)
class LateSale:
    """A sale that was brought in late, and what was said of it. Instants in microseconds UTC."""

    id: bytes
    number: str
    voucher: bytes
    serial: str
    round: str
    programme: str
    currency: str
    zone: str
    store: str
    receipt: str
    receipt_total_minor: int | None
    amount_minor: int
    occurred_at: int
    why: str
    brought_by: str
    brought_at: int
    verdict: str | None
    reason: str | None
    decided_by: str | None
    decided_at: int | None
    redemption: str | None


_SELECT = """
SELECT l.id, l.number, l.voucher, v.serial, v.round, r.programme, v.currency, p.zone, l.store,
       l.receipt, l.receipt_total_minor, l.amount_minor, l.occurred_at, l.why, l.brought_by,
       l.brought_at, d.verdict, d.reason, d.decided_by, d.decided_at,
       v.serial || '/' || e.seq AS redemption
FROM late_sale l JOIN voucher v ON v.id = l.voucher JOIN round r ON r.code = v.round
JOIN programme p ON p.code = r.programme LEFT JOIN late_verdict d ON d.sale = l.id
LEFT JOIN entry e ON e.id = d.entry
"""
_COUNT = "SELECT count(*) FROM late_sale"


def lateness(tx: ReadTransaction, round_code: str, occurred_at: int, now: int) -> Lateness | None:
    """How late a sale is that is taken in now, where that is later than its programme allows."""
    setting = round_setting(tx, round_code)
    return lateness_by(setting.zone, setting.lateness_days, occurred_at, now)


def lateness_by(zone: str, most: int, occurred_at: int, now: int) -> Lateness | None:
    """The same by a programme's zone and the most days that it lets pass."""
    day, taken = date_at(occurred_at, zone), date_at(now, zone)
    days = days_between(day, taken)
    return Lateness(day, taken, days, most) if days > most else None


def days_between(first: str, last: str) -> int:
    """Whole days from one calendar date to another."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days


def before_expiring(tx: ReadTransaction, voucher: Voucher) -> Voucher:
    """An expired voucher as it stood before; any other as it is.

    A sale of a day when it could be spent is judged by this.
    """
    if voucher.state != "expired":
        return voucher
    kind = tx.value(
        "SELECT kind FROM entry WHERE voucher = :voucher "
        "AND kind IN ('hand-over', 'take-back', 'block', 'unblock') ORDER BY seq DESC LIMIT 1",
        voucher=voucher.id,
    )
    return voucher.with_changes(state=_STATE_AFTER.get(kind, "issued"), closed_minor=0)


def known_sale(tx: ReadTransaction, sale: Sale) -> LateSale | None:
    """The same sale, if it was brought in before."""
    return _one(tx, "l.request = :request", request=sale.request)


def late_sale(tx: ReadTransaction, number: str) -> LateSale | None:
    """The sale of a number."""
    return _one(tx, "l.number = :number", number=number.strip().upper())


def late_sales(
    tx: ReadTransaction, *, waiting: bool = False, programme: str | None = None,
    voucher: bytes | None = None,
) -> list[LateSale]:
    """Sales brought in late, the oldest first; `waiting` leaves out those decided."""
    asked = {"r.programme = :programme": programme, "l.voucher = :voucher": voucher}
    met = [words for words, value in asked.items() if value is not None]
    met += ["d.verdict IS NULL"] if waiting else []
    where = f"WHERE {' AND '.join(met)}" if met else ""
    return tx.read(
        LateSale, f"{_SELECT} {where} ORDER BY l.brought_at, length(l.number), l.number",
        programme=programme, voucher=voucher,
    )


def brought_to(tx: ReadTransaction, store: str) -> frozenset[bytes]:
    """The vouchers of which a sale at this store was brought in late."""
    return frozenset(voucher for (voucher,) in tx.tuples(
        "SELECT DISTINCT voucher FROM late_sale WHERE store = :store", store=store
    ))


def bring_in(session: OperatorSession, sale: Sale, why: str) -> LateSale:
    """Let a sale wait for a manager; the same sale brought in again changes nothing."""
    session.require("till.redeem-list")
    return session.ledger.transact(lambda tx: brought_in(tx, session, sale, why))


def brought_in(
    tx: WriteTransaction, session: OperatorSession, sale: Sale, why: str
) -> LateSale:
    """The same in the caller's transaction."""
    _one_at_a_time(tx)
    known = known_sale(tx, sale)
    if known is not None:
        return known
    number, at = f"L{tx.value(_COUNT) + 1}", recorded_now(tx, session.clock())
    tx.insert("late_sale", [{
        **sale._asdict(), "id": session.new_id(), "number": number, "request": sale.request,
        "why": why, "brought_by": session.operator.name, "brought_at": at,
    }])
    record_by(
        tx, session, action="late.bring-in", object=number, at=at,
        detail={"amount_minor": sale.amount_minor, "occurred_at": sale.occurred_at,
                "receipt": sale.receipt, "store": sale.store, "why": why},
    )
    made = known_sale(tx, sale)
    assert made is not None, "just inserted"  # noqa: S101
    return made


def _one_at_a_time(tx: WriteTransaction) -> None:
    """So that numbers are counted rightly: the log's head, which each of us moves on, is ours."""
    hold = " FOR UPDATE" if tx.engine == "postgresql" else ""
    tx.value(f"SELECT seq FROM log_head WHERE number = 1{hold}")


def _one(tx: ReadTransaction, where: str, **values: object) -> LateSale | None:
    return tx.read_one(LateSale, f"{_SELECT} WHERE {where}", **values)

