"""What the cells of a workbook hold, in short: enough to say later which of them was changed.

Of each row a digest, of each column a sum, of each formula its text and value. A row's digest knows
no place, so that sorting changes nothing; a changed row and a changed column name the cell. Numbers
are compared to 14 digits and formulas without their dress, because programs write both anew.
"""

import base64
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from cbi.base.canonical import JsonValue, canonical_json
from cbi.files.values import column_letter

if TYPE_CHECKING:
    from openpyxl.cell import Cell as SheetCell

PLACE_BYTES, ROW_BYTES = 4, 32
_DRESS = re.compile(r"[ $'=]")


class CellRead(NamedTuple):
    """A cell as it stands in a file: its column's letters, what it holds as `canon` gives it, and
    of a formula the text and the stored value.
    """

    column: str
    canon: str
    expression: str = ""
    value: str = ""


def canon_text(words: str) -> str:
    """Words, whichever way they are escaped."""
    return f"s{words.replace('_x005F_', '_')}"


def canon_number(number: str) -> str:
    """A number, however it is written."""
    if len(number) < 14 and number.isdigit():
        return f"n{number}"
    return f"n{float(number):.14g}"


def canon_value(value: str) -> str:
    """A formula's value, of either kind."""
    try:
        return canon_number(value)
    except ValueError:
        return canon_text(value)


def undressed(expression: str) -> int:
    """A formula's text in short."""
    return crc32(_DRESS.sub("", expression).upper().encode())


@dataclass(slots=True)
class SheetPrint:
    """What one sheet holds, in short."""

    title: str
    rows: bytearray = field(default_factory=bytearray)
    """The rows' digests one after the other: there may be a million."""
    places: bytearray = field(default_factory=bytearray)
    """How each of them begins."""
    columns: dict[str, int] = field(default_factory=dict)
    formulas: dict[str, tuple[int, str]] = field(default_factory=dict)

    def row(self, cells: Iterable[tuple[str, str]]) -> bytes:
        """Take in a row: the letters and content of each cell that holds something."""
        told, columns = [], self.columns
        for letters, canon in cells:
            told.append(letters + canon)
            columns[letters] = (
                columns.get(letters, 0) + crc32(canon.encode("utf-8", "replace"))
            ) & 0xFFFFFFFF
        made = hashlib.sha256("\x1e".join(told).encode("utf-8", "replace")).digest()
        if told:
            self.rows += made
            self.places += made[:PLACE_BYTES]
        return made if told else b""

    @property
    def told(self) -> list[JsonValue]:
        """As a proof tells it: title, the rows' digests cut short, columns, formulas."""
        return [self.title, base64.b64encode(self.places).decode(), dict(self.columns),
                {cell: list(one) for cell, one in self.formulas.items()}]


def told_of(row: list["SheetCell"], told: SheetPrint | None) -> list["SheetCell"]:
    """The row as it is, taken in by the sheet's digest."""
    if told is not None:
        told.row(
            (column_letter(cell.column - 1), _held(cell.data_type, cell._value)) for cell in row
        )
    return row


def _held(kind: str, value: object) -> str:
    if kind == "f":
        return "f"
    return canon_number(str(value)) if kind == "n" else canon_text(str(value))


def digest_of(sheets: Iterable[SheetPrint]) -> bytes:
    """One digest over every cell of every sheet, whatever the order of rows and of sheets."""
    whole = hashlib.sha256()
    for sheet in sorted(sheets, key=lambda sheet: sheet.title):
        whole.update(hashlib.sha256(sheet.title.encode()).digest())
        whole.update(hashlib.sha256(b"".join(sorted(
            bytes(sheet.rows[at : at + ROW_BYTES]) for at in range(0, len(sheet.rows), ROW_BYTES)
        ))).digest())
        whole.update(hashlib.sha256(canonical_json(
            {cell: list(one) for cell, one in sheet.formulas.items()}
        )).digest())
    return whole.digest()


def places_of(sheets: Iterable[SheetPrint]) -> str:
    """Where each cell is told to be, as text that a proof carries."""
    return canonical_json([sheet.told for sheet in sheets]).decode()


SheetRead = tuple[str, Iterable[tuple[int, Sequence[CellRead]]]]
"""A sheet of a file: its title, and its rows by number."""


def changed_cells(places: str, sheets: Iterable[SheetRead]) -> tuple[list[str], bytes]:
    """Cells of a file that hold something else than was told, and the file's own digest.

    A row that is gone is named by its sheet alone.
    """
    told = {one[0]: one[1:] for one in json.loads(places)}
    found: list[str] = []
    values: list[str] = []
    read: list[SheetPrint] = []
    for title, rows in sheets:
        if title not in told:
            found.append(title)
            continue
        expected = _Expected(title, *told.pop(title))
        found += expected.compare(rows)
        values += expected.other_values
        read.append(expected.seen)
    found += told
    return found or values, digest_of(read)


class _Expected:
    """A sheet as it was told, compared with what a file has."""

    def __init__(
        self, title: str, places: str, columns: Mapping[str, int],
        formulas: Mapping[str, Sequence[object]],
    ) -> None:
        packed = base64.b64decode(places)
        self.seen = SheetPrint(title)
        self.other_values: list[str] = []
        self._rows = Counter(
            packed[at : at + PLACE_BYTES] for at in range(0, len(packed), PLACE_BYTES)
        )
        self._columns, self._formulas = columns, dict(formulas)

    def compare(self, rows: Iterable[tuple[int, Sequence[CellRead]]]) -> Iterator[str]:
        """Names of the cells that differ."""
        title, odd = self.seen.title, []
        for number, cells in rows:
            digest = self.seen.row([(cell.column, cell.canon) for cell in cells])
            for cell in cells:
                if cell.canon == "f":
                    yield from self._formula(f"{cell.column}{number}", cell)
            if digest and not self._rows[digest[:PLACE_BYTES]]:
                odd.append(number)
            elif digest:
                self._rows[digest[:PLACE_BYTES]] -= 1
        columns = [
            letters for letters in {**self._columns, **self.seen.columns}
            if self._columns.get(letters, 0) != self.seen.columns.get(letters, 0)
        ]
        for number in odd:
            yield from (f"{title}!{letters}{number}" for letters in columns)
        if sum(self._rows.values()) > len(odd):
            yield title

    def _formula(self, place: str, cell: CellRead) -> Iterator[str]:
        expected = self._formulas.get(place)
        seen = undressed(cell.expression)
        if expected is None or seen != expected[0]:
            yield f"{self.seen.title}!{place}"
        elif cell.value and canon_value(cell.value) != canon_value(str(expected[1])):
            self.other_values.append(f"{self.seen.title}!{place}")
        self.seen.formulas[place] = (seen, str(expected[1]) if expected else "")
