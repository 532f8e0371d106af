"""Workbooks for people (XLSX): typed columns, totals that follow a filter, ready to print.

openpyxl writes them, streaming: a sheet of any length needs little memory. Widths and the values
of formulas are known when the last row is, and are put in while a sheet is packed (`package`). The
same input gives the same bytes.

A sheet has its title lines, the totals, the headings, then the rows: totals stand above, so that
they stay in view and their place is known before the rows are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from cbi.base import UsageError
from cbi.files.cells import Cells, Formula, Typed
from cbi.files.charting import SheetChart, Written, drawn
from cbi.files.dressing import (
    WIDTH_MAX,
    RangeChart,
    dress,
    headings_height,
    headings_in,
    height_of,
    sheet_name,
)
from cbi.files.prints import SheetPrint, told_of, undressed
from cbi.files.styles import Styles
from cbi.files.values import column_letter
from cbi.files.writing import atomic_file
from cbi.messages import RIGHT_TO_LEFT, text

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell as SheetCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

    from cbi.files.package import Finish

__all__ = ["Column", "Formula", "Sheet", "SheetChart", "Typed", "sheet_name", "write_workbook"]

KINDS = ("text", "amount", "count", "date", "moment", "share", "number")
"""`text` str, always text; `amount` int of minor units; `count` int; `date` ISO text or date;
`moment` datetime on the wall clock; `share` a fraction of one; `number` any. None is an empty cell;
what does not fit its column's kind is written as text."""

ROWS_MAX = 1_048_576
_BLOCK_ROWS = 2_000
_EPOCH = date(1970, 1, 1).toordinal()
_FIXED_WIDTHS = {"date": 12, "moment": 20, "share": 9}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading and kind, whether a total stands above it.

    `name` makes its cells a named range for formulas of any sheet (`SUMIFS(register_amount, …)`).
    `width` in characters, else as its content. `tints` colour the words that they name (`good`,
    `watch`, `bad`, `quiet`), `choices` are offered; with `blank_zeros` a nought is an empty cell.
    """

    heading: str
    kind: str = "text"
    total: bool = False
    name: str = ""
    width: int | None = None
    tints: Mapping[str, str] = field(default_factory=dict)
    choices: Sequence[str] = ()
    blank_zeros: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet to be. `rows` may be a generator; a cell is a plain value, `Typed` or `Formula`.

    Not `headed`: no headings, filter or frozen rows, for a cover or a note. `place` is where it
    stands among the sheets that are there already, at the end by itself. The sheet that `opens` is
    shown first. `printed` is how many columns are printed, all by themselves; `paper` a size's
    number (9 is A4, 8 is A3), `across` how many sheets of it stand beside each other. `charts`
    stand on it, drawn from columns of it or of sheets before it, and `drawings`, from any cells.
    """

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    title: Sequence[str] = ()
    headed: bool = True
    currency: str = ""
    charts: Sequence[SheetChart] = ()
    place: int | None = None
    opens: bool | None = None
    printed: int | None = None
    paper: int = 9
    across: int = 1
    upright: bool = False
    one_page: bool = False
    drawings: Sequence[RangeChart] = ()

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


@dataclass(frozen=True, slots=True)
class WrittenSheet:
    """A sheet that was written: what it holds in short, and its columns' sums.

    Sums are in minor units, counts, or seconds since `MOMENTS_FROM`.
    """

    sheet: Sheet
    sums: Sequence[int]
    print: SheetPrint


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
    with atomic_file(path, private=private) as file:
        _write(file, sheets, language, (title, made_at), None)


def write_and_tell(
    path: Path, sheets: Iterable[Sheet], written: list[WrittenSheet], *, title: str = "",
    language: str = "en", made_at: int | None = None,
) -> None:
    """The same; what was written of each sheet goes to `written` before the next is asked for."""
    with atomic_file(path) as file:
        _write(file, sheets, language, (title, made_at), written)


def _write(
    file: BinaryIO, sheets: Iterable[Sheet], language: str, about: tuple[str, int | None],
    record: list[WrittenSheet] | None,
) -> None:
    from openpyxl import Workbook

    from cbi.files.package import FinishingWriter, FixedZip

    book = Workbook(write_only=True)
    making = _Book(book, Styles(book), language, record=record)
    with making.cleared():
        for sheet in sheets:
            making.add(sheet)
        making.styles.settle()
        making.describe(*about)
        with FixedZip(file) as archive:
            FinishingWriter(book, archive, making.finishes).save()


