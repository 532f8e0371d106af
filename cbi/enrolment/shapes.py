"""From rows to people: one row a person, one row a household, or repeats on sheets of their own.

A unit is what is taken in or sent back whole: a row, or a submission with all its repeats. Members
of a household take over what was told of the household once (city, consent, language), never a
phone: a shared phone proves nothing and would look like a match.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cbi.enrolment.cells import in_parts
from cbi.enrolment.headings import NAME_FIELDS, Meaning
from cbi.enrolment.kobo import column_named, is_export
from cbi.enrolment.layout import Layout
from cbi.enrolment.vocabulary import squashed, words
from cbi.files import Cell, Row

OF_HOUSEHOLD = frozenset({
    "city", "address", "language", "household", "household-size", "consent", "consent-date",
    "consent-text", "consent-witness", "submitted", "list", "verdict",
})
MERGED_ROWS_MAX = 100
OF_HEAD = frozenset({
    "phone", "notes", "fact", "document", "document-kind", "tazkira", "passport",
    "refugee-certificate",
})


class Told(NamedTuple):
    """A cell that says something, where it stands, and what its column means."""

    meaning: Meaning
    cell: Cell
    sheet: str | None
    row: int
    column: int


@dataclass(slots=True)
class Draft:
    """One person as the list tells it. `source` names a submission for good; empty elsewhere."""

    told: list[Told]
    sheet: str | None
    row: int
    source: str = ""
    by_field: dict[str, list[Told]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.told:
            self.by_field.setdefault(one.meaning.field, []).append(one)

    def first(self, name: str) -> Told | None:
        """The first cell told of a field."""
        found = self.by_field.get(name)
        return found[0] if found else None

    def all(self, name: str) -> list[Told]:
        """All cells told of a field."""
        return self.by_field.get(name, [])

    @property
    def has_name(self) -> bool:
        """Whether anything of a name is told."""
        return not NAME_FIELDS.isdisjoint(self.by_field)


@dataclass(slots=True)
class Unit:
    """People who are taken in or sent back together, and their rows by sheet (index of layout)."""

    rows: list[tuple[int, Row]]
    drafts: list[Draft] = field(default_factory=list)
    together: bool = False
    """Whether they are one household because of how they stand in the list."""


def units(layouts: Sequence[Layout], constants: Sequence[Told]) -> Iterator[Unit]:
    """All units of a list: its main sheet first in `layouts`, repeats after it.

    `constants` are told of everybody (`--map city==almaty`).
    """
    main, repeats = layouts[0], _by_parent(layouts)
    export = is_export(list(main.labels.values()))
    parent = column_named(dict(main.labels), "_index")
    key = column_named(dict(main.labels), "key", "_uuid")
    for row in _unmerged(main):
        told = [*_told(main, row), *constants]
        if not _says_something(told, constants):
            continue
        unit = Unit([(0, row)])
        source = _source(told) if export else ""
        groups = _by_member(told)
        shared = [one for one in groups.get("", []) if one.meaning.field in OF_HOUSEHOLD]
        own = Draft(groups.pop("", []), main.table.sheet, row.number, source)
        children = [
            child for column in (parent, key) if column is not None and column < len(row.cells)
            for child in repeats.get(_key(row.cells[column]), ())
        ]
        members = [
            Draft([*one, *shared], main.table.sheet, row.number, _nth(source, name))
            for name, one in groups.items() if any(t.meaning.field in NAME_FIELDS for t in one)
        ]
        for number, (sheet, child) in enumerate(children, 1):
            unit.rows.append((sheet, child))
            layout = layouts[sheet]
            told_there = _told(layout, child)
            if _says_something(told_there, ()):
                members.append(Draft(
                    [*told_there, *shared], layout.table.sheet, child.number,
                    _nth(source, str(number)),
                ))
        unit.drafts = _household(own, members)
        unit.together = bool(members)
        yield unit


def _unmerged(layout: Layout) -> Iterator[Row]:
    """The rows of people; what a household has in common and a cell merged over its rows says once
    stands in each."""
    common = [
        index for index, meaning in layout.meanings.items() if meaning.field in OF_HOUSEHOLD
    ]
    told_at: dict[int, dict[int, int]] = {}
    for (top, left), (bottom, right) in layout.table.merges:
        if left == right and left in common and bottom - top < MERGED_ROWS_MAX:
            for place in range(top + 1, bottom + 1):
                told_at.setdefault(place + 1, {})[left] = top + 1
    wanted = {top for tops in told_at.values() for top in tops.values()}
    above = {row.number: row.cells for row in layout.body if row.number in wanted}
    for row in layout.body:
        cells = list(row.cells)
        for column, top in told_at.get(row.number, {}).items():
            if top in above and column < len(cells) and cells[column] is None:
                cells[column] = above[top][column]
        yield row._replace(cells=tuple(cells)) if row.number in told_at else row


def _household(own: Draft, members: Sequence[Draft]) -> list[Draft]:
    """The row's own person and the members; a member who is the row's own person is one of them,
    and takes over what was told above.
    """
    if not own.has_name:
        return _with_heads(own, members) if members else [own]
    for place, member in enumerate(members):
        if _is_head(member) or _name_of(member) == _name_of(own):
            more = [one for one in own.told if one.meaning.field not in member.by_field]
            both = Draft([*member.told, *more], member.sheet, member.row, own.source)
            return [both, *members[:place], *members[place + 1 :]]
    return [own, *members]


def _with_heads(own: Draft, members: Sequence[Draft]) -> list[Draft]:
    """The members; what was told above and is no household's in common is its head's: a contact
    phone, a family's certificate, notes."""
    place = next((place for place, one in enumerate(members) if _is_head(one)), 0)
    head = members[place]
    more = [
        one for one in own.told
        if one.meaning.field in OF_HEAD and one.meaning.field not in head.by_field
    ]
    told = Draft([*head.told, *more], head.sheet, head.row, head.source)
    return [*members[:place], told, *members[place + 1 :]]


