"""What only the whole file decides: the order of day and month, and whose phones begin with zero.

A cell alone may mean two days or two countries. Others of the file that leave no doubt decide for
it, and that is told; where none does, the usual reading is told (days) or the question is put
(phones), because a wrong country is somebody else's phone.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from cbi.base.errors import UsageError
from cbi.enrolment.columns.mapping import Mapped
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.values.births import (
    DateOrder,
    Shown,
    are_days,
    is_short_year,
    may_be_turned,
    order_of,
    read_day,
    shown_by,
)
from cbi.enrolment.values.cells import begins_with_zero, countries_of
from cbi.enrolment.values.vocabulary import plain_digits
from cbi.files import Cell, Problem, column_letter, text_of

DATES = frozenset({"birth", "consent-date", "submitted"})
ZERO_REGIONS = ("AF", "KG")
"""Whose phones begin with one zero and nine digits."""
_ZERO_DIGITS, _PREFIX_DIGITS = 10, 4
_OTHER_ROWS_MAX = 2_000
_LAST_DAY = date(9999, 1, 1)
_MONTHS = frozenset({"mm", "m", "мм"})
_ARABIC, _HIJRI = re.compile(r"[\u0600-\u06ff]"), re.compile(r"(?<!\d)1[34]\d\d(?!\d)")
_HIJRI_SAID = re.compile(r"(?i)hij(?:ri|ra)|hicri|هجري|хиджр")
_SOLAR_SAID = re.compile(r"(?i)shamsi|solar|jalali|солнеч|شمس")
_SHAPE = re.compile(r"\b(mm?|dd?|мм|дд)\W+(mm?|dd?|мм|дд)\W+(?:y{2,4}|г{2,4})")
Place = tuple[str | None, int]


@dataclass(slots=True)
class Dates:
    """The order of each column's dates, and a notice where nothing decides it."""

    orders: dict[Place, DateOrder] = field(default_factory=dict)
    notices: list[Problem] = field(default_factory=list)
    questions: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Phones:
    """Whose phones begin with a zero, and what is said or asked of it."""

    region: str = ZERO_REGIONS[0]
    notices: list[Problem] = field(default_factory=list)
    questions: list[Problem] = field(default_factory=list)


def dates_of(layouts: Sequence[Layout], answers: Mapping[str, str], today: date) -> Dates:
    """The order of day and month in each column of dates; `answers` may say it for all."""
    own: dict[Place, dict[str, Shown]] = {}
    of_file: dict[str, Shown] = {}
    for layout in layouts:
        for index in layout.labels.keys() | layout.meanings.keys():
            meaning = layout.meanings.get(index)
            dated = meaning is not None and meaning.field in DATES
            shown = shown_by(_cells(layout, index, None if dated else _OTHER_ROWS_MAX))
            if dated and shown:
                own[(layout.table.sheet, index)] = shown
            for sign, one in shown.items():
                of_file[sign] = of_file.get(sign, Shown()).and_also(one)
    told = Dates(_from_1904(layouts))
    _in_days(layouts, told)
    said = {
        (layout.table.sheet, index): order for layout in layouts
        for index, label in layout.labels.items() if (order := _order_said(label))
    }
    for place, shown in own.items():
        order, decided = order_of(shown, of_file)
        if not decided and place in said:
            order, decided = said[place], True
        if "date-order" in answers:
            order, decided = DateOrder(answers["date-order"]), True
        mac = told.orders.get(place, DateOrder()).from_1904
        told.orders[place] = replace(order, from_1904=mac)
        if not decided:
            sheet, index = place
            told.notices.append(Problem(
                "enrolment.dates-undecided", sheet, None, column_letter(index)
            ))
    _of_two_calendars(layouts, told)
    told.notices += _short_years(layouts, told.orders, today)
    _turned(layouts, told, answers.get("turned-dates", ""))
    if "hijri" not in answers:
        told.questions += _of_which_hijri(layouts)
    return told


def _turned(layouts: Sequence[Layout], told: Dates, answer: str) -> None:
    """Columns in which a spreadsheet seems to have taken days for months: turned back if somebody
    said so (`turn`), left (`keep`), else asked about."""
    for layout in layouts:
        for index, meaning in layout.meanings.items():
            cells = _cells(layout, index, None) if meaning.field in DATES else []
            if answer == "keep" or not may_be_turned(cells):
                continue
            place = (layout.table.sheet, index)
            if answer:
                order = told.orders.get(place, DateOrder())
                told.orders[place] = replace(order, turned=True)
                continue
            days = [one for one in cells if isinstance(one, date)]
            day = next(
                date(one.year, one.month, one.day) for one in days if one.day != one.month
            )
            told.questions.append(Problem(
                "enrolment.ask-turned-dates", layout.table.sheet, layout.heading_row,
                column_letter(index), {
                    "heading": layout.labels.get(index, ""), "count": len(days),
                    "date": day.isoformat(),
                    "turned": day.replace(month=day.day, day=day.month).isoformat(),
                },
            ))


def _order_said(label: str) -> DateOrder | None:
    """The order that a heading asks for: `Date of birth (MM/DD/YYYY)`."""
    found = _SHAPE.search(label.casefold())
    if found is None:
        return None
    return DateOrder("mdy" if found[1] in _MONTHS else "dmy")


