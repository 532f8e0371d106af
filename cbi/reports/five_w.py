"""5W (who does what where, when, for whom) with its HXL row, for clusters and donors.

One row for each city and category. A person counts once in a row, however many vouchers or rounds:
by the first hand-over in the period, with the age of that year. A voucher given to a household
reaches all who live in it. The tags stand right under the headings (HXL 1.1, hxlstandard.org).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from cbi.base.errors import UsageError
from cbi.files.writing import write_csv
from cbi.messages.figures import category_word
from cbi.operators.operator_session import OperatorSession
from cbi.places import City, profile_of
from cbi.places.places import cities
from cbi.programmes.tables import Programme
from cbi.reports.as_of import AsOf, bounds
from cbi.reports.five_w_told import ToldRow, Window, told_rows
from cbi.reports.giving_out import (
    Periods,
    check_period,
    keeps_back,
    last_day,
    months_seen,
    seen_of,
)
from cbi.reports.journal_forms import decimal
from cbi.reports.overview import chosen_programme
from cbi.reports.reached import (
    DISABILITY,
    SEXES,
    Band,
    Reached,
    first_month,
    flagged,
    population,
    reached_by_row,
)
from cbi.storage import ReadTransaction

A3 = 8
MODALITY, MODALITY_IATI = "Voucher", "2"
"""IATI's code list of modalities has 2 for vouchers."""


