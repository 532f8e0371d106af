"""What a workbook says and its parsers do not: error cells, hidden rows, cells struck through, days
counted from 1904.

A parser gives an error's cell as an empty one, and a filtered or crossed out row like any other:
the value is gone, or taken, and nobody is told. The look through the parts sees them, and the
workbook's own list of sheets tells which part is which sheet.
"""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import NamedTuple

from cbi.files.values import Cell, Row, column_index

KEPT_MAX = 20_000
_PART_BYTES = 1 << 20
_ERROR_CELL = re.compile(rb'<c\s([^>]*\bt="e"[^>]*)>(.*?)</c>', re.DOTALL)
_VALUE = re.compile(rb"<v[^>]*>([^<]*)</v>")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_HIDDEN_ROW = re.compile(rb'<row\s([^>]*\bhidden="(?:1|true)"[^>]*)>')
_NUMBER = re.compile(rb'\br="(\d{1,7})"')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATED = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_FONTS = re.compile(rb"<fonts\b.*?</fonts>", re.DOTALL)
_FONT = re.compile(rb"<font/>|<font\b.*?</font>", re.DOTALL)
_STRIKE = re.compile(rb'<strike(?:\s+val="(?:1|true)")?\s*/>')
_FORMATS = re.compile(rb"<cellXfs\b.*?</cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb"<xf\s([^>]*)>")
_FONT_OF = re.compile(rb'\bfontId="(\d+)"')
_OLD_EPOCH = re.compile(rb'<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"')
ERRORS = frozenset({"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"})


@dataclass(slots=True)
class SheetSeen:
    """A sheet's error cells by row and column index, its hidden rows, and its struck cells."""

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    struck: set[tuple[int, int]] = field(default_factory=set)


class Unsaid(NamedTuple):
    """What was seen of each sheet, by its name; and whether days are counted from 1904."""

    sheets: Mapping[str, SheetSeen] = {}
    from_1904: bool = False


def struck_cells(archive: zipfile.ZipFile) -> re.Pattern[bytes] | None:
    """What finds the cells with text that is struck through; None where no format strikes any."""
    styles = _head(archive, "xl/styles.xml", set(archive.namelist()))
    fonts, formats = _FONTS.search(styles), _FORMATS.search(styles)
    if not fonts or not formats:
        return None
    struck = {
        number for number, font in enumerate(_FONT.findall(fonts[0])) if _STRIKE.search(font)
    }
    found = [
        str(number) for number, attributes in enumerate(_FORMAT.findall(formats[0]))
        if (font := _FONT_OF.search(attributes)) and int(font[1]) in struck
    ]
    named = "|".join(found).encode()
    return re.compile(rb'<c\s([^>]*\bs="(?:' + named + rb')"[^>]*[^/])>') if found else None


def seen_in(piece: bytes, sheet: SheetSeen, struck: re.Pattern[bytes] | None = None) -> None:
    """Take in one piece of a sheet's part; `struck` finds cells that are struck through."""
    for attributes in struck.findall(piece) if struck else ():
        place = _PLACE.search(attributes)
        if place and len(sheet.struck) < KEPT_MAX:
            sheet.struck.add((int(place[2]), column_index(place[1].decode())))
    if b't="e"' in piece:
        for attributes, inner in _ERROR_CELL.findall(piece):
            place, value = _PLACE.search(attributes), _VALUE.search(inner)
            if place and len(sheet.errors) < KEPT_MAX:
                text = value[1].decode("utf-8", "replace") if value else ""
                where = (int(place[2]), column_index(place[1].decode()))
                sheet.errors[where] = text if text in ERRORS else "#VALUE!"
    if b"hidden=" in piece:
        for attributes in _HIDDEN_ROW.findall(piece):
            number = _NUMBER.search(attributes)
            if number and len(sheet.hidden) < KEPT_MAX:
                sheet.hidden.add(int(number[1]))


def unsaid_of(archive: zipfile.ZipFile, parts: Mapping[str, SheetSeen]) -> Unsaid:
    """What was seen, by the sheets' names in the workbook's own list."""
    names = set(archive.namelist())
    book = _head(archive, "xl/workbook.xml", names)
    related = {}
    for attributes in _RELATED.findall(_head(archive, "xl/_rels/workbook.xml.rels", names)):
        told = _attributes(attributes)
        target = told.get("Target", "").lstrip("/")
        related[told.get("Id", "")] = target if target.startswith("xl/") else f"xl/{target}"
    sheets = {}
    for attributes in _SHEET.findall(book):
        told = _attributes(attributes)
        part = related.get(next((told[key] for key in told if key.endswith(":id")), ""), "")
        if part in parts:
            sheets[told.get("name", "")] = parts[part]
    return Unsaid(sheets, bool(_OLD_EPOCH.search(book)))


def with_errors(rows: list[Row], sheet: SheetSeen) -> list[Row]:
    """The rows with each error in its cell again, as the spreadsheet shows it."""
    if not sheet.errors:
        return rows
    by_row: dict[int, dict[int, str]] = {}
    for (number, column), text in sheet.errors.items():
        by_row.setdefault(number, {})[column] = text
    width = max((len(row.cells) for row in rows), default=0)
    known = {row.number: row for row in rows}
    for number, errors in by_row.items():
        cells: list[Cell] = list(known[number].cells) if number in known else [None] * width
        cells += [None] * (max(errors) + 1 - len(cells))
        for column, text in errors.items():
            cells[column] = text
        known[number] = Row(number, tuple(cells))
    return [known[number] for number in sorted(known)]


def _head(archive: zipfile.ZipFile, part: str, names: set[str]) -> bytes:
    if part not in names:
        return b""
    with archive.open(part) as opened:
        return opened.read(_PART_BYTES)


def _attributes(text: bytes) -> dict[str, str]:
    return {
        name.decode(): unescape(value.decode("utf-8", "replace"))
        for name, value in _ATTRIBUTE.findall(text)
    }
