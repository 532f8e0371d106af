"""The cells of an XLSX as they stand in the file, formulas and stored values apart.

For a workbook of ours that comes back: nothing is guessed, converted or computed.
"""

import io
import posixpath
import zipfile
from collections.abc import Iterator, Sequence
from typing import IO
from xml.etree import ElementTree as XmlTree

from cbi.base import BadFile
from cbi.files.guards import look_through
from cbi.files.prints import CellRead, SheetRead, canon_number, canon_text
from cbi.files.values import Limits

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_cells(content: bytes, file: str, limits: Limits | None = None) -> Iterator[SheetRead]:
    """Every sheet in order with its rows; read one sheet to its end before the next.

    Raises:
        BadFile: it is no workbook, is damaged, or would harm whoever reads it.
    """
    look_through(content, file=file, limits=limits or Limits())
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            strings = list(_strings(archive))
            for title, part in _sheets(archive):
                with archive.open(part) as sheet:
                    yield title, _rows(sheet, strings)
    except (XmlTree.ParseError, KeyError, ValueError, IndexError) as damage:
        raise BadFile("files.xlsx-damaged", file=file) from damage


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's title and the part that holds it."""
    links = {
        one.attrib["Id"]: one.attrib["Target"]
        for one in XmlTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    }
    book = XmlTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    for one in book.iter(f"{_MAIN}sheet"):
        target = links[one.attrib[_RELATED]]
        yield one.attrib["name"], posixpath.normpath(posixpath.join("xl", target)).lstrip("/")


def _strings(archive: zipfile.ZipFile) -> Iterator[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return
    with archive.open("xl/sharedStrings.xml") as part:
        for _, element in XmlTree.iterparse(part):  # noqa: S314
            if element.tag == f"{_MAIN}si":
                yield _words(element)
                element.clear()


def _words(element: XmlTree.Element) -> str:
    """Its text, in one piece or several; readings beside it are none."""
    parts = [one.text or "" for one in element.findall(f"{_MAIN}t")]
    parts += [one.text or "" for one in element.findall(f"{_MAIN}r/{_MAIN}t")]
    return "".join(parts)


def _rows(sheet: IO[bytes], strings: Sequence[str]) -> Iterator[tuple[int, list[CellRead]]]:
    holder: XmlTree.Element | None = None
    for event, element in XmlTree.iterparse(sheet, ("start", "end")):  # noqa: S314
        if event == "start":
            if element.tag == f"{_MAIN}sheetData":
                holder = element
        elif element.tag == f"{_MAIN}row":
            cells = [made for cell in element if (made := _cell(cell, strings)) is not None]
            yield int(element.attrib["r"]), cells
            if holder is not None:
                holder.clear()


def _cell(cell: XmlTree.Element, strings: Sequence[str]) -> CellRead | None:
    """What it holds; None where that is nothing."""
    letters = cell.attrib["r"].rstrip("0123456789")
    kind, value = cell.attrib.get("t", "n"), cell.findtext(f"{_MAIN}v") or ""
    formula = cell.find(f"{_MAIN}f")
    if formula is not None:
        return CellRead(letters, "f", formula.text or "", value)
    if kind == "inlineStr":
        inline = cell.find(f"{_MAIN}is")
        value = "" if inline is None else _words(inline)
    elif kind == "s" and value:
        value = strings[int(value)]
    if not value:
        return None
    return CellRead(letters, canon_number(value) if kind == "n" else canon_text(value))
