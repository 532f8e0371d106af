"""The numbers behind the reports on a programme's progress: one consistent view, reading only.

Each figure is asked once (`standing`, `reached`), so that the terminal, the page and the workbook
say the same, and all of them what the ledger's identities say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import NamedTuple

from sqlmodel import col, select

from cbi.base.clock import date_at
from cbi.base.errors import NotFound
from cbi.finance.identities import RetailerBalance
from cbi.ledger.tables import LedgerIdentity, Seal
from cbi.places.places import retailers as all_retailers
from cbi.places.profile import profile_of
from cbi.programmes.programmes import programme, programmes
from cbi.programmes.tables import Programme, RoundRetailer, RoundRow
from cbi.reports import standing
from cbi.reports.as_of import AsOf, as_of
from cbi.reports.reached import SEXES, Band, population, reached_by_row, together
from cbi.reports.standing import DayRedeemed, ProgrammeGroup, StillOpen, StoreUse
from cbi.reports.waiting_work import Waiting, waiting_work
from cbi.storage import ReadTransaction


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """Where the budget is, in minor units. `committed` is what was issued and neither expired nor
    became void; `expected` what will have been redeemed of it in the end, if people go on as in the
    rounds that are over (`rate`, in tenths of a percent); None while no round is over."""

    budget_minor: int
    committed_minor: int
    redeemed_minor: int
    expected_minor: int | None
    rate_permille: int | None

    @property
    def free_minor(self) -> int:
        """What is left to issue; below 0, more was issued than there is."""
        return self.budget_minor - self.committed_minor


@dataclass(frozen=True, slots=True)
class RoundFigures:
    """One round beside the others: as planned (the lists that were drafted), and as it went."""

    code: str
    valid_from: str
    valid_until: str
    people: int
    people_handed_over: int
    planned_count: int
    planned_minor: int
    issued_count: int
    issued_minor: int
    handed_over_count: int
    redeemed_minor: int
    outstanding_minor: int
    expired_minor: int
    void_minor: int


@dataclass(frozen=True, slots=True)
class SexAge:
    """How many people were reached, of one sex and age band; neither known: both empty."""

    sex: str
    band: str
    years: str
    people: int


@dataclass(frozen=True, slots=True)
class ComplaintsOfKind:
    """Complaints of one kind: how many were taken, have no answer, and should have one by now."""

    kind: str
    taken: int
    open: int
    late: int


class _Planned(NamedTuple):
    """What a round's approved batches were drafted with."""

    round: str
    vouchers: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A programme as it stood. `at` is the instant that is shown (microseconds UTC)."""

    programme: Programme
    practice: bool
    ledger: str
    seen: AsOf
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
    budget: BudgetUse
    by_round: tuple[RoundFigures, ...]
    reached: int
    by_sex_age: tuple[SexAge, ...]
    open: tuple[StillOpen, ...]
    complaints: tuple[ComplaintsOfKind, ...]
    """Of the whole ledger: who complains names no programme. None of an earlier day."""

    @property
    def at(self) -> int:
        """The instant that is shown."""
        return self.seen.at

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
            "practice": self.practice, "as_of": self.seen.record(), "people": self.people,
            "people_handed_over": self.people_handed_over, "groups": groups,
            "days": [asdict(day) for day in self.days], "stores": stores,
            "retailers": [asdict(one) for one in self.retailers],
            "waiting": [asdict(one) for one in self.waiting], "budget": asdict(self.budget),
            "rounds": [asdict(one) for one in self.by_round], "people_reached": self.reached,
            "sex_age": [asdict(one) for one in self.by_sex_age],
            "open": [asdict(one) for one in self.open],
            "complaints": [asdict(one) for one in self.complaints],
        }


def added_up(groups: Iterable[ProgrammeGroup], name: str) -> int:
    """A column of groups, or of their balances, added up."""
    return sum(
        getattr(group if hasattr(group, name) else group.balance, name) for group in groups
    )


def overview(
    tx: ReadTransaction, at: int, programme_code: str | None = None, asked: str | None = None
) -> Overview:
    """A programme's numbers; without a code, of the only or first programme. `asked` is a seal's
    size or a date, as of which things are to be shown.

    Raises:
        NotFound: there is no such programme, or none at all, or no such seal.
        UsageError: `asked` is neither.
    """
    found = chosen_programme(tx, programme_code)
    code, seen = found.code, as_of(tx, asked, at, found.zone)
    identity = tx.first(select(LedgerIdentity))
    rounds = tx.all(
        select(RoundRow).where(RoundRow.programme == code, RoundRow.made_at < seen.until)
        .order_by(RoundRow.valid_from, RoundRow.code)
    )
    people = standing.people_served(tx, seen, code)
    groups = standing.groups(tx, seen, code)
    reached, by_sex_age = _reached(tx, seen, found)
    return Overview(
        found, identity is not None and bool(identity.practice),
        "" if identity is None else identity.origin, seen,
        groups=groups, people=people.people, people_handed_over=people.handed_over,
        days=standing.days(tx, seen, found), stores=standing.store_use(tx, seen, code),
        retailers=_retailers(tx, seen, found),
        retailer_names={one.code: one.name for one in all_retailers(tx)},
        waiting=tuple(waiting_work(tx, found, seen.at)) if seen.kind == "now" else (),
        rounds=tuple(rounds), seal=tx.first(select(Seal).where(Seal.size == seen.size)),
        budget=_budget(found, groups), by_round=_by_round(tx, seen, rounds, groups, code),
        reached=reached, by_sex_age=by_sex_age, open=standing.still_open(tx, seen, code),
        complaints=_complaints(tx, date_at(at, found.zone)) if seen.kind == "now" else (),
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


def _complaints(tx: ReadTransaction, today: str) -> tuple[ComplaintsOfKind, ...]:
    """Complaints by kind, those with the most first; no person and no text is in it."""
    return tuple(tx.read(
        ComplaintsOfKind, "SELECT kind, count(*) AS taken, "
        "count(*) - count(outcome) AS open, "
        "count(CASE WHEN outcome IS NULL AND due_on < :today THEN 1 END) AS late "
        "FROM complaint GROUP BY kind ORDER BY count(*) DESC, kind", today=today,
    ))


def _retailers(
    tx: ReadTransaction, seen: AsOf, found: Programme
) -> tuple[RetailerBalance, ...]:
    takers = set(tx.all(
        select(RoundRetailer.retailer)
        .join(RoundRow, col(RoundRow.code) == RoundRetailer.round)
        .where(RoundRow.programme == found.code).distinct()
    ))
    return tuple(
        one for one in standing.retailer_books(tx, seen)
        if one.retailer in takers and one.currency == found.currency
    )


def _budget(found: Programme, groups: Iterable[ProgrammeGroup]) -> BudgetUse:
    """The budget, and what will have come of it: a rate from rounds of which nothing is open."""
    listed = list(groups)
    lost = added_up(listed, "expired_minor") + added_up(listed, "void_minor")
    redeemed = added_up(listed, "redeemed_minor")
    still = {one.balance.round for one in listed if one.balance.outstanding_minor}
    over = [one for one in listed if one.balance.round not in still]
    spent = added_up(over, "redeemed_minor")
    given = spent + added_up(over, "expired_minor")
    rate = spent * 1000 // given if given else None
    outstanding = added_up(listed, "outstanding_minor")
    expected = None if rate is None else redeemed + outstanding * rate // 1000
    return BudgetUse(
        found.budget_minor, added_up(listed, "issued_minor") - lost, redeemed, expected, rate
    )


def _by_round(
    tx: ReadTransaction, seen: AsOf, rounds: Iterable[RoundRow],
    groups: Iterable[ProgrammeGroup], code: str,
) -> tuple[RoundFigures, ...]:
    planned = {one.round: one for one in tx.read(
        _Planned, "SELECT b.round, count(*) AS vouchers, sum(l.amount_minor) AS amount_minor "
        "FROM batch b JOIN batch_line l ON l.batch = b.id JOIN round r ON r.code = b.round "
        "WHERE r.programme = :code AND b.approved_at < :until GROUP BY b.round",
        code=code, until=seen.until,
    )}
    people = standing.people_by_round(tx, seen, code)
    listed = list(groups)
    found = []
    for one in rounds:
        mine = [group for group in listed if group.balance.round == one.code]
        plan, who = planned.get(one.code), people.get(one.code)
        found.append(RoundFigures(
            one.code, one.valid_from, one.valid_until, who.people if who else 0,
            who.handed_over if who else 0, plan.vouchers if plan else 0,
            int(plan.amount_minor) if plan else 0, *(added_up(mine, name) for name in (
                "issued_count", "issued_minor", "handed_over_count", "redeemed_minor",
                "outstanding_minor", "expired_minor", "void_minor",
            )),
        ))
    return tuple(found)


def _reached(
    tx: ReadTransaction, seen: AsOf, found: Programme
) -> tuple[int, tuple[SexAge, ...]]:
    """Everybody whom a voucher reached, once, by sex and age band."""
    everybody = population(tx, seen)
    whole = together(reached_by_row(tx, seen, found, everybody).values())
    bands = [Band(one.name, one.age_from, one.until) for one in profile_of(tx).age_bands]
    cells = [
        SexAge(sex, band.name, band.years, len(everybody.in_band(whole.people, sex, band)))
        for band in bands for sex, _ in SEXES
    ]
    unknown = len(whole.people) - sum(one.people for one in cells)
    if unknown:
        cells.append(SexAge("", "", "", unknown))
    return len(whole.people), tuple(cells)
