"""From rows to people: one row a person, one row a household, or repeats on sheets of their own.

A unit is what is taken in or sent back whole: a row, or a submission with all its repeats. Members
of a household take over what was told of the household once (city, consent, language), never a
phone: a shared phone proves nothing and would look like a match.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from cbi.enrolment.headings.composing import is_about
from cbi.enrolment.headings.kobo import is_export
from cbi.enrolment.headings.meaning import NAME_FIELDS, Meaning
from cbi.enrolment.headings.phrases import SIZE_PART
from cbi.enrolment.layout.homes import OF_HOUSEHOLD, Homes, homes_of, shared_down, unmerged
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.layout.repeats import Repeats, key_of
from cbi.enrolment.values.cells import in_parts
from cbi.enrolment.values.vocabulary import folded, in_brackets, squashed, words
from cbi.files import Cell, Problem, Row

OF_HEAD = frozenset({
    "phone", "phone-code", "phone-owner", "notes", "fact", "document", "document-kind", "tazkira",
    "passport", "refugee-certificate", "national-number",
})
_NOBODY = frozenset({
    "notes", "list", "reason", "consent-witness", "number", "household", "parent", "submission",
    "submission-number", "submission-root", "submitted", "verdict", "household-size",
})
"""Fields that tell of nobody: a row that holds nothing else is no person."""


_MINUTE = len("2022-08-10T10:00")
_WHOLE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}")


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
    alone: bool = False
    """Whether its row holds one text alone, where others hold more."""
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

    def forget(self) -> None:
        """Let go of the cells once they are read: of a long list they are half the memory."""
        self.told, self.by_field = [], {}

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
    refused: bool = False
    """Whether the row only says that somebody did not agree."""
    lost: bool = False
    """Whether the row it belongs to is not in the list."""
    serial: str = ""
    """The submission by its server's own number and minute, which an edit leaves as they were."""


class Main(NamedTuple):
    """A sheet of people whose rows belong to no other's: its place, its households and rows."""

    place: int
    homes: Homes
    rows: Sequence[Row]


@dataclass(slots=True)
class Units:
    """A list in units, and what must be asked before they are believed; `constants` are told of
    everybody on a sheet, by its place."""

    layouts: Sequence[Layout]
    constants: Sequence[Sequence[Told]]
    mains: Sequence[Main]

    @property
    def questions(self) -> list[Problem]:
        """What the list does not say of its households."""
        return [main.homes.question for main in self.mains if main.homes.question]

    @property
    def notices(self) -> list[Problem]:
        """What was understood of its households without a number."""
        return [main.homes.notice for main in self.mains if main.homes.notice]

    def __iter__(self) -> Iterator[Unit]:
        repeats = Repeats(self.layouts)
        for main in self.mains:
            yield from self._of(main, repeats)
        for sheet, child in repeats.left():
            yield Unit([(sheet, child)], lost=True)

    def _of(self, main: Main, repeats: Repeats) -> Iterator[Unit]:
        block: Unit | None = None
        for row in main.rows:
            unit = self._unit(main.place, repeats, row)
            if unit is None:
                continue
            if block is not None and main.homes.in_one and row.number in main.homes.above:
                block.rows += unit.rows
                block.drafts += unit.drafts
                block.together = True
                continue
            if block is not None:
                yield block
            block = unit
        if block is not None:
            yield block

    def _unit(self, place: int, repeats: Repeats, row: Row) -> Unit | None:
        main = self.layouts[place]
        told = _with_above(main, row, _told(main, row))
        children = repeats.of(row) if place == 0 else []
        if not says_something(told) and not children:
            return None
        if len(self.mains) > 1:
            told = [_on_its_sheet(one) for one in told]
        export = is_export(list(main.labels.values()))
        return _made(self.layouts, place, row, [*told, *self.constants[place]], children, export)


def units(
    layouts: Sequence[Layout], constants: Sequence[Sequence[Told]], members: str = ""
) -> Units:
    """All units of a list: its main sheet first in `layouts`, others like it or its repeats after.

    `constants` are told of everybody on each sheet (`--map city==almaty`); `members` is the answer
    to whom rows without a household's number belong: `above` or `apart`.
    """
    mains = []
    for place, layout in enumerate(layouts):
        if place == 0 or layout.parent is None:
            rows = unmerged(layout)
            homes = homes_of(layout, rows, members)
            mains.append(Main(place, homes, shared_down(layout, rows, homes)))
    return Units(layouts, constants, mains)


