"""The numbers by which one person is told from others: their documents and their own phones."""

from functools import partial

from cbi.enrolment.headings.meaning import NAME_FIELDS
from cbi.enrolment.layout.shapes import Told
from cbi.enrolment.rows.reading import DraftCells
from cbi.enrolment.values.cells import (
    NATIONAL_NUMBER,
    in_parts,
    own_phones,
    read_phones,
    text_of,
    told,
    with_code,
)
from cbi.enrolment.values.documents import read_document, read_document_kind, with_series
from cbi.enrolment.values.vocabulary import squashed, words
from cbi.files import Cell, Problem, column_letter
from cbi.people.records.record import Document

DOCUMENT_FIELDS = ("tazkira", "passport", "refugee-certificate", NATIONAL_NUMBER, "document")


def documents_of(cells: DraftCells, kept: dict[str, str]) -> tuple[Document, ...]:
    """All documents told; those of a kind that is not known are put into `kept` by what their
    column is called."""
    found: dict[tuple[str, str], Document] = {}
    for one in cells.draft.told:
        name = one.meaning.field
        if name not in DOCUMENT_FIELDS:
            continue
        meant = _kind_told(cells, one) if name == "document" else name
        document = cells.tried(one, partial(_document, cells, meant))
        if document is not None:
            found.setdefault((document.kind, document.number), document)
            heading = cells.context.headings.get((one.sheet, one.column))
            if meant == "document" and document.kind == "other" and heading:
                kept[heading] = document.as_written or document.number
    return tuple(found.values())


def _kind_told(cells: DraftCells, document: Told) -> str:
    """The kind that the nearest column before a document says, else one after it; `document` where
    another document stands between."""
    kinds = cells.draft.all("document-kind")
    if not kinds:
        return "document"
    before = [one for one in kinds if one.column < document.column]
    kind = max(before, key=lambda one: one.column) if before else kinds[0]
    between = kind.row and any(
        kind.column < one.column < document.column for one in cells.draft.all("document")
    )
    said = None if between else cells.tried(kind, lambda one: read_document_kind(one.cell))
    return said or "document"


def _document(cells: DraftCells, kind: str, one: Told) -> Document | None:
    country = cells.context.country
    series = cells.draft.first("document-series")
    cell = one.cell
    if series is not None and kind in ("passport", "document"):
        cell = with_series(cell, series.cell)
    document = read_document(cell, kind, country)
    national = country.national_number.kind
    if document and document.kind == national and kind not in (
        NATIONAL_NUMBER, national, "document"
    ):
        cells.notices.append(Problem(
            "enrolment.document-is-national", one.sheet, one.row, column_letter(one.column),
            {"name": country.national_number.rule.name},
        ))
    return document


def phones_of(cells: DraftCells) -> tuple[str, ...]:
    """The person's own phones as E.164; that a cell tells another's is noted."""
    found: dict[str, None] = {}
    codes = cells.draft.all("phone-code")
    for place, one in enumerate(cells.draft.all("phone")):
        code = codes[min(place, len(codes) - 1)].cell if codes else None
        own, others = own_phones(one.cell)
        if _is_somebody_elses(cells, one):
            own, others = None, (text_of(one.cell),)
        for text in others:
            cells.notices.append(Problem(
                "enrolment.phone-of-another", one.sheet, one.row or cells.draft.row,
                column_letter(one.column), {"text": text},
            ))
        kept = one._replace(cell=own) if others else one
        read = cells.tried(kept, partial(_phones, cells, code))
        found |= dict.fromkeys(read or ())
    return tuple(found)


def _is_somebody_elses(cells: DraftCells, phone: Told) -> bool:
    """Whether the column right after a phone (right before, where the first such column stands
    before any phone), else one that stands at none, says that it is another's than the person's
    own."""
    told_of = cells.draft.all("phone-owner")
    if not told_of:
        return False
    phones = [one.column for one in cells.draft.all("phone")]
    step = -1 if min(one.column for one in told_of) < min(phones) else 1
    at_it = [one for one in told_of if one.column == phone.column + step]
    others = [one for one in told_of if one.column - step not in phones]
    owners = [told(one.cell) for one in at_it or others]
    own = words("own") | {
        squashed(text_of(one.cell)) for one in cells.draft.told if one.meaning.field in NAME_FIELDS
    }
    return any(owners) and not any(
        squashed(part) in own for text in owners for part in in_parts(text)
    )


def _phones(cells: DraftCells, code: Cell, one: Told) -> tuple[str, ...]:
    return read_phones(
        with_code(one.cell, code), cells.context.country.phone_region,
        cells.context.second_region,
    )
