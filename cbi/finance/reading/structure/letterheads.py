"""What a statement says above its headings: whose, for which days, in what, which store. Pure."""

import calendar
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from cbi.base.errors import UsageError
from cbi.base.words import western_digits
from cbi.files import Row, text_of
from cbi.finance.reading.structure.totals import is_due
from cbi.finance.reading.values.amounts import foreign_money, signed_amount
from cbi.finance.reading.values.moments import moment_of, month_number

COUNT_MAX = 10_000
"""A whole number below this beside an amount says how many lines there are."""
_NUMBER = re.compile(
    r"(?i)\b(?:бин|иин|bin|iin|инн|inn|tin|пин|tax (?:id|number)|стн)"
    r"(?:\s*/\s*(?:бин|иин|bin|iin))?"
    r"\W{0,4}(\d[\d ]{7,13}\d)"
)
_PAYER = re.compile(
    r"(?i)плательщик|покупател|заказчик|получател\w* услуг|кому\b|payer|payable by|customer|buyer|"
    r"client|bill(?:ed)? to|donor|донор|төлеуші|сатып алушы"
)
_SELLER = re.compile(r"(?i)продав|постав|sell|vendor|supplier")
_DATE = re.compile(
    r"\d{1,2}[-./]\d{1,2}[-./]\d{2,4}|\d{4}[-./]\d{1,2}[-./]\d{1,2}|"
    r"\d{1,2}\W{1,3}[^\W\d_]{3,}\W{1,3}\d{4}|[^\W\d_]{3,} \d{1,2}(?:\w\w)?,? \d{4}"
)
_MONTH = re.compile(r"([^\W\d_]{3,})\W{1,3}(20\d\d|14\d\d)")
_TO = r"\W{0,3}(?:-|–|—|по|до|to|till|until|ile|va|дейін|чейин|то|تا)\W{0,3}"
_MONTH_NAMED = r"[^\W\d_]{3,}"
_DAYS = (
    re.compile(rf"(?<!\d)(?P<first>\d{{1,2}})(?:\W{{1,3}}(?P<before>{_MONTH_NAMED}))?{_TO}"
               rf"(?P<last>\d{{1,2}})\W{{1,3}}(?P<month>{_MONTH_NAMED})\W{{1,3}}(?P<year>20\d\d)"),
    re.compile(rf"(?P<year>20\d\d)\W{{0,2}}(?:[^\W\d_]{{1,8}}\.?)?\W{{1,3}}(?P<first>\d{{1,2}})"
               rf"(?:\W{{1,3}}(?P<before>{_MONTH_NAMED}))?{_TO}"
               rf"(?P<last>\d{{1,2}})\W{{1,3}}(?P<month>{_MONTH_NAMED})"),
)
"""A period whose days share their month's name or their year: `16–30 августа 2022`, `from 28 July
to 4 August 2022`, `2022 жылғы 16–30 тамыз`."""
_FIGURES_TO = re.compile(rf"(?<!\d)(\d{{1,2}}){_TO}(\d{{1,2}})[./](\d{{1,2}})[./](20\d\d)(?!\d)")
"""The same in figures: `16–30.08.2022`."""
_PERIOD = re.compile(r"(?i)период|period|\bза\b|\bfor\b|\bfrom\b|\bс\b|between|кезең|month|месяц")
_OTHER_DATE = re.compile(r"(?i)договор|contract|agreement|составлен|prepared|printed|дата печати")
_CURRENCY = re.compile(r"(?i)валют|currency|\bв (?:тенге|рублях|долларах|евро)|ед\.? ?изм")


@dataclass(slots=True)
class Letterhead:
    """What was found: tax numbers of who bills, the period, another currency, the name of the one
    store that is named, and sums with the row of each."""

    numbers: list[str] = field(default_factory=list)
    period: tuple[str, str] | None = None
    foreign: str = ""
    store: str | None = None
    sums: list[tuple[int, int]] = field(default_factory=list)


