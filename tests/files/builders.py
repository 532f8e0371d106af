"""Workbooks as strangers make them: an archive put together part by part, honest or not."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"

ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>'


def sheet_xml(rows: str = ROW, *, dimension: str = "A1:A1", head: str = "") -> str:
    """A worksheet's part; `head` goes before everything (a DOCTYPE, say)."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}<worksheet xmlns="{MAIN}">'
        f'<dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    )


def packed(
    sheet: str | None = None, *, more: Mapping[str, bytes | str] | None = None,
    names: tuple[str, ...] = ("List",), hidden: tuple[str, ...] = (),
) -> bytes:
    """A workbook whose sheets all have this part; `more` adds or replaces parts."""
    part = sheet_xml() if sheet is None else sheet
    listed = "".join(
        '<sheet name="{}" sheetId="{}" r:id="rId{}"{}/>'.format(
            name, number, number, ' state="hidden"' if name in hidden else ""
        )
        for number, name in enumerate(names, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/worksheet" '
        f'Target="worksheets/sheet{number}.xml"/>'
        for number in range(1, len(names) + 1)
    )
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
        f'ContentType="{KIND}.worksheet+xml"/>' for number in range(1, len(names) + 1)
    )
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml":
            f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Default '
            'Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
            f'ContentType="{KIND}.sheet.main+xml"/>{overrides}</Types>',
        "_rels/.rels":
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml":
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels":
            f'<Relationships xmlns="{PACKAGE}/relationships">{related}</Relationships>',
        **{f"xl/worksheets/sheet{number}.xml": part for number in range(1, len(names) + 1)},
        **(more or {}),
    }
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, words in parts.items():
            archive.writestr(name, words)
    return kept.getvalue()


def cell(place: str, words: str = "x") -> str:
    """A cell with text."""
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def open_document(rows: str, *, manifest: str = "<manifest/>") -> bytes:
    """An ODS of one sheet."""
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{name}="{urn}:{name}:1.0"' for name in ("office", "table", "text"))
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED
        )
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?><office:document-content {spaces}><office:body>'
            f'<office:spreadsheet><table:table table:name="List">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr("META-INF/manifest.xml", manifest)
    return kept.getvalue()


def open_row(words: str = "name", *, times: int = 1, wide: int = 1) -> str:
    """A row of an ODS, repeated."""
    return (
        f'<table:table-row table:number-rows-repeated="{times}"><table:table-cell '
        f'table:number-columns-repeated="{wide}" office:value-type="string">'
        f"<text:p>{words}</text:p></table:table-cell></table:table-row>"
    )
