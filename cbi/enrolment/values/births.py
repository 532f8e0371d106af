"""Birth dates as people write them: any order, any digits, Solar Hijri, a year, an age. Pure.

The text stays beside what it means. What can be read in two ways is read as the whole column is
written, days before months unless the column shows otherwise; a column that shows both orders
makes such a cell a problem, not a guess.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from cbi.base.errors import UsageError
from cbi.enrolment.values.cells import is_number, told
from cbi.enrolment.values.numerals import in_digits
from cbi.enrolment.values.vocabulary import folded, meanings, plain_digits, squashed, words
from cbi.files import Cell
from cbi.people.records.record import BirthDate

YEAR_MIN = 1900
HIJRI_MIN, HIJRI_OFFSET = 1280, 621
AGE_MAX, _MONTH_DAYS = 115, 30.44
_YEARS_AND_MONTHS = re.compile(
    r"(\d{1,2})\s*([^\W\d]+\.?)\s*(?:,|и|and|و)?\s*(\d{1,2})\s*([^\W\d]+\.?)"
)
"""`1 г. 6 мес.`"""
_DAY_ZERO = date(1899, 12, 30)
_DAY_ZERO_1904 = date(1904, 1, 1)
_SERIALS = range(10_000, 60_000)
_SERIAL_DIGITS, _MONTHS = 5, 12
_DAYS_AND_TIME = re.compile(r"\A(\d{5})[.,]\d{1,12}\Z")
_TURNED_MIN = 3
"""How many dates and how many texts show that a spreadsheet took days for months."""

_YEAR_FIRST = re.compile(r"(\d{4})[-./\s](\d{1,2})[-./\s](\d{1,2})(?:[T\s].*)?\Z")
_YEAR_LAST = re.compile(r"(\d{1,2})[-./\s](\d{1,2})[-./\s](\d{4})(?:\s.*)?\Z")
_YEAR_LAST_SIGN = re.compile(r"(\d{1,2})([-./])(\d{1,2})[-./](?:\d{4}|\d{2})(?:\D.*)?\Z")
_TIME = re.compile(
    r"[,T\s]+\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\s*(?:[ap]\.?m\.?)?\s*(?:z|utc|gmt)?"
    r"(?:\s*[+-]\d{1,2}:?\d{0,2})?\Z", re.IGNORECASE,
)
_DRESS_OF_YEAR = re.compile(r"(?<=\d{2})\s*(?:г|ж|р|й|ш|h|م|ش)\.?\Z", re.IGNORECASE)
_ENDS_SHORT = re.compile(r"\s*\d{1,2}[-./]\d{1,2}[-./]\d{2}(?!\d)")
_SHORT_YEAR = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{2})\Z")
_SHORT_WORDED = re.compile(r"\d{1,2}[-./\s]+[^\W\d_]+[-./\s]+\d{2}\Z")
_MONTH = re.compile(r"(?:(\d{4})[-./](\d{1,2})|(\d{1,2})[-./](\d{4}))\Z")
_YEAR = re.compile(r"(\d{4})(?:\s*(?:г|год|year|ж|жыл|م|ش|هش|هـ ش)\.?)?\Z")
_ONE_DATE = len("12.05.1990")
_WHOLE = re.compile(r"\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d{2}")
_MARKED = re.compile(r"(.*\d)\s*(\D+)")
_ABOUT_SIGNS = re.compile(r"^[~≈±?]+|\?+$")


@dataclass(frozen=True, slots=True)
class DateOrder:
    """How a column writes its dates: `dmy`, `mdy`, or `both` where it shows either; whether its
    bare numbers of days are counted from 1904, or stand as text (`in_days`); and whether its dates
    are to be `turned`, because a spreadsheet took their days for months. Years of two digits are
    read unless they may be of another calendar (`short_years`)."""

    order: str = "dmy"
    from_1904: bool = False
    in_days: bool = False
    turned: bool = False
    short_years: bool = True


class Shown(NamedTuple):
    """What dates with one sign between their parts show: a day first, a month first, or cells that
    could be either."""

    days: bool = False
    months: bool = False
    unclear: bool = False

    def and_also(self, other: "Shown") -> "Shown":
        """What both show together."""
        return Shown(*(one or two for one, two in zip(self, other, strict=True)))


def shown_by(cells: Iterable[Cell]) -> dict[str, Shown]:
    """What a column's dates show of their order, by the sign between their parts."""
    found: dict[str, Shown] = {}
    for cell in cells:
        if not isinstance(cell, str):
            continue
        date_like = _YEAR_LAST_SIGN.match(plain_digits(cell.strip()))
        if date_like:
            first, sign, second = int(date_like[1]), date_like[2], int(date_like[3])
            one = Shown(first > 12, second > 12, first <= 12 and second <= 12 and first != second)
            found[sign] = found.get(sign, Shown()).and_also(one)
    return found