def quoted(name: str) -> str:
    """A sheet's name in a formula."""
    return "'" + name.replace("'", "''") + "'"


@dataclass
class _Book:
    """A workbook while its sheets are written; what only the end knows is kept in `finishes`."""

    book: "Workbook"
    styles: Styles
    language: str
    finishes: dict[str, "Finish"] = field(default_factory=dict)
    written: dict[str, Written] = field(default_factory=dict)
    record: list[WrittenSheet] | None = None

    @contextmanager
    def cleared(self) -> Iterator[None]:
        """After any exception no half-written sheet is left in the temporary folder."""
        try:
            yield
        except BaseException:
            for made in self.book.worksheets:
                if made._writer is None:
                    continue
                made._writer.write_row.written.close()
                if Path(made._writer.out).exists():
                    if not made.closed:
                        made.close()
                    made._writer.cleanup()
            raise

    def add(self, sheet: Sheet) -> None:
        """Write one sheet. Its totals stand above the rows; their values follow at the end."""
        from cbi.files.package import Finish
        from cbi.files.row_writing import RowWriter

        made = self._laid_out(sheet)
        cells = Cells(made, sheet.columns, sheet.currency, self.styles)
        made._values_to_row = lambda row, _number: row  # the cells know their places already
        told = None if self.record is None else SheetPrint(made.title)
        if sheet.headed:
            made.row_dimensions[sheet.heading_row].height = headings_height(
                sheet, (column.heading for column in sheet.columns))
        made._get_writer()
        made._writer.write_row = rows = RowWriter(made)
        for line in self._top(sheet, cells):
            made.append(told_of(line, told))
        last = self._append_rows(sheet, made, cells, told)
        end = max(last, sheet.first_row)
        for index, column in enumerate(sheet.columns):
            if column.total:
                letter = column_letter(index)
                cells.know(
                    sheet.totals_row, index, f"SUBTOTAL(9,{letter}{sheet.first_row}:{letter}{end})"
                )
        self._name_ranges(sheet, made, end)
        self._draw(sheet, made, last)
        dress(made, sheet, end)
        made.close()
        if sheet.place is not None:
            self.book._sheets.insert(sheet.place, self.book._sheets.pop())
        self._keep(sheet, cells, told)
        self.finishes[made.title] = Finish(
            rows.written,
            [_width(column, widest) for column, widest in zip(
                sheet.columns, cells.widths, strict=True)],
            cells.known,
            [f"{column_letter(index)}{sheet.first_row}:{column_letter(index)}{end}"
             for index, column in enumerate(sheet.columns) if column.kind == "text"],
        )

    def _append_rows(
        self, sheet: Sheet, made: "WriteOnlyWorksheet", cells: Cells, told: SheetPrint | None
    ) -> int:
        """Write the rows; returns the number of the last one."""
        wrapped = next(
            (index for index, column in enumerate(sheet.columns) if column.kind == "wrapped"), None
        )
        last = sheet.first_row - 1
        for block in _blocks(sheet.rows):
            if last + len(block) > ROWS_MAX:
                raise UsageError("files.too-many-rows", sheet=sheet.name, rows=ROWS_MAX)
            for place, row in enumerate(cells.block(last + 1, block)):
                if wrapped is not None and row:
                    width = sheet.columns[wrapped].width or WIDTH_MAX
                    made.row_dimensions[row[0].row].height = height_of(row, wrapped, width)
                if not sheet.headed and (heads := headings_in(block[place])):
                    made.row_dimensions[last + 1 + place].height = headings_height(sheet, heads)
                made.append(told_of(row, told))
            last += len(block)
        return last

    def _keep(self, sheet: Sheet, cells: Cells, told: SheetPrint | None) -> None:
        """Tell whoever asked what the sheet holds."""
        if told is not None and self.record is not None:
            told.formulas |= {
                place: (undressed(known.expression), known.shown)
                for place, known in cells.known.items()
            }
            self.record.append(WrittenSheet(sheet, tuple(cells.sums), told))

    def _draw(self, sheet: Sheet, made: "WriteOnlyWorksheet", last: int) -> None:
        headings = [column.heading for column in sheet.columns]
        self.written[sheet.name] = Written(made, headings, sheet.heading_row, last)
        for asked in sheet.charts:
            chart = drawn(asked, self.written)
            if chart is not None:
                made.add_chart(chart, asked.at)

    def describe(self, title: str, made_at: int | None) -> None:
        """The file's properties; nothing of the machine or the day it runs on."""
        about = self.book.properties
        about.title, about.creator = title or None, "cbi"
        seconds = 0 if made_at is None else made_at // 1_000_000
        about.created = about.modified = datetime.fromordinal(_EPOCH) + timedelta(seconds=seconds)

    def _laid_out(self, sheet: Sheet) -> "WriteOnlyWorksheet":
        """An empty sheet, ready to print: direction, frozen headings, page."""
        from openpyxl.worksheet.properties import PageSetupProperties

        made = self.book.create_sheet(self._free(sheet_name(sheet.name)))
        view = made.sheet_view
        view.rightToLeft = self.language in RIGHT_TO_LEFT or None
        first = len(self.book.worksheets) == 1 if sheet.opens is None else sheet.opens
        view.tabSelected = first or None
        if sheet.headed:
            made.freeze_panes = f"A{sheet.first_row}"
            made.print_title_rows = f"{sheet.heading_row}:{sheet.heading_row}"
        made.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        made.page_setup.paperSize = sheet.paper
        made.page_setup.orientation = "portrait" if sheet.upright else "landscape"
        made.page_setup.fitToWidth, made.page_setup.fitToHeight = sheet.across, int(sheet.one_page)
        margins = made.page_margins
        margins.left = margins.right = 0.4
        margins.top, margins.bottom, margins.header, margins.footer = 0.5, 0.6, 0.3, 0.3
        made.oddFooter.left.text = made.title.replace("&", "&&")
        made.oddFooter.right.text = "&P / &N"
        made.column_dimensions["A"].width = 8  # all widths are put in at the end
        return made

    def _free(self, name: str) -> str:
        """The name, or with a number if a sheet has it already."""
        taken = {other.casefold() for other in self.book.sheetnames}
        free, number = name, 1
        while free.casefold() in taken:
            number += 1
            free = f"{name[: 30 - len(str(number))]} {number}"
        return free

    def _top(self, sheet: Sheet, cells: Cells) -> Iterator[list["SheetCell"]]:
        """Title lines, totals and headings."""
        for number, line in enumerate(sheet.title, 1):
            widest = cells.widths[0]
            kind = "title" if number == 1 else "note"
            yield _present([cells.cell(number, 0, Typed(kind, line))])
            cells.widths[0] = widest  # a title runs over the columns beside it
        if sheet.title:
            yield []
        if sheet.has_totals:
            yield _present(self._totals_row(sheet, cells))
        if sheet.headed:
            yield _present([
                cells.cell(sheet.heading_row, index, Typed(_heading_kind(column), column.heading))
                for index, column in enumerate(sheet.columns)
            ])

    def _totals_row(self, sheet: Sheet, cells: Cells) -> Iterator["SheetCell | None"]:
        """The row of totals; what each sums up, and to what, is told when the last row is known."""
        if not sheet.columns[0].total:
            word = Typed("heading", text("files.total", self.language))
            yield cells.cell(sheet.totals_row, 0, word)
        for index, column in enumerate(sheet.columns):
            if column.total:
                yield cells.cell(sheet.totals_row, index, Formula("0", 0), strong=True)

    def _name_ranges(self, sheet: Sheet, made: "WriteOnlyWorksheet", last: int) -> None:
        from openpyxl.workbook.defined_name import DefinedName

        place = quoted(made.title)
        for index, column in enumerate(sheet.columns):
            if column.name:
                letter = column_letter(index)
                self.book.defined_names[column.name] = DefinedName(
                    column.name,
                    attr_text=f"{place}!${letter}${sheet.first_row}:${letter}${last}",
                )
        if sheet.headed:
            end = column_letter(len(sheet.columns) - 1)
            made.auto_filter.ref = f"A{sheet.heading_row}:{end}{last}"


def _present(cells: Iterable["SheetCell | None"]) -> list["SheetCell"]:
    return [cell for cell in cells if cell is not None]


def _blocks(rows: Iterable[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    waiting = iter(rows)
    while block := list(islice(waiting, _BLOCK_ROWS)):
        yield block


def _heading_kind(column: Column) -> str:
    """A heading stands where the cells below it do: numbers are at the right."""
    at_the_left = ("text", "wrapped", "date", "moment")
    return "column-heading" if column.kind in at_the_left else "number-heading"


def _width(column: Column, longest: int) -> int:
    if column.width is not None:
        return column.width
    grouped = longest * 4 // 3 if column.kind in ("amount", "count") else longest
    least = _FIXED_WIDTHS.get(column.kind, 0)
    words = max(map(len, column.heading.split()), default=0)
    return max(8, least, min(max(grouped, words) + 4, WIDTH_MAX))
