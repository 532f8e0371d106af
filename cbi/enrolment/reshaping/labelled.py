"""Labels beside their values made rows: cards one under another, people in columns. Pure.

On a card `Full name | Omid Popal` stands over `Phone | 8701…`, and the next card begins where its
first label comes again; a sheet turned on its side is one card with a column for each person. Read
so only where the labels tell more than any row's headings would, and each row but titles has one.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from cbi.enrolment.headings.headings import NAME_FIELDS, is_known
from cbi.enrolment.layout.passing import field_of, is_heading, only_text
from cbi.enrolment.reshaping.label_cells import with_labels_apart
from cbi.enrolment.values.vocabulary import squashed
from cbi.files import Cell, Problem, Row, Table, column_letter

_FIELDS_MIN, _SHARE, _LOOKED_AT, _SELDOM = 3, 0.6, 200, 2
_OF_ITS_NEIGHBOUR = ("", "number")
"""What a label says by itself that belongs to the one before it: `Document | … | Number | …`."""


class _Line(NamedTuple):
    """A label and the cells after it, the first of them in the column `begins` (from 0)."""

    row: int
    label: str
    begins: int
    values: tuple[Cell, ...]


class _Person(NamedTuple):
    """The number that stands for a person's place, and what is said under each label, in order."""

    number: int
    values: list[tuple[str, Cell]]


def of_labels(table: Table) -> tuple[Table, Problem] | None:
    """The table with a row for each person under the labels as headings, and a notice; None where
    it is no such sheet."""
    apart = with_labels_apart(table)
    columns = _label_columns([row for row in apart.rows[:_LOOKED_AT] if not _is_title(row)])
    if not columns or table.struck:
        return None  # as in every long list, after a look at its beginning
    rows = [row for row in apart.rows if not _is_title(row)]
    if any(not any(_text(row, index) for index in columns) for row in rows):
        return None
    cards = [
        (beside, card) for beside, group in enumerate(_side_by_side(rows, columns))
        for card in _cards(_lines(rows, columns, group))
    ]
    turned = len(cards) == 1 and len(_places(cards[0][1])) > 1
    people = [
        one for beside, card in cards
        for one in (_in_columns(card) if turned else _of_card(card, beside))
    ]
    if not people or len({one.number for one in people}) < len(people):
        return None
    titles = [row for row in apart.rows if row.number < rows[0].number]
    first = titles[-1].number + 1 if titles else 1 if turned else rows[0].number
    return _as_rows(table, [*titles], first, people), Problem(
        "enrolment.columns-turned" if turned else "enrolment.cards-read", table.sheet,
        facts={"count": len(people), "row": people[0].number,
               "column": column_letter(people[0].number - 1)},
    )


def _as_rows(
    table: Table, titles: list[Row], first: int, people: Sequence[_Person]
) -> Table:
    """A table of one row a person; a label that comes twice on a card has a column for each."""
    columns: dict[tuple[str, int], str] = {}
    told: list[dict[tuple[str, int], Cell]] = []
    for person in people:
        cells: dict[tuple[str, int], Cell] = {}
        for label, cell in person.values:
            key = next(
                key for place in range(len(person.values))
                if (key := (squashed(label), place)) not in cells
            )
            columns.setdefault(key, label)
            cells[key] = cell
        told.append(cells)
    columns = {
        key: label for key, label in columns.items()
        if any(cells.get(key) not in (None, "") for cells in told)
    }
    rows = sorted(
        (Row(person.number, tuple(cells.get(key) for key in columns))
         for person, cells in zip(people, told, strict=True)), key=lambda row: row.number,
    )
    heads = Row(first, tuple(columns.values()))
    return replace(table, rows=[*titles, heads, *rows], merges=(), hidden=frozenset())


def _label_columns(rows: Sequence[Row]) -> list[int]:
    """The columns of labels; nothing unless they name people and tell more than any row does."""
    found: list[int] = []
    fields: set[str] = set()
    labels: set[str] = set()
    for index in range(max((len(row.cells) for row in rows), default=0)):
        texts = [text for row in rows if (text := _text(row, index))]
        known = [text for text in texts if is_heading(text)]
        if known and len(known) >= _SHARE * len(texts):
            found.append(index)
            fields |= set(map(field_of, known))
            labels |= set(map(squashed, known))
    if any(index - 1 in found for index in found):
        return []  # headings beside headings are a table's
    in_a_row = max((len(_headings_in(row)) for row in rows), default=0)
    tells = fields & NAME_FIELDS and len(fields - {""}) >= _FIELDS_MIN
    return found if tells and len(labels) > in_a_row else []


