"""Validity as its reader counts days: Afghan readers get the Solar Hijri dates before the others.

Months have their Afghan names, in both calendars. The Gregorian dates always stand there too, so
that the cashier and the beneficiary can put a finger on the same day.
"""

from datetime import date
from typing import Any

from cbi.messages import text
from cbi.messages.figures import plain_digits, validity

SOLAR_HIJRI = frozenset({"fa", "ps"})


def validity_lines(valid_from: str, valid_until: str, language: str) -> tuple[str, ...]:
    """One line, or two in a language whose readers have a calendar of their own."""
    if language not in SOLAR_HIJRI:
        return (validity(valid_from, valid_until, language),)
    return (
        text("voucher.valid", language, valid_from=solar_hijri(valid_from, language),
             valid_until=solar_hijri(valid_until, language)),
        validity(valid_from, valid_until, language, "valid-gregorian"),
    )


def solar_hijri(day: str, language: str) -> str:
    """A Gregorian date (ISO text) as `۲۵ اسد ۱۴۰۱`."""
    from persiantools.jdatetime import JalaliDate

    calendar: Any = JalaliDate
    there = calendar.to_jalali(date.fromisoformat(day))
    month = text("voucher.solar-months", language).split()[there.month - 1]
    day_figures, year_figures = (
        plain_digits(str(number), language) for number in (there.day, there.year)
    )
    return f"{day_figures} {month} {year_figures}"
