"""A retailer's figures: what its stores took by month, its bills until they were paid, what is
asked of them, prices and stock. Each is asked once."""

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from cbi.base.clock import DAY_US, date_at
from cbi.base.errors import NotFound
from cbi.operators.operator_session import OperatorSession
from cbi.places import Retailer
from cbi.places.places import retailers, stores
from cbi.programmes.tables import Programme
from cbi.reports.as_of import AsOf, as_of
from cbi.reports.overview import chosen_programme
from cbi.reports.shops.notes import NotedGood, shop_notes
from cbi.storage import ReadTransaction


class StoreMonth(NamedTuple):
    """What a store took in a month: sales that stand, and their sum in minor units."""

    store: str
    month: str
    sales: int
    amount_minor: int


class BilledPaid(NamedTuple):
    """A bill on its way to the payment; instants in microseconds UTC, None where it is not there.

    `accepted_minor` is what was settled of it, `paid_minor` all parts that were paid, `paid_at`
    the instant of the part that left nothing to pay."""

    number: str
    period_from: str
    period_until: str
    claimed_minor: int
    imported_at: int
    made_at: int | None
    accepted_minor: int | None
    paid_at: int | None
    paid_minor: int | None

    def days(self, now: int) -> int:
        """Whole days from the bill to its payment, or that it has waited."""
        return ((self.paid_at or now) - self.imported_at) // DAY_US


class Dispute(NamedTuple):
    """Questions of one kind on one bill: how many, how many nobody has answered, minor units."""

    statement: str
    rule: str
    questions: int
    open: int
    at_risk_minor: int


@dataclass(frozen=True, slots=True)
class RetailerSheet:
    """All of it, for one retailer in one programme's currency."""

    retailer: Retailer
    programme: Programme
    seen: AsOf
    stores: dict[str, str]
    months: tuple[StoreMonth, ...]
    bills: tuple[BilledPaid, ...]
    disputes: tuple[Dispute, ...]
    notes: tuple[NotedGood, ...]

    @property
    def days_to_pay(self) -> float | None:
        """From the bill to its payment, on average; None while none is paid."""
        paid = [one.days(0) for one in self.bills if one.paid_at is not None]
        return sum(paid) / len(paid) if paid else None

    def record(self) -> dict[str, object]:
        """As plain values."""
        return {
            "retailer": self.retailer.code, "currency": self.programme.currency,
            "as_of": self.seen.record(), "days_to_pay": self.days_to_pay,
            "months": [one._asdict() for one in self.months],
            "bills": [{**one._asdict(), "days": one.days(self.seen.at)} for one in self.bills],
            "disputes": [one._asdict() for one in self.disputes],
            "notes": [one._asdict() for one in self.notes],
        }


class _Sold(NamedTuple):
    """A redemption or a reversal at a store of the retailer."""

    store: str
    kind: str
    amount_minor: int
    counts_at: int


_SOLD = """
SELECT coalesce(l.store, b.store) AS store, l.kind, l.amount_minor, l.counts_at
FROM line l JOIN voucher v ON v.id = l.voucher LEFT JOIN entry b ON b.id = l.reverses
JOIN store s ON s.code = coalesce(l.store, b.store)
WHERE l.kind IN ('redeem', 'reverse') AND s.retailer = :retailer AND v.currency = :currency
"""
_BILLS = """
SELECT t.number, t.period_from, t.period_until, t.claimed_minor, t.imported_at, s.made_at,
       s.accepted_minor, p.paid_at, p.paid_minor
FROM statement t
LEFT JOIN settlement s ON s.statement = t.id AND s.made_at < :until
LEFT JOIN (
    SELECT settlement, max(CASE WHEN left_minor = 0 THEN paid_at END) AS paid_at,
           cast(sum(amount_minor) AS bigint) AS paid_minor
    FROM payment WHERE paid_at < :until GROUP BY settlement) p ON p.settlement = s.id
WHERE t.retailer = :retailer AND t.currency = :currency AND t.imported_at < :until
AND (t.withdrawn_at IS NULL OR t.withdrawn_at >= :until) ORDER BY t.period_from, t.number
"""
_DISPUTES = """
SELECT t.number AS statement, x.rule, count(*) AS questions,
       sum(CASE WHEN EXISTS (
           SELECT 1 FROM decision d WHERE d.exception = x.id AND d.decided_at < :until
           AND d.verdict NOT IN ('later', 'ask')) THEN 0 ELSE 1 END) AS open,
       sum(x.at_risk_minor) AS at_risk_minor
FROM exception x JOIN statement t ON t.id = x.statement
WHERE x.current = 1 AND x.found_at < :until AND t.retailer = :retailer AND t.currency = :currency
AND (t.withdrawn_at IS NULL OR t.withdrawn_at >= :until)
GROUP BY t.number, x.rule ORDER BY t.number, x.rule
"""


def retailer_sheet(
    session: OperatorSession, code: str, *, asked: str | None = None,
    programme_code: str | None = None, language: str = "en",
) -> RetailerSheet:
    """A retailer's figures in a programme's currency.

    Raises:
        NotAllowed: this operator may not read the books.
        NotFound: no such retailer, programme or seal.
    """
    session.require("finance.read")
    with session.ledger.read() as tx:
        wanted = code.strip().casefold()
        retailer = next((one for one in retailers(tx) if one.code == wanted), None)
        if retailer is None:
            raise NotFound("place.retailer-unknown", retailer=code)
        found = chosen_programme(tx, programme_code)
        seen = as_of(tx, asked, session.clock(), found.zone)
        own = {one.code: one.name(language) for one in stores(tx, retailer=retailer.code)}
        about: dict[str, object] = {"retailer": retailer.code, "currency": found.currency}
        return RetailerSheet(
            retailer, found, seen, own, _months(tx, seen, found.zone, about),
            tuple(tx.read(BilledPaid, _BILLS, until=seen.until, **about)),
            tuple(one._replace(at_risk_minor=int(one.at_risk_minor), open=int(one.open))
                  for one in tx.read(Dispute, _DISPUTES, until=seen.until, **about)),
            tuple(shop_notes(tx, set(own), seen.until)),
        )


def _months(
    tx: ReadTransaction, seen: AsOf, zone: str, about: dict[str, object]
) -> tuple[StoreMonth, ...]:
    """Sales by store and month; a reversal takes its sale away."""
    told: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in tx.read_each(_Sold, seen.lines + _SOLD, **about, **seen.values):
        sums, sign = told[one.store, date_at(one.counts_at, zone)[:7]], 1
        if one.kind == "reverse":
            sign = -1
        sums[0] += sign
        sums[1] += sign * one.amount_minor
    return tuple(StoreMonth(*key, *sums) for key, sums in sorted(told.items()))
