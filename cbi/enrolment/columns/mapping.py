"""Which column means what: proposed by headings, checked against the cells, corrected by a person.

What is proposed is shown before anything is written. A correction names a field and a column by its
heading or letter (`phone=Contact`, `phone=K`), gives one value for everybody (`city==almaty`), or
says that a field is not in the list (`sex=-`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cbi.base.canonical import JsonValue, canonical_json
from cbi.base.errors import BadFile, UsageError
from cbi.enrolment.columns.contents import Fits
from cbi.enrolment.columns.deciding import decide, unread
from cbi.enrolment.headings.headings import Meaning, is_known, meaning_of
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.layout.shapes import Told
from cbi.enrolment.values.vocabulary import digest_of, squashed
from cbi.files import Problem, column_letter
from cbi.files.values import column_index

HOW = ("heading", "remembered", "asked", "cells")
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "members": ("above", "apart"), "hidden-rows": ("take", "leave"),
    "struck-rows": ("take", "leave"), "colours": ("take",),
    "status": ("take", "leave"), "date-order": ("dmy", "mdy"), "sheets": ("all", "one"),
    "phone-country": (), "turned-dates": ("turn", "keep"), "hijri": ("solar",),
}
"""Questions about a whole list, answered as a field is given one value; empty: a country's code."""
_LETTERS_MAX = 3
_COUNTRY_LETTERS = 2
_VALUES_KEPT = frozenset({
    "city", "language", "consent", "consent-date", "consent-text", "household-size", "sex",
    "document-kind",
})
"""Fields whose one value for everybody is kept: of the others it could be somebody's own."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A column of the list and what it is taken for; `field` empty: it is not read.

    `sure` of 100; `how` it was decided: by its `heading`, `remembered`, or `asked` for, by its
    `cells` in a list without headings.
    """

    sheet: str | None
    column: str
    heading: str
    field: str
    sure: int
    how: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """Sheets with their meanings settled, what is told of everybody, what was noticed, what must be
    asked, and what was answered about the whole list."""

    layouts: tuple[Layout, ...]
    constants: tuple[Told, ...]
    proposals: tuple[Proposal, ...]
    notices: tuple[Problem, ...] = ()
    questions: tuple[Problem, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()
    """Fields that somebody said the list does not have, or gave one value or column."""


@dataclass(slots=True)
class _Fixed:
    """What a kept mapping and a person decided, by sheet and column; later words go before earlier.
    """

    columns: list[dict[int, Meaning | None]]
    constants: dict[str, Told] = field(default_factory=dict)
    without: set[str] = field(default_factory=set)
    answers: dict[str, str] = field(default_factory=dict)
    how: dict[tuple[int, int], str] = field(default_factory=dict)


def propose(
    layouts: Sequence[Layout], fits: Fits, *, kept: str = "",
    asked: Mapping[str, str] | None = None,
) -> Mapped:
    """What every column means: as a person says, as kept for lists of this shape (JSON), else by
    its heading and cells.

    Raises:
        UsageError: no such field or answer.
        BadFile: no such column.
    """
    fixed = _Fixed([{} for _ in layouts])
    if kept:
        _remember(fixed, layouts, kept)
    for name, column in (asked or {}).items():
        _ask(fixed, layouts, name, column)
    decided = [
        decide(layout, fits, fixed.columns[place], {*fixed.constants, *fixed.without})
        for place, layout in enumerate(layouts)
    ]
    found = [one.layout for one in decided]
    return Mapped(
        tuple(found), tuple(fixed.constants.values()), _without_same(_proposals(found, fixed.how)),
        tuple(notice for one in decided for notice in (*one.notices, *unread(one))),
        tuple(question for one in decided for question in one.questions), fixed.answers,
        frozenset(fixed.without),
    )


def _remember(fixed: _Fixed, layouts: Sequence[Layout], kept: str) -> None:
    known: dict[str, str] = json.loads(kept)
    for place, layout in enumerate(layouts):
        for index, label in layout.labels.items():
            text = known.get(squashed(label), known.get(digest_of(label)))
            if text is not None:
                fixed.columns[place][index] = meaning_of(text) if text else None
                fixed.how[(place, index)] = "remembered"
    for name, value in known.items():
        if name.startswith("=") and name[1:] in ANSWERS:
            fixed.answers[name[1:]] = value
        elif name.startswith("="):
            fixed.constants[name[1:]] = Told(meaning_of(name[1:]), value, None, 0, 0)


def _ask(fixed: _Fixed, layouts: Sequence[Layout], name: str, column: str) -> None:
    """One correction, in place of what was said of its field before."""
    if name in ANSWERS:
        fixed.answers[name] = _answer(name, column.removeprefix("=").strip())
        return
    meaning = meaning_of(name)
    for place, columns in enumerate(fixed.columns):
        fixed.columns[place] = {
            index: one for index, one in columns.items() if one is None or one.text != meaning.text
        }
    fixed.constants.pop(meaning.text, None)
    fixed.without.add(meaning.text)
    if column.startswith("="):
        fixed.constants[meaning.text] = Told(meaning, column[1:].strip(), None, 0, 0)
    elif column.strip() != "-":
        place, index = _find(layouts, column)
        fixed.columns[place][index] = meaning
        fixed.how[(place, index)] = "asked"


def _answer(name: str, value: str) -> str:
    known = ANSWERS[name]
    fits = value in known if known else len(value) == _COUNTRY_LETTERS and value.isalpha()
    if not fits:
        raise UsageError(
            "enrolment.answer-unknown", name=name, text=value, known=", ".join(known) or "AF, KG …"
        )
    return value if known else value.upper()


def headings_asked(asked: Mapping[str, str], kept: Iterable[str]) -> frozenset[str]:
    """The headings (squashed) that corrections and kept mappings name."""
    named = {
        squashed(column.rpartition("!")[2]) for column in asked.values()
        if not column.startswith("=") and not _is_letter(column.strip())
    }
    for mapping in kept:
        known: dict[str, str] = json.loads(mapping)
        named |= {heading for heading, text in known.items() if text}
    return frozenset(named)


def _is_letter(column: str) -> bool:
    return column.isascii() and column.isalpha() and column.isupper() and (
        len(column) <= _LETTERS_MAX
    )


def without_rows(mapped: Mapped) -> Mapped:
    """The mapping of a list that has been read: its rows are let go, for they are large."""
    layouts = (
        replace(layout, body=(), table=replace(layout.table, rows=[])) for layout in mapped.layouts
    )
    return replace(mapped, layouts=tuple(layouts))


def to_keep(mapped: Mapped) -> str:
    """The mapping as JSON, by heading; a survey tool's own columns are left out.

    A heading that nobody listed may be a cell that somebody wrote: its digest stands for it.
    """
    kept: dict[str, JsonValue] = {}
    for layout in mapped.layouts:
        for index, label in layout.labels.items():
            meaning = layout.meanings.get(index)
            if not label.startswith("_"):
                key = squashed(label) if is_known(label) else digest_of(label)
                kept[key] = meaning.text if meaning else ""
    kept |= {
        f"={one.meaning.text}": str(one.cell) for one in mapped.constants
        if one.meaning.field in _VALUES_KEPT
    }
    kept |= {f"={name}": value for name, value in mapped.answers.items()}
    return canonical_json(kept).decode()


def shape_of(layouts: Sequence[Layout]) -> str:
    """The digest (hex) of a list's headings: the next list of this shape has the same."""
    labels = [
        squashed(label) for layout in layouts for _, label in sorted(layout.labels.items())
        if not label.startswith("_")
    ]
    return hashlib.sha256("\x1f".join(labels).encode()).hexdigest()


def _find(layouts: Sequence[Layout], column: str) -> tuple[int, int]:
    """The sheet's place and the column's index of a heading or letter, `SHEET!` before it or not.

    Raises:
        BadFile: no such column.
    """
    sheet, mark, wanted = column.strip().rpartition("!")
    places = [
        place for place, layout in enumerate(layouts)
        if not mark or squashed(layout.table.sheet or "") == squashed(sheet)
    ]
    if not places:
        places, wanted = list(range(len(layouts))), column.strip()
    for place in places:
        index = column_index(wanted) if _is_letter(wanted) else -1
        if 0 <= index < _width(layouts[place]):
            return place, index
        for index, label in layouts[place].labels.items():
            if label == wanted or squashed(label) == squashed(wanted):
                return place, index
    if wanted.isascii() and wanted.isalpha() and len(wanted) <= _LETTERS_MAX:
        index = column_index(wanted)
        if index < _width(layouts[places[0]]):
            return places[0], index
    listed = ", ".join(label for _, label in sorted(layouts[places[0]].labels.items()))
    raise BadFile("files.no-column", file=layouts[0].table.file, column=column, headings=listed)


def _width(layout: Layout) -> int:
    return max((len(row.cells) for row in layout.table.rows), default=0)


def _without_same(listed: Sequence[Proposal]) -> tuple[Proposal, ...]:
    """The columns of sheets alike told once, for the first of them."""
    told: set[tuple[str, str, str]] = set()
    first = listed[0].sheet if listed else None
    kept = []
    for one in listed:
        same = (one.column, squashed(one.heading), one.field)
        if one.sheet == first or same not in told:
            kept.append(one)
        told |= {same} if one.sheet == first else set()
    return tuple(kept)


def _proposals(
    layouts: Iterable[Layout], how: Mapping[tuple[int, int], str]
) -> tuple[Proposal, ...]:
    listed = []
    for place, layout in enumerate(layouts):
        for index in sorted(layout.labels.keys() | layout.meanings.keys()):
            meaning = layout.meanings.get(index)
            letter, label = column_letter(index), layout.labels.get(index, "")
            if label.startswith("_") and meaning is None:
                continue
            listed.append(Proposal(
                layout.table.sheet, letter, label, meaning.text if meaning else "",
                meaning.score if meaning else 0,
                how.get((place, index), HOW[0] if layout.heading_row else HOW[-1]),
            ))
    return tuple(listed)
