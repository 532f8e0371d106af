"""Two tables of people beside each other, each with headings of its own, made one. Pure.

An empty column parts them, each names people and most of what one tells of them the other does too,
so neither is of staff or relatives. Those on the right follow those on the left, in rows that are
counted on from the last; what stands above each alone (`г. Тараз`, `Women`) becomes a column.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cbi.enrolment.headings.headings import NAME_FIELDS
from cbi.enrolment.headings.meaning import untold_heading
from cbi.enrolment.layout.passing import field_of
from cbi.enrolment.values.cells import is_filled
from cbi.enrolment.values.counts import kind_of
from cbi.enrolment.values.vocabulary import folded, has_phrase, squashed
from cbi.files import Cell, Problem, Row, Table, column_letter

_HEADING_ROWS_MAX, _LABELS_MIN, _ALIKE_MIN, _SHARED_MIN = 15, 2, 0.6, 3
_ROLES = ("somebody-else", "beside", "member-relation", "head-role", "no-persons-name", "gone-away",
          "closed", "line-gone")
_SEX = "Sex"


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the tables: its columns as they stand, and where each goes; what is above it alone."""

    first: int
    places: dict[int, int]
    title: str = ""


def of_neighbours(table: Table) -> tuple[Table, Problem] | None:
    """The table with one row of headings and the people of each part below one another, and a
    notice; None for any other."""
    found = next((
        (at, spans) for at in range(min(len(table.rows), _HEADING_ROWS_MAX))
        if len(spans := _spans(table, at)) > 1
    ), None)
    if found is None:
        return None
    at, spans = found
    labels, parts = _joined(table.rows[at], spans, table.rows[:at])
    titles = [one.title for one in parts]
    if not _alike(table.rows[at], parts) or any(map(_names_a_role, titles)):
        return None
    last, body = table.rows[-1].number, []
    if any(titles):
        labels.append(_SEX if all(map(_sex_of, titles)) else untold_heading(
            column_letter(len(labels))
        ))
    for place, part in enumerate(parts):
        body += [
            _moved(row, part, len(labels), any(titles), place * last)
            for row in table.rows[at + 1 :] if _says(row, part)
        ]
    heads = table.rows[at]._replace(cells=(*labels,))
    above = [row for row in table.rows[:at] if not any(titles) or _is_left(row, parts)]
    made = replace(
        table, rows=[*above, heads, *body], merges=(),
        hidden=frozenset(
            number + place * last for number in table.hidden for place in range(len(parts))
        ),
        struck=frozenset(
            (number + place * last, part.places[column]) for number, column in table.struck
            for place, part in enumerate(parts) if column in part.places
        ),
    )
    return made, Problem(
        "enrolment.halves-joined", table.sheet, heads.number,
        facts={"count": len(parts), "column": column_letter(parts[1].first),
               "row": last + heads.number + 1, "own": heads.number + 1},
    )


def _spans(table: Table, at: int) -> list[list[int]]:
    """The columns of each part under a row of headings; nothing unless an empty column parts them
    and each names people."""
    heads, under = table.rows[at].cells, table.rows[at + 1 :]
    labels = [
        index for index, cell in enumerate(heads) if isinstance(cell, str) and cell.strip()
    ]
    spans: list[list[int]] = []
    for index in labels:
        apart = not spans or (index - 1 not in labels and not any(
            is_filled(row.at(index - 1)) for row in under
        ))
        spans = [*spans, [index]] if apart else [*spans[:-1], [*spans[-1], index]]
    named = all(
        len(one) >= _LABELS_MIN and any(field_of(str(heads[i])) in NAME_FIELDS for i in one)
        for one in spans
    )
    return spans if named else []


def _joined(
    heads: Row, spans: Sequence[Sequence[int]], above: Sequence[Row]
) -> tuple[list[Cell], list[_Part]]:
    """The headings of all parts, each once, and where each part's columns go: under the same
    heading, else under the one of the same field, else under its own."""
    labels: list[Cell] = []
    parts = []
    for span in spans:
        places: dict[int, int] = {}
        for index in span:
            free = [at for at in range(len(labels)) if at not in places.values()]
            places[index] = _place_of(str(heads.cells[index]), labels, free)
            if places[index] == len(labels):
                labels.append(heads.cells[index])
        parts.append(_Part(span[0], places))
    return labels, [replace(one, title=_title(one, parts, above)) for one in parts]


def _alike(heads: Row, parts: Sequence[_Part]) -> bool:
    """Whether all parts have the same headings, or tell mostly the same of each person."""
    labels = [{squashed(str(heads.cells[index])) for index in one.places} for one in parts]
    told = [{field_of(str(heads.cells[index])) for index in one.places} - {""} for one in parts]
    shared = len(set[str].intersection(*told))
    return all(one == labels[0] for one in labels) or (
        shared >= _SHARED_MIN and shared >= _ALIKE_MIN * max(map(len, told))
    )


def _names_a_role(title: str) -> bool:
    """Whether a title says that a part is of others, or of who is gone: `Staff`, `Reserve list`."""
    tokens = folded(title).split()
    return any(has_phrase(tokens, name) for name in _ROLES)


def _place_of(label: str, labels: Sequence[Cell], free: Sequence[int]) -> int:
    """Where a column goes: under its own heading, one of its field, or after all others."""
    field = field_of(label)
    same = [at for at in free if squashed(str(labels[at])) == squashed(label)]
    like = [at for at in free if field and field_of(str(labels[at])) == field]
    return next(iter([*same, *like]), len(labels))


def _title(part: _Part, parts: Sequence[_Part], above: Sequence[Row]) -> str:
    """What stands above a part alone, in a row that says something above the others too."""
    for row in reversed(above):
        told = [
            [str(row.at(index)).strip() for index in one.places if is_filled(row.at(index))]
            for one in parts
        ]
        if all(len(one) == 1 for one in told):
            return told[parts.index(part)][0]
    return ""


def _is_left(row: Row, parts: Sequence[_Part]) -> bool:
    """Whether a row above the tables is no row of their titles."""
    return not any(is_filled(row.at(index)) for one in parts[1:] for index in one.places)


def _moved(row: Row, part: _Part, width: int, titled: bool, added: int) -> Row:
    cells: list[Cell] = [None] * width
    for index, place in part.places.items():
        cells[place] = row.at(index)
    if titled and sum(map(is_filled, cells)) > 1:
        cells[-1] = _sex_of(part.title) or part.title
    return Row(row.number + added, (*cells,))


def _sex_of(title: str) -> str:
    """The sex of the people under a title (`Women`); empty for any other."""
    tokens = folded(title).split()
    return kind_of(tokens).sex.upper() if len(tokens) == 1 else ""


def _says(row: Row, part: _Part) -> bool:
    return any(is_filled(row.at(index)) for index in part.places)
