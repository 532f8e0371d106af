"""When a line says it was: a calendar date and perhaps the minute, in any dress. Pure.

A column has one order of day and month, decided over all of it; years of the Solar Hijri calendar
are told by their number, months by their names in the languages that shops here write.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from cbi.base.errors import UsageError
from cbi.files import Cell, day_of, text_of

_DIGITS = {zero + value: str(value) for zero in (0x0660, 0x06F0) for value in range(10)}
_FIGURES = re.compile(r"(?<!\d)(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-./])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(20\d\d)(\d\d)(\d\d)(?:T?(\d\d)(\d\d)\d*)?\Z")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:h](\d{2})(?::\d{2}(?:[.,]\d+)?)?\s*([AaPp]\.?[Mm]\.?)?")
_NAMED_FIRST = re.compile(r"(\d{1,2})(?:-?\w{1,2})?\W+([^\W\d_]{3,})\W+(\d{4}|\d{2})(?![\d:h])")
_AT = r"\.?(?:,? +(?:в |at )?\d{1,2}:\d{2}(?::\d{2})?(?: ?[AaPp][Mm])?)?"
_NO_YEAR = re.compile(rf"(\d{{1,2}})[./](\d{{1,2}}){_AT}")
_NAMED_NO_YEAR = re.compile(rf"(\d{{1,2}})[\s.-]*([^\W\d_]{{3,}}){_AT}")
_NO_YEAR_LATER = re.compile(rf"([A-Za-z]{{3,9}})\W+(\d{{1,2}}){_AT}")
_NAMED_LATER = re.compile(r"([^\W\d_]{3,})\W+(\d{1,2})(?:\w{2})?\W+(\d{4})(?!\d)")
_YEAR_NAMED = re.compile(
    r"(?<!\d)(\d{4})\W{0,2}(?:[^\W\d_]{1,8}\.?)?\W{1,3}(\d{1,2})(?!\d)\W{1,2}([^\W\d_]{3,})"
)
_NAMED = ((_NAMED_FIRST, (1, 2, 3)), (_NAMED_LATER, (2, 1, 3)), (_YEAR_NAMED, (2, 3, 1)))
"""Dates whose month is named, with the places of their day, month and year."""
_SOLAR = range(1300, 1500)
_MONTHS = (
    ("jan", "січ", "يناير", "янв", "қаң", "yan", "ocak", "جنوری", "ژانویه"),
    ("feb", "fév",
     "лют", "شباط", "فبراير", "фев", "ақп", "fev", "şubat", "subat", "فبروری", "فوریه"),
    ("mar", "mär", "берез", "آذار", "мар", "нау", "مارچ", "مارس"),
    ("apr", "avr", "квіт", "نيسان", "أبريل", "апр", "сәу", "nisan", "اپریل", "آوریل"),
    ("may", "mai", "трав", "أيار", "مايو", "мая", "май", "мамы", "می", "مه"),
    ("jun", "juin", "черв", "حزيران", "يونيو", "июн", "маус", "iyun", "haziran", "جون", "ژوئن"),
    ("jul", "juil", "лип", "تموز", "يوليو", "июл", "шіл", "iyul", "temmuz", "جولای", "ژوئیه"),
    ("aug", "août", "серп", "آب", "أغسطس", "авг", "там", "avg", "ağu", "agu", "اگست", "اوت"),
    ("sep", "верес", "أيلول", "سبتمبر", "сен", "қырк", "sen", "eyl", "سپتمبر", "سېپتمبر",
     "سپتامبر"),
    ("oct", "жовт", "أكتوبر", "окт", "қаз", "okt", "ekim", "اکتوبر", "اکتبر"),
    ("nov", "листоп", "نوفمبر", "ноя", "қара", "noy", "kası", "kasi", "نومبر", "نوامبر"),
    ("dec", "déc", "dez", "груд", "ديسمبر", "дек", "желт", "dek", "aral", "دسمبر", "دسامبر"),
)
_SOLAR_MONTHS = (
    ("حمل", "وری", "فروردین", "hamal"), ("ثور", "غویی", "اردیبهشت", "sawr", "saur"),
    ("جوزا", "غبرگولی", "خرداد", "jawza"), ("سرطان", "چنګاښ", "تیر", "saratan"),
    ("اسد", "زمری", "مرداد", "asad"), ("سنبله", "وږی", "شهریور", "sunbula", "sonbola"),
    ("میزان", "تله", "مهر", "mizan"), ("عقرب", "لړم", "آبان", "aqrab"),
    ("قوس", "لیندۍ", "آذر", "qaws"), ("جدی", "مرغومی", "دی", "jadi"),
    ("دلو", "سلواغه", "بهمن", "dalw"), ("حوت", "کب", "اسفند", "hut"),
)


class Moment(NamedTuple):
    """A calendar date (ISO text) and the minute (`14:05`), as far as they are told."""

    day: str | None = None
    minute: str | None = None


def order_of(
    cells: Iterable[Cell], likely: Callable[[str], bool], said: str | None = None
) -> str:
    """`dmy` or `mdy`, as the figures of a column show; `likely` says if a day could be a sale's.

    Raises:
        UsageError: they show both, or neither does and both could be.
    """
    if said is not None:
        return said
    first_large = second_large = asked = False
    both: list[tuple[str, str]] = []
    for cell in dict.fromkeys(cell for cell in cells if isinstance(cell, str)):
        plain = text_of(cell).translate(_DIGITS)
        if part := _NO_YEAR.fullmatch(plain):
            first_large |= int(part[1]) > 12
            second_large |= int(part[2]) > 12
        found = _FIGURES.search(plain)
        if found is None:
            continue
        one, other, year = int(found[1]), int(found[3]), _year(found[4])
        first_large |= one > 12
        second_large |= other > 12
        asked |= found[2] != "."
        if one <= 12 and other <= 12 and one != other:
            both.append((f"{year}-{other:02d}-{one:02d}", f"{year}-{one:02d}-{other:02d}"))
    if first_large and second_large:
        raise UsageError("finance.dates-two-orders")
    if second_large:
        return "mdy"
    if first_large or not asked or not both:
        return "dmy"
    as_dmy = all(likely(one) for one, _ in both)
    as_mdy = all(likely(other) for _, other in both)
    if as_dmy == as_mdy:
        raise UsageError("finance.dates-two-readings", one=both[0][0], other=both[0][1])
    return "dmy" if as_dmy else "mdy"


def moment_of(cell: Cell, order: str = "dmy", *, from_1904: bool = False) -> Moment:
    """The moment that a cell tells.

    Raises:
        UsageError: it tells something else.
    """
    if cell is None or not text_of(cell):
        return Moment()
    if isinstance(cell, datetime):
        midnight = (cell.hour, cell.minute) == (0, 0)
        return Moment(cell.date().isoformat(), None if midnight else f"{cell:%H:%M}")
    if isinstance(cell, date):
        return Moment(cell.isoformat())
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _counted(cell, from_1904=from_1904)
    return _read(text_of(cell), order, from_1904)


def month_and_day(cell: Cell, order: str = "dmy") -> tuple[int, int] | None:
    """The month and the day that a text tells without their year."""
    plain = text_of(cell).translate(_DIGITS)
    if found := _NO_YEAR.fullmatch(plain):
        one, other = int(found[1]), int(found[2])
        month, day = (other, one) if order == "dmy" else (one, other)
    elif found := _NAMED_NO_YEAR.fullmatch(plain):
        month, day = month_number(found[2]) or 0, int(found[1])
    elif found := _NO_YEAR_LATER.fullmatch(plain):
        month, day = month_number(found[1]) or 0, int(found[2])
    else:
        return None
    return (month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def minute_of(cell: Cell) -> str | None:
    """The minute of a cell that holds a time of day alone, or none."""
    if isinstance(cell, datetime):
        return f"{cell:%H:%M}"
    if isinstance(cell, float) and 0 <= cell < 1:
        minutes = round(cell * 1440)
        return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
    return _minute(text_of(cell).translate(_DIGITS))


def _counted(cell: float, *, from_1904: bool) -> Moment:
    """A number of days; a bare one of a workbook that counts from 1904 says so."""
    day = day_of(cell).date
    if day is None:
        compact = _COMPACT.match(text_of(cell))
        if compact is None:
            raise UsageError("files.cell-date", text=text_of(cell))
        return _read(text_of(cell), "dmy", from_1904=False)
    if from_1904:
        day += timedelta(days=1462)
    part = cell % 1
    return Moment(day.isoformat(), minute_of(float(part)) if part > 1e-6 else None)


@lru_cache(maxsize=4096)
def _read(text: str, order: str, from_1904: bool) -> Moment:
    plain = text.translate(_DIGITS)
    day = _day(plain, order)
    if day is None and re.fullmatch(r"\d{5}(?:[.,]\d+)?", plain):
        return _counted(float(plain.replace(",", ".")), from_1904=from_1904)
    if day is None:
        raise UsageError("files.cell-date", text=text)
    compact = _COMPACT.match(plain)
    if compact and compact[4]:
        return Moment(day, f"{compact[4]}:{compact[5]}")
    return Moment(day, _minute(plain))


def _day(plain: str, order: str) -> str | None:
    if found := _YEAR_FIRST.search(plain):
        return _iso(int(found[1]), int(found[3]), int(found[4]))
    if found := _FIGURES.search(plain):
        one, other, year = int(found[1]), int(found[3]), _year(found[4])
        return _iso(year, other, one) if order == "dmy" else _iso(year, one, other)
    if found := _COMPACT.match(plain):
        return _iso(int(found[1]), int(found[2]), int(found[3]))
    for pattern, (day, month, year_at) in _NAMED:
        if found := pattern.search(plain):
            return _by_name(found[month], int(found[day]), _year(found[year_at]))
    return None


def _by_name(word: str, day: int, year: int) -> str | None:
    folded = word.casefold()
    months = _SOLAR_MONTHS if year in _SOLAR else _MONTHS
    for number, names in enumerate(months, 1):
        if any(folded.startswith(name) for name in names):
            return _iso(year, number, day)
    return None


def _year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        if year in _SOLAR:
            from persiantools.jdatetime import JalaliDate

            return str(JalaliDate(year, month, day).to_gregorian().isoformat())
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _minute(plain: str) -> str | None:
    found = _CLOCK.search(plain)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    if found[3]:
        hour = hour % 12 + (12 if found[3][0] in "Pp" else 0)
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def month_number(word: str) -> int | None:
    """The month of our calendar that a word names."""
    folded = word.casefold()
    for number, names in enumerate(_MONTHS, 1):
        if any(folded.startswith(name) for name in names):
            return number
    return None
