"""Days in strangers' sheets: every dress reads the same, what could be another day is told."""

import datetime as dt
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.files import Day, day_of, text_of


@given(st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2099, 12, 31)))
def test_a_date_is_read_back_in_every_dress(day: date) -> None:
    number = (day - dt.date(1899, 12, 30)).days
    for written in (day, dt.datetime.combine(day, dt.time(14, 5)), day.isoformat(),
                    day.strftime("%d.%m.%Y"), f"{day.isoformat()} 14:05", day.strftime("%Y/%m/%d"),
                    day.strftime("%d-%m-%Y"), number, number + 0.6):
        assert day_of(written) == Day(day)
    if day.year >= 2000:
        assert day_of(day.strftime("%d.%m.%y")) == Day(day)


@given(st.dates(min_value=dt.date(1990, 1, 1)))
def test_between_slashes_a_day_that_could_be_another_is_told(day: date) -> None:
    found = day_of(day.strftime("%d/%m/%Y"))
    assert found == Day(day, day.day <= 12 and day.day != day.month)
    if day.day > 12:
        assert day_of(day.strftime("%m/%d/%Y")) == Day(day)


@pytest.mark.parametrize("cell", [
    None, "", "вчера", "32.08.2022", "2022-02-30", 7, 0.5, True, 1e300, float("nan"),
    float("inf"), "12.13.2022",
])
def test_what_is_no_day_is_none(cell: str | float | None) -> None:
    assert day_of(cell) == Day(None)


@given(st.text())
def test_no_text_breaks_the_reader(words: str) -> None:
    day_of(words)
    text_of(words)


@pytest.mark.parametrize(("cell", "text"), [
    (7.0, "7"), (7.5, "7.5"), (None, ""), (" a b ", "a b"), (12, "12"), (1e17, "1e+17"),
])
def test_a_whole_number_is_text_without_a_fraction(cell: float | str | None, text: str) -> None:
    assert text_of(cell) == text
