"""Rules and people in, vouchers out: nobody gets more than rules, caps and splits say."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.issuance.entitlements import (
    SPLIT_MAX,
    entitled,
    households_without_head,
    lines_for,
    split,
)
from cbi.people.matching.beneficiaries import Beneficiary
from cbi.programmes.rounds import CategoryTerms, EntitlementRule

YEAR = 2022


def person(
    number: str, *, household: str = "H1", head: bool = False, size: int = 1,
    born: int | None = 1990,
    flags: Iterable[str] = (), **more: Any,
) -> Beneficiary:
    told = {"city": "almaty", "language": "fa", "sex": "f"} | more
    return Beneficiary(
        number=number, household=household, head=head, household_size=size, birth_year=born,
        flags=frozenset(flags), **told,
    )


def family(
    household: str, born: Sequence[int | None], *, size: int | None = None, city: str = "almaty",
    point: str = "",
) -> list[Beneficiary]:
    """People of one household by their years of birth; the first is its head."""
    return [
        person(f"{household}-{place}", household=household, head=place == 0,
               size=size or len(born), born=year, city=city, point=point)
        for place, year in enumerate(born)
    ]


def gets(
    people: list[Beneficiary], rules: Sequence[EntitlementRule],
    terms: Sequence[CategoryTerms] = (),
) -> dict[tuple[str, str], int]:
    """Minor units by beneficiary and category."""
    found = entitled(people, rules, terms, year=YEAR)
    return {(one.beneficiary.number, one.category): one.amount_minor for one in found}


def rule(
    amount: int, per: str = "person", category: str = "food", **limits: Any,
) -> EntitlementRule:
    return EntitlementRule(category, amount, per, **limits)


def test_per_person_gives_each_the_same() -> None:
    assert gets(family("H1", [1980, 2015]), [rule(100)]) == {("H1-0", "food"): 100,
                                                             ("H1-1", "food"): 100}


def test_per_household_gives_the_head_alone() -> None:
    assert gets(family("H1", [1980, 2015]), [rule(100, "household")]) == {("H1-0", "food"): 100}


def test_per_member_counts_everybody_at_home_also_who_is_not_on_the_list() -> None:
    assert gets(family("H1", [1980, 2015], size=5), [rule(100, "member")]) == {
        ("H1-0", "food"): 500}


def test_per_child_under_five_counts_those_whose_age_is_known() -> None:
    people = [*family("H1", [1980, 2018, 2017, 2016]), person("H1-9", born=None)]
    assert gets(people, [rule(100, "member", age_to=4)]) == {("H1-0", "food"): 100}


@pytest.mark.parametrize(("born", "amount"), [(2016, 0), (2017, 100), (2019, 100), (2020, 0)])
def test_an_age_band_holds_with_both_its_ends(born: int, amount: int) -> None:
    found = gets([person("A", born=born)], [rule(100, age_from=3, age_to=5)])
    assert found.get(("A", "food"), 0) == amount


@pytest.mark.parametrize(("size", "amount"), [(1, 0), (2, 100), (4, 100), (5, 0)])
def test_a_size_band_holds_with_both_its_ends(size: int, amount: int) -> None:
    found = gets([person("A", head=True, size=size)],
                 [rule(100, "household", size_from=2, size_to=4)])
    assert found.get(("A", "food"), 0) == amount


def test_a_flag_tops_up_what_others_get_too() -> None:
    people = [person("A", household="H1"), person("B", household="H2", flags=["disability"])]
    rules = [rule(100), rule(50, flag="disability")]
    assert gets(people, rules) == {("A", "food"): 100, ("B", "food"): 150}


def test_a_flag_of_any_member_gives_the_household_its_amount_once() -> None:
    people = family("H1", [1980, 2000, 2001])
    people = [person(one.number, head=one.head, size=3, flags=["disability"] if at else ())
              for at, one in enumerate(people)]
    assert gets(people, [rule(100, "household", flag="disability")]) == {("H1-0", "food"): 100}


def test_why_somebody_gets_it_is_told_rule_by_rule() -> None:
    rules = [rule(100), rule(50, flag="disability"), rule(7, age_to=4)]
    (one,) = entitled([person("B", flags=["disability"])], rules, year=YEAR)
    assert one.rules == ((rules[0], 100), (rules[1], 50))
    assert one.lost_minor == 0


def test_a_cap_is_the_households_and_the_head_is_served_first() -> None:
    people = family("H1", [1980, 1985, 2015])
    assert gets(people, [rule(100)], [CategoryTerms("food", cap_minor=150)]) == {
        ("H1-0", "food"): 100, ("H1-1", "food"): 50, ("H1-2", "food"): 0}


def test_what_caps_and_rounding_take_is_told() -> None:
    terms = [CategoryTerms("food", cap_minor=950, round_to_minor=100)]
    (one,) = entitled([person("A")], [rule(1_000)], terms, year=YEAR)
    assert (one.amount_minor, one.lost_minor) == (900, 100)


def test_categories_do_not_share_a_cap() -> None:
    rules = [rule(100), rule(100, category="nonfood")]
    terms = [CategoryTerms("food", cap_minor=60)]
    assert gets([person("A")], rules, terms) == {("A", "food"): 60, ("A", "nonfood"): 100}


def test_an_amount_is_split_into_the_fewest_vouchers_of_the_values_given() -> None:
    assert split(12_000, (5_000, 2_000, 1_000)) == [5_000, 5_000, 2_000]
    assert split(900, (1_000,)) == []
    assert split(900, ()) == [900]
    assert split(0, ()) == []


def test_each_part_has_its_number_and_whatever_no_value_covers_is_not_given() -> None:
    terms = [CategoryTerms("food", denominations_minor=(500, 200))]
    who = entitled([person("A")], [rule(1_350)], terms, year=YEAR)
    assert who[0].lost_minor == 150
    assert [(line.part, line.amount_minor) for line in lines_for(who, terms)] == [
        (1, 500), (2, 500), (3, 200)]


def test_a_slip_in_the_denominations_does_not_print_a_thousand_vouchers() -> None:
    assert len(split(1_000_000, (10,))) == SPLIT_MAX


def test_nobody_heads_a_household_whose_head_may_not_receive() -> None:
    people = family("H1", [1980, 2015])[1:]
    assert gets(people, [rule(100, "household")]) == {}
    assert households_without_head(people) == ["H1"]


def test_of_two_heads_by_mistake_the_first_on_the_list_counts() -> None:
    people = [person("A", head=True, size=2), person("B", head=True, size=2)]
    assert gets(people, [rule(100, "household")]) == {("A", "food"): 100}


def test_lines_stand_by_city_point_and_household_with_the_head_first() -> None:
    people = [
        *family("H3", [1980], city="astana"), *family("H2", [1990, 1991], point="school"),
        *family("H1", [1980, 1981], point="school"), *family("H4", [1970], point="hall"),
    ]
    lines = lines_for(entitled(reversed(people), [rule(100)], year=YEAR))
    assert [line.beneficiary for line in lines] == [
        "H4-0", "H1-0", "H1-1", "H2-0", "H2-1", "H3-0"]


AMOUNTS = st.integers(1, 50_000)
LIMITS = st.one_of(
    st.just({}), st.builds(lambda low: {"age_from": low}, st.integers(0, 60)),
    st.builds(lambda high: {"age_to": high}, st.integers(0, 60)),
    st.builds(lambda low: {"size_from": low}, st.integers(1, 5)), st.just({"flag": "disability"}),
)
RULES = st.lists(
    st.builds(
        lambda category, amount, per, limits: rule(amount, per, category, **limits),
        st.sampled_from(["food", "nonfood"]), AMOUNTS,
        st.sampled_from(["person", "household", "member"]), LIMITS,
    ),
    min_size=1, max_size=5, unique=True,
)
TERMS = st.lists(
    st.builds(
        CategoryTerms, st.sampled_from(["food", "nonfood"]), st.none() | AMOUNTS,
        st.none() | st.integers(1, 1_000),
        st.lists(st.integers(100, 5_000), max_size=3, unique=True).map(tuple),
    ),
    max_size=2, unique_by=lambda terms: terms.category,
)


@st.composite
def crowds(draw: st.DrawFn) -> list[Beneficiary]:
    """Households with people of any age, flags and heads, not all of them on the list."""
    found = []
    for number in range(draw(st.integers(1, 4))):
        on_list = draw(st.integers(1, 4))
        size = on_list + draw(st.integers(0, 3))
        head = draw(st.integers(-1, on_list - 1))
        found += [
            person(
                f"H{number}-{place}", household=f"H{number}", head=place == head, size=size,
                born=draw(st.none() | st.integers(1940, 2022)),
                flags=draw(st.sets(st.just("disability"))),
                city=draw(st.sampled_from(["almaty", "astana"])) if place == 0 else "almaty",
            )
            for place in range(on_list)
        ]
    return found


@given(crowds(), RULES, TERMS)
def test_no_household_gets_more_than_its_cap_and_no_voucher_is_worth_nothing(
    people: list[Beneficiary], rules: list[EntitlementRule], terms: list[CategoryTerms],
) -> None:
    who = entitled(people, rules, terms, year=YEAR)
    by_household: dict[tuple[str, str], int] = defaultdict(int)
    for one in who:
        assert one.amount_minor >= 0
        assert one.lost_minor >= 0
        assert one.amount_minor + one.lost_minor == sum(gave for _, gave in one.rules)
        by_household[one.beneficiary.household, one.category] += one.amount_minor
    caps = {one.category: one.cap_minor for one in terms if one.cap_minor is not None}
    for (_, category), amount_minor in by_household.items():
        assert amount_minor <= caps.get(category, amount_minor)


@given(crowds(), RULES, TERMS)
def test_the_vouchers_come_to_exactly_what_each_is_entitled_to(
    people: list[Beneficiary], rules: list[EntitlementRule], terms: list[CategoryTerms],
) -> None:
    who = entitled(people, rules, terms, year=YEAR)
    lines = lines_for(who, terms)
    given_minor: Counter[Any] = Counter()
    for line in lines:
        assert line.amount_minor > 0
        given_minor[line.beneficiary, line.category] += line.amount_minor
    assert given_minor == Counter({
        (one.beneficiary.number, one.category): one.amount_minor for one in who
        if one.amount_minor
    })
    keys = [(line.beneficiary, line.category, line.part) for line in lines]
    assert len(set(keys)) == len(keys)
    values = {one.category: one.denominations_minor for one in terms if one.denominations_minor}
    assert all(line.amount_minor in values.get(line.category, (line.amount_minor,))
               for line in lines)


@given(crowds(), RULES, TERMS, st.randoms())
def test_the_order_in_which_people_come_changes_nothing(
    people: list[Beneficiary], rules: list[EntitlementRule], terms: list[CategoryTerms],
    dice: Random,
) -> None:
    shuffled = list(people)
    dice.shuffle(shuffled)
    assert entitled(shuffled, rules, terms, year=YEAR) == entitled(people, rules, terms, year=YEAR)


@given(st.integers(0, 10**6), st.lists(st.integers(1, 10**5), max_size=5, unique=True))
def test_a_split_never_exceeds_what_is_split(amount: int, values: list[int]) -> None:
    parts = split(amount, values)
    assert sum(parts) <= amount
    assert len(parts) <= SPLIT_MAX
    assert parts == sorted(parts, reverse=True)
    if values and len(parts) < SPLIT_MAX:
        assert amount - sum(parts) < min(values)
