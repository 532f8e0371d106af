"""What an OpenDocument sheet says and its parser does not: error cells and hidden rows.

The same look as at the parts of an XLSX, but the format counts its rows and cells instead of naming
their places, and keeps all sheets in one part (OASIS OpenDocument 1.3, part 3, section 9.1).
"""

import re
from html import unescape

from cbi.files.unsaid import ERRORS, KEPT_MAX, SheetSeen

CONTENT = "content.xml"
_TAG = re.compile(
    rb"<table:table\s(?P<table>[^>]*)>|<table:table-row\b(?P<row>[^>]*)>|(?P<end></table:table-row>)"
    rb"|<table:(?:covered-)?table-cell\b(?P<cell>[^>]*)>|<text:p\b[^>]*>(?P<text>[^<]*)"
)
_NAME = re.compile(rb'\btable:name="([^"]*)"')
_REPEATED = re.compile(rb'\btable:number-(?:rows|columns)-repeated="(\d{1,7})"')
_HIDDEN = re.compile(rb'\btable:visibility="(?:filter|collapse)"')
_ERROR = b'calcext:value-type="error"'


class OpenDocument:
    """The sheets of a workbook, as the pieces of its content come by."""

    def __init__(self) -> None:
        self.sheets: dict[str, SheetSeen] = {}
        self._sheet = SheetSeen()
        self._row, self._rows = 0, 1
        self._column, self._cells, self._error = 0, 0, False
        self._told: dict[int, str] = {}

    def take(self, piece: bytes) -> None:
        """Take in one piece, cut where a tag begins."""
        for tag in _TAG.finditer(piece):
            kind, value = tag.lastgroup, tag[tag.lastgroup or 0]
            if kind == "table":
                name = _NAME.search(value)
                title = unescape(name[1].decode("utf-8", "replace")) if name else ""
                self._sheet = self.sheets.setdefault(title, SheetSeen())
                self._row = 0
            elif kind == "row":
                self._begin_row(value)
            elif kind == "cell":
                self._column += self._cells
                self._cells, self._error = _repeated(value), _ERROR in value
            elif kind == "text" and self._error:
                self._put_error(value)
            elif kind == "end":
                self._end_row()

    def _begin_row(self, attributes: bytes) -> None:
        self._rows, self._column, self._cells, self._told = _repeated(attributes), 0, 0, {}
        if _HIDDEN.search(attributes):
            first = self._row + 1
            room = KEPT_MAX - len(self._sheet.hidden)
            self._sheet.hidden.update(range(first, first + max(min(self._rows, room), 0)))
        if attributes.endswith(b"/"):
            self._end_row()

    def _put_error(self, text: bytes) -> None:
        told = unescape(text.decode("utf-8", "replace")).strip()
        for column in range(self._column, self._column + min(self._cells, KEPT_MAX)):
            self._told.setdefault(column, told if told in ERRORS else "#VALUE!")
        self._error = False

    def _end_row(self) -> None:
        for number in range(self._row + 1, self._row + 1 + self._rows) if self._told else ():
            for column, text in self._told.items():
                if len(self._sheet.errors) < KEPT_MAX:
                    self._sheet.errors[number, column] = text
        self._row += self._rows


def _repeated(attributes: bytes) -> int:
    found = _REPEATED.search(attributes)
    return max(int(found[1]), 1) if found else 1