def _is_head(member: Draft) -> bool:
    said = member.first("relation") or member.first("head")
    return said is not None and any(
        squashed(part) in words("head") for part in in_parts(str(said.cell))
    )


def _name_of(draft: Draft) -> frozenset[str]:
    return frozenset(
        squashed(str(one.cell)) for one in draft.told if one.meaning.field in NAME_FIELDS
        and one.meaning.field != "father"
    )


def _told(layout: Layout, row: Row) -> list[Told]:
    cells, sheet = row.cells, layout.table.sheet
    return [
        Told(meaning, cells[index], sheet, row.number, index)
        for index, meaning in layout.meanings.items()
        if index < len(cells) and cells[index] is not None and meaning.field != "number"
    ]


def _says_something(told: Sequence[Told], constants: Sequence[Told]) -> bool:
    """Whether a row holds more than notes and what is told of everybody."""
    return any(
        one.meaning.field not in ("notes", "list", "reason", "consent-witness")
        and not (isinstance(one.cell, str) and not one.cell.strip())
        for one in told if one not in constants
    )


def _by_member(told: Sequence[Told]) -> dict[str, list[Told]]:
    groups: dict[str, list[Told]] = {}
    for one in told:
        groups.setdefault(one.meaning.member, []).append(one)
    return groups


def _source(told: Sequence[Told]) -> str:
    named = next((one for one in told if one.meaning.field == "submission"), None)
    text = str(named.cell).strip().removeprefix("uuid:") if named else ""
    return f"kobo:{text}" if text else ""


def _nth(source: str, name: str) -> str:
    return f"{source}/{name}" if source else ""


def _by_parent(layouts: Sequence[Layout]) -> Mapping[str, list[tuple[int, Row]]]:
    """The rows of repeats by the index or key of the submission they belong to."""
    main = layouts[0].table.sheet
    found: dict[str, list[tuple[int, Row]]] = {}
    for sheet, layout in enumerate(layouts[1:], 1):
        labels = dict(layout.labels)
        parent = column_named(labels, "_parent_index", "parent_key")
        table = column_named(labels, "_parent_table_name")
        if parent is None:
            continue
        for row in layout.body:
            if parent >= len(row.cells) or row.cells[parent] is None:
                continue
            named = row.cells[table] if table is not None and table < len(row.cells) else None
            if named is None or main is None or sheet_like(str(named)) == sheet_like(main):
                found.setdefault(_key(row.cells[parent]), []).append((sheet, row))
    return found


def sheet_like(name: str) -> str:
    """A sheet's name as a spreadsheet cuts it."""
    return name.strip()[:31].casefold()


def _key(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return f"#{int(cell)}"
    text = str(cell).strip()
    return f"#{text}" if text.isdecimal() else text.removeprefix("uuid:")
