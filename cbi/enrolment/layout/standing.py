"""Rows of people who died, left or are no longer served, as a column of the list says. Pure.

A status, a note or a date of departure says of somebody that they are gone: such rows are never
taken in unasked. Whoever brought the list says whether they are enrolled all the same.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from cbi.enrolment.headings.meaning import NAME_FIELDS
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.layout.passing import Skipped, only_text
from cbi.enrolment.values.vocabulary import (
    PHRASE_WORDS_MAX,
    folded,
    has_phrase,
    in_brackets,
    phrases,
    squashed,
    without_brackets,
    words,
)
from cbi.files import Cell, Problem, column_letter

WHY, LEAVE = "status", "leave"
_FREE = frozenset({"notes", "fact"})
"""Fields in whose cells anything may stand."""
_LENGTH_MAX, _WORDS_MAX = 60, 7
_PARTS = re.compile(r"\s+[-–—]\s+|\s*[,;.:()/\[\]]\s*")
_LETTERED = re.compile(r"\A\s*(?:[^\W\d_]|\d{1,2}|[IVX]{1,4})\s*[.)]\s*")
"""What numbers the parts of a list: `B. Waiting list`."""
_LINE_WORDS_MAX, _SAID_LAST_MAX = 8, 5
_SHOWN = 8
_SIDES = frozenset({"left"})
"""What beside other words says a side: `leg (left)`."""
_ENDS_LINE = frozenset({"city", "household", "headings"})
"""Why rows are passed over that begin something new."""


def rows_that_stay(
    layouts: Sequence[Layout], answer: str
) -> tuple[list[Layout], list[Problem]]:
    """The sheets with the rows of people who are gone marked as passed over, if they are to be
    left out (`leave`); and for each sheet with such rows the question, if nobody answered it."""
    shown, questions = [], []
    for layout in layouts:
        columns, under = _by_action(layout, _gone(layout)), _under_lines(layout)
        if columns and not answer:
            questions.append(_question(layout, columns))
        if under and not answer:
            questions.append(_question_of_lines(layout, under))
        gone = {row for said in columns.values() for row in said} | under.keys()
        passed = [Skipped(row, WHY) for row in sorted(gone if answer == LEAVE else ())]
        lines = {line for line, _ in under.values()} & {row.number for row in layout.body}
        passed += [Skipped(line, "line") for line in sorted(lines)]
        body = [row for row in layout.body if row.number not in lines] if lines else layout.body
        shown.append(replace(layout, body=body, skipped=(*layout.skipped, *passed)))
    return shown, questions


def _by_action(
    layout: Layout, gone: dict[int, dict[int, str]]
) -> dict[int, dict[int, str]]:
    """What a column of actions alone says, where the list has one (`ADD`, `CHANGE`, `REMOVE`): a
    reason beside it tells why somebody was changed, not that they are gone."""
    acting = {index for index, label in layout.labels.items() if squashed(label) in words("action")}
    return {index: said for index, said in gone.items() if index in acting} or gone


def _is_named(layout: Layout, index: int) -> bool:
    """Whether a column holds the names of the row's own people."""
    meaning = layout.meanings.get(index)
    return meaning is not None and meaning.field in NAME_FIELDS and not meaning.member


def _under_lines(layout: Layout) -> dict[int, tuple[int, str]]:
    """By the row number of everybody who stands under a line that says they are gone or wait
    (`Выбыли:`, `Reserve list`), the line's number and text."""
    people = {row.number for row in layout.body}
    ends = {one.row for one in layout.skipped if one.why in _ENDS_LINE}
    found: dict[int, tuple[int, str]] = {}
    line: tuple[int, str] | None = None
    under = False
    for row in layout.table.rows:
        if row.number <= layout.heading_row:
            continue
        text = only_text(row)
        if text and _line_says_gone(text):
            line, under = (row.number, text), False
        elif row.number in ends and (under or text):
            line = None  # headings right under the line are those of its own people
        elif line and row.number in people:
            found[row.number], under = line, True
    return found


@lru_cache(maxsize=256)
def _line_says_gone(text: str) -> bool:
    """Whether a line between people is about those who are not served, and says little else."""
    tokens = folded(_LETTERED.sub("", text)).split()
    known = words("line-gone") | words("closed") | words("gone-away")
    return len(tokens) <= _LINE_WORDS_MAX and any(
        "".join(tokens[:size]) in known for size in range(1, PHRASE_WORDS_MAX + 1)
    )


def _question_of_lines(layout: Layout, under: Mapping[int, tuple[int, str]]) -> Problem:
    first = min(line for line, _ in under.values())
    values = Counter(text for _, text in under.values()).most_common()
    return Problem(
        "enrolment.ask-status-line", layout.table.sheet, first, None,
        {"heading": values[0][0], "count": len(under), "values": _counted(values),
         "others": str(sum(
             row.number not in under and not only_text(row) for row in layout.body
         ))},
    )


def left_out(layouts: Sequence[Layout]) -> frozenset[tuple[str | None, int]]:
    """Sheet and number of the rows whose people are left out because they are gone."""
    return frozenset(
        (layout.table.sheet, one.row)
        for layout in layouts for one in layout.skipped if one.why == WHY
    )