_PLAIN = (
    ("From", "#date+start"), ("Until", "#date+end"), ("Implementing organisation", "#org+impl"),
    ("Funder", "#org+funder"), ("Activity", "#activity+project+code"),
    ("Sector", "#sector+cluster+name"), ("Modality", "#modality+name"),
    ("Modality code", "#modality+code"), ("Country", "#country+code"),
    ("Admin 1", "#adm1+name"), ("Admin 1 code", "#adm1+code"), ("Place", "#loc+name"),
    ("Place code", "#loc+code"), ("People targeted", "#targeted+ind"),
    ("Households reached", "#reached+hh"), ("People reached", "#reached+ind"),
)
_MONEY = (
    ("Currency", "#currency+code"), ("Value issued", "#value+issued"),
    ("Value redeemed", "#value+redeemed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FiveWRequest:
    """What the report is about: a period (calendar dates, both days whole) and who answers for it.

    `sectors` names a category's sector; else the category's English name stands there. `bands` are
    the country's, where none are named; `home` is the ledger's country (ISO 3166), for places that
    tell none.
    """

    date_from: str
    date_until: str
    organisation: str = ""
    funder: str = ""
    country: str = ""
    sectors: Mapping[str, str] = field(default_factory=dict)
    bands: Sequence[Band] = ()
    home: str = ""
    least: int = 0
    """Fewer people than this are not told, nor what would give them away; 0 tells everything."""
    disability: bool = False
    """Whether people with the flag `disability` are told beside all."""


class Writer(Protocol):
    """Writes rows of `five_w` in a shape."""

    def __call__(
        self, path: Path, rows: Sequence[Sequence[object]], *, found: Programme,
        asked: FiveWRequest, made_at: int | None = None,
    ) -> None: ...


def headings(bands: Sequence[Band], *, disability: bool = False) -> list[tuple[str, str]]:
    """Each column's heading and HXL tag, in order."""
    people = [
        (f"{sex_word.title()} {band.name}", f"#reached+{sex}{band.tag}")
        for band in bands for sex, sex_word in SEXES
    ]
    with_one = [("People with a disability", "#reached+ind+disabled"),
                *((f"{name} with a disability", f"{tag}+disabled") for name, tag in people)]
    return [*_PLAIN, *people, *(with_one if disability else ()), *_MONEY]


def five_w(
    tx: ReadTransaction, found: Programme, asked: FiveWRequest, seen: AsOf,
    months: Sequence[tuple[str, AsOf]] = (),
) -> list[list[object]]:
    """The rows, by city and category; amounts are in minor units, dates ISO text. `months` are
    those of a period of several that keeps small counts back, each as of its closing.

    Raises:
        UsageError: the period ends before it begins, or is no period.
    """
    asked = with_bands(tx, asked)
    whole = _window(tx, found, asked, seen, (asked.date_from, asked.date_until))
    parts = [_window(tx, found, asked, then, (f"{month}-01", last_day(month)))
             for month, then in months]
    known = {city.code: city for city in cities(tx)}
    told = dict(told_rows(whole, parts, asked.bands, asked.least))
    return [
        _row(found, asked, (known.get(city), category), reached, told[city, category])
        for (city, category), reached in sorted(whole.rows.items())
    ]


def _window(
    tx: ReadTransaction, found: Programme, asked: FiveWRequest, seen: AsOf,
    period: tuple[str, str],
) -> Window:
    """Whom the programme reached in a period, as one instant sees it."""
    people = population(tx, seen)
    counts = asked.disability or keeps_back(asked.least)
    disabled = frozenset(
        people.people[number].one if number in people.people else number
        for number in (flagged(tx, seen, DISABILITY) if counts else ())
    )
    rows = reached_by_row(tx, seen, found, people, bounds(*period, found.zone))
    return Window(rows, people, disabled)


def with_bands(tx: ReadTransaction, asked: FiveWRequest) -> FiveWRequest:
    """The same with the ledger's country, and the age bands that it counts in where none are named.
    """
    country = profile_of(tx)
    bands = [Band(one.name, one.age_from, one.until) for one in country.age_bands]
    return replace(asked, bands=asked.bands or bands, home=country.country)


def report_five_w(
    session: OperatorSession, path: Path, asked: FiveWRequest, programme_code: str | None = None,
    as_of_text: str | None = None, write: Writer | None = None,
) -> tuple[list[dict[str, object]], AsOf]:
    """Write a programme's 5W; returns its rows by HXL tag, amounts in minor units, and as of when
    it was taken. `write` gives it another shape (`five_w_shapes`).

    Raises:
        NotAllowed: this operator may not read the ledger.
        NotFound: no such programme.
        UsageError: no period, or none that is told where small counts are kept back.
        Conflict: it keeps small counts back, and its last month is not closed.
        BadFile: the file cannot be written.
    """
    session.require("ledger.read")
    with session.ledger.read() as tx:
        found, asked = chosen_programme(tx, programme_code), with_bands(tx, asked)
        period, now = (asked.date_from, asked.date_until), session.clock()
        bounds(*period, found.zone)
        begins = first_month(tx, found)
        check_period(*period, Periods.PROGRAMME, asked.least, begins=begins)
        seen = seen_of(tx, period, found.zone, asked.least, now=now, asked=as_of_text)
        months = [one for one in months_seen(tx, period, found.zone, asked.least, now)
                  if one[0] >= begins]
        rows = five_w(tx, found, asked, seen, months)
    (write or write_five_w)(path, rows, found=found, asked=asked, made_at=seen.at)
    tags = [tag for _, tag in headings(asked.bands, disability=asked.disability)]
    return [dict(zip(tags, row, strict=True)) for row in rows], seen


def named_sectors(given: Sequence[str]) -> dict[str, str]:
    """Sectors by category, from `food=Food Security`.

    Raises:
        UsageError: one of them names no sector.
    """
    named = {}
    for text in given:
        category, equals, sector = text.partition("=")
        if not (category.strip() and equals and sector.strip()):
            raise UsageError("reports.sector-unreadable", text=text)
        named[category.strip()] = sector.strip()
    return named


def write_five_w(
    path: Path, rows: Sequence[Sequence[object]], *, found: Programme, asked: FiveWRequest,
    made_at: int | None = None,
) -> None:
    """Write rows of `five_w` under headings and tags: CSV if the name says so, else a workbook.

    Raises:
        BadFile: the file cannot be written.
    """
    columns = headings(asked.bands, disability=asked.disability)
    tags: list[object] = [tag for _, tag in columns]
    if path.suffix.lower() == ".csv":
        plain = ([*("" if value is None else value for value in row[:-2]),
                  *(decimal(int(str(value)), found.currency) for value in row[-2:])]
                 for row in rows)
        write_csv(path, [heading for heading, _ in columns], [tags, *plain])
        return
    from cbi.files.workbook import Column, Sheet, write_workbook

    sheet = Sheet(
        "5W", [
            Column(heading, "verdict" if tag == "#currency+code" else column_kind(tag),
                   width=_width(tag)) for heading, tag in columns],
        [tags, *rows], currency=found.currency, paper=A3, across=3 if asked.disability else 2,
    )
    write_workbook(path, [sheet], title=f"5W {found.short_name}", made_at=made_at)


def _width(tag: str) -> int:
    """How wide a column is on paper: its heading folds, its tag cannot."""
    least = 20 if tag.startswith(("#value", "#sector", "#org", "#currency")) else 14
    return max(least, len(tag) + 2)


def column_kind(tag: str) -> str:
    """The kind of a column's cells, by its tag."""
    if tag.startswith("#date"):
        return "date"
    if tag.startswith("#value"):
        return "amount"
    return "count" if tag.startswith(("#targeted", "#reached")) else "text"


def _row(
    found: Programme, asked: FiveWRequest, place: tuple[City | None, str], reached: Reached,
    told: ToldRow,
) -> list[object]:
    city, category = place
    sector = asked.sectors.get(category) or category_word(category, "en")
    country = asked.country or ((city.iso or "")[:2] if city else "") or asked.home
    return [
        asked.date_from, asked.date_until, asked.organisation, asked.funder, found.code, sector,
        MODALITY, MODALITY_IATI, country, "", (city.iso or "") if city else "",
        city.name("en", asked.date_until) if city else "",
        (city.pcode or city.kato or "") if city else "", told.targeted, told.households,
        told.people, *told.cells, *(told.disabled if asked.disability else ()), found.currency,
        reached.issued_minor, reached.redeemed_minor,
    ]
