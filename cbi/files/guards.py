"""Looks at a workbook before any parser does: what is it, how large, what hides in it.

The archive's own directory says how much it unpacks to; every XML part is then read once as a
stream, never whole, for a DOCTYPE, for cells far outside any table, and for formulas that were
never computed. What lies about itself beyond that meets the limits of the child process.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from cbi.base import BadFile
from cbi.files.open_document import CONTENT, OpenDocument
from cbi.files.unsaid import SheetSeen, Unsaid, seen_in, struck_cells, unsaid_of
from cbi.files.values import Limits, column_index

_CHUNK_BYTES = 1 << 20
_TAIL_BYTES = 1 << 16
_SMALL_BYTES = 1 << 20

_WIDE = re.compile(rb' r="([A-Z]{2,})(\d+)"(?:[^>]*[^/>])?>')
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_BOOKS = ("Workbook".encode("utf-16-le"), "Book\0".encode("utf-16-le"))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"


class Seen(NamedTuple):
    """What the look brought: the cell of the first formula without a value, if any
    (as `sheet2!B7` by the part's name), whether there are macros, and links to other files; what
    its parser does not tell of its sheets; and whether it is of the kind (XLS) in which that is
    not seen."""

    uncomputed_cell: str = ""
    has_macros: bool = False
    has_links: bool = False
    unsaid: Unsaid = Unsaid()
    is_old: bool = False


def kind_of(content: bytes, file: str) -> str:
    """`zip` (XLSX, ODS), `ole` (XLS), `markup` (a page of tables, XML Spreadsheet 2003) or `text`,
    by content and never by the name's ending.

    Raises:
        BadFile: a known kind that is not read, with what to save it as.
    """
    if content.startswith(_ZIP):
        return "zip"
    if not content.strip(b"\0\xff\xfe\xef\xbb\xbf \t\r\n,;"):
        raise BadFile("files.empty", file=file)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise BadFile("files.password", file=file)
        if not any(stream in content for stream in _OLD_BOOKS):
            raise BadFile("files.not-a-table", file=file)
        return "ole"
    head = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<?xml", b"<workbook")):
        return "markup"
    if head.startswith((b"%pdf", b"\x89png", b"\xff\xd8\xff", b"gif8", b"rar!", b"7z\xbc\xaf")):
        raise BadFile("files.not-a-table", file=file)
    return "text"


def look_through(content: bytes, *, file: str, limits: Limits) -> Seen:
    """Refuse a workbook that would harm or mislead whoever parses it.

    Raises:
        BadFile: with the code of the first reason found.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = _check_directory(archive, file, limits)
            uncomputed = ""
            parts: dict[str, SheetSeen] = {}
            document, struck = OpenDocument(), struck_cells(archive)
            for entry in archive.infolist():
                if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                    found = _check_part(archive, entry, file, limits, (parts, document, struck))
                    uncomputed = uncomputed or found
            return Seen(
                uncomputed, any(name.endswith("vbaproject.bin") for name in names),
                any(name.startswith("xl/externallinks/") for name in names),
                Unsaid(document.sheets) if document.sheets else unsaid_of(archive, parts),
            )
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as damage:
        raise BadFile("files.xlsx-damaged", file=file) from damage
    except RuntimeError as locked:  # an entry under the archive's own password
        raise BadFile("files.password", file=file) from locked


def _check_directory(archive: zipfile.ZipFile, file: str, limits: Limits) -> set[str]:
    """The parts' names, lower case; refused if it is no workbook or unpacks to too much."""
    entries = archive.infolist()
    names = {entry.filename.lstrip("/").lower().replace("\\", "/") for entry in entries}
    is_excel = any(name.startswith("xl/workbook") and name.endswith(".xml") for name in names)
    if not is_excel and not _is_open_document(archive, names, file):
        raise BadFile("files.not-xlsx", file=file)
    unpacked_bytes = sum(entry.file_size for entry in entries)
    bomb = any(
        entry.file_size > _SMALL_BYTES
        and entry.file_size > limits.packing_ratio_max * max(entry.compress_size, 1)
        for entry in entries
    )
    too_many = len(entries) > limits.entries_max or len(names) < len(entries)
    if bomb or too_many or unpacked_bytes > limits.unpacked_bytes_max:
        raise BadFile("files.xlsx-bomb", file=file, megabytes=unpacked_bytes >> 20)
    return names


def _is_open_document(archive: zipfile.ZipFile, names: set[str], file: str) -> bool:
    """Whether it is an ODS, by the text of its first part; refused under a password."""
    if "mimetype" not in names or "content.xml" not in names:
        return False
    with archive.open("mimetype") as part:
        if not part.read(80).startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            return False
    if "META-INF/manifest.xml" in archive.namelist():
        with archive.open("META-INF/manifest.xml") as part:
            if b"encryption-data" in part.read(_CHUNK_BYTES):
                raise BadFile("files.password", file=file)
    return True


def _check_part(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str, limits: Limits,
    seen: tuple[dict[str, SheetSeen], OpenDocument, re.Pattern[bytes] | None],
) -> str:
    """Refuse what is wrong with a part; the first formula without a value, or nothing. What parsers
    do not tell of a sheet goes to `seen`: an XLSX's by part, an OpenDocument's all in one."""
    parts, document, struck = seen
    is_sheet = "worksheets/" in entry.filename
    extent = _Extent(file, limits)
    uncomputed = ""
    for number, piece in enumerate(_pieces(archive, entry)):
        if number == 0 and not piece.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            raise BadFile("files.xlsx-damaged", file=file)  # UTF-16 could hide what we look for
        if b"<!" in piece and (b"<!DOCTYPE" in piece or b"<!ENTITY" in piece):
            raise BadFile("files.xlsx-doctype", file=file, part=entry.filename)
        if is_sheet:
            extent.widen(piece)
            seen_in(piece, parts.setdefault(entry.filename, SheetSeen()), struck)
            if not uncomputed and b"</f>" in piece:
                uncomputed = _uncomputed(piece, entry.filename)
        elif entry.filename == CONTENT:
            document.take(piece)
    return uncomputed


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part as it unpacks, cut where a tag begins, so that no tag is seen in halves."""
    kept = b""
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK_BYTES):
            piece = kept + chunk
            cut = max(piece.rfind(b"<c "), piece.rfind(b"<row "))
            if cut <= 0 or len(piece) - cut > _TAIL_BYTES:
                cut = max(piece.rfind(b"<"), len(piece) - _TAIL_BYTES)
            if cut > 0:
                yield piece[:cut]
            kept = piece[max(cut, 0) :]
    if kept:
        yield kept


def _uncomputed(piece: bytes, part: str) -> str:
    endings = (b"</f></c>", b"</f><v></v></c>", b"</f><v/></c>", b"</f><v /></c>")
    places = [place for place in map(piece.find, endings) if place >= 0]
    if not places:
        return ""
    start = piece.rfind(b' r="', 0, min(places))
    name = piece[start + 4 : start + 14].split(b'"')[0] if start >= 0 else b""
    cell = name.decode("ascii", "replace") or "?"
    return f"{part.rpartition('/')[2].removesuffix('.xml')}!{cell}"


class _Extent:
    """How far the cells with content reach; empty formatted cells do not count."""

    def __init__(self, file: str, limits: Limits) -> None:
        self._file, self._limits = file, limits
        self._rows, self._columns = 1, 26

    def widen(self, piece: bytes) -> None:
        """Take in one piece of a sheet."""
        for letters, digits in set(_WIDE.findall(piece)):
            self._reach(int(digits), letters.decode())
        start = piece.rfind(b'<row r="', 0, max(piece.rfind(b"</c>"), 0))
        if start >= 0:
            digits = piece[start + 8 : start + 24].split(b'"')[0]
            self._reach(int(digits) if digits.isdigit() else 1, "A")

    def _reach(self, row: int, letters: str) -> None:
        limits = self._limits
        column = column_index(letters) + 1
        self._rows, self._columns = max(self._rows, row), max(self._columns, column)
        far = row > limits.rows_max or column > limits.columns_max
        if far or self._rows * self._columns > limits.cells_max:
            raise BadFile("files.xlsx-far-cell", file=self._file, cell=f"{letters}{row}")
