"""How vouchers stood: the figures of progress, each asked once, from the journal's lines alone.

Each equals the ledger's identities (`finance.identities`) where it is asked as of now, and can be
asked as of any seal or date: a voucher's row knows only how it stands today.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cbi.base.clock import date_at
from cbi.finance.identities import RetailerBalance, VoucherBalance
from cbi.places import Store
from cbi.places.places import stores
from cbi.programmes.tables import Programme
from cbi.reports.as_of import AsOf
from cbi.storage import ReadTransaction

QUARTER_HOUR_US = 900_000_000
"""No time zone is off by less, so a day can be told from a slot of this length."""

STOOD = """, moved AS (
    SELECT voucher, sum(CASE kind WHEN 'issue' THEN amount_minor ELSE 0 END) AS issued_minor,
           sum(CASE kind WHEN 'redeem' THEN amount_minor WHEN 'reverse' THEN -amount_minor
               ELSE 0 END) AS redeemed_minor,
           sum(CASE kind WHEN 'expire' THEN amount_minor WHEN 'honour' THEN -amount_minor
               ELSE 0 END) AS expired_minor,
           sum(CASE kind WHEN 'void' THEN amount_minor ELSE 0 END) AS void_minor,
           CASE WHEN max(CASE kind WHEN 'hand-over' THEN seq ELSE 0 END)
                   > max(CASE kind WHEN 'take-back' THEN seq ELSE 0 END) THEN 1 ELSE 0 END AS given,
           max(valid_until) AS last_day
    FROM line GROUP BY voucher),
stood AS (
    SELECT v.id, v.round, v.city, v.category, v.currency, v.beneficiary, m.issued_minor,
           m.redeemed_minor, m.expired_minor, m.void_minor, m.given, m.last_day,
           m.issued_minor - m.redeemed_minor - m.expired_minor - m.void_minor AS left_minor
    FROM moved m JOIN voucher v ON v.id = m.voucher JOIN round r ON r.code = v.round
    WHERE r.programme = :code)
"""
"""What follows `AsOf.lines`: `stood`, a programme's vouchers as they stood."""

SOLD = """, sold AS (
    SELECT coalesce(reverses, id) AS id, voucher, max(store) AS store, max(receipt) AS receipt,
           sum(CASE kind WHEN 'redeem' THEN amount_minor ELSE -amount_minor END) AS amount_minor,
           min(natural_at) AS sold_at
    FROM line WHERE kind IN ('redeem', 'reverse') GROUP BY coalesce(reverses, id), voucher
    HAVING sum(CASE kind WHEN 'redeem' THEN amount_minor ELSE -amount_minor END) > 0)
"""
"""What follows `AsOf.lines`: `sold`, the redemptions that stood."""

_OF_PROGRAMME = """FROM sold s JOIN voucher v ON v.id = s.voucher JOIN round r ON r.code = v.round
WHERE r.programme = :code"""


@dataclass(frozen=True, slots=True)
class ProgrammeGroup:
    """One round, city and category. Counts are of vouchers, but `people` of beneficiaries."""

    balance: VoucherBalance
    people: int
    handed_over_count: int
    handed_over_minor: int
    waiting_count: int
    waiting_minor: int
    """Issued and not yet handed over; part of what is outstanding."""


@dataclass(frozen=True, slots=True)
class DayRedeemed:
    """Redemptions that stand, by the day they happened (calendar date in the programme's zone)."""

    date: str
    category: str
    amount_minor: int
    count: int


@dataclass(frozen=True, slots=True)
class StoreUse:
    """What a store took of the programme: redemptions that stand. `last_at` in microseconds UTC."""

    store: Store
    amount_minor: int
    count: int
    receipts: int
    last_at: int


@dataclass(frozen=True, slots=True)
class StillOpen:
    """Vouchers with value on them, by round, city and last day: `what` is `uncollected`, `unspent`
    (nothing of it) or `part-spent`. `days_left` counts from the report's day; 0 is its last."""

    what: str
    round: str
    city: str
    last_day: str
    days_left: int
    vouchers: int
    people: int
    amount_minor: int


class People(NamedTuple):
    """How many people vouchers were issued to, and how many of them hold or held one."""

    people: int
    handed_over: int


class RoundPeople(NamedTuple):
    """The same of one round."""

    round: str
    people: int
    handed_over: int


class _Group(NamedTuple):
    """One round, city and category as it stood."""

    round: str
    city: str
    category: str
    currency: str
    issued_minor: int
    redeemed_minor: int
    outstanding_minor: int
    expired_minor: int
    void_minor: int
    issued_count: int
    open_count: int
    used_up_count: int
    closed_count: int
    people: int
    handed_over_count: int
    handed_over_minor: int
    waiting_count: int
    waiting_minor: int