def are_days(cells: Sequence[Cell]) -> bool:
    """Whether whatever a column of dates says in bare digits is a spreadsheet's number of days
    (`32216`), as a list saved as CSV holds where its dates had no format."""
    told_of = [
        text for cell in cells
        if isinstance(cell, str) and _DAYS_AND_TIME.sub(r"\1", text := plain_digits(cell).strip())
        .isdecimal()
    ]
    return bool(told_of) and all(_in_days(text) is not None for text in told_of)


def _in_days(text: str) -> int | None:
    """A spreadsheet's number of days, without the time of day as its fraction (`46146.4180`)."""
    bare = _DAYS_AND_TIME.sub(r"\1", text)
    fits = len(bare) == _SERIAL_DIGITS and bare.isdecimal() and int(bare) in _SERIALS
    return int(bare) if fits else None


def may_be_turned(cells: Sequence[Cell]) -> bool:
    """Whether a spreadsheet that puts months first seems to have read a column: whatever it made
    dates of has days up to 12, and stands as text where the day is greater (`25/03/1990`)."""
    days = [cell for cell in cells if isinstance(cell, date)]
    texts = [
        found for cell in cells
        if isinstance(cell, str) and (found := _YEAR_LAST_SIGN.match(plain_digits(cell.strip())))
    ]
    return (
        min(len(days), len(texts)) >= _TURNED_MIN
        and all(one.day <= _MONTHS for one in days) and any(one.day != one.month for one in days)
        and all(int(found[1]) > _MONTHS >= int(found[3]) for found in texts)
    )


def order_of(own: Mapping[str, Shown], of_file: Mapping[str, Shown]) -> tuple[DateOrder, bool]:
    """The order in which a column's dates are written, and whether anything decides it: its own
    dates that leave no doubt, else those of the file with the same sign between their parts."""
    together = Shown()
    for one in own.values():
        together = together.and_also(one)
    if together.days or together.months:
        both = together.days and together.months
        return DateOrder("both" if both else "mdy" if together.months else "dmy"), True
    for sign in own:
        of_all = of_file.get(sign, Shown())
        if sign != "." and of_all.days != of_all.months:
            return DateOrder("mdy" if of_all.months else "dmy"), True
    return DateOrder(), not any(one.unclear and sign != "." for sign, one in own.items())


def read_birth(cell: Cell, order: DateOrder, today: date) -> BirthDate | None:
    """When somebody was born, and how well it is known; None where it is not said.

    Raises:
        UsageError: no date, two possible dates, or one that cannot be.
    """
    if isinstance(cell, datetime | date):
        day = cell.date() if isinstance(cell, datetime) else cell
        if order.turned and day.day <= _MONTHS:
            day = day.replace(month=day.day, day=day.month)
        return _checked(BirthDate(day.isoformat(), day.isoformat()), today)
    text = told(cell)
    if not text:
        return None
    days = _in_days(text) if is_number(cell) or order.in_days else None
    if days is None and is_number(cell) and not text.isdecimal():
        raise UsageError("files.cell-date", text=text)
    if days is not None:
        day = (_DAY_ZERO_1904 if order.from_1904 else _DAY_ZERO) + timedelta(days=days)
        return _checked(BirthDate(day.isoformat(), day.isoformat()), today)
    return _checked(_read(text, order, today), today)


