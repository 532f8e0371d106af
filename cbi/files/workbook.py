"""Workbooks for people (XLSX): typed columns, totals that follow a filter, ready to print.

Rows are streamed: a sheet of any length needs little memory, and its body goes to the archive when
its totals and widths are known. The same input gives the same bytes. We write the sheets ourselves
because no library at hand is fast, streams, and stores the values of formulas (docs/decisions).

A sheet has its title lines, the totals, the headings, then the rows: totals stand above, so that
they stay in view and their place is known before the rows are.
"""

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

from cbi.base import UsageError
from cbi.files.cells import Cells, Formula, Typed
from cbi.files.package import DefinedName, Package
from cbi.files.styles import Styles
from cbi.files.values import column_letter
from cbi.files.writing import atomic_file
from cbi.messages import RIGHT_TO_LEFT, text

__all__ = ["Column", "Formula", "Sheet", "Typed", "sheet_name", "write_workbook"]

KINDS = ("text", "amount", "count", "date", "moment", "share")
"""`text` str, always text; `amount` int of minor units; `count` int; `date` ISO text or date;
`moment` datetime on the wall clock; `share` a fraction of one. None is an empty cell; what does not
fit its column's kind is written as text."""

ROWS_MAX = 1_048_576
_BLOCK_ROWS = 2_000
_IN_MEMORY_BYTES = 8 << 20
_WIDTH_MAX = 60
_FIXED_WIDTHS = {"date": 12, "moment": 20, "share": 9}
_UNNAMEABLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and kind, whether a total stands above it.

    `name` makes its cells a named range for formulas of any sheet (`SUMIFS(register_amount, …)`).
    `width` in characters; None is as wide as its content, within reason.
    """

    heading: str
    kind: str = "text"
    total: bool = False
    name: str = ""
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to be. `rows` may be a generator; a cell is a plain value, `Typed` or `Formula`.

    Not `headed`: no headings, filter or frozen rows, for a cover or a note.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    title: Sequence[str] = ()
    headed: bool = True
    currency: str = "KZT"

    @property
    def has_totals(self) -> bool:
        """Whether a row of totals stands above the headings."""
        return any(column.total for column in self.columns)

    @property
    def totals_row(self) -> int:
        """The row of the totals, from 1."""
        return len(self.title) + bool(self.title) + 1

    @property
    def heading_row(self) -> int:
        """The row of the headings, from 1."""
        return self.totals_row + self.has_totals

    @property
    def first_row(self) -> int:
        """The first row of the rows themselves, from 1."""
        return self.heading_row + self.headed

    def total_cell(self, heading: str) -> str:
        """The place of a column's total, for a formula of another sheet."""
        index = [column.heading for column in self.columns].index(heading)
        return f"{quoted(sheet_name(self.name))}!${column_letter(index)}${self.totals_row}"


def write_workbook(
    path: Path, sheets: Iterable[Sheet], *, title: str = "", language: str = "en",
    made_at: int | None = None, private: bool = False,
) -> None:
    """Write a workbook, whole or not at all; `sheets` are asked for one after the other.

    `language` decides the direction of sheets and the word for a total; `made_at` (microseconds
    UTC) is told by the file's properties. With `private` only the owner may read the file.

    Raises:
        BadFile: as for `atomic_file`.
        UsageError: a sheet has more rows than a spreadsheet holds.
    """
    with atomic_file(path, private=private) as file, Package(file) as package:
        book = _Book(package, Styles(), language)
        for sheet in sheets:
            book.add(sheet)
        package.finish(book.styles, book.names, title=title, made_at=made_at)


def sheet_name(name: str) -> str:
    """The name as a spreadsheet accepts it: at most 31 characters, none of `[]:*?/\\`."""
    return _UNNAMEABLE.sub(" ", name).strip().strip("'")[:31].strip() or "Sheet"


def quoted(name: str) -> str:
    """A sheet's name in a formula."""
    return "'" + name.replace("'", "''") + "'"


