"""Aggregates for statistical offices and ministries: people reached by month, city, sex and age.

Each person counts once in a month and once in the whole period, over all programmes, in the city of
their first voucher of it. Small counts are kept back (`suppression`), of closed months alone
(`giving_out`), and the whole period is told no finer than its months allow (`against_months`).
Nationality is not in the clear, so nothing is told by it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cbi.base.errors import UsageError
from cbi.files.workbook import Column, Sheet, write_workbook
from cbi.files.writing import write_csv
from cbi.messages import text
from cbi.messages.figures import month_words
from cbi.operators.operator_session import OperatorSession
from cbi.places.places import cities
from cbi.places.profile import profile_of
from cbi.programmes.programmes import programmes
from cbi.programmes.tables import Programme
from cbi.reports.against_months import People, Place, Shown, ToldTable, detail_of
from cbi.reports.as_of import MONTH, AsOf, bounds
from cbi.reports.giving_out import (
    Periods,
    check_period,
    last_day,
    months_between,
    seen_of,
)
from cbi.reports.reached import (
    SEXES,
    Band,
    Met,
    Population,
    Reached,
    population,
    reached_by_row,
)
from cbi.reports.suppression import LEAST, Published, published
from cbi.storage import ReadTransaction

LANGUAGES = ("en", "ru", "kk")
"""In which a ministry's sheet is written."""
WHOLE = "period"


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """A city in a month (or in the whole period), by sex and age; None is kept back. `people` may
    be more than the cells together, where sex or age is not known."""

    month: str
    city: str
    cells: tuple[int | None, ...]
    people: int | None
    households: int | None


@dataclass(frozen=True, slots=True)
class Indicators:
    """Rows by month, the whole period last; in each the cities, then all of them together."""

    first: str
    last: str
    bands: tuple[Band, ...]
    rows: tuple[IndicatorRow, ...]
    names: dict[str, dict[str, str]]
    seen: AsOf

    def record(self) -> list[dict[str, object]]:
        """As plain values."""
        keys = [f"{sex}{band.tag}" for band in self.bands for sex, _ in SEXES]
        return [
            {"month": one.month, "city": one.city, "people": one.people,
             "households": one.households, **dict(zip(keys, one.cells, strict=True))}
            for one in self.rows
        ]


@dataclass(slots=True)
class CountedByCity:
    """Whom a month reached, by city."""

    by_city: dict[str, Reached]
    everybody: Population

    def told(self, bands: Sequence[Band]) -> ToldTable:
        """People by city, sex and age."""
        cells: dict[Place, People] = {}
        for city, reached in self.by_city.items():
            groups = [frozenset(self.everybody.in_band(reached.people, sex, band))
                      for band in bands for sex, _ in SEXES]
            groups.append(frozenset(reached.people).difference(*groups))
            cells |= {(city, column): people for column, people in enumerate(groups)}
        return ToldTable(cells)

    def homes(self) -> ToldTable:
        """Households by city."""
        return ToldTable({(city, 0): frozenset(reached.households)
                     for city, reached in self.by_city.items()})


def indicators(
    session: OperatorSession, first: str, last: str, *, least: int = LEAST,
    asked: str | None = None,
) -> Indicators:
    """The indicators of months, as `2022-08` to `2022-10`, over all programmes.

    Where small counts are kept back, the whole is told of a quarter or a year.

    Raises:
        NotAllowed: this operator may not read the ledger.
        UsageError: these are no months, or none that are told where small counts are kept back.
        Conflict: small counts are kept back, and the last month is not closed.
    """
    session.require("ledger.read")
    if not MONTH.match(first) or not MONTH.match(last) or last < first:
        raise UsageError("reports.months-unreadable", first=first, last=last)
    check_period(f"{first}-01", last_day(last), Periods.CALENDAR, least)
    with session.ledger.read() as tx:
        bands = tuple(Band(one.name, one.age_from, one.until) for one in profile_of(tx).age_bands)
        known = programmes(tx)

        def seen(zone: str, month: str) -> AsOf:
            return seen_of(tx, ("", last_day(month)), zone, least, now=session.clock(), asked=asked)

        months = {month: _counted(tx, known, (month, month), seen)
                  for month in months_between(first, last)}
        rows = [row for month, told in months.items()
                for row in month_rows(month, told, bands, least)]
        if first != last:
            whole = _counted(tx, known, (first, last), seen)
            rows += whole_rows(whole, list(months.values()), bands, least)
        when = seen(known[0].zone if known else "UTC", last)
        names = {one.code: {lang: one.name(lang) for lang in LANGUAGES} for one in cities(tx)}
    return Indicators(first, last, bands, tuple(rows), names, when)


def _counted(
    tx: ReadTransaction, known: Sequence[Programme], months: tuple[str, str],
    seen: Callable[[str, str], AsOf],
) -> CountedByCity:
    """Everybody whom a voucher reached in these months, each in one city; `seen` gives as of when,
    by a programme's zone and the last month."""
    by_city: dict[str, Reached] = {}
    everybody = Population({}, {})
    for found in known:
        then = seen(found.zone, months[1])
        everybody = population(tx, then)
        period = bounds(f"{months[0]}-01", last_day(months[1]), found.zone)
        for (city, _), row in reached_by_row(tx, then, found, everybody, period).items():
            by_city.setdefault(city, Reached()).add(row)
    return CountedByCity(in_first_city(by_city), everybody)


