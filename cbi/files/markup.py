"""Spreadsheets that are text between tags: a page with tables, as tills and web reports save it
under `.xls`, and XML Spreadsheet 2003. Runs in the process that parses strangers' files.

A page is read as it would print: a line of text outside of tables is a row, and so is each row of a
table; a table within a cell goes on below. What spans several columns or rows is a merged cell, as
HTML has it (HTML Living Standard, section 4.9) and the schema of XML Spreadsheet
(`urn:schemas-microsoft-com:office:spreadsheet`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, ClassVar

from cbi.files.encodings import code_page

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Cell = str | float | bool | date | datetime
Place = tuple[int, int]
SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
COLUMNS_SPANNED_MAX, ROWS_SPANNED_MAX = 1_000, 65_534
"""As HTML bounds them; more is no table."""
_SS, _EXCEL = f"{{{SPREADSHEET}}}", "{urn:schemas-microsoft-com:office:excel}"
_CHARSET = re.compile(rb"""(?i)<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{2,20})""")
_CHARSET_BYTES = 1024
_BLANK = re.compile(r"[^\S\n]+")


UNREADABLE, CUT_OFF = "markup-unreadable", "markup-cut-off"


class MarkupError(Exception):
    """The markup is damaged, hostile, or holds no table; `code` says whether it ends too early."""

    def __init__(self, code: str = UNREADABLE) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class MarkupSheet:
    """One sheet, told as the parser of other workbooks tells it; places are counted from 0."""

    name: str
    visible: bool = True
    rows: list[list[Cell]] = field(default_factory=list)
    merged_cell_ranges: list[tuple[Place, Place]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    """Numbers of rows that are not shown, counted from 1."""

    @property
    def start(self) -> Place | None:
        """Where the first cell is; None of an empty sheet."""
        return (0, 0) if any(self.rows) else None

    @property
    def end(self) -> Place | None:
        """The last row and the last column that holds anything."""
        return (len(self.rows) - 1, max(map(len, self.rows)) - 1) if any(self.rows) else None

    def iter_rows(self) -> Iterator[list[Cell]]:
        """Every row, as long as the longest."""
        width = max(map(len, self.rows), default=0)
        for row in self.rows:
            yield row + [""] * (width - len(row))

    def put(self, row: int, column: int, cell: Cell, spans: tuple[int, int] = (1, 1)) -> None:
        """Put a cell at its place; `spans` are the rows and the columns that it covers."""
        while len(self.rows) <= row:
            self.rows.append([])
        cells = self.rows[row]
        cells += [""] * (column + spans[1] - len(cells))
        cells[column] = cell
        if spans != (1, 1):
            last = (row + spans[0] - 1, column + spans[1] - 1)
            self.merged_cell_ranges.append(((row, column), last))


def sheets_of(content: bytes) -> list[MarkupSheet]:
    """The sheets of a file.

    Raises:
        MarkupError: it is damaged, cut off, defines entities, or holds no table.
    """
    if SPREADSHEET.encode() in content[:4096]:
        return _of_xml(content)
    page = _Page()
    page.feed(_decoded(content))
    page.close()
    page.end_line()
    if not page.is_whole:
        raise MarkupError(CUT_OFF)
    if not page.tables:
        raise MarkupError
    return [page.sheet]


def _decoded(content: bytes) -> str:
    told = _CHARSET.search(content[:_CHARSET_BYTES])
    for charset in ("utf-8-sig", told[1].decode("ascii") if told else "", code_page(content)):
        try:
            return content.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("utf-8", "replace")


class _Page(HTMLParser):
    """A page while it is read, from its first tag to its last."""

    SILENT: ClassVar = frozenset({"script", "style", "head", "noscript", "template", "option"})
    LINES: ClassVar = frozenset({
        "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "caption", "center", "pre", "form",
        "section", "header", "footer", "address", "blockquote", "dt", "dd", "hr", "body",
    })

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.sheet, self.tables = MarkupSheet("Table"), 0
        self._open_page = False
        self._silent, self._depth = 0, 0
        self._text: list[str] = []
        self._row, self._column = -1, 0
        self._cell: tuple[int, int] | None = None
        self._raw = ""
        self._below: dict[int, int] = {}
        """By column, how many rows the cells above still reach down."""

    @property
    def is_whole(self) -> bool:
        """Whether every table that begins ends, and the page too: else rows are missing."""
        return not self._depth and not self._open_page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row, a cell or a line of text."""
        said = {name: value or "" for name, value in attrs}
        if tag in self.SILENT:
            self._silent += 1
        elif tag == "html":
            self._open_page = True
        elif tag == "table":
            self.end_line()
            self._depth, self.tables = self._depth + 1, self.tables + 1
            self._below.clear()
        elif tag == "tr" and self._depth:
            self.end_line()
            self._begin_row(said)
        elif tag in ("td", "th") and self._depth:
            self.end_line()
            self._begin_cell(said)
        elif tag == "br":
            self._text.append("\n")
        elif tag in self.LINES and self._cell is None:
            self.end_line()
        elif tag in self.LINES:
            self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End what the tag began."""
        if tag in self.SILENT:
            self._silent = max(self._silent - 1, 0)
        elif tag == "html":
            self._open_page = False
        elif tag in ("td", "th", "tr"):
            self.end_line()
        elif tag == "table":
            self.end_line()
            self._depth = max(self._depth - 1, 0)
            self._below.clear()
        elif tag in self.LINES and self._cell is None:
            self.end_line()

    def handle_data(self, data: str) -> None:
        """Keep the text of a cell, or of a line outside of tables."""
        if not self._silent:
            self._text.append(data.replace("\n", " "))

    def end_line(self) -> None:
        """Put what was read so far into its cell, or into a row of its own."""
        text = self._raw or "\n".join(
            line for part in "".join(self._text).split("\n")
            if (line := _BLANK.sub(" ", part).strip())
        )
        self._text.clear()
        if self._cell is not None:
            self._put(text, self._cell)
        elif text:
            self.sheet.put(len(self.sheet.rows), 0, text)
            self._row = -1
        self._cell, self._raw = None, ""

    def _begin_row(self, said: Mapping[str, str]) -> None:
        self._row, self._column = len(self.sheet.rows), 0
        self.sheet.rows.append([])
        self._below = {column: left - 1 for column, left in self._below.items() if left > 1}
        if "hidden" in said or "display:none" in said.get("style", "").replace(" ", ""):
            self.sheet.hidden.append(self._row + 1)

    def _begin_cell(self, said: Mapping[str, str]) -> None:
        if self._row < 0:
            self._begin_row({})
        self._cell = (_span(said.get("rowspan"), ROWS_SPANNED_MAX),
                      _span(said.get("colspan"), COLUMNS_SPANNED_MAX))
        self._raw = said.get("x:num", "")  # as Excel tells a number that it shows shortened

    def _put(self, text: str, spans: tuple[int, int]) -> None:
        while self._column in self._below:
            self._column += 1
        self.sheet.put(self._row, self._column, text, spans)
        if spans[0] > 1:
            reached = range(self._column, self._column + spans[1])
            self._below.update(dict.fromkeys(reached, spans[0]))
        self._column += spans[1]


def _span(told: str | None, most: int) -> int:
    return min(int(told), most) if told and told.isdecimal() and told.strip("0") else 1


def _of_xml(content: bytes) -> list[MarkupSheet]:
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise MarkupError from error
    return [_xml_sheet(one) for one in root.iter(f"{_SS}Worksheet")]


def _xml_sheet(worksheet: "Element") -> MarkupSheet:
    shown = worksheet.findtext(f"{_EXCEL}WorksheetOptions/{_EXCEL}Visible", "SheetVisible")
    sheet = MarkupSheet(worksheet.get(f"{_SS}Name", ""), shown == "SheetVisible")
    row = -1
    for one in worksheet.iterfind(f"{_SS}Table/{_SS}Row"):
        row = _place(one, row)
        if one.get(f"{_SS}Hidden") == "1":
            sheet.hidden.append(row + 1)
        column = -1
        for cell in one.iterfind(f"{_SS}Cell"):
            column = _place(cell, column)
            across = _more(cell, "MergeAcross", COLUMNS_SPANNED_MAX)
            spans = (1 + _more(cell, "MergeDown", ROWS_SPANNED_MAX), 1 + across)
            sheet.put(row, column, _xml_cell(cell.find(f"{_SS}Data")), spans)
            column += across
        row += _more(one, "Span", ROWS_SPANNED_MAX)
    return sheet


def _more(one: "Element", name: str, most: int) -> int:
    """Over how many more rows or columns it goes."""
    told = one.get(f"{_SS}{name}", "")
    return min(int(told), most) if told.isdecimal() else 0


def _place(one: "Element", before: int) -> int:
    """The place of a row or a cell, which tells it where any before it are left out."""
    told = one.get(f"{_SS}Index", "")
    if not told.isdecimal():
        return before + 1
    if int(told) <= before + 1 or int(told) > 2**20:
        raise MarkupError
    return int(told) - 1


def _xml_cell(data: "Element | None") -> Cell:
    if data is None:
        return ""
    text, kind = "".join(data.itertext()), data.get(f"{_SS}Type", "String")
    try:
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            when = datetime.fromisoformat(text)
            return when if when.time() != datetime.min.time() else when.date()
    except ValueError:
        return text
    return text == "1" if kind == "Boolean" else text