@dataclass
class _Book:
    package: Package
    styles: Styles
    language: str
    names: list[DefinedName] = field(default_factory=list)

    def add(self, sheet: Sheet) -> None:
        """Write one sheet: the body to the side first, because the head tells its sums."""
        kinds = [column.kind for column in sheet.columns]
        cells = Cells(kinds, sheet.currency, self.styles)
        with tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES) as body:
            last = sheet.first_row - 1
            for block in _blocks(sheet.rows):
                if last + len(block) > ROWS_MAX:
                    raise UsageError("files.too-many-rows", sheet=sheet.name, rows=ROWS_MAX)
                body.write(cells.block(last + 1, block).encode())
                last += len(block)
            top = self._top(sheet, cells, last)
            name = self.package.new_sheet(sheet_name(sheet.name))
            self._name_ranges(sheet, name, last)
            body.seek(0)
            with self.package.open_sheet() as part:
                part.write(self._head(sheet, cells, last).encode())
                part.write(top.encode())
                _copy(body, part)
                part.write(self._tail(sheet, name, last).encode())

    def _top(self, sheet: Sheet, cells: Cells, last: int) -> str:
        """Title lines, totals and headings."""
        rows = []
        for number, line in enumerate(sheet.title, 1):
            kind = "title" if number == 1 else "note"
            widths = cells.widths[0]
            rows.append(_row(number, [cells.cell(number, 0, Typed(kind, line))]))
            cells.widths[0] = widths  # a title runs over the columns beside it
        if sheet.has_totals:
            rows.append(_row(sheet.totals_row, self._totals(sheet, cells, last)))
        if sheet.headed:
            rows.append(_row(sheet.heading_row, [
                cells.cell(sheet.heading_row, index, Typed("column-heading", column.heading))
                for index, column in enumerate(sheet.columns)
            ]))
        return "".join(rows)

    def _totals(self, sheet: Sheet, cells: Cells, last: int) -> list[str]:
        row, last = sheet.totals_row, max(last, sheet.first_row)
        made = []
        if not sheet.columns[0].total:
            word = Typed("heading", text("files.total", self.language))
            made.append(cells.cell(row, 0, word))
        for index, column in enumerate(sheet.columns):
            if column.total:
                letter = column_letter(index)
                sum_up = f"SUBTOTAL(109,{letter}{sheet.first_row}:{letter}{last})"
                made.append(
                    cells.cell(row, index, Formula(sum_up, cells.sums[index]), strong=True)
                )
        return made

    def _name_ranges(self, sheet: Sheet, name: str, last: int) -> None:
        last = max(last, sheet.first_row)
        place, own = quoted(name), self.package.sheet_count - 1
        for index, column in enumerate(sheet.columns):
            if column.name:
                letter = column_letter(index)
                self.names.append(DefinedName(
                    column.name, f"{place}!${letter}${sheet.first_row}:${letter}${last}", None
                ))
        if sheet.headed:
            end = column_letter(len(sheet.columns) - 1)
            self.names += [
                DefinedName(
                    "_xlnm._FilterDatabase", f"{place}!$A${sheet.heading_row}:${end}${last}", own
                ),
                DefinedName(
                    "_xlnm.Print_Titles", f"{place}!${sheet.heading_row}:${sheet.heading_row}", own
                ),
            ]

    def _head(self, sheet: Sheet, cells: Cells, last: int) -> str:
        end = column_letter(len(sheet.columns) - 1)
        rtl = ' rightToLeft="1"' if self.language in RIGHT_TO_LEFT else ""
        selected = ' tabSelected="1"' if self.package.sheet_count == 1 else ""
        split = sheet.heading_row
        pane = (
            f'<pane ySplit="{split}" topLeftCell="A{split + 1}" activePane="bottomLeft" '
            'state="frozen"/><selection pane="bottomLeft"/>' if sheet.headed else ""
        )
        columns = "".join(
            f'<col min="{index + 1}" max="{index + 1}" width="{width}" customWidth="1"/>'
            for index, width in enumerate(map(_width, sheet.columns, cells.widths))
        )
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
            f'<dimension ref="A1:{end}{max(last, 1)}"/>'
            f'<sheetViews><sheetView{rtl}{selected} workbookViewId="0">{pane}</sheetView>'
            f'</sheetViews><sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>'
        )

    def _tail(self, sheet: Sheet, name: str, last: int) -> str:
        end = column_letter(len(sheet.columns) - 1)
        last = max(last, sheet.first_row)
        texts = " ".join(
            f"{column_letter(index)}{sheet.first_row}:{column_letter(index)}{last}"
            for index, column in enumerate(sheet.columns) if column.kind == "text"
        )
        filtered = f'<autoFilter ref="A{sheet.heading_row}:{end}{last}"/>' if sheet.headed else ""
        calm = (
            f'<ignoredErrors><ignoredError sqref="{texts}" numberStoredAsText="1"/></ignoredErrors>'
            if texts else ""
        )
        footer = name.replace("&", "&&").replace("&", "&amp;").replace("<", "&lt;")
        return (
            f"</sheetData>{filtered}"
            '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
            '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
            f"<headerFooter><oddFooter>&amp;L{footer}&amp;R&amp;P / &amp;N</oddFooter>"
            f"</headerFooter>{calm}</worksheet>"
        )


def _row(number: int, cells: Sequence[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _blocks(rows: Iterable[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    waiting = iter(rows)
    while block := list(islice(waiting, _BLOCK_ROWS)):
        yield block


def _copy(body: IO[bytes], part: IO[bytes]) -> None:
    while chunk := body.read(1 << 18):
        part.write(chunk)


def _width(column: Column, longest: int) -> int:
    if column.width is not None:
        return column.width
    grouped = longest * 4 // 3 if column.kind in ("amount", "count") else longest
    least = _FIXED_WIDTHS.get(column.kind, 0)
    words = max(map(len, column.heading.split()), default=0)
    return max(8, least, min(max(grouped, words) + 3, _WIDTH_MAX))
