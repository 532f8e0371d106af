"""A small part of the hard pairs: nobody's brother, bride or namesake is stopped, nobody written
down twice is passed over. The whole of it is `python -m tests.benchmarks.hard_pairs`."""

from collections.abc import Callable
from typing import Any

import pytest

from cbi.people.matching.scoring import Match, Setting, match
from cbi.people.records.addresses import address
from cbi.people.records.profile import profile
from tests.benchmarks import hard_different, hard_same
from tests.benchmarks.hard_different import CROWDS
from tests.benchmarks.hard_draw import Draw
from tests.benchmarks.hard_names import TUNED

EACH = 6
MANY = {
    value: count for count, shared in CROWDS
    for value in (shared.get("phone", ""), *address(shared.get("address", "")).homes)
}
STRONG = ("certain", "likely")
SAID_OF_SAME = {"surname_added": 2, "document_a_digit_off": 3, "another_script_by_year": 3}
"""Of so many pairs of a kind at least, likely; of the other kinds, of nearly all."""


def verdicts(kind: Callable[..., Any]) -> list[Match]:
    told = []
    for number in range(EACH):
        one, other = kind(Draw(f"test {kind.__name__} {number}", TUNED))
        around = Setting(
            people=20_000, holders=MANY.get,
            same_household=one.household_ref == other.household_ref,
            sexes_differ=bool(one.sex and other.sex) and one.sex != other.sex,
        )
        told.append(match(profile(one.data), profile(other.data), around))
    return told


@pytest.mark.parametrize("kind", hard_different.TUNED, ids=lambda kind: kind.__name__)
def test_two_people_are_not_stopped(kind: Callable[..., Any]) -> None:
    assert sum(one.strength in STRONG for one in verdicts(kind)) <= 1


@pytest.mark.parametrize("kind", hard_same.TUNED, ids=lambda kind: kind.__name__)
def test_one_person_is_found_and_mostly_likely(kind: Callable[..., Any]) -> None:
    told = verdicts(kind)
    assert all(one.strength != "none" for one in told)
    least = SAID_OF_SAME.get(kind.__name__, EACH - 2)
    assert sum(one.strength in STRONG for one in told) >= least


@pytest.mark.parametrize("kind", hard_different.HELD, ids=lambda kind: kind.__name__)
def test_every_hard_pair_can_be_compared_both_ways(kind: Callable[..., Any]) -> None:
    one, other = kind(Draw(f"both {kind.__name__}", TUNED))
    there = match(profile(one.data), profile(other.data))
    back = match(profile(other.data), profile(one.data))
    assert (there.strength, there.bits) == (back.strength, back.bits)