def _headings_in(row: Row) -> set[str]:
    texts = (_text(row, index) for index in range(len(row.cells)))
    return {squashed(text) for text in texts if text and is_heading(text)}


def _side_by_side(rows: Sequence[Row], columns: Sequence[int]) -> list[list[int]]:
    """The columns of labels by card: a card beside another has the same labels."""
    groups: list[list[int]] = []
    seen: set[str] = set()
    for index in columns:
        labels = {squashed(text) for row in rows if (text := _text(row, index))}
        if not groups or len(labels & seen) > _SHARE * len(labels):
            groups.append([])
            seen = set()
        groups[-1].append(index)
        seen |= labels
    return groups


def _lines(rows: Sequence[Row], columns: Sequence[int], group: Sequence[int]) -> list[_Line]:
    """The labels of a group of columns in the order of reading, each with the cells up to the next
    column of labels."""
    lines = []
    for row in rows:
        before = ""
        for index in group:
            label = _text(row, index)
            if not label:
                continue
            whole = f"{before} {label}"
            if before and field_of(label) in _OF_ITS_NEIGHBOUR and is_known(whole):
                label = whole
            ends = next((one for one in columns if one > index), len(row.cells))
            lines.append(_Line(row.number, label, index + 1, row.cells[index + 1 : ends]))
            before = label
    return lines


def _cards(lines: Sequence[_Line]) -> list[list[_Line]]:
    """The lines by card; nothing where a card does not name its people once, or says on its own
    what no heading does: names of a table within it."""
    named = next((one.label for one in lines if field_of(one.label) in NAME_FIELDS), "")
    cards: list[list[_Line]] = []
    for line in lines:
        if line.label == lines[0].label:
            cards.append([])
        cards[-1].append(line)
    once = all(sum(one.label == named for one in card) == 1 for card in cards)
    unknown = Counter(one.label for one in lines if not is_heading(one.label))
    seldom = any(_SELDOM * count < len(cards) for count in unknown.values())
    return cards if named and once and not seldom else []


def _places(card: Sequence[_Line]) -> list[int]:
    """The columns in which a card names somebody."""
    named = next(one for one in card if field_of(one.label) in NAME_FIELDS)
    return [
        named.begins + place for place, cell in enumerate(named.values)
        if cell is not None and str(cell).strip()
    ]


def _in_columns(card: Sequence[_Line]) -> list[_Person]:
    """Who stands on a sheet that is turned on its side, each numbered by their column."""
    return [
        _Person(place + 1, [
            (one.label, one.values[at] if 0 <= (at := place - one.begins) < len(one.values)
             else None) for one in card
        ]) for place in _places(card)
    ]


def _of_card(card: Sequence[_Line], beside: int) -> list[_Person]:
    """Who stands on a card of one person, numbered by the row of the name; of a card `beside`
    others by a row further down on it. Nobody where it names several."""
    named = next(one for one in card if field_of(one.label) in NAME_FIELDS)
    rows = sorted({one.row for one in card if one.row >= named.row})
    if len(_places(card)) != 1 or beside >= len(rows):
        return []
    return [_Person(rows[beside], [(one.label, _only(one.values)) for one in card])]


def _only(values: Sequence[Cell]) -> Cell:
    """What stands behind a label; several cells as one text."""
    said = [one for one in values if one is not None and str(one).strip()]
    return said[0] if len(said) == 1 else "; ".join(map(str, said)) or None


def _is_title(row: Row) -> bool:
    """Whether a row holds one text that labels nothing known: `REGISTRATION CARD No. 2`."""
    text = only_text(row)
    return bool(text) and not is_heading(text)


def _text(row: Row, index: int) -> str:
    cell = row.at(index)
    return " ".join(cell.split()).strip(" :") if isinstance(cell, str) else ""
