"""From a round's rules and the people who may receive, to the vouchers to be. Pure.

Per person: each. Per household: the head alone. Per member: the amount for every member, on the
head's voucher. A rule may hold only for households of a size, for people of an age or with a flag;
a category's rules add up, and its terms cap, round down and split what they come to. The order of
the lines is the order of serials, sheets and lists: by city and distribution point, families
together, the head first, so that a queue at a table is served from one page.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from cbi.people.households.household_aid import AidHad
from cbi.people.matching.beneficiaries import Beneficiary
from cbi.programmes.batches import DraftLine
from cbi.programmes.rounds import CategoryTerms, EntitlementRule

Had = Mapping[tuple[str, str], AidHad]
"""What households have had of a round, by household and category."""

Counted = Mapping[tuple[str, str], AbstractSet[str]]
"""Who of each household was counted in aid of a round before, by household and category."""

SPLIT_MAX = 99
"""More vouchers of one category for one person are a slip in the denominations."""


@dataclass(frozen=True, slots=True)
class Entitled:
    """What one person gets of one category, in minor units, and how it came about.

    `rules` are the rules that gave something with what each gave; `lost_minor` is what the cap and
    rounding took away. `people` is for how many of the household's size its share is.
    """

    beneficiary: Beneficiary
    category: str
    amount_minor: int
    rules: tuple[tuple[EntitlementRule, int], ...]
    lost_minor: int = 0
    people: int = 0

    @property
    def of_household(self) -> bool:
        """Whether some of it is the household's, once a round, and not this person's own."""
        return any(rule.per != "person" for rule, _ in self.rules)


def entitled(
    beneficiaries: Iterable[Beneficiary], rules: Sequence[EntitlementRule],
    terms: Sequence[CategoryTerms] = (), *, year: int = 0, had: Had | None = None,
    counted: Counted | None = None,
) -> list[Entitled]:
    """Who gets what and why, in list order. Ages are counted in the round's first `year`.

    In a household that `had` the round's aid of a category, whoever holds that stands for it, and
    no new head is given it again. Who was `counted` in another household's aid of it before counts
    for nothing in this one's.
    """
    had, counted = had or {}, counted or {}
    people = in_list_order(beneficiaries)
    households = _by_household(people)
    heads = _heads(people)
    by_category = _by_category(rules)
    limits = _Limits(terms, {
        key: one.amount_minor for key, one in had.items()
        if all(one.beneficiary != member.number for member in households.get(key[0], ()))
    })
    found = []
    for person in people:
        members = households[person.household]
        for category, of_category in by_category.items():
            held = had.get((person.household, category))
            stands = person.number in heads if held is None else person.number == held.beneficiary
            before = counted.get((person.household, category), ()) if held is None else ()
            home = _Home(
                person.household_size - len(before),
                tuple(one for one in members if one.number not in before) if stands else (),
            )
            gave = [
                (rule, amount_minor) for rule in of_category
                if (amount_minor := _amount_minor(rule, person, home, year))
            ]
            if gave:
                one = limits.applied(person, category, tuple(gave))
                found.append(replace(one, people=max(0, home.size)))
    return found


def lines_for(
    people: Iterable[Entitled], terms: Sequence[CategoryTerms] = ()
) -> list[DraftLine]:
    """The vouchers to be, in the same order; split into denominations where the terms say so."""
    split_by = {one.category: one.denominations_minor for one in terms}
    lines = []
    for one in people:
        person = one.beneficiary
        amounts = split(one.amount_minor, split_by.get(one.category, ()))
        lines += [
            DraftLine(
                beneficiary=person.number, city=person.city, language=person.language,
                category=one.category, amount_minor=amount_minor, part=part,
            )
            for part, amount_minor in enumerate(amounts, 1)
        ]
    return lines


@dataclass(frozen=True, slots=True)
class Share:
    """What one city gets of one category: vouchers, and minor units."""

    city: str
    category: str
    vouchers: int
    amount_minor: int


def shares(lines: Iterable[DraftLine]) -> tuple[Share, ...]:
    """Vouchers and amounts by city and category."""
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for line in lines:
        count, amount_minor = sums.get((line.city, line.category), (0, 0))
        sums[line.city, line.category] = count + 1, amount_minor + line.amount_minor
    return tuple(Share(*key, *value) for key, value in sorted(sums.items()))


def split(amount_minor: int, denominations_minor: Sequence[int]) -> list[int]:
    """An amount in vouchers of these values, the fewest from the largest down; whole without any.

    What the smallest value does not cover is not given; `entitled` has rounded it away before.
    """
    if not denominations_minor:
        return [amount_minor] if amount_minor else []
    parts: list[int] = []
    for value in sorted(denominations_minor, reverse=True):
        count, amount_minor = divmod(amount_minor, value)
        parts += [value] * min(count, SPLIT_MAX - len(parts))
    return parts


def in_list_order(beneficiaries: Iterable[Beneficiary]) -> list[Beneficiary]:
    """By city, distribution point, household, the head first, then beneficiary number."""
    return sorted(
        beneficiaries,
        key=lambda person: (
            person.city, person.point, person.household, not person.head, person.number
        ),
    )


def households_without_head(beneficiaries: Iterable[Beneficiary]) -> list[str]:
    """Households whose head is not among these people: rules per household give them nothing."""
    people = list(beneficiaries)
    headed = {person.household for person in people if person.head}
    return sorted({person.household for person in people} - headed)


@dataclass(frozen=True, slots=True)
class _Home:
    """A household in the aid of a category: how many it counts, and who of them is here; nobody,
    unless asked of who stands for it."""

    size: int
    members: tuple[Beneficiary, ...]


class _Limits:
    """Caps, steps and splits by category; a cap counts what the household got so far."""

    def __init__(
        self, terms: Sequence[CategoryTerms], given_minor: Mapping[tuple[str, str], int]
    ) -> None:
        self._terms: Mapping[str, CategoryTerms] = {one.category: one for one in terms}
        self._given_minor = defaultdict[tuple[str, str], int](int, given_minor)

    def applied(
        self, person: Beneficiary, category: str, rules: tuple[tuple[EntitlementRule, int], ...]
    ) -> Entitled:
        full_minor = sum(amount_minor for _, amount_minor in rules)
        terms = self._terms.get(category)
        amount_minor = full_minor
        if terms is not None:
            key = (person.household, category)
            if terms.cap_minor is not None:
                left_minor = max(0, terms.cap_minor - self._given_minor[key])
                amount_minor = min(amount_minor, left_minor)
            if terms.round_to_minor is not None:
                amount_minor -= amount_minor % terms.round_to_minor
            if terms.denominations_minor:
                amount_minor = sum(split(amount_minor, terms.denominations_minor))
            self._given_minor[key] += amount_minor
        return Entitled(person, category, amount_minor, rules, full_minor - amount_minor)


def _by_category(rules: Sequence[EntitlementRule]) -> dict[str, list[EntitlementRule]]:
    """Rules by category in alphabetical order, each category's in the order given."""
    found: dict[str, list[EntitlementRule]] = defaultdict(list)
    for rule in sorted(rules, key=lambda rule: rule.category):
        found[rule.category].append(rule)
    return found


