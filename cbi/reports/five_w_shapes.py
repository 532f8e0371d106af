"""5W in the shapes of others: a coordination's own template, and a list that ActivityInfo takes.

A template is a table whose columns have HXL tags under their headings; each is filled with our
figure of that tag, whatever the order of its attributes. What stands once beneath the tags fills
the columns of which we have no figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cbi.base.errors import BadFile, UsageError
from cbi.files import read_tables, text_of
from cbi.files.workbook import Column, Sheet, write_workbook
from cbi.files.writing import write_csv
from cbi.programmes.tables import Programme
from cbi.reports.five_w import FiveWRequest, column_kind, headings
from cbi.reports.journal_forms import decimal
from cbi.reports.reached import Band

DISABLED = "disabled"
_ROWS_LOOKED = 20


@dataclass(frozen=True, slots=True)
class TemplateColumn:
    """A column of a template: its heading, its tag as written, and what fills it where we have
    nothing."""

    heading: str
    tag: str
    filling: str = ""

    @property
    def meaning(self) -> str:
        """The tag with its attributes in order."""
        return meaning(self.tag)


def meaning(tag: str) -> str:
    """A tag with its attributes in order, so that two writings of it are one."""
    name, *attributes = "".join(tag.split()).lower().split("+")
    return "+".join((name, *sorted(filter(None, attributes))))


def read_template(path: Path) -> tuple[TemplateColumn, ...]:
    """The columns of a template.

    Raises:
        BadFile: it cannot be read, or no row of it has HXL tags.
    """
    for table in read_tables(path):
        for index, row in enumerate(table.rows[:_ROWS_LOOKED]):
            tags = [text_of(cell) for cell in row.cells]
            if sum(tag.startswith("#") for tag in tags) < 2:
                continue
            names = table.rows[index - 1].cells if index else ()
            beneath = table.rows[index + 1].cells if index + 1 < len(table.rows) else ()
            return tuple(
                TemplateColumn(_at(names, place), tag, _at(beneath, place))
                for place, tag in enumerate(tags) if tag or _at(names, place)
            )
    raise BadFile("reports.template-untagged", file=path.name)


def _at(cells: Sequence[object], place: int) -> str:
    return str(cells[place] if place < len(cells) and cells[place] is not None else "").strip()


@dataclass(frozen=True, slots=True)
class TemplateWriter:
    """Writes rows of `five_w` into the columns of a template."""

    columns: tuple[TemplateColumn, ...]

    @property
    def asks_disability(self) -> bool:
        """Whether a column wants people with a disability."""
        return any(DISABLED in one.meaning.split("+") for one in self.columns)

    def unknown(self, bands: Sequence[Band]) -> list[str]:
        """The columns that stay empty: we have no figure of them, and the template no filling."""
        known = {meaning(tag) for _, tag in headings(bands, disability=True)}
        return [one.heading or one.tag for one in self.columns
                if one.meaning not in known and not one.filling]

    def __call__(
        self, path: Path, rows: Sequence[Sequence[object]], *, found: Programme,
        asked: FiveWRequest, made_at: int | None = None,
    ) -> None:
        """Write them: CSV if the name says so, else a workbook."""
        ours = [meaning(tag) for _, tag in headings(asked.bands, disability=asked.disability)]
        names = [one.heading for one in self.columns]
        tags: list[object] = [one.tag for one in self.columns]
        filled = [self._filled(dict(zip(ours, row, strict=True))) for row in rows]
        if path.suffix.lower() == ".csv":
            write_csv(path, names, [tags, *(
                [_plain(value, one.meaning, found.currency)
                 for one, value in zip(self.columns, row, strict=True)] for row in filled)])
            return
        sheet = Sheet("5W", [
            Column(one.heading, column_kind(one.meaning) if one.meaning in ours else "text")
            for one in self.columns
        ], [tags, *filled], currency=found.currency)
        write_workbook(path, [sheet], title=f"5W {found.short_name}", made_at=made_at)

    def _filled(self, row: dict[str, object]) -> list[object]:
        return [
            one.filling if row.get(one.meaning) == "" or one.meaning not in row
            else row[one.meaning] for one in self.columns
        ]


def write_activityinfo(
    path: Path, rows: Sequence[Sequence[object]], *, found: Programme, asked: FiveWRequest,
    made_at: int | None = None,
) -> None:
    """Write rows as ActivityInfo imports them: one row of field codes, no tags, and a key by which
    the same row taken in again is the same record.

    Raises:
        UsageError: the file's name is not a CSV's.
        BadFile: the file cannot be written.
    """
    if path.suffix.lower() != ".csv":
        raise UsageError("reports.activityinfo-name", file=path.name)
    tags = [tag for _, tag in headings(asked.bands, disability=asked.disability)]
    place, sector = tags.index("#loc+name"), tags.index("#sector+cluster+name")
    write_csv(path, ["record_key", *map(field_code, tags)], (
        [f"{found.code} {row[place]} {row[sector]} {asked.date_from} {asked.date_until}",
         *(_plain(value, tag, found.currency) for tag, value in zip(tags, row, strict=True))]
        for row in rows
    ))


def field_code(tag: str) -> str:
    """A tag as a field's code: letters, digits and underscores, at most 32."""
    name, *attributes = tag.removeprefix("#").split("+")
    left_out = {"cluster", "project"}
    parts = [name, *(one.removeprefix("age") if one[-1:].isdigit() or one.endswith("plus")
                     else one for one in attributes if one not in left_out)]
    return "_".join(parts)[:32]


def _plain(value: object, tag: str, currency: str) -> object:
    """A value as separated lists have it; None is kept back and stays empty."""
    if value is None:
        return ""
    if isinstance(value, int) and tag.startswith("#value"):
        return decimal(value, currency)
    return value
