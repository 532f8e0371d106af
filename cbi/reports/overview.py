"""The numbers behind the reports on a programme's progress: one consistent view, reading only.

Amounts come from the journal's identities, so that a page can never disagree with the workbook.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import NamedTuple

from sqlmodel import col, select

from cbi.base.clock import date_at
from cbi.base.errors import NotFound
from cbi.finance.exceptions import exceptions
from cbi.finance.identities import RetailerBalance, VoucherBalance, voucher_balances
from cbi.finance.identities import retailer_balances as balances_of_retailers
from cbi.ledger.sealing import last_seal
from cbi.ledger.tables import LedgerIdentity, Seal
from cbi.ledger.vouchers.late import late_sales
from cbi.ledger.vouchers.states import OPEN_IN_SQL
from cbi.operators.roster import operators
from cbi.places import Store
from cbi.places.places import retailers as all_retailers
from cbi.places.places import stores
from cbi.programmes.loosening import loosened
from cbi.programmes.programmes import programme, programmes
from cbi.programmes.tables import Batch, Programme, RoundRetailer, RoundRow
from cbi.storage import ReadTransaction

QUARTER_HOUR_US = 900_000_000
"""No time zone is off by less, so a day can be told from a slot of this length."""


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
class Waiting:
    """Something that waits for somebody: `what` is a key of `progress.json` after `waits-`.

    Of a loosened rule `operator` is who loosened it, `since` the instant (microseconds UTC), and
    `count` or `amount_minor` what it had been.
    """

    what: str
    object: str
    count: int = 0
    amount_minor: int = 0
    operator: str = ""
    since: int | None = None


class _People(NamedTuple):
    """How many people vouchers were issued to, and how many of them hold one."""

    people: int
    handed_over: int


class _Handed(NamedTuple):
    """What of one round, city and category was handed over, and what waits for it."""

    round: str
    city: str
    category: str
    currency: str
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


class _Unpaid(NamedTuple):
    """A settlement that is not paid yet."""

    number: str
    accepted_minor: int


class _Held(NamedTuple):
    """How many vouchers, of which round, and how much they hold."""

    round: str
    vouchers: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A programme as it stands. `at` is the instant it was looked at (microseconds UTC)."""

    programme: Programme
    practice: bool
    ledger: str
    at: int
    groups: tuple[ProgrammeGroup, ...]
    people: int
    people_handed_over: int
    days: tuple[DayRedeemed, ...]
    stores: tuple[StoreUse, ...]
    retailers: tuple[RetailerBalance, ...]
    retailer_names: Mapping[str, str]
    waiting: tuple[Waiting, ...]
    rounds: tuple[RoundRow, ...]
    seal: Seal | None

    def total(self, name: str) -> int:
        """A column of all groups, or of their balances, added up."""
        return added_up(self.groups, name)

    def record(self) -> dict[str, object]:
        """The numbers as plain values: amounts in minor units of `currency`."""
        groups = [
            {**asdict(group.balance), **{
                name: value for name, value in asdict(group).items() if name != "balance"
            }}
            for group in self.groups
        ]
        stores = [
            {"store": use.store.code, "amount_minor": use.amount_minor, "count": use.count,
             "receipts": use.receipts}
            for use in self.stores
        ]
        return {
            "programme": self.programme.code, "currency": self.programme.currency,
            "practice": self.practice, "people": self.people,
            "people_handed_over": self.people_handed_over, "groups": groups,
            "days": [asdict(day) for day in self.days], "stores": stores,
            "retailers": [asdict(one) for one in self.retailers],
            "waiting": [asdict(one) for one in self.waiting],
        }


def added_up(groups: Iterable[ProgrammeGroup], name: str) -> int:
    """A column of groups, or of their balances, added up."""
    return sum(
        getattr(group if hasattr(group, name) else group.balance, name) for group in groups
    )