def read_age(cell: Cell, on: date, *, in_months: bool = False) -> BirthDate | None:
    """A birth year from an age (`34`, `forty-six`, `5 лет`, `۸ ماهه`) that somebody had on a day.

    Raises:
        UsageError: no age.
    """
    text = plain_digits(told(cell))
    if not text:
        return None
    bare, _ = _without_about(text)
    if both := _YEARS_AND_MONTHS.fullmatch(in_digits(bare)):
        years, unit, more, unit_of_more = both.groups()
        if squashed(unit) in words("years") and squashed(unit_of_more) in words("months-old"):
            text_of_both, months_old = text, 12 * int(years) + int(more)
            day = on - timedelta(days=round(_MONTH_DAYS * months_old))
            return BirthDate(f"{text_of_both} ({on.isoformat()})", str(day.year), "estimated")
    found = re.fullmatch(r"(\d{1,3})(?:[.,]\d+)?\s*(.*)", in_digits(bare))
    if found is None:
        raise UsageError("enrolment.age-unreadable", text=text)
    unit = squashed(found[2]) if found[2] else ""
    months = in_months or unit in words("months-old")
    if unit and not months and unit not in words("years"):
        raise UsageError("enrolment.age-unreadable", text=text)
    age = int(found[1])
    if age > (12 * AGE_MAX if months else AGE_MAX):
        raise UsageError("enrolment.age-unreadable", text=text)
    year = (on - timedelta(days=round(_MONTH_DAYS * age))).year if months else on.year - age
    return BirthDate(f"{text} ({on.isoformat()})", str(year), "estimated")


def is_age(cell: Cell) -> bool:
    """Whether a cell is a number with a word for years or months: `48 years`, `8 мес`."""
    found = re.fullmatch(r"(\d{1,3})\s*(\D+)", plain_digits(told(cell)))
    return found is not None and squashed(found[2]) in words("years") | words("months-old")


def read_day(cell: Cell, order: DateOrder, today: date) -> str:
    """A calendar date (ISO text) that is known to the day; empty where it is not said.

    Raises:
        UsageError: no whole date.
    """
    try:
        found = read_birth(cell, order, today + timedelta(days=2))
    except UsageError as error:
        if error.code != "enrolment.birth-impossible":
            raise
        raise UsageError("enrolment.day-impossible", **error.facts) from error
    if found is None:
        return ""
    if found.precision != "day":
        raise UsageError("files.cell-date", text=found.text)
    return found.date


@lru_cache(maxsize=8192)
def _read(text: str, order: DateOrder, today: date) -> BirthDate:
    plain = plain_digits(text)
    bare, about = _without_about(plain)
    found = _numeric(bare, text, order, today)
    if len(bare) > _ONE_DATE and len(set(_WHOLE.findall(bare))) > 1:
        raise UsageError("files.cell-date", text=text)  # of two people, or two days
    if found is None:
        bare = _without_mark(_DRESS_OF_YEAR.sub("", _TIME.sub("", bare)))
        found = _numeric(bare, text, order, today) or _worded(bare, text, today)
    if found is None:
        code = "enrolment.short-year" if _SHORT_YEAR.match(bare) else "files.cell-date"
        raise UsageError(code, text=text)
    if about:
        return BirthDate(text, found.date[:4], "estimated", found.calendar)
    return found


def _without_mark(bare: str) -> str:
    """A date or year without the words after it that say whose day it is: `1971 г.р.`."""
    found = _MARKED.fullmatch(bare)
    return found[1] if found and squashed(found[2]) in words("birth-mark") else bare


def _without_about(plain: str) -> tuple[str, bool]:
    """The text without what says that it is not known for sure, before or after it (`about 1970`,
    `01/01/1975 (est)`), and whether anything did."""
    bare = _ABOUT_SIGNS.sub("", plain).strip()
    if bare[:1].isdecimal() and bare[-1:].isdecimal():
        return bare, bare != plain.strip()  # nothing but a date: most cells
    tokens = bare.split()
    while tokens and squashed(tokens[0].strip(".")) in words("about"):
        del tokens[0]
    while len(tokens) > 1 and squashed(tokens[-1].strip("().,")) in words("about"):
        del tokens[-1]
    return " ".join(tokens), " ".join(tokens) != plain.strip()


def _numeric(bare: str, text: str, order: DateOrder, today: date) -> BirthDate | None:
    if found := _YEAR_FIRST.match(bare):
        return _made(text, int(found[1]), int(found[2]), int(found[3]))
    if found := _YEAR_LAST.match(bare) or (
        _SHORT_YEAR.match(bare) if order.short_years and text == plain_digits(text) else None
    ):
        first, second, year = map(int, found.groups())
        year = year if len(found[3]) > 2 else year_of_two_digits(year, today)
        if order.order == "both" and first <= 12 and second <= 12 and first != second:
            raise UsageError("files.cell-date-ambiguous", text=text)
        month_first = second > 12 or (order.order == "mdy" and first <= 12)
        day, month = (second, first) if month_first else (first, second)
        return _made(text, year, month, day)
    if found := _MONTH.match(bare):
        return _made(text, int(found[1] or found[4]), int(found[2] or found[3]), None)
    if found := _YEAR.match(bare):
        return _made(text, int(found[1]), None, None)
    return None


