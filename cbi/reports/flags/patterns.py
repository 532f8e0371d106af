"""Patterns in sales and reversals. Pure: each looks at what happened and yields what it finds.

Every pattern compares with what is usual in the same campaign: with the other stores, the other
cashiers, the same store at other times. A family counts once, however many vouchers it brings. The
limits stand in `FlagLimits`; they were fixed on campaigns other than those of the table in
`docs/flags.md`.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias

from cbi.base.clock import MINUTE_US, at, date_at
from cbi.reports.flags.chances import binomial_tail, poisson_tail
from cbi.reports.flags.facts import Happened, SoldVoucher

Facts: TypeAlias = "dict[str, int | str]"
ByStore: TypeAlias = "dict[str, list[SoldVoucher]]"


@dataclass(frozen=True, slots=True)
class RedFlag:
    """A pattern that was found: its kind, whom or what it is about, the journal's lines and the
    serials that show it, and figures for its words."""

    kind: str
    subject: str
    lines: tuple[bytes, ...]
    serials: tuple[str, ...]
    facts: Facts


@dataclass(frozen=True, slots=True)
class FlagLimits:
    """When a pattern is worth a question: a number of families, and how unlikely it must be."""

    chance: float = 1e-6
    families: int = 5
    burst_minutes: int = 10
    burst_families: int = 7
    run_minutes: int = 30
    run_families: int = 5
    run_chance: float = 1e-3
    quick_minutes: int = 10
    cashiers: int = 3
    cashier_ratio: float = 2.0
    cashier_chance: float = 0.02
    sure_ratio: float = 1.8
    sure_chance: float = 1e-6
    """Where chance is as good as ruled out, a smaller ratio is worth a question too."""
    busy_chance: float = 0.02
    typed_ratio: float = 1.75
    share_chance: float = 1e-4
    """Where a share must be far above the others' as well, or hardly varies by itself."""
    late_reversals: int = 4
    late_chance: float = 0.01
    shift_minutes: int = 30


LIMITS = FlagLimits()
OTHERS_LEAST = 12
"""With fewer of the others' there is nothing to compare with."""
NO_SCANNER_FROM = 3
"""So many codes typed on a day and none scanned: the store had no scanner that day."""
JUST_UNDER = 95
"""From so many hundredths of a limit an amount is just under it."""
LEAST_SHARE = 0.02
"""What is rare elsewhere is taken to happen at least this often."""


def sale_flags(told: Happened, limits: FlagLimits = LIMITS) -> Iterator[RedFlag]:
    """Every pattern in the sales and reversals."""
    stores = by(told.sales, lambda one: one.store)
    yield from bursts(stores, limits)
    yield from runs(told, stores, limits)
    yield from quick(told.sales, limits)
    yield from opening(told, stores, limits)
    yield from cashiers(told, stores, limits)
    yield from elsewhere(stores, limits)
    yield from round_amounts(told, stores, limits)
    yield from under_limits(told, stores, limits)
    yield from typed_codes(told, limits)
    yield from late_reversals(told, stores, limits)


def by(
    sales: Iterable[SoldVoucher], key: Callable[[SoldVoucher], str]
) -> ByStore:
    """Sales in groups, each in order of time."""
    groups: dict[str, list[SoldVoucher]] = defaultdict(list)
    for one in sales:
        groups[key(one)].append(one)
    for listed in groups.values():
        listed.sort(key=lambda one: (one.sold_at, one.id))
    return dict(sorted(groups.items()))


def flag(kind: str, subject: str, sales: Sequence[SoldVoucher], **facts: int | str) -> RedFlag:
    """A flag over these sales."""
    facts.setdefault("sales", len(sales))
    facts.setdefault("amount", sum(one.amount_minor for one in sales))
    return RedFlag(
        kind, subject, tuple(sorted(one.id for one in sales)),
        tuple(sorted({one.serial for one in sales})), facts,
    )