def overview(tx: ReadTransaction, at: int, programme_code: str | None = None) -> Overview:
    """A programme's numbers; without a code, of the only or first programme.

    Raises:
        NotFound: there is no such programme, or none at all.
    """
    found = chosen_programme(tx, programme_code)
    code = found.code
    identity = tx.first(select(LedgerIdentity))
    rounds = tx.all(
        select(RoundRow).where(RoundRow.programme == code)
        .order_by(RoundRow.valid_from, RoundRow.code)
    )
    people = tx.read(
        _People,
        "SELECT count(DISTINCT v.beneficiary) AS people, count(DISTINCT CASE WHEN e.id IS NOT NULL "
        "THEN v.beneficiary END) AS handed_over FROM voucher v JOIN round r ON r.code = v.round "
        "LEFT JOIN entry e ON e.voucher = v.id AND e.kind = 'hand-over' "
        "AND NOT EXISTS (SELECT 1 FROM entry t WHERE t.voucher = e.voucher "
        "AND t.kind = 'take-back' AND t.seq > e.seq) "
        "WHERE r.programme = :code", code=code,
    )[0]
    takers = set(tx.all(
        select(RoundRetailer.retailer)
        .join(RoundRow, col(RoundRow.code) == RoundRetailer.round)
        .where(RoundRow.programme == code).distinct()
    ))
    retailers = tuple(
        one for one in balances_of_retailers(tx)
        if one.retailer in takers and one.currency == found.currency
    )
    return Overview(
        found, identity is not None and bool(identity.practice),
        "" if identity is None else identity.origin, at,
        groups=_groups(tx, code), people=people.people,
        people_handed_over=people.handed_over, days=_days(tx, found), stores=_stores(tx, code),
        retailers=retailers, retailer_names={one.code: one.name for one in all_retailers(tx)},
        waiting=tuple(_waiting(tx, found, at)), rounds=tuple(rounds),
        seal=last_seal(tx),
    )


def chosen_programme(tx: ReadTransaction, code: str | None) -> Programme:
    """The programme of a code; without one, the first.

    Raises:
        NotFound: there is no such programme, or none at all.
    """
    if code:
        return programme(tx, code)
    known = programmes(tx)
    if not known:
        raise NotFound("reports.no-programme")
    return known[0]


def _groups(tx: ReadTransaction, code: str) -> tuple[ProgrammeGroup, ...]:
    handed = tx.read(
        _Handed,
        "SELECT v.round, v.city, v.category, v.currency, "
        "count(DISTINCT v.beneficiary) AS people, count(h.id) AS handed_over_count, "
        "sum(CASE WHEN h.id IS NOT NULL THEN v.face_minor ELSE 0 END) AS handed_over_minor, "
        "sum(CASE WHEN v.state = 'issued' THEN 1 ELSE 0 END) AS waiting_count, "
        "sum(CASE WHEN v.state = 'issued' THEN v.face_minor ELSE 0 END) AS waiting_minor "
        "FROM voucher v JOIN round r ON r.code = v.round "
        "LEFT JOIN entry h ON h.voucher = v.id AND h.kind = 'hand-over' "
        "AND NOT EXISTS (SELECT 1 FROM entry t WHERE t.voucher = h.voucher "
        "AND t.kind = 'take-back' AND t.seq > h.seq) "
        "WHERE r.programme = :code GROUP BY v.round, v.city, v.category, v.currency", code=code,
    )
    more = {one[:4]: one for one in handed}
    found = []
    for balance in voucher_balances(tx, programme=code):
        one = more[balance.round, balance.city, balance.category, balance.currency]
        found.append(ProgrammeGroup(
            balance, one.people, one.handed_over_count, int(one.handed_over_minor),
            int(one.waiting_count), int(one.waiting_minor),
        ))
    return tuple(found)


_STANDING = """
FROM entry e JOIN voucher v ON v.id = e.voucher JOIN round r ON r.code = v.round
WHERE e.kind = 'redeem' AND r.programme = :code
AND NOT EXISTS (SELECT 1 FROM entry b WHERE b.reverses = e.id)
"""


def _days(tx: ReadTransaction, found: Programme) -> tuple[DayRedeemed, ...]:
    days: dict[tuple[str, str], list[int]] = {}
    for one in tx.read(
        _Slot, f"SELECT e.occurred_at / {QUARTER_HOUR_US} AS slot, v.category, "
        f"sum(e.amount_minor) AS amount_minor, count(*) AS redemptions {_STANDING} "
        "GROUP BY slot, v.category", code=found.code,
    ):
        date = date_at(one.slot * QUARTER_HOUR_US, found.zone)
        summed = days.setdefault((date, one.category), [0, 0])
        summed[0] += int(one.amount_minor)
        summed[1] += one.redemptions
    return tuple(DayRedeemed(*key, *summed) for key, summed in sorted(days.items()))