def in_first_city(by_city: Mapping[str, Reached]) -> dict[str, Reached]:
    """Each person and household in the city alone in which they were reached first."""
    people = _first_cities({city: row.people for city, row in by_city.items()})
    homes = _first_cities({city: row.households for city, row in by_city.items()})
    return {
        city: replace(
            row, people={one: met for one, met in row.people.items() if people[one] == city},
            households={one: met for one, met in row.households.items() if homes[one] == city},
        )
        for city, row in by_city.items()
    }


def _first_cities(by_city: Mapping[str, Mapping[str, Met]]) -> dict[str, str]:
    """By number, the city of the earliest instant; of two at once the first by its code."""
    latest_first = sorted(
        ((met, city, number) for city, reached in by_city.items()
         for number, met in reached.items()), reverse=True,
    )
    return {number: city for _, city, number in latest_first}


def whole_rows(
    whole: CountedByCity, months: Sequence[CountedByCity], bands: Sequence[Band], least: int
) -> Iterator[IndicatorRow]:
    """The whole period's rows, in as much detail as its months allow."""
    told = [ToldTable(month.told(bands).cells, shown_in(month_rows("", month, bands, least)))
            for month in months]
    detail = detail_of(whole.told(bands), told, least)
    homes = detail_of(whole.homes(), [month.homes() for month in months], least)
    for row in month_rows(WHOLE, whole, bands, 0):
        city = row.city
        yield replace(
            row,
            cells=tuple(
                cell if city in detail.whole_cities or (not city and column in detail.columns)
                else None for column, cell in enumerate(row.cells)
            ),
            people=row.people if city in detail.cities or (not city and detail.together) else None,
            households=row.households
            if city in homes.cities or (not city and homes.together) else None,
        )


def shown_in(rows: Iterable[IndicatorRow]) -> frozenset[Shown]:
    """The places that a month's rows tell of."""
    found: set[Shown] = set()
    for row in rows:
        city = row.city or None
        found |= {(city, column) for column, cell in enumerate(row.cells) if cell is not None}
        if row.people is not None:
            found.add((city, None))
    return frozenset(found)


def month_rows(
    month: str, told: CountedByCity, bands: Sequence[Band], least: int
) -> Iterator[IndicatorRow]:
    """A month's cities with small counts kept back, and all cities together."""
    places, width = sorted(told.by_city), len(bands) * len(SEXES) + 1
    people = told.told(bands).cells
    counts = [[len(people[city, column]) for column in range(width)] for city in places]
    if not counts:
        return
    table = published(counts, least, unwritten=frozenset({width - 1}))
    for number, city in enumerate(places):
        homes = len(told.by_city[city].households)
        yield IndicatorRow(
            month, city, tuple(table.cell(number, column) for column in range(width - 1)),
            table.row_total(number), None if 0 < homes < least else homes,
        )
    yield _together(month, table, width, sum(len(one.households) for one in told.by_city.values()))


def _together(month: str, table: Published, width: int, homes: int) -> IndicatorRow:
    people = sum(map(sum, table.counts))
    shown = table.columns_too and not 0 < people < table.least
    cells = tuple(
        table.column_total(column) if table.columns_too else None for column in range(width - 1)
    )
    return IndicatorRow(
        month, "", cells, people if shown else None, None if 0 < homes < table.least else homes
    )


def write_indicators(told: Indicators, path: Path, *, language: str = "en") -> None:
    """Write them: CSV if the name says so, else a workbook.

    Raises:
        BadFile: the file cannot be written.
    """
    if path.suffix.lower() == ".csv":
        headings = ["month", "city", "people", "households",
                    *(f"{sex}{band.tag}" for band in told.bands for sex, _ in SEXES)]
        write_csv(path, headings, (
            [one.month, one.city, *("" if value is None else value for value in (
                one.people, one.households, *one.cells))] for one in told.rows
        ))
        return
    write_workbook(path, [_sheet(told, language)], title=_say("title", language),
                   language=language, made_at=told.seen.at)


def write_ministry(told: Indicators, path: Path) -> None:
    """Write the ministries' workbook: the same sheet in English, Russian and Kazakh.

    Raises:
        BadFile: the file cannot be written.
    """
    write_workbook(
        path, (_sheet(told, language) for language in LANGUAGES), title=_say("title", "en"),
        made_at=told.seen.at,
    )


def _sheet(told: Indicators, language: str) -> Sheet:
    columns = [
        Column(_say("month", language), width=16), Column(_say("city", language), width=16),
        *(Column(_say(name, language), "count", width=22) for name in ("people", "households")),
        *(Column(f"{_say(word, language)}, {band.years}", "count", width=22)
          for band in told.bands for _, word in SEXES),
    ]
    rows = [
        [_say("whole", language) if one.month == WHOLE else month_words(one.month, language),
         told.names.get(one.city, {}).get(language, one.city) or _say("all", language),
         *("*" if value is None else value for value in (
             one.people, one.households, *one.cells))]
        for one in told.rows
    ]
    return Sheet(
        _say("sheet", language), columns, rows, title=(
            _say("title", language), _say("period", language, **{
                name: month_words(month, language)
                for name, month in (("first", told.first), ("last", told.last))}),
            told.seen.words(language), _say("note", language),
        ),
    )


def _say(key: str, language: str, **facts: object) -> str:
    return text(f"ministry.{key}", language, **facts)
