"""Patterns in who did what, in households and their phones, and in dates. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from cbi.base.clock import DAY_US
from cbi.reports.flags.facts import Happened, Steps
from cbi.reports.flags.patterns import LIMITS, FlagLimits, RedFlag, by, families, flag

PAIRS = (
    ("enrolled_by", "person_approved_by"), ("drafted_by", "approved_by"),
    ("given_by", "redeemed_by"), ("enrolled_by", "redeemed_by"), ("approved_by", "redeemed_by"),
)
"""Steps of a voucher's life of which the second looks after the first."""
SPLIT_DAYS, SPLIT_ROUNDS = 21, 2
PHONE_HOUSEHOLDS = 4
STEPS_LEAST = 3
UNDER_LEAST = 4


def record_flags(told: Happened, limits: FlagLimits = LIMITS) -> Iterator[RedFlag]:
    """Every pattern in records."""
    yield from one_hand(told)
    yield from splits(told)
    yield from shared_phones(told)
    yield from before_delivery(told, limits)
    yield from under_limit(told)


def one_hand(told: Happened) -> Iterator[RedFlag]:
    """The same operator at two steps of which one looks after the other."""
    found: dict[tuple[str, str], list[Steps]] = defaultdict(list)
    for one in told.steps:
        for first, second in PAIRS:
            name = getattr(one, first)
            if name and name == getattr(one, second):
                found[name, f"{first} {second}"].append(one)
    for (name, steps), listed in sorted(found.items()):
        if len(listed) >= STEPS_LEAST:
            first, _, second = steps.partition(" ")
            yield RedFlag(
                "one-hand", name, (), tuple(sorted(one.serial for one in listed)),
                {"vouchers": len(listed), "first": first, "second": second},
            )


def splits(told: Happened) -> Iterator[RedFlag]:
    """A household out of which people move shortly before more than one round."""
    starts = [(one.round, one.at) for one in told.rounds]
    before: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for move in told.moves:
        for code, start in starts:
            if 0 <= start - move.at <= SPLIT_DAYS * DAY_US:
                before[move.household][code].add(move.person)
    for home, rounds in sorted(before.items()):
        if len(rounds) >= SPLIT_ROUNDS:
            people = set().union(*rounds.values())
            yield RedFlag("household-splits", home, (), tuple(sorted(people)), {
                "rounds": ", ".join(sorted(rounds)), "people": len(people), "days": SPLIT_DAYS,
            })


def shared_phones(told: Happened) -> Iterator[RedFlag]:
    """People of many households with one phone in common."""
    for homes in told.phones:
        if len(set(homes)) >= PHONE_HOUSEHOLDS:
            listed = tuple(sorted(set(homes)))
            yield RedFlag("one-phone", listed[0], (), listed, {"households": len(listed)})


def before_delivery(told: Happened, limits: FlagLimits) -> Iterator[RedFlag]:
    """A store's sales that are dated before the voucher was in hands."""
    early = [one for one in told.sales if one.given_at is not None and one.sold_at < one.given_at]
    for store, listed in by(early, lambda one: one.store).items():
        if families(listed) >= STEPS_LEAST:
            yield flag("before-delivery", store, listed, families=families(listed))


def under_limit(told: Happened) -> Iterator[RedFlag]:
    """Reversals just under the amount above which a second person is asked."""
    most = told.reversal_max_minor
    under = [one for one in told.undone if most * 85 <= one.amount_minor * 100 <= most * 100]
    counts = Counter(one.operator for one in told.undone)
    for name in sorted({one.operator for one in under}):
        mine = [one for one in under if one.operator == name]
        if len(mine) >= UNDER_LEAST and len(mine) * 2 > counts[name]:
            yield RedFlag(
                "under-limit", name, tuple(sorted(one.id for one in mine)),
                tuple(sorted({one.serial for one in mine})),
                {"sales": len(mine), "of": counts[name], "limit": most,
                 "amount": sum(one.amount_minor for one in mine)},
            )