def year_of_two_digits(short: int, today: date) -> int:
    """The last year that ends so and is not ahead: hardly anybody is a hundred years old."""
    return today.year - (today.year - short) % 100


def is_short_year(cell: Cell) -> bool:
    """Whether a cell is a date with a year of two digits in digits of our own: in others it may be
    one of the Solar Hijri calendar."""
    if not isinstance(cell, str) or not _ENDS_SHORT.match(cell):
        return False  # most cells end here
    text = told(cell)
    return text == plain_digits(text) and bool(_SHORT_YEAR.match(_DRESS_OF_YEAR.sub("", text)))


def _worded(bare: str, text: str, today: date) -> BirthDate | None:
    """`12 мая 1990`, `May 1990`, `۱۲ حمل ۱۳۷۰`, `14-Mar-88`."""
    month = hijri_month = 0
    numbers = []
    for token in folded(_ORDINAL.sub(r"\1", bare)).split():
        if token.isdecimal():
            numbers.append(int(token))
        elif token in meanings("months"):
            month = int(meanings("months")[token])
        elif token in meanings("hijri-months"):
            hijri_month = int(meanings("hijri-months")[token])
        elif token not in _FILLERS and token not in words("years") and (
            token not in words("weekday")
        ):
            return None
    if month and _SHORT_WORDED.match(bare):
        *numbers, short = numbers
        numbers.append(year_of_two_digits(short, today))
    years = [number for number in numbers if number > 999]
    days = [number for number in numbers if number <= 31]
    if len(years) != 1 or len(days) > 1 or len(numbers) > 2 or not (month or hijri_month):
        return None
    return _made(text, years[0], month or hijri_month, days[0] if days else None)


_ORDINAL = re.compile(r"(\d)(?:st|nd|rd|th)\b")
_FILLERS = frozenset({
    "sh", "hs", "ah", "ad", "h", "هش", "ه", "ش", "م", "hijri", "shamsi", "de", "le", "the", "го",
    "день", "число", "yilning", "йилнинг", "oyi", "ойи", "of", "ماه", "د", "سال", "күні", "жыл",
    "жылы", "жылғы", "برج", "числа",
})


def _made(text: str, year: int, month: int | None, day: int | None) -> BirthDate | None:
    """The date in the calendar that its year tells; None if there is no such day."""
    if HIJRI_MIN <= year < 1500:
        return _of_hijri(text, year, month, day)
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    if month is None:
        return BirthDate(text, f"{year:04d}", "year")
    if day is None:
        return BirthDate(text, f"{year:04d}-{month:02d}", "month")
    return BirthDate(text, f"{year:04d}-{month:02d}-{day:02d}")


def _of_hijri(text: str, year: int, month: int | None, day: int | None) -> BirthDate | None:
    if month is None:
        return BirthDate(text, str(year + HIJRI_OFFSET), "year", "solar-hijri")
    # a month of the one calendar lies mostly in the month that holds its fifteenth day
    made = _gregorian(year, month, day or 15)
    if made is None:
        return None
    if day is None:
        return BirthDate(text, made[:7], "month", "solar-hijri")
    return BirthDate(text, made, "day", "solar-hijri")


@lru_cache(maxsize=8192)
def _gregorian(year: int, month: int, day: int) -> str | None:
    from persiantools.jdatetime import JalaliDate

    try:
        day_of: Any = JalaliDate
        return str(day_of(year, month, day).to_gregorian().isoformat())
    except ValueError:
        return None


def _checked(birth: BirthDate | None, today: date) -> BirthDate:
    if birth is None:
        raise UsageError("files.cell-date", text="")
    ahead = birth.date > today.isoformat()[: len(birth.date)]
    if birth.year < YEAR_MIN or ahead:
        raise UsageError("enrolment.birth-impossible", text=birth.text)
    return birth