def _by_household(people: Sequence[Beneficiary]) -> dict[str, list[Beneficiary]]:
    found: dict[str, list[Beneficiary]] = defaultdict(list)
    for person in people:
        found[person.household].append(person)
    return found


def _heads(people: Sequence[Beneficiary]) -> set[str]:
    """One head a household: were two marked by mistake, the first on the list counts."""
    first: dict[str, str] = {}
    for person in people:
        if person.head:
            first.setdefault(person.household, person.number)
    return set(first.values())


def _amount_minor(
    rule: EntitlementRule, person: Beneficiary, home: _Home, year: int
) -> int:
    """What one rule gives a person, and their household if they stand for it."""
    size = person.household_size if rule.per == "person" else home.size
    if not (rule.size_from or 0) <= size <= (rule.size_to or size):
        return 0
    if rule.per == "person":
        return rule.amount_minor if _meets(rule, person, year) else 0
    if not home.members or size < 1:
        return 0
    met = sum(_meets(rule, member, year) for member in home.members)
    if rule.per == "household":
        return rule.amount_minor if met else 0
    return rule.amount_minor * (met if rule.about_people else size)


def _meets(rule: EntitlementRule, person: Beneficiary, year: int) -> bool:
    """Whether a person's age and flags are those of the rule; an unknown age is none."""
    if rule.flag is not None and rule.flag not in person.flags:
        return False
    if rule.age_from is None and rule.age_to is None:
        return True
    if person.birth_year is None:
        return False
    age = year - person.birth_year
    return (rule.age_from or 0) <= age <= (age if rule.age_to is None else rule.age_to)