def _made(
    layouts: Sequence[Layout], place: int, row: Row, told: list[Told],
    children: Sequence[tuple[int, Row]], export: bool,
) -> Unit:
    main = layouts[place]
    unit = Unit([(place, row)], serial=_serial(told) if export else "")
    source = _source(told) if export else ""
    if not children and not any(one.meaning.member for one in told):
        own = Draft(told, main.table.sheet, row.number, source, row.number in main.alone)
        unit.drafts, unit.refused = [own], _only_refuses(own)
        return unit
    groups = _by_member(told)
    shared = [one for one in groups.get("", []) if one.meaning.field in OF_HOUSEHOLD]
    own = Draft(groups.pop("", []), main.table.sheet, row.number, source)
    members = [
        Draft([*one, *shared], main.table.sheet, row.number, _nth(source, name))
        for name, one in sorted(groups.items(), key=lambda item: _place_of(item[0]))
        if any(_names(t) for t in one)
    ]
    for number, (sheet, child) in enumerate(children, 1):
        unit.rows.append((sheet, child))
        layout = layouts[sheet]
        told_there = _told(layout, child)
        if says_something(told_there):
            also = [one for one in shared if one.meaning.field not in _fields(told_there)]
            members.append(Draft(
                [*told_there, *also], layout.table.sheet, child.number, _nth(source, str(number)),
            ))
    unit.drafts = _household(own, members)
    unit.together = bool(members)
    unit.refused = not members and _only_refuses(own)
    return unit


def _place_of(member: str) -> int:
    """The number that a heading gives a member: the first is the head, wherever the column stands.
    """
    number = member.rpartition("-")[2]
    return int(number) if number else 0


def _on_its_sheet(one: Told) -> Told:
    """A household's number where several sheets each number their own: the sheet's and the number.
    """
    if one.meaning.field != "household":
        return one
    return one._replace(cell=f"{one.sheet} number {key_of(one.cell)}")


def _names(one: Told) -> bool:
    """Whether a cell names somebody: `---` does not."""
    return one.meaning.field in NAME_FIELDS and any(map(str.isalpha, str(one.cell)))


def _fields(told: Sequence[Told]) -> set[str]:
    return {one.meaning.field for one in told}


def _only_refuses(own: Draft) -> bool:
    """Whether somebody refused where consent was asked, or said no and then nothing of themselves.
    """
    said = own.first("consent")
    if said is None:
        return False
    whole, *parts = map(squashed, in_parts(str(said.cell)))
    if own.has_name and len(parts) > 1 and parts[0] in words("no"):
        return True  # `No, I do not`: no mere box left empty
    known = words("refusal") if own.has_name else words("no")
    return any(part in known for part in (whole, *parts))


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
        Told(meaning, cell, sheet, row.number, index)
        for index, meaning in layout.meanings.items()
        if index < len(cells) and meaning.field != "number"
        and (cell := cells[index]) is not None and not (isinstance(cell, str) and not cell.strip())
    ]


def _with_above(layout: Layout, row: Row, told: list[Told]) -> list[Told]:
    """What the row tells, with the household that its code names, or a line above it begins where
    no column tells it, and the city whose line it stands under."""
    if not (layout.codes or layout.cities or layout.homes):
        return told
    sheet, code = layout.table.sheet, layout.codes.get(row.number)
    city, home = layout.cities.get(row.number), layout.homes.get(row.number)
    if code:
        told = [one for one in told if one.meaning.field != "household"]
    fields = {one.field for one in layout.meanings.values()}
    size = home if home and not fields & {"household-size", SIZE_PART} else ""
    if not code and "household" in fields:
        home = None
    above = (("household", code or home), ("household-size", size and _counted(size)),
             ("city", city))
    return [*told, *(
        Told(Meaning(name), text, sheet, row.number, 0) for name, text in above if text
    )]


def _counted(line: str) -> str:
    """What a line above a household says in brackets of how many it is (`Семья № 2 (4 чел.)`)."""
    for text in in_brackets(line):
        if any(is_about([token], "count") for token in folded(text).split()):
            return text
    return ""


def columns_of_somebody(layout: Layout) -> list[int]:
    """The columns in which a row tells of somebody, where it says anything there."""
    return [index for index, one in layout.meanings.items() if one.field not in _NOBODY]


def says_something(told: Sequence[Told]) -> bool:
    """Whether a row tells of somebody: more than numbers and notes."""
    return any(one.meaning.field not in _NOBODY for one in told)


def _by_member(told: Sequence[Told]) -> dict[str, list[Told]]:
    groups: dict[str, list[Told]] = {}
    for one in told:
        groups.setdefault(one.meaning.member, []).append(one)
    return groups


def _source(told: Sequence[Told]) -> str:
    """The submission's own name: of its first version, where an edited one has another."""
    for name in ("submission-root", "submission"):
        named = next((one for one in told if one.meaning.field == name), None)
        text = str(named.cell).strip().removeprefix("uuid:") if named else ""
        if text:
            return f"kobo:{text}"
    return ""


def _serial(told: Sequence[Told]) -> str:
    """Its number together with the minute it was sent: two servers count alike, never at once."""
    found = {one.meaning.field: one.cell for one in told}
    number, sent = key_of(found.get("submission-number")), found.get("submitted")
    minute = sent.isoformat() if isinstance(sent, datetime) else str(sent or "").strip()
    minute = minute.replace(" ", "T")[:_MINUTE]
    return f"kobo:{number}@{minute}" if number and _WHOLE.fullmatch(minute) else ""


def _nth(source: str, name: str) -> str:
    return f"{source}/{name}" if source else ""