def families(sales: Iterable[SoldVoucher]) -> int:
    """How many households bought."""
    return len({one.household for one in sales})


def bursts(stores: ByStore, limits: FlagLimits) -> Iterator[RedFlag]:
    """Many families at one till within minutes, while the store is otherwise quiet."""
    window = limits.burst_minutes * MINUTE_US
    for store, sales in stores.items():
        times = [one.sold_at for one in sales]
        taken_until = 0
        for start, one in enumerate(sales):
            if one.sold_at < taken_until:
                continue
            end = bisect_right(times, one.sold_at + window)
            inside = sales[start:end]
            count = families(inside)
            if count < limits.burst_families:
                continue
            around = _around(times, one.sold_at, one.sold_at + window)
            usual = _usual(times, window, without=len(inside))
            if poisson_tail(count, max(around, usual, 0.4)) < limits.chance:
                taken_until = inside[-1].sold_at + 1
                yield flag(
                    "burst", store, inside, families=count, since=one.sold_at,
                    minutes=max(1, (inside[-1].sold_at - one.sold_at) // MINUTE_US),
                )


def _usual(times: Sequence[int], window: int, without: int = 0) -> float:
    """Sales in such a time, over all hours in which the store sold."""
    hours = len({moment // (60 * MINUTE_US) for moment in times}) or 1
    return (len(times) - without) / hours * window / (60 * MINUTE_US)


def _around(times: Sequence[int], since: int, until: int) -> float:
    """Sales in such a time, in the two hours before and after it."""
    reach = 120 * MINUTE_US
    near = bisect_right(times, until + reach) - bisect_left(times, since - reach)
    inside = bisect_right(times, until) - bisect_left(times, since)
    return (near - inside) * (until - since) / (2 * reach)


def runs(
    told: Happened, stores: ByStore, limits: FlagLimits
) -> Iterator[RedFlag]:
    """Vouchers that were issued one after the other, of several families, together at one till."""
    homes: dict[str, set[str]] = defaultdict(set)
    for one in told.sales:
        homes[one.city].add(one.household)
    for store, sales in stores.items():
        used: set[bytes] = set()
        for start, first in enumerate(sales):
            if first.id in used:
                continue
            window = [
                one for one in sales[start:start + 60]
                if one.sold_at - first.sold_at <= limits.run_minutes * MINUTE_US
                and one.round == first.round and one.id not in used
            ]
            run = _longest_run(window)
            length, near = families(run), families(window)
            of = max(len(homes[run[0].city]), 1)
            if length < limits.run_families or (
                near * min(near / of, 1) ** (length - 1) > limits.run_chance
            ):
                continue  # so few families that neighbours meet by themselves
            used |= {one.id for one in run}
            yield flag("consecutive", store, run, families=families(run), since=run[0].sold_at,
                       first=min(run, key=lambda one: one.number).serial,
                       last=max(run, key=lambda one: one.number).serial)


def _longest_run(window: Sequence[SoldVoucher]) -> list[SoldVoucher]:
    """The most sales of vouchers whose numbers follow each other; one may be missing between."""
    best: list[SoldVoucher] = []
    run: list[SoldVoucher] = []
    for one in sorted(window, key=lambda sale: (sale.number, sale.id)):
        if run and one.number - run[-1].number > 2:
            run = []
        run.append(one)
        if families(run) > families(best):
            best = list(run)
    return best


def quick(sales: Sequence[SoldVoucher], limits: FlagLimits) -> Iterator[RedFlag]:
    """Spent within minutes of the hand-over, at one store, handed over by one person."""
    pairs = by(sales, lambda one: f"{one.given_by} {one.store}")
    hurried = {key: [one for one in listed if _is_quick(one, limits)]
               for key, listed in pairs.items()}
    for key, listed in hurried.items():
        count = families(listed)
        if count < limits.families:
            continue
        elsewhere = sum(len(one) for other, one in hurried.items() if other != key)
        of = sum(len(one) for other, one in pairs.items() if other != key)
        usual = max(elsewhere / of if of else 0, LEAST_SHARE)
        if binomial_tail(count, families(pairs[key]), usual) < limits.chance:
            by_whom, _, store = key.partition(" ")
            yield flag("after-hand-over", store, listed, families=count, operator=by_whom,
                       minutes=limits.quick_minutes)


def _is_quick(one: SoldVoucher, limits: FlagLimits) -> bool:
    return (one.given_at is not None
            and 0 <= one.sold_at - one.given_at <= limits.quick_minutes * MINUTE_US)


def opening(
    told: Happened, stores: ByStore, limits: FlagLimits
) -> Iterator[RedFlag]:
    """Almost a whole day of a store's sales in its first hour."""
    hours = {one.id: at(one.sold_at, told.zone).hour for one in told.sales}
    opens = min(hours.values(), default=0)
    early = {one.id for one in told.sales if hours[one.id] == opens}
    days = by(told.sales, lambda one: f"{one.store} {date_at(one.sold_at, told.zone)}")
    for key, listed in days.items():
        first = [one for one in listed if one.id in early]
        count, of = families(first), families(listed)
        if count < limits.families + 1 or count * 2 < of:
            continue
        store, _, day = key.partition(" ")
        rest = len(told.sales) - len(listed)
        usual = max((len(early) - len(first)) / rest if rest else 0, LEAST_SHARE)
        sold = [one.sold_at for one in stores[store]]
        busy = max(_usual(sold, 60 * MINUTE_US), 0.4)
        if (binomial_tail(count, of, usual) < limits.chance * 10
                and poisson_tail(count, busy) < limits.busy_chance):
            yield flag("opening-hour", store, first, families=count, day=day, of=of)


def cashiers(
    told: Happened, stores: ByStore, limits: FlagLimits
) -> Iterator[RedFlag]:
    """One cashier of a store takes far more a day than the others there."""
    for store, sales in stores.items():
        people = by(sales, lambda one: one.operator)
        if len(people) < limits.cashiers:
            continue
        days = {name: len({date_at(one.sold_at, told.zone) for one in listed})
                for name, listed in people.items()}
        for name, listed in people.items():
            count = families(listed)
            others = [len(people[one]) / days[one] for one in people if one != name]
            pace = len(listed) / days[name]
            share = days[name] / sum(days.values())
            chance = binomial_tail(count, families(sales), share)
            ratio = pace / median(others)
            if count >= 2 * limits.families and (
                (ratio > limits.cashier_ratio and chance < limits.cashier_chance)
                or (ratio > limits.sure_ratio and chance < limits.sure_chance)
            ):
                yield flag("cashier", name, listed, families=count, store=store, days=days[name],
                           cashiers=len(people))


def elsewhere(stores: ByStore, limits: FlagLimits) -> Iterator[RedFlag]:
    """A store takes many vouchers that were given for another city."""
    away = {store: [one for one in sales if one.store_city and one.city != one.store_city]
            for store, sales in stores.items()}
    yield from _unusual("other-city", stores, away, limits)


def round_amounts(
    told: Happened, stores: ByStore, limits: FlagLimits
) -> Iterator[RedFlag]:
    """A store's purchases in part are of round amounts, where other stores' are not."""
    thousand = 1_000 * told.unit_minor
    parts = {store: [one for one in sales if one.amount_minor < one.face_minor]
             for store, sales in stores.items()}
    even = {store: [one for one in sales if one.amount_minor % thousand == 0]
            for store, sales in parts.items()}
    yield from _unusual("round-amounts", parts, even, limits, limits.share_chance)


def under_limits(
    told: Happened, stores: ByStore, limits: FlagLimits
) -> Iterator[RedFlag]:
    """A store's purchases in part are just under an amount from which somebody else is asked."""
    parts = {store: [one for one in sales if one.amount_minor < one.face_minor]
             for store, sales in stores.items()}
    for most in told.limits:
        under = {store: [one for one in sales
                         if most * JUST_UNDER <= one.amount_minor * 100 <= most * 100]
                 for store, sales in parts.items()}
        for one in _unusual("just-under", parts, under, limits):
            one.facts["limit"] = most
            yield one


def typed_codes(told: Happened, limits: FlagLimits) -> Iterator[RedFlag]:
    """A cashier types codes that the others of the store scan: a store without a scanner is no
    pattern, and a day without one is left out. Where nothing is on record of how codes came in,
    nothing is said."""
    known = by((one for one in told.sales if one.code_way), lambda one: one.store)
    for store, listed in known.items():
        sales = _scanning_days(listed, told.zone)
        typed = [one for one in sales if one.code_way == "typed"]
        for name in sorted({one.operator for one in typed}):
            mine = [one for one in typed if one.operator == name]
            of = sum(one.operator == name for one in sales)
            theirs = len(sales) - of
            usual = max((len(typed) - len(mine)) / theirs if theirs else 1, LEAST_SHARE)
            if (families(mine) >= limits.families and theirs >= OTHERS_LEAST
                    and len(mine) > limits.typed_ratio * usual * of
                    and binomial_tail(len(mine), of, usual) < limits.share_chance):
                yield flag("typed", name, mine, families=families(mine), of=of, store=store,
                           usual=round(usual * 100))


def _scanning_days(sales: Sequence[SoldVoucher], zone: str) -> list[SoldVoucher]:
    """A store's sales without the days on which several codes were typed and none was scanned."""
    days = by(sales, lambda one: date_at(one.sold_at, zone))
    return [one for listed in days.values() for one in listed
            if len(listed) < NO_SCANNER_FROM or any(each.code_way != "typed" for each in listed)]


def _unusual(
    kind: str, stores: ByStore, some: ByStore, limits: FlagLimits, chance: float = 0
) -> Iterator[RedFlag]:
    """Stores of whose sales far more are such ones than of the other stores'."""
    least_likely = chance or limits.chance
    for store, listed in some.items():
        count = families(listed)
        of = sum(len(sales) for other, sales in stores.items() if other != store)
        others = sum(len(sales) for other, sales in some.items() if other != store)
        usual = max(others / of if of else 0, LEAST_SHARE)
        if count >= limits.families and binomial_tail(
            count, families(stores[store]), usual
        ) < least_likely:
            yield flag(kind, store, listed, families=count, of=len(stores[store]),
                       usual=round(usual * 100))


def late_reversals(
    told: Happened, stores: ByStore, limits: FlagLimits
) -> Iterator[RedFlag]:
    """One person undoes sales after the store's last sale of the day, or on a later day."""
    last: dict[tuple[str, str], int] = {}
    for store, sales in stores.items():
        for one in sales:
            last[store, date_at(one.sold_at, told.zone)] = one.sold_at
    after = [
        one for one in told.undone
        if one.undone_at - one.sold_at > limits.shift_minutes * MINUTE_US
        and one.undone_at > max(
            last.get((one.store, date_at(one.sold_at, told.zone)), 0), one.sold_at
        ) + limits.shift_minutes * MINUTE_US
    ]
    for name in sorted({one.operator for one in after}):
        mine = [one for one in after if one.operator == name]
        all_mine = sum(one.operator == name for one in told.undone)
        others = len(told.undone) - all_mine
        usual = (len(after) - len(mine) + 1) / (others + 10)
        if len(mine) >= limits.late_reversals and binomial_tail(
            len(mine), all_mine, usual
        ) <= limits.late_chance:
            yield RedFlag(
                "late-reversals", name, tuple(sorted(one.id for one in mine)),
                tuple(sorted({one.serial for one in mine})),
                {"sales": len(mine), "of": all_mine,
                 "amount": sum(one.amount_minor for one in mine)},
            )
