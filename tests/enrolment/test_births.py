"""Birth dates in any usual form, with what is known of them and no more."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cbi.base.errors import UsageError
from cbi.enrolment.values.births import (
    DateOrder,
    order_of,
    read_age,
    read_birth,
    read_day,
    shown_by,
)
from tests.there import there

TODAY = date(2026, 1, 1)
DAYS_FIRST, MONTHS_FIRST, BOTH = DateOrder("dmy"), DateOrder("mdy"), DateOrder("both")


@pytest.mark.parametrize(
    ("cell", "day", "precision", "calendar"),
    [
        ("1990-05-12", "1990-05-12", "day", "gregorian"),
        ("12.05.1990", "1990-05-12", "day", "gregorian"),
        ("12/5/1990", "1990-05-12", "day", "gregorian"),
        ("12-05-1990", "1990-05-12", "day", "gregorian"),
        ("12 05 1990", "1990-05-12", "day", "gregorian"),
        ("1990/05/12", "1990-05-12", "day", "gregorian"),
        ("1990-05-12T00:00:00", "1990-05-12", "day", "gregorian"),
        ("05.25.1990", "1990-05-25", "day", "gregorian"),
        ("۱۲.۰۵.۱۹۹۰", "1990-05-12", "day", "gregorian"),
        (date(1990, 5, 12), "1990-05-12", "day", "gregorian"),
        (datetime.fromisoformat("1990-05-12T00:00"), "1990-05-12", "day", "gregorian"),
        (33005.0, "1990-05-12", "day", "gregorian"),
        ("12 мая 1990", "1990-05-12", "day", "gregorian"),
        ("14-Mar-88", "1988-03-14", "day", "gregorian"),
        ("05-Jan-12", "2012-01-05", "day", "gregorian"),
        ("12.05.90", "1990-05-12", "day", "gregorian"),
        ("1.1.05 г.", "2005-01-01", "day", "gregorian"),
        ("05/25/90", "1990-05-25", "day", "gregorian"),
        ("Monday, 14 March 1988", "1988-03-14", "day", "gregorian"),
        ("12 мая 1990 года", "1990-05-12", "day", "gregorian"),
        ("12 May 1990", "1990-05-12", "day", "gregorian"),
        ("May 12th, 1990", "1990-05-12", "day", "gregorian"),
        ("1990 жыл 12 мамыр", "1990-05-12", "day", "gregorian"),
        ("May 1990", "1990-05", "month", "gregorian"),
        ("05.1990", "1990-05", "month", "gregorian"),
        ("1990-05", "1990-05", "month", "gregorian"),
        ("1990", "1990", "year", "gregorian"),
        (1990.0, "1990", "year", "gregorian"),
        ("1990 г.", "1990", "year", "gregorian"),
        ("~1990", "1990", "estimated", "gregorian"),
        ("около 1990", "1990", "estimated", "gregorian"),
        ("approx. 1990", "1990", "estimated", "gregorian"),
        ("1990?", "1990", "estimated", "gregorian"),
        ("حدود ۱۳۶۹", "1990", "estimated", "solar-hijri"),
        ("1400/01/01", "2021-03-21", "day", "solar-hijri"),
        ("1403/12/30", "2025-03-20", "day", "solar-hijri"),
        ("11/10/1396", "2018-01-01", "day", "solar-hijri"),
        ("11 Jadi 1396", "2018-01-01", "day", "solar-hijri"),
        ("1 Hamal 1400", "2021-03-21", "day", "solar-hijri"),
        ("30 Hut 1403", "2025-03-20", "day", "solar-hijri"),
        ("۱ حمل ۱۴۰۰", "2021-03-21", "day", "solar-hijri"),
        ("۱۴۰۰/۱/۱", "2021-03-21", "day", "solar-hijri"),
        ("حمل 1400", "2021-04", "month", "solar-hijri"),
        ("۱۳۶۹", "1990", "year", "solar-hijri"),
        (1369.0, "1990", "year", "solar-hijri"),
    ],
)
def test_a_birth_date_is_read_with_what_is_known_of_it(
    cell: Any, day: str, precision: str, calendar: str,
) -> None:
    birth = there(read_birth(cell, DAYS_FIRST, TODAY))
    assert (birth.date, birth.precision, birth.calendar) == (day, precision, calendar)


def test_a_date_is_kept_as_it_was_written() -> None:
    assert there(read_birth("۱ حمل ۱۴۰۰", DAYS_FIRST, TODAY)).text == "۱ حمل ۱۴۰۰"


@pytest.mark.parametrize("cell", [None, "", " ", "-", "нет", "N/A", "نامعلوم", "unknown"])
def test_what_is_not_said_is_nothing(cell: str | None) -> None:
    assert read_birth(cell, DAYS_FIRST, TODAY) is None


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("31.02.1990", "cell-date"), ("1403/12/31", "cell-date"), ("soon", "cell-date"),
        ("۱۲/۰۵/۷۱", "short-year"), ("25.12.26", "birth-impossible"), ("2030", "birth-impossible"),
        ("2026-01-02", "birth-impossible"), ("1850", "birth-impossible"),
        ("12 мая", "cell-date"), (1990.5, "cell-date"),
        ("14 15 1990", "cell-date"), ("#REF!", "cell-error-value"),
    ],
)
def test_what_cannot_be_a_birth_date_is_refused(cell: str, code: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_birth(cell, DAYS_FIRST, TODAY)
    assert refused.value.code.endswith(code)


def test_a_column_shows_whether_days_or_months_come_first() -> None:
    def order(*cells: Any, of_file: tuple[str, ...] = ()) -> tuple[Any, ...]:
        return order_of(shown_by(cells), shown_by(of_file))

    assert order("01/02/1990", "25/12/1991", None, 5.0) == (DAYS_FIRST, True)
    assert order("01/02/1990", "12/25/1991") == (MONTHS_FIRST, True)
    assert order("13/02/1990", "12/25/1991") == (BOTH, True)
    assert order("01/02/1990") == (DAYS_FIRST, False)
    assert order("01/02/1990", of_file=("8/16/2022 10:00",)) == (MONTHS_FIRST, True)
    assert order("01.02.1990", of_file=("8/16/2022 10:00",)) == (DAYS_FIRST, True)
    assert there(read_birth("01/02/1990", MONTHS_FIRST, TODAY)).date == "1990-01-02"
    assert there(read_birth("25/12/1990", MONTHS_FIRST, TODAY)).date == "1990-12-25"


def test_a_date_that_may_be_two_is_not_guessed_in_a_column_that_shows_both() -> None:
    with pytest.raises(UsageError, match="ambiguous"):
        read_birth("01/02/1990", BOTH, TODAY)
    assert there(read_birth("02/02/1990", BOTH, TODAY)).date == "1990-02-02"
    assert there(read_birth("25/12/1990", BOTH, TODAY)).date == "1990-12-25"


@pytest.mark.parametrize(
    ("cell", "months", "year"),
    [
        ("34", False, "1988"), (34.0, False, "1988"), ("34 года", False, "1988"),
        ("34 years", False, "1988"), ("۳۴", False, "1988"), ("۳۴ ساله", False, "1988"),
        ("0", False, None), ("8 мес", False, "2021"), ("8 months", False, "2021"),
        ("۸ ماهه", False, "2021"), ("8", True, "2021"),
    ],
)
def test_an_age_becomes_a_birth_year(cell: str | float, months: bool, year: str | None) -> None:
    birth = read_age(cell, date(2022, 8, 20), in_months=months)
    assert (birth and birth.date) == year
    assert birth is None or birth.precision == "estimated"


@pytest.mark.parametrize("cell", ["old", "200", "34 apples", "-5", "4000"])
def test_what_is_no_age_is_refused(cell: str) -> None:
    with pytest.raises(UsageError, match="age-unreadable"):
        read_age(cell, TODAY)


@given(st.dates(date(1900, 1, 1), date(2025, 12, 31)),
       st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%Y/%m/%d"]))
def test_any_day_is_read_back(day: date, form: str) -> None:
    assert there(read_birth(day.strftime(form), DAYS_FIRST, TODAY)).date == day.isoformat()


@given(st.dates(date(1925, 1, 1), date(2025, 12, 31)))
def test_any_day_of_the_other_calendar_is_read_back(day: date) -> None:
    from persiantools.jdatetime import JalaliDate

    assert there(read_birth(JalaliDate(day).strftime("%Y/%m/%d"), DAYS_FIRST, TODAY)).date == (
        day.isoformat()
    )


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        birth = read_birth(text, DAYS_FIRST, TODAY)
    except UsageError:
        return
    assert birth is None or 1900 <= birth.year <= 2026


def test_a_day_must_be_whole() -> None:
    assert read_day("20.08.2022", DAYS_FIRST, TODAY) == "2022-08-20"
    with pytest.raises(UsageError, match="cell-date"):
        read_day("08.2022", DAYS_FIRST, TODAY)