def letterhead_of(
    rows: Sequence[Row], currency: str, money: frozenset[str],
    is_store: Callable[[str], bool],
) -> Letterhead:
    """What stands in the rows above the headings."""
    found = Letterhead()
    payer = False
    due_at: set[int] = set()
    named: set[str] = set()
    for row in rows:
        texts = [text_of(cell) for cell in row.cells if text_of(cell)]
        line = " ".join(texts)
        payer = bool(_PAYER.search(line)) or (
            payer and not _SELLER.search(line) and len(line) < 60 and ":" not in line
        )
        if not payer:
            found.numbers += ["".join(number.split()) for number in _NUMBER.findall(line)]
        if found.period is None:
            found.period = _period(row, line)
        if _CURRENCY.search(line):
            found.foreign = found.foreign or foreign_money(line, currency)
        for text in texts:
            name = text.rpartition(":")[2].strip() if ":" in text else text
            if is_store(name):
                named.add(name)
        due_at |= {index for index, cell in enumerate(row.cells)
                   if len(texts) > 2 and isinstance(cell, str) and is_due(cell)}
        if is_due(line):
            amount = one_amount(row, currency, money, due_at)
            if amount is not None:
                found.sums.append((row.number, amount))
    found.store = named.pop() if len(named) == 1 else None
    return found


def _days_told(line: str) -> tuple[str, str] | None:
    """The period of a line that says its month or its year once for both days."""
    plain = western_digits(line)
    if (found := _FIGURES_TO.search(plain)) and int(found[1]) <= int(found[2]) <= 31:
        year, month = found[4], int(found[3])
        return f"{year}-{month:02d}-{int(found[1]):02d}", f"{year}-{month:02d}-{int(found[2]):02d}"
    for pattern in _DAYS:
        if (found := pattern.search(plain)) and (month := month_number(found["month"]) or 0):
            before = month_number(found["before"]) if found["before"] else month
            days = (f"{found['year']}-{before or 0:02d}-{int(found['first']):02d}",
                    f"{found['year']}-{month:02d}-{int(found['last']):02d}")
            if before and days[0] <= days[1]:
                return days
    return None


def _period(row: Row, line: str) -> tuple[str, str] | None:
    if (told := _days_told(line)) and not _OTHER_DATE.search(line):
        return told
    days = [cell.isoformat()[:10] for cell in row.cells if isinstance(cell, date | datetime)]
    for text in _DATE.findall(line):
        try:
            day = moment_of(text).day
        except UsageError:
            continue
        if day is not None and day not in days:
            days.append(day)
    if len(days) == 2 and days[0] <= days[1]:
        return days[0], days[1]
    if not days and _PERIOD.search(line) and not _OTHER_DATE.search(line):
        for word, year in _MONTH.findall(line):
            month = month_number(word)
            if month and year.startswith("20"):
                last = calendar.monthrange(int(year), month)[1]
                return f"{year}-{month:02d}-01", f"{year}-{month:02d}-{last:02d}"
    return None


def one_amount(
    row: Row, currency: str, money: frozenset[str], due_at: Collection[int]
) -> int | None:
    """The one amount of a row, in a cell of its own or behind a colon; of several the one under a
    heading that says it is due."""
    found, due = [], []
    for index, cell in enumerate(row.cells):
        if cell is None or isinstance(cell, bool | date):
            continue
        text = text_of(cell)
        told = text.rpartition(":")[2].strip() if isinstance(cell, str) and ":" in text else cell
        try:
            found.append(signed_amount(told, currency, None, money))
        except UsageError:
            continue
        due += found[-1:] if index in due_at else []
    if len(due) == 1:
        return due[0]
    if len(found) == 2 and min(found) < COUNT_MAX * 100 and min(found) % 100 == 0:
        return max(found)  # how many, and what they come to
    return found[0] if len(found) == 1 else None