class _Slot(NamedTuple):
    """What was redeemed in a quarter of an hour."""

    slot: int
    category: str
    amount_minor: int
    redemptions: int


class _StoreRow(NamedTuple):
    """What a store took."""

    store: str
    amount_minor: int
    redemptions: int
    receipts: int
    last_at: int


class _OpenRow(NamedTuple):
    """Vouchers that stand open."""

    what: str
    round: str
    city: str
    last_day: str
    vouchers: int
    people: int
    amount_minor: int


class _Books(NamedTuple):
    """One amount of a retailer's books."""

    retailer: str
    currency: str
    what: str
    amount_minor: int


def groups(tx: ReadTransaction, seen: AsOf, code: str) -> tuple[ProgrammeGroup, ...]:
    """Every round, city and category of a programme."""
    found = tx.read(
        _Group, seen.lines + STOOD +
        "SELECT round, city, category, currency, sum(issued_minor) AS issued_minor, "
        "sum(redeemed_minor) AS redeemed_minor, sum(left_minor) AS outstanding_minor, "
        "sum(expired_minor) AS expired_minor, sum(void_minor) AS void_minor, "
        "count(*) AS issued_count, sum(CASE WHEN left_minor > 0 THEN 1 ELSE 0 END) AS open_count, "
        "sum(CASE WHEN redeemed_minor = issued_minor THEN 1 ELSE 0 END) AS used_up_count, "
        "sum(CASE WHEN left_minor = 0 AND redeemed_minor < issued_minor THEN 1 ELSE 0 END) "
        "AS closed_count, count(DISTINCT beneficiary) AS people, "
        "sum(given) AS handed_over_count, sum(given * issued_minor) AS handed_over_minor, "
        "sum(CASE WHEN given = 0 AND left_minor > 0 THEN 1 ELSE 0 END) AS waiting_count, "
        "sum(CASE WHEN given = 0 THEN left_minor ELSE 0 END) AS waiting_minor "
        "FROM stood GROUP BY round, city, category, currency "
        "ORDER BY round, city, category, currency",
        code=code, **seen.values,
    )
    return tuple(_group(one) for one in found)


def _group(one: _Group) -> ProgrammeGroup:
    """PostgreSQL sums to decimals; ours are whole numbers."""
    figures = [int(value) for value in one[4:]]
    return ProgrammeGroup(VoucherBalance(*one[:4], *figures[:9]), *figures[9:])


def people_served(tx: ReadTransaction, seen: AsOf, code: str) -> People:
    """How many people the programme has vouchers for, each counted once."""
    return tx.read(
        People, seen.lines + STOOD + "SELECT count(DISTINCT beneficiary) AS people, "
        "count(DISTINCT CASE WHEN given = 1 THEN beneficiary END) AS handed_over FROM stood",
        code=code, **seen.values,
    )[0]


def people_by_round(tx: ReadTransaction, seen: AsOf, code: str) -> dict[str, RoundPeople]:
    """The same by round: each counted once in each."""
    return {one.round: one for one in tx.read(
        RoundPeople, seen.lines + STOOD + "SELECT round, count(DISTINCT beneficiary) AS people, "
        "count(DISTINCT CASE WHEN given = 1 THEN beneficiary END) AS handed_over "
        "FROM stood GROUP BY round", code=code, **seen.values,
    )}


def days(tx: ReadTransaction, seen: AsOf, found: Programme) -> tuple[DayRedeemed, ...]:
    """What was redeemed on each day, by category."""
    added: dict[tuple[str, str], list[int]] = {}
    for one in tx.read(
        _Slot, seen.lines + SOLD + f"SELECT s.sold_at / {QUARTER_HOUR_US} AS slot, v.category, "
        f"sum(s.amount_minor) AS amount_minor, count(*) AS redemptions {_OF_PROGRAMME} "
        "GROUP BY slot, v.category", code=found.code, **seen.values,
    ):
        day = date_at(one.slot * QUARTER_HOUR_US, found.zone)
        summed = added.setdefault((day, one.category), [0, 0])
        summed[0] += int(one.amount_minor)
        summed[1] += one.redemptions
    return tuple(DayRedeemed(*key, *summed) for key, summed in sorted(added.items()))


