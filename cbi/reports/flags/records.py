"""Patterns in who did what and who signed, in households, phones, proxies and dates. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from cbi.base.clock import DAY_US
from cbi.reports.flags.chances import binomial_tail
from cbi.reports.flags.facts import Groups, Happened, Signed, Steps
from cbi.reports.flags.patterns import (
    LEAST_SHARE,
    LIMITS,
    OTHERS_LEAST,
    FlagLimits,
    RedFlag,
    by,
    families,
    flag,
)

PAIRS = (
    ("enrolled_by", "person_approved_by"), ("drafted_by", "approved_by"),
    ("given_by", "redeemed_by"), ("enrolled_by", "redeemed_by"), ("approved_by", "redeemed_by"),
)
"""Steps of a voucher's life of which the second looks after the first."""
SPLIT_DAYS, SPLIT_ROUNDS = 21, 2
PHONE_HOUSEHOLDS = PROXY_HOUSEHOLDS = 4
STEPS_LEAST = 3
NOT_THEMSELVES = ("thumbprint", "proxy")
"""Ways to acknowledge a hand-over for which the beneficiary's own hand is not on the paper, or
cannot be told from another's."""
UNDER_LEAST = 4


def record_flags(told: Happened, limits: FlagLimits = LIMITS) -> Iterator[RedFlag]:
    """Every pattern in records."""
    yield from one_hand(told)
    yield from splits(told)
    yield from shared("one-phone", told.phones, PHONE_HOUSEHOLDS)
    yield from shared("one-proxy", told.proxies, PROXY_HOUSEHOLDS)
    yield from signed_for(told, limits)
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


def shared(kind: str, groups: Groups, least: int) -> Iterator[RedFlag]:
    """Many households with one phone, or one person to collect for them, in common."""
    for homes in groups:
        if len(set(homes)) >= least:
            listed = tuple(sorted(set(homes)))
            yield RedFlag(kind, listed[0], (), listed, {"households": len(listed)})


def signed_for(told: Happened, limits: FlagLimits) -> Iterator[RedFlag]:
    """One distributor's families far more often did not sign themselves than the others'."""
    givers: dict[str, list[Signed]] = defaultdict(list)
    for one in told.signed:
        givers[one.given_by].append(one)
    for name, listed in sorted(givers.items()):
        others = [one for one in told.signed if one.given_by != name]
        mine, theirs = ([one for one in each if one.acknowledged in NOT_THEMSELVES]
                        for each in (listed, others))
        count, of, unsigned, all_theirs = (
            len({one.household for one in each}) for each in (mine, listed, theirs, others))
        if count < limits.families or all_theirs < OTHERS_LEAST:
            continue
        usual = max(unsigned / all_theirs, LEAST_SHARE)
        if count > 2 * usual * of and binomial_tail(count, of, usual) < limits.share_chance:
            seen = Counter(one.witness for one in mine)
            yield RedFlag(
                "one-signatory", name, (), tuple(sorted(one.serial for one in mine)),
                {"families": count, "of": of, "usual": round(usual * 100),
                 "alone": seen.pop("", 0), "witnesses": ", ".join(sorted(seen)) or "–"},
            )


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
