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
from cbi.reports.as_of import AsOf, bounds, of_period
from cbi.reports.journal_forms import decimal
from cbi.reports.overview import chosen_programme
from cbi.reports.reached import (
    DISABILITY,
    SEXES,
    Band,
    Population,
    Reached,
    flagged,
    population,
    reached_by_row,
)
from cbi.reports.suppression import published
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
    the country's, where none are named.
    """

    date_from: str
    date_until: str
    organisation: str = ""
    funder: str = ""
    country: str = ""
    sectors: Mapping[str, str] = field(default_factory=dict)
    bands: Sequence[Band] = ()
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
    tx: ReadTransaction, found: Programme, asked: FiveWRequest, seen: AsOf
) -> list[list[object]]:
    """The rows, by city and category; amounts are in minor units, dates ISO text.

    Raises:
        UsageError: the period ends before it begins, or is no period.
    """
    asked = with_bands(tx, asked)
    people = population(tx, seen)
    disabled = frozenset(
        people.people[number].one if number in people.people else number
        for number in (flagged(tx, seen, DISABILITY) if asked.disability else ())
    )
    period = bounds(asked.date_from, asked.date_until, found.zone)
    rows = reached_by_row(tx, seen, found, people, period)
    known = {city.code: city for city in cities(tx)}
    return [
        _row(found, asked, known.get(city), category, rows[city, category], (people, disabled))
        for city, category in sorted(rows)
    ]


def with_bands(tx: ReadTransaction, asked: FiveWRequest) -> FiveWRequest:
    """The same with the age bands that the ledger's country counts in, where none are named."""
    bands = [Band(one.name, one.age_from, one.until) for one in profile_of(tx).age_bands]
    return replace(asked, bands=asked.bands or bands)


def report_five_w(
    session: OperatorSession, path: Path, asked: FiveWRequest, programme_code: str | None = None,
    as_of_text: str | None = None, write: Writer | None = None,
) -> tuple[list[dict[str, object]], AsOf]:
    """Write a programme's 5W; returns its rows by HXL tag, amounts in minor units, and as of when
    it was taken. `write` gives it another shape (`five_w_shapes`).

    Raises:
        NotAllowed: this operator may not read the ledger.
        NotFound: no such programme.
        UsageError: no period.
        BadFile: the file cannot be written.
    """
    session.require("ledger.read")
    with session.ledger.read() as tx:
        found, asked = chosen_programme(tx, programme_code), with_bands(tx, asked)
        bounds(asked.date_from, asked.date_until, found.zone)
        seen = of_period(tx, as_of_text, session.clock(), found.zone, asked.date_until)
        rows = five_w(tx, found, asked, seen)
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
        "5W", [Column(heading, column_kind(tag), width=_width(tag)) for heading, tag in columns],
        [tags, *rows], currency=found.currency, paper=A3, across=2 if asked.disability else 1,
    )
    write_workbook(path, [sheet], title=f"5W {found.short_name}", made_at=made_at)


def _width(tag: str) -> int:
    """How wide a column is on paper; its heading folds."""
    return 18 if tag.startswith(("#value", "#sector", "#org")) else 14


def column_kind(tag: str) -> str:
    """The kind of a column's cells, by its tag."""
    if tag.startswith("#date"):
        return "date"
    if tag.startswith("#value"):
        return "amount"
    return "count" if tag.startswith(("#targeted", "#reached")) else "text"


def _row(
    found: Programme, asked: FiveWRequest, city: City | None, category: str, reached: Reached,
    everybody: tuple[Population, frozenset[str]],
) -> list[object]:
    sector = asked.sectors.get(category) or category_word(category, "en")
    country = asked.country or ((city.iso or "")[:2] if city else "")
    cells, whole, with_one = _people(reached, everybody, asked)
    targeted, homes = (
        None if 0 < count < asked.least else count
        for count in (len(reached.targeted), len(reached.households))
    )
    return [
        asked.date_from, asked.date_until, asked.organisation, asked.funder, found.code, sector,
        MODALITY, MODALITY_IATI, country, "", (city.iso or "") if city else "",
        city.name("en", asked.date_until) if city else "",
        (city.pcode or city.kato or "") if city else "", targeted, homes, whole, *cells,
        *with_one, found.currency,
        reached.issued_minor, reached.redeemed_minor,
    ]


def _people(
    reached: Reached, everybody: tuple[Population, frozenset[str]], asked: FiveWRequest
) -> tuple[list[int | None], int | None, list[int | None]]:
    """People by sex and age, all of them, and of these those with a disability, where it is asked:
    all, then by sex and age. With and without one are two rows, of which no sum tells too much."""
    people, disabled = everybody
    groups = [set(people.in_band(reached.people, sex, band))
              for band in asked.bands for sex, _ in SEXES]
    groups.append(set(reached.people).difference(*groups))
    width = len(groups) - 1
    unwritten = frozenset({width})
    if not asked.disability:
        told = published([[len(group) for group in groups]], asked.least, columns_too=False,
                         unwritten=unwritten)
        return [told.cell(0, column) for column in range(width)], told.row_total(0), []
    told = published([[len(group - disabled) for group in groups],
                      [len(group & disabled) for group in groups]],
                     asked.least, unwritten=unwritten)
    whole = len(reached.people)
    return (
        [told.column_total(column) for column in range(width)],
        None if 0 < whole < asked.least else whole,
        [told.row_total(1), *(told.cell(1, column) for column in range(width))],
    )
