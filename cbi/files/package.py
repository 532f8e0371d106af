"""The archive that a workbook is: its fixed parts, with dates that never change."""

import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import IO, BinaryIO, NamedTuple, Self

from cbi.files.cells import escaped
from cbi.files.styles import Styles

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_LEVEL = 3


class DefinedName(NamedTuple):
    """A name for a range; `sheet` is the index of the sheet it belongs to, None the workbook."""

    name: str
    range: str
    sheet: int | None


class Package:
    """Sheets first, one after the other; the parts that list them at the end."""

    def __init__(self, file: BinaryIO) -> None:
        self._archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._sheets: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._archive.close()

    @property
    def sheet_count(self) -> int:
        """How many sheets there are so far."""
        return len(self._sheets)

    def new_sheet(self, name: str) -> str:
        """Take a name; a second sheet of the same name gets a number. Returns the name taken."""
        taken = {other.casefold() for other in self._sheets}
        free, number = name, 1
        while free.casefold() in taken:
            number += 1
            free = f"{name[: 30 - len(str(number))]} {number}"
        self._sheets.append(free)
        return free

    def open_sheet(self) -> IO[bytes]:
        """The part of the newest sheet, to write."""
        return self._archive.open(_entry(f"xl/worksheets/sheet{self.sheet_count}.xml"), "w")

    def finish(
        self, styles: Styles, names: Sequence[DefinedName], *, title: str, made_at: int | None
    ) -> None:
        """Write what lists the sheets; the archive is closed when its block ends."""
        parts = {
            "xl/workbook.xml": self._workbook(names),
            "xl/styles.xml": styles.xml(),
            "xl/_rels/workbook.xml.rels": self._relations(),
            "docProps/core.xml": _core(title, made_at),
            "docProps/app.xml": (
                f'{_HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
                'extended-properties"><Application>cbi</Application></Properties>'
            ),
            "_rels/.rels": _relationships([
                (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
                (f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
                (f"{_OFFICE}/extended-properties", "docProps/app.xml"),
            ]),
            "[Content_Types].xml": self._content_types(),
        }
        for name, words in parts.items():
            self._archive.writestr(_entry(name), words.encode())

    def _workbook(self, names: Sequence[DefinedName]) -> str:
        sheets = "".join(
            f'<sheet name="{_attribute(name)}" sheetId="{number}" r:id="rId{number}"/>'
            for number, name in enumerate(self._sheets, 1)
        )
        defined = "".join(
            f'<definedName name="{_attribute(one.name)}"'
            + (f' localSheetId="{one.sheet}"' if one.sheet is not None else "")
            + (' hidden="1"' if one.name.endswith("_FilterDatabase") else "")
            + f">{escaped(one.range)}</definedName>"
            for one in names
        )
        listed = f"<definedNames>{defined}</definedNames>" if defined else ""
        return (
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
            f'<bookViews><workbookView/></bookViews><sheets>{sheets}</sheets>{listed}'
            '<calcPr calcId="191029" fullCalcOnLoad="1"/></workbook>'
        )

    def _relations(self) -> str:
        count = self.sheet_count
        return _relationships([
            *((f"{_OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n in range(1, count + 1)),
            (f"{_OFFICE}/styles", "styles.xml"),
        ])

    def _content_types(self) -> str:
        parts = [
            *((f"/xl/worksheets/sheet{n}.xml", f"{_KIND}.worksheet+xml")
              for n in range(1, self.sheet_count + 1)),
            ("/xl/workbook.xml", f"{_KIND}.sheet.main+xml"),
            ("/xl/styles.xml", f"{_KIND}.styles+xml"),
            ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
            ("/docProps/app.xml",
             "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
        ]
        overrides = "".join(
            f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts
        )
        return (
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            f'ContentType="{_PACKAGE_RELATIONS}"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
        )


_PACKAGE_RELATIONS = "application/vnd.openxmlformats-package.relationships+xml"


def _core(title: str, made_at: int | None) -> str:
    made = ""
    if made_at is not None:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=made_at // 1_000_000)
        made = (
            '<dcterms:created xsi:type="dcterms:W3CDTF">'
            f"{moment:%Y-%m-%dT%H:%M:%SZ}</dcterms:created>"
        )
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escaped(title)}</dc:title><dc:creator>cbi</dc:creator>{made}"
        "</cp:coreProperties>"
    )


def _relationships(targets: Sequence[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'


def _attribute(words: str) -> str:
    return escaped(words).replace('"', "&quot;")


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _ZIP_DATE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 0
    # an entry opened for writing has no other way to be told; level 6 takes twice as long
    setattr(entry, "_compresslevel", _LEVEL)  # noqa: B010
    return entry
