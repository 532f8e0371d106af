"""Beneficiary numbers: every slip of one digit is caught, every way of typing is read."""

import random
from collections.abc import Sequence
from itertools import pairwise

import pytest

from cbi.base.errors import UsageError
from cbi.people.records.numbers import check_digit, fresh_numbers, new_numbers, read_number


def digits_of(number: str) -> str:
    return number[2:].replace("-", "")


def test_every_wrong_digit_and_every_swap_of_neighbours_is_caught() -> None:
    for number in new_numbers("B", 50, random.Random(1).randbytes, ()):
        digits = digits_of(number)
        assert check_digit(digits) == "0"
        for place, right in enumerate(digits):
            for wrong in set("0123456789") - {right}:
                assert check_digit(digits[:place] + wrong + digits[place + 1 :]) != "0"
        for place, (first, second) in enumerate(pairwise(digits)):
            if first != second:
                swapped = digits[:place] + second + first + digits[place + 2 :]
                assert check_digit(swapped) != "0"


def test_numbers_are_unique_and_avoid_those_taken() -> None:
    taken = set(new_numbers("B", 100, random.Random(2).randbytes, ()))
    again = new_numbers("B", 100, random.Random(2).randbytes, taken)
    assert len(set(again)) == 100
    assert not taken & set(again)


def test_for_a_number_that_was_given_before_another_one_is_drawn_and_the_rest_stay() -> None:
    drawn = new_numbers("B", 100, random.Random(2).randbytes, ())
    given, asked = set(drawn[::10]), list[int]()

    def taken(numbers: Sequence[str]) -> set[str]:
        asked.append(len(numbers))
        return given.intersection(numbers)

    made = fresh_numbers("B", 100, random.Random(2).randbytes, taken)
    assert made[:90] == [number for number in drawn if number not in given]
    assert len(set(made) - given) == 100
    assert asked == [100, 10]


def test_numbers_do_not_tell_the_order_they_were_given_in() -> None:
    numbers = new_numbers("B", 1000, random.Random(3).randbytes, ())
    ascending = sum(first < second for first, second in pairwise(numbers))
    assert 400 < ascending < 600


@pytest.mark.parametrize("typed", [
    "B-482-913-709", "b482913709", " 482 913 709 ", "В-482-913-709", "۴۸۲-۹۱۳-۷۰۹",
    "B–482–913–709", "\u2066B-482-913-709\u2069",
])  # fmt: skip
def test_a_number_is_read_however_it_is_typed(typed: str) -> None:
    right = f"B-482-913-70{check_digit('48291370')}"
    assert read_number(typed.replace("709", right[-3:]).replace("۷۰۹", right[-3:])) == right


@pytest.mark.parametrize("typed", ["", "B-12", "Zahra", "B-1234-5678-9012", "½½½½½½½½½"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_number(typed)
    assert refused.value.code == "people.number-unreadable"


def test_a_households_number_is_no_beneficiarys() -> None:
    number = new_numbers("H", 1, random.Random(4).randbytes, ())[0]
    assert read_number(number, "H") == number
    with pytest.raises(UsageError):
        read_number(number)