def _stores(tx: ReadTransaction, code: str) -> tuple[StoreUse, ...]:
    known = {store.code: store for store in stores(tx)}
    taken = tx.read(
        _StoreRow,
        "SELECT e.store, sum(e.amount_minor) AS amount_minor, count(*) AS redemptions, "
        f"count(DISTINCT e.receipt) AS receipts, max(e.occurred_at) AS last_at {_STANDING} "
        "GROUP BY e.store", code=code,
    )
    found = [
        StoreUse(known[one.store], int(one.amount_minor), one.redemptions, one.receipts,
                 one.last_at)
        for one in taken if one.store in known
    ]
    return tuple(sorted(found, key=lambda use: (-use.amount_minor, use.store.code)))


def _waiting(tx: ReadTransaction, found: Programme, at: int) -> Iterable[Waiting]:
    """What waits for a person, the most pressing first."""
    for account in operators(tx):
        if account.confirmation == "waits":
            yield Waiting("account", account.name)
    yield from _loosened(tx, found)
    yield from _expiring(tx, found, at)
    late = late_sales(tx, waiting=True, programme=found.code)
    if late:
        yield Waiting("late", found.code, len(late), sum(one.amount_minor for one in late))
    for batch in tx.all(
        select(Batch).join(RoundRow, col(RoundRow.code) == Batch.round)
        .where(Batch.state == "draft", RoundRow.programme == found.code).order_by(Batch.number)
    ):
        yield Waiting("batch", batch.number, batch.voucher_count, batch.amount_minor)
    open_ones: dict[str, list[int]] = {}
    for one in exceptions(tx, undecided=True):
        if one.currency == found.currency:
            open_ones.setdefault(one.statement, []).append(one.at_risk_minor)
    for statement, risks in sorted(open_ones.items()):
        yield Waiting("exceptions", statement, len(risks), sum(risks))
    for unpaid in tx.read(
        _Unpaid, "SELECT s.number, s.accepted_minor FROM settlement s JOIN statement t "
        "ON t.id = s.statement LEFT JOIN payment p ON p.settlement = s.id "
        "WHERE p.id IS NULL AND s.accepted_minor > 0 AND t.currency = :currency "
        "ORDER BY s.number", currency=found.currency,
    ):
        yield Waiting("payment", unpaid.number, 0, unpaid.accepted_minor)


def _loosened(tx: ReadTransaction, found: Programme) -> Iterable[Waiting]:
    """Duty rules that are looser than they were."""
    for one in loosened(tx, found.code):
        if one.until is None:
            amount = one.was if one.rule.endswith("_minor") else 0
            yield Waiting(
                f"loosened-{one.rule.replace('_', '-')}", found.code, one.was - amount, amount,
                operator=one.operator, since=one.since,
            )


def _expiring(tx: ReadTransaction, found: Programme, at: int) -> Iterable[Waiting]:
    """Vouchers whose time is up but which are not closed, and those that wait to be given."""
    expired = tx.read(
        _Held, "SELECT v.round, count(*) AS vouchers, "
        "sum(v.face_minor - v.spent_minor) AS amount_minor "
        "FROM voucher v JOIN round r ON r.code = v.round WHERE r.programme = :code "
        f"AND v.state IN {OPEN_IN_SQL} AND v.closes_at <= :at "
        "AND v.spent_minor < v.face_minor GROUP BY v.round", code=found.code, at=at,
    )
    if expired:
        yield Waiting("expire", found.code, sum(one.vouchers for one in expired),
                      sum(int(one.amount_minor) for one in expired))
    for given in tx.read(
        _Held, "SELECT v.round, count(*) AS vouchers, sum(v.face_minor) AS amount_minor "
        "FROM voucher v "
        "JOIN round r ON r.code = v.round WHERE r.programme = :code AND v.state = 'issued' "
        "AND v.closes_at > :at GROUP BY v.round ORDER BY v.round", code=found.code, at=at,
    ):
        yield Waiting("hand-over", given.round, given.vouchers, int(given.amount_minor))
