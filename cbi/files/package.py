"""Packing a workbook that openpyxl wrote: fixed dates, and what is known only at the end.

openpyxl streams a sheet's rows, so column widths stand in the file before the rows that decide
them, and it stores no values of formulas: a phone's preview and most readers would see nothing.
Both are put right while the sheet is copied into the archive, which costs no second pass.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.writer.excel import ExcelWriter

from cbi.files.cells import Known

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_LEVEL = 6
_CHUNK_BYTES = 1 << 18
_COLUMNS = re.compile(rb"<cols>.*?</cols>", re.DOTALL)
_FORMULA = re.compile(rb'<c r="([A-Z]+[0-9]+)"([^>]*)><f>[^<]*</f><v(?:></v>|\s*/>)</c>')
_AFTER_IGNORED = re.compile(rb"<(?:drawing|legacyDrawing|tableParts)\b|</worksheet>")
_ROWS_BEGIN, _ROW_END = b"<sheetData>", b"</row>"


@dataclass(frozen=True, slots=True)
class Finish:
    """What is put into a sheet at the end.

    `rows` are its rows as XML, `widths` in characters by column; `known` the values of formulas by
    cell; `texts` the ranges of text in which a number is meant to be text, so that no warning is
    shown on each cell.
    """

    rows: IO[bytes]
    widths: Sequence[int]
    known: Mapping[str, Known]
    texts: Sequence[str] = field(default=())


class FixedZip(zipfile.ZipFile):
    """An archive whose entries all carry the same date: the same input gives the same bytes."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)

    def writestr(
        self, zinfo_or_arcname: Any, data: Any, compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Write one entry, at our date and level."""
        super().writestr(_entry(str(zinfo_or_arcname)), data)

    def writing(self, name: str) -> IO[bytes]:
        """An entry to write piece by piece."""
        return self.open(_entry(name), "w")


class FinishingWriter(ExcelWriter):  # type: ignore[misc]  # openpyxl has no types
    """openpyxl's own writer, with sheets finished on their way into the archive."""

    def __init__(self, book: Any, archive: FixedZip, finishes: Mapping[str, Finish]) -> None:
        super().__init__(book, archive)
        self._into, self._finishes = archive, finishes

    def write_worksheet(self, ws: Any) -> None:
        """Pack one sheet: openpyxl's step for a streamed sheet, but the sheet is copied by us."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer = ws._writer
        ws._rels = writer._rels
        with self._into.writing(ws.path[1:]) as part, Path(writer.out).open("rb") as sheet:
            for piece in finished(sheet, self._finishes[ws.title]):
                part.write(piece)
        self.manifest.append(ws)
        writer.cleanup()


def finished(sheet: IO[bytes], finish: Finish) -> Iterator[bytes]:
    """The sheet's bytes in pieces, with rows, widths, formulas' values and ignored warnings put
    in."""
    head, begun, tail = sheet.read().partition(_ROWS_BEGIN)
    yield _COLUMNS.sub(_columns(finish.widths), head, count=1) + begun
    held = b""
    with finish.rows as rows:
        rows.seek(0)
        while chunk := rows.read(_CHUNK_BYTES):
            held += chunk
            end = held.rfind(_ROW_END) + len(_ROW_END)
            if end >= len(_ROW_END):
                ready, held = held[:end], held[end:]
                yield _valued(ready, finish.known)
    yield _AFTER_IGNORED.sub(lambda met: _ignored(finish.texts) + met[0], tail, count=1)


def _columns(widths: Sequence[int]) -> bytes:
    listed = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, 1)
    )
    return f"<cols>{listed}</cols>".encode()


def _valued(piece: bytes, known: Mapping[str, Known]) -> bytes:
    def filled(met: re.Match[bytes]) -> bytes:
        value = known[met[1].decode()]
        of_text = b' t="str"' if value.of_text else b""
        stored = f"<v>{escape(value.shown)}</v>".encode() if value.shown else b""
        formula = b"<f>%b</f>" % escape(value.expression).encode()
        return b'<c r="%b"%b%b>%b%b</c>' % (met[1], met[2], of_text, formula, stored)

    return _FORMULA.sub(filled, piece) if known else piece


def _ignored(texts: Sequence[str]) -> bytes:
    if not texts:
        return b""
    ranges = " ".join(texts)
    return (
        f'<ignoredErrors><ignoredError sqref="{ranges}" numberStoredAsText="1"/></ignoredErrors>'
    ).encode()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _ZIP_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0
    # an entry opened for writing has no other way to be told; level 9 gains little
    setattr(entry, "_compresslevel", _LEVEL)  # noqa: B010
    return entry