def _from_1904(layouts: Sequence[Layout]) -> dict[Place, DateOrder]:
    return {
        (layout.table.sheet, index): DateOrder(from_1904=True) for layout in layouts
        if layout.table.from_1904 for index in layout.meanings
    }


def _in_days(layouts: Sequence[Layout], told: Dates) -> None:
    """Columns whose dates stand as numbers of days, in a text file: read so, and told with the
    first."""
    for layout in layouts:
        for index, meaning in layout.meanings.items():
            cells = _cells(layout, index, None) if meaning.field in DATES else []
            if not are_days(cells):
                continue
            told.orders[(layout.table.sheet, index)] = DateOrder(in_days=True)
            first = next(cell for cell in cells if isinstance(cell, str) and are_days([cell]))
            read = read_day(first, DateOrder(in_days=True), _LAST_DAY)
            told.notices.append(Problem(
                "enrolment.dates-in-days", layout.table.sheet, layout.heading_row,
                column_letter(index), {"text": first, "date": read},
            ))


def _of_two_calendars(layouts: Sequence[Layout], told: Dates) -> None:
    """Columns in which a year of two digits may be one of the Solar Hijri calendar: their heading
    is in Arabic letters, or a date there is of it. Such years are refused."""
    for layout in layouts:
        for index, meaning in layout.meanings.items():
            if meaning.field not in DATES or not (
                _ARABIC.search(layout.labels.get(index, ""))
                or any(isinstance(one, str) and _HIJRI.search(plain_digits(one))
                       for one in _cells(layout, index, _OTHER_ROWS_MAX))
            ):
                continue
            place = (layout.table.sheet, index)
            told.orders[place] = replace(
                told.orders.get(place, DateOrder()), short_years=False
            )


def _of_which_hijri(layouts: Sequence[Layout]) -> Iterator[Problem]:
    """A question for each column whose heading says Hijri, and neither Solar nor in Persian
    letters: Arab countries count lunar years there, which are read nowhere here."""
    for layout in layouts:
        for index, meaning in layout.meanings.items():
            label = layout.labels.get(index, "")
            if meaning.field not in DATES or not _HIJRI_SAID.search(label) \
                    or _SOLAR_SAID.search(label):
                continue
            told = next((one for one in _cells(layout, index, None)
                         if _HIJRI.search(plain_digits(text_of(one)))), None)
            if told is not None:
                yield Problem(
                    "enrolment.ask-hijri", layout.table.sheet, layout.heading_row,
                    column_letter(index), {"heading": label, "text": text_of(told)},
                )


def _short_years(
    layouts: Sequence[Layout], orders: Mapping[Place, DateOrder], today: date
) -> Iterator[Problem]:
    """A notice for each column of dates with years of two digits, with how the first is read."""
    for layout in layouts:
        for index, meaning in layout.meanings.items():
            order = orders.get((layout.table.sheet, index), DateOrder())
            for cell in _cells(layout, index, None) if meaning.field in DATES else ():
                if is_short_year(cell) and (read := _read(cell, order, today)):
                    yield Problem(
                        "enrolment.dates-short-year", layout.table.sheet, layout.heading_row,
                        column_letter(index), {"text": cell, "date": read},
                    )
                    break


def _read(cell: Cell, order: DateOrder, today: date) -> str:
    try:
        return read_day(cell, order, today)
    except UsageError:
        return ""


def phones_of(mapped: Mapped, home: str) -> Phones:
    """The country of phones that begin with one zero, from those that only one country has; of
    `home` (ISO 3166), the ledger's, where its own begin so."""
    told = Phones()
    if begins_with_zero(home):
        return told
    if "phone-country" in mapped.answers:
        told.region = mapped.answers["phone-country"]
        return told
    sure: set[str] = set()
    unclear: list[tuple[str | None, int, int]] = []
    for layout in mapped.layouts:
        for index, meaning in layout.meanings.items():
            if meaning.field != "phone":
                continue
            for row in layout.body:
                regions = _regions(row.at(index))
                if len(regions) == 1:
                    sure |= regions
                elif regions:
                    unclear.append((layout.table.sheet, row.number, index))
    decided = len(sure) == 1
    if decided:
        told.region = sure.pop()
    if unclear:
        sheet, number, index = unclear[0]
        code = "enrolment.phones-of-country" if decided else "enrolment.ask-phone-country"
        problem = Problem(
            code, sheet, number, column_letter(index), {
                "country": told.region, "count": len(unclear), "countries": ", ".join(ZERO_REGIONS),
            },
        )
        (told.notices if decided else told.questions).append(problem)
    return told


def _regions(cell: Cell) -> frozenset[str]:
    if not isinstance(cell, str):
        return frozenset()
    text = plain_digits(cell.strip())
    digits = "".join(filter(str.isdecimal, text))
    if not text.startswith("0") or text.startswith("00") or len(digits) != _ZERO_DIGITS:
        return frozenset()
    return _of_prefix(digits[:_PREFIX_DIGITS])


@lru_cache(maxsize=1024)
def _of_prefix(prefix: str) -> frozenset[str]:
    """The countries in which phones begin so: the digits after the operator's tell nothing."""
    found = countries_of(prefix + "123456", ZERO_REGIONS)
    return frozenset(one for one in found if one)


def _cells(layout: Layout, index: int, most: int | None) -> list[Cell]:
    body = layout.body if most is None else layout.body[:most]
    return [row.cells[index] for row in body if index < len(row.cells)]
