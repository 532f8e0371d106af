"""What a 5W tells of people: each category as the indicators tell a month or a period, small counts
kept back, and people with a disability beside those without.

Totals over cities stand on no 5W, but the indicators have them, so they are taken as told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cbi.reports.against_months import Place, ToldTable, detail_of, is_safe
from cbi.reports.indicators import CountedByCity, IndicatorRow, month_rows, whole_rows
from cbi.reports.reached import Band, Population, Reached
from cbi.reports.suppression import Published, published

Row = tuple[str, str]
"""City and category."""


@dataclass(frozen=True, slots=True)
class Window:
    """Whom a programme reached in a period, and which of them have a disability."""

    rows: Mapping[Row, Reached]
    people: Population
    disabled: frozenset[str]

    def counted(self, category: str) -> CountedByCity:
        """A category's people by city."""
        return CountedByCity(
            {city: reached for (city, one), reached in self.rows.items() if one == category},
            self.people,
        )


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A row's people, None where they are kept back: `cells` by band and sex, `disabled` all with a
    disability and then the same by band and sex."""

    targeted: int | None
    households: int | None
    people: int | None
    cells: tuple[int | None, ...]
    disabled: tuple[int | None, ...]


def told_rows(
    whole: Window, months: Sequence[Window], bands: Sequence[Band], least: int
) -> Iterator[tuple[Row, ToldRow]]:
    """Every row; `months` are those of a period of several, where small counts are kept back."""
    for category in sorted({category for _, category in whole.rows}):
        counted, parts = whole.counted(category), [one.counted(category) for one in months]
        rows = whole_rows(counted, parts, bands, least) if months \
            else month_rows("", counted, bands, least)
        targeted = _targeted(counted, parts, least)
        for row in rows:
            if row.city:
                yield (row.city, category), _with_disability(
                    row, _beside_reached(targeted[row.city], row.people, counted.by_city[row.city],
                                         least),
                    (whole, months), (category, bands, least))


def _targeted(
    counted: CountedByCity, parts: Sequence[CountedByCity], least: int
) -> dict[str, int | None]:
    def table(one: CountedByCity) -> ToldTable:
        return ToldTable({(city, 0): frozenset(reached.targeted)
                          for city, reached in one.by_city.items()})

    told = detail_of(table(counted), [table(one) for one in parts], least).cities if parts else None
    return {
        city: None if 0 < len(reached.targeted) < least or (told is not None and city not in told)
        else len(reached.targeted) for city, reached in counted.by_city.items()
    }


def _beside_reached(
    targeted: int | None, people: int | None, reached: Reached, least: int
) -> int | None:
    """How many were targeted, unless few of them were not reached, or they are all who were and
    these are kept back: everybody who was reached was targeted."""
    missed = len(reached.targeted - reached.people.keys())
    if 0 < missed < least or (not missed and people is None):
        return None
    return targeted


def _with_disability(
    row: IndicatorRow, targeted: int | None, windows: tuple[Window, Sequence[Window]],
    asked: tuple[str, Sequence[Band], int],
) -> ToldRow:
    """The row with its people who have a disability. Where there are some, what would give few of
    them away is kept back even if they are not asked for: else a second report would tell them."""
    (whole, months), (category, bands, least) = windows, asked
    groups = _groups(whole, row.city, category, bands)
    table = _two_rows(groups, whole.disabled, least)
    cells, disabled = row.cells, (
        table.row_total(1), *(table.cell(1, column) for column in range(len(row.cells))))
    if any(group & whole.disabled for group in groups):
        cells = tuple(None if table.column_total(column) is None else cell
                      for column, cell in enumerate(row.cells))
    if months and not _apart_safe(groups, windows, row.city, asked):
        disabled = (None,) * len(disabled)
    return ToldRow(targeted, row.households, row.people, cells, disabled)


def _groups(
    one: Window, city: str, category: str, bands: Sequence[Band]
) -> list[frozenset[str]]:
    """A row's people by band and sex; at last those of whom either is not known."""
    cells = CountedByCity({city: one.rows.get((city, category), Reached())}, one.people) \
        .told(bands).cells
    return [people for _, people in sorted(cells.items())]


def _two_rows(
    groups: Sequence[frozenset[str]], disabled: frozenset[str], least: int
) -> Published:
    return published(
        [[len(group - disabled) for group in groups], [len(group & disabled) for group in groups]],
        least, unwritten=frozenset({len(groups) - 1}),
    )


def _apart_safe(
    groups: Sequence[frozenset[str]], windows: tuple[Window, Sequence[Window]], city: str,
    asked: tuple[str, Sequence[Band], int],
) -> bool:
    """Whether no difference of the period and its months is about few with or few without."""
    (whole, months), (category, bands, least) = windows, asked

    def table(of: Sequence[frozenset[str]], disabled: frozenset[str]) -> ToldTable:
        cells: dict[Place, frozenset[str]] = {}
        for column, group in enumerate(of):
            cells |= {("with", column): group & disabled, ("without", column): group - disabled}
        return ToldTable(cells)

    told = table(groups, whole.disabled)
    parts = [table(_groups(one, city, category, bands), one.disabled) for one in months]
    return all(is_safe(told, parts, [place], least) for place in told.cells)