def store_use(tx: ReadTransaction, seen: AsOf, code: str) -> tuple[StoreUse, ...]:
    """What each store took, the largest first."""
    known: Mapping[str, Store] = {store.code: store for store in stores(tx)}
    taken = tx.read(
        _StoreRow, seen.lines + SOLD + "SELECT s.store, sum(s.amount_minor) AS amount_minor, "
        "count(*) AS redemptions, count(DISTINCT s.receipt) AS receipts, "
        f"max(s.sold_at) AS last_at {_OF_PROGRAMME} GROUP BY s.store", code=code, **seen.values,
    )
    found = [
        StoreUse(known[one.store], int(one.amount_minor), one.redemptions, one.receipts,
                 one.last_at)
        for one in taken if one.store in known
    ]
    return tuple(sorted(found, key=lambda use: (-use.amount_minor, use.store.code)))


def still_open(tx: ReadTransaction, seen: AsOf, code: str) -> tuple[StillOpen, ...]:
    """Who has not collected, or not spent, while there is time; counts alone."""
    today = date.fromisoformat(seen.day)
    rows = tx.read(
        _OpenRow, seen.lines + STOOD + "SELECT CASE WHEN given = 0 THEN 'uncollected' "
        "WHEN redeemed_minor = 0 THEN 'unspent' ELSE 'part-spent' END AS what, round, city, "
        "last_day, count(*) AS vouchers, count(DISTINCT beneficiary) AS people, "
        "sum(left_minor) AS amount_minor FROM stood WHERE left_minor > 0 AND last_day >= :today "
        "GROUP BY 1, round, city, last_day ORDER BY last_day, round, city, 1",
        code=code, today=seen.day, **seen.values,
    )
    return tuple(
        StillOpen(one.what, one.round, one.city, one.last_day,
                  (date.fromisoformat(one.last_day) - today).days, one.vouchers, one.people,
                  int(one.amount_minor))
        for one in rows
    )


_BOOKS = """SELECT substr(CASE WHEN l.kind = 'redeem' THEN l.credit ELSE l.debit END, 10)
       AS retailer, v.currency, 'redeemed_minor' AS what,
       sum(CASE WHEN l.kind = 'redeem' THEN l.amount_minor ELSE -l.amount_minor END)
       AS amount_minor
FROM line l JOIN voucher v ON v.id = l.voucher WHERE l.kind IN ('redeem', 'reverse') GROUP BY 1, 2
UNION ALL
SELECT s.retailer, t.currency, CASE WHEN n.settled_minor + n.waived_minor < 0
       THEN 'deducted_minor' ELSE 'accepted_minor' END,
       sum(CASE WHEN n.settled_minor < 0 THEN -n.settled_minor ELSE n.settled_minor END)
FROM settlement_line n JOIN settlement s ON s.id = n.settlement
JOIN statement t ON t.id = s.statement WHERE s.made_at < :until GROUP BY 1, 2, 3
UNION ALL
SELECT s.retailer, t.currency, 'waived_minor', sum(n.waived_minor)
FROM settlement_line n JOIN settlement s ON s.id = n.settlement
JOIN statement t ON t.id = s.statement WHERE s.made_at < :until GROUP BY 1, 2
UNION ALL
SELECT s.retailer, t.currency, 'discount_minor', sum(s.discount_minor)
FROM settlement s JOIN statement t ON t.id = s.statement WHERE s.made_at < :until GROUP BY 1, 2
UNION ALL
SELECT s.retailer, t.currency, 'fee_minor', sum(s.fee_minor)
FROM settlement s JOIN statement t ON t.id = s.statement WHERE s.made_at < :until GROUP BY 1, 2
UNION ALL
SELECT s.retailer, t.currency, 'paid_minor', sum(p.amount_minor)
FROM payment p JOIN settlement s ON s.id = p.settlement
JOIN statement t ON t.id = s.statement WHERE p.paid_at < :until GROUP BY 1, 2
UNION ALL
SELECT retailer, currency, 'claimed_minor', sum(claimed_minor)
FROM statement WHERE imported_at < :until GROUP BY 1, 2
"""


def retailer_books(tx: ReadTransaction, seen: AsOf) -> list[RetailerBalance]:
    """Every retailer's books as they stood, but for what was said of single claims."""
    amounts: dict[tuple[str, str], dict[str, int]] = {}
    for one in tx.read(_Books, seen.lines + _BOOKS, until=seen.until, **seen.values):
        amounts.setdefault((one.retailer, one.currency), {})[one.what] = int(one.amount_minor)
    found = []
    for (retailer, currency), told in sorted(amounts.items()):
        settled = told.get("accepted_minor", 0) - told.get("deducted_minor", 0)
        redeemed, waived = told.get("redeemed_minor", 0), told.get("waived_minor", 0)
        found.append(RetailerBalance(
            retailer, currency, settled_minor=settled, unsettled_minor=redeemed - settled - waived,
            payable_minor=settled - sum(told.get(f"{name}_minor", 0) for name in (
                "discount", "fee", "paid")), **told,
        ))
    return found