def _gone(layout: Layout) -> dict[int, dict[int, str]]:
    """By column and row number the cells that say that somebody is gone."""
    found: dict[int, dict[int, str]] = {}
    for index, label in layout.labels.items():
        meaning = layout.meanings.get(index)
        named = _is_named(layout, index)
        related = meaning is not None and meaning.field == "relation"
        if meaning is not None and meaning.field not in _FREE and not (named or related):
            continue
        kind = "named" if named else "related" if related else _kind(label)
        if not kind:
            continue
        said = {
            row.number: text for row in layout.body if index < len(row.cells)
            and (text := _text(row.cells[index]))
            and (not named or "(" in text or "[" in text) and _says_gone(kind, text)
        }
        if said:
            found[index] = said
    return found


@lru_cache(maxsize=1024)
def _kind(label: str) -> str:
    """What a column's cells tell: `status`, `chosen` (no: they are not), `gone` (yes: they are),
    `gone-on` (a day), `why-gone` (a reason), `codes` (of a status), `anything`; empty where it is
    of somebody else."""
    bare = without_brackets(label)
    tokens = folded(bare).split()
    if has_phrase(tokens, "somebody-else") or has_phrase(tokens, "not-standing"):
        return ""
    for name in ("chosen", "gone-on", "why-gone"):
        if squashed(bare) in words(name):
            return name
    if squashed(bare) in words("gone-away") | words("closed") | words("gone-if-yes"):
        return "gone"
    known = (*words("standing"), *words("standing-of"), *words("head-role"), *words("home-role"))
    of_them = has_phrase(tokens, "standing") and all(one in known for one in tokens)
    if of_them:
        return "codes" if tokens[-1].endswith("code") else "status"
    return "anything"


@lru_cache(maxsize=8192)
def _says_gone(kind: str, text: str) -> bool:
    word = squashed(text)
    if kind in _TOLD_BY:
        return _TOLD_BY[kind](text, word)
    if kind == "gone" and word in words("yes"):
        return True
    if kind == "codes" and word in words("closed-code"):
        return True
    of_status = kind in ("status", "codes")
    parts = [part for part in _PARTS.split(text) if of_status or part not in _SIDES]
    return any(
        (of_status and squashed(part) in words("closed") | words("refusal"))
        or _is_gone(folded(part).split(), at_once=of_status)
        for part in (text, *parts) if part
    )


def _named_gone(text: str, _: str) -> bool:
    """Whether brackets after a name say that it is a dead or departed person's."""
    return any(
        squashed(one) in words("gone-beside") or _is_gone(folded(one).split(), at_once=True)
        for one in in_brackets(text)
    )


_TOLD_BY: Mapping[str, Callable[[str, str], bool]] = {
    "named": _named_gone,
    "related": lambda _, word: word in words("no-member"),
    "chosen": lambda _, word: word in words("no") | words("closed"),
    "why-gone": lambda text, word: word not in words("none") and any(map(str.isalnum, text)),
    "gone-on": lambda text, word: (
        word not in words("none") and any(map(str.isdecimal, folded(text)))
    ),
}
"""What cells of a kind say, by their text and the same squashed."""


def _is_gone(tokens: Sequence[str], *, at_once: bool) -> bool:
    """Whether words say that somebody is gone; outside a status, of more than that only when and
    where to: `умер 12.05.2022`, `moved to Astana`, never `left hand lost`."""
    if len(tokens) > _WORDS_MAX:
        return False
    for size in range(min(len(tokens), PHRASE_WORDS_MAX), 0, -1):
        if "".join(tokens[:size]) in words("gone-away"):
            rest = tokens[size:]
            return at_once or not rest or rest[0].isdecimal() or rest[0] in words("gone-to")
    return len(tokens) <= _SAID_LAST_MAX and _says_it_last(tokens)


def _says_it_last(tokens: Sequence[str]) -> bool:
    """Whether the words end with it, as most languages here do (`Türkiye'ye gitti`), and name
    nobody else: not `муж умер`."""
    others = words("member-relation") | words("somebody-else") | words("not-standing")
    return not any(one in others for one in tokens) and any(
        " ".join(tokens[-size:]) in phrases("gone-away") - _SIDES
        for size in range(1, min(len(tokens), PHRASE_WORDS_MAX))
    )


def _text(cell: Cell) -> str:
    text = "" if cell is None else str(cell).strip()
    return text if len(text) <= _LENGTH_MAX else ""


def _question(layout: Layout, columns: Mapping[int, Mapping[int, str]]) -> Problem:
    """The question, with the values that stand in the column most often and their counts."""
    index = max(columns, key=lambda one: len(columns[one]))
    said = columns[index]
    named = _is_named(layout, index)
    values = Counter(
        text for one in said.values() for text in (in_brackets(one) if named else [one])
    ).most_common()
    kept = Counter(
        text for row in layout.body if row.number not in said and index < len(row.cells)
        and (text := _text(row.cells[index])) and not named
    )
    return Problem(
        "enrolment.ask-status", layout.table.sheet, min(said), column_letter(index),
        {"heading": " ".join(layout.labels[index].split()),
         "count": len({row for rows in columns.values() for row in rows}),
         "values": _counted(values), "others": _counted(kept.most_common()) or "-"},
    )


def _counted(values: Sequence[tuple[str, int]]) -> str:
    shown = ", ".join(f"{text}: {count}" for text, count in islice(values, _SHOWN))
    return f"{shown}, …" if len(values) > _SHOWN else shown
