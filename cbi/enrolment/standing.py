"""Rows of people who died, left or are no longer served, as a column of the list says. Pure.

A status, a note or a date of departure says of somebody that they are gone: such rows are never
taken in unasked. Whoever brought the list says whether they are enrolled all the same.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice

from cbi.enrolment.layout import Layout
from cbi.enrolment.passing import Skipped
from cbi.enrolment.vocabulary import (
    PHRASE_WORDS_MAX,
    folded,
    has_phrase,
    squashed,
    without_brackets,
    words,
)
from cbi.files import Cell, Problem, column_letter

WHY, LEAVE = "status", "leave"
_FREE = frozenset({"notes", "fact"})
"""Fields in whose cells anything may stand."""
_LENGTH_MAX, _WORDS_MAX = 60, 7
_SHOWN = 8


def rows_that_stay(
    layouts: Sequence[Layout], answer: str
) -> tuple[list[Layout], list[Problem]]:
    """The sheets with the rows of people who are gone marked as passed over, if they are to be
    left out (`leave`); and for each sheet with such rows the question, if nobody answered it."""
    shown, questions = [], []
    for layout in layouts:
        columns = _gone(layout)
        if columns and not answer:
            questions.append(_question(layout, columns))
        left = sorted({row for said in columns.values() for row in said} if answer == LEAVE else ())
        passed = tuple(Skipped(row, WHY) for row in left)
        shown.append(replace(layout, skipped=(*layout.skipped, *passed)) if passed else layout)
    return shown, questions


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
        if meaning is not None and meaning.field not in _FREE:
            continue
        kind = _kind(label)
        if not kind:
            continue
        said = {
            row.number: text for row in layout.body if index < len(row.cells)
            and (text := _text(row.cells[index])) and _says_gone(kind, text)
        }
        if said:
            found[index] = said
    return found


@lru_cache(maxsize=1024)
def _kind(label: str) -> str:
    """What a column's cells tell: `status`, `chosen` (no: they are not), `gone` (yes: they are),
    `gone-on` (a day), `codes` (of a status), `anything`; empty where it is of somebody else."""
    bare = without_brackets(label)
    tokens = folded(bare).split()
    if has_phrase(tokens, "somebody-else") or has_phrase(tokens, "not-standing"):
        return ""
    for name in ("chosen", "gone-on"):
        if squashed(bare) in words(name):
            return name
    if squashed(bare) in words("gone-away") | words("closed"):
        return "gone"
    known = (*words("standing"), *words("standing-of"), *words("head-role"), *words("home-role"))
    of_them = has_phrase(tokens, "standing") and all(one in known for one in tokens)
    if of_them:
        return "codes" if "code" in tokens else "status"
    return "anything"


@lru_cache(maxsize=8192)
def _says_gone(kind: str, text: str) -> bool:
    word = squashed(text)
    if kind == "chosen":
        return word in words("no")
    if kind == "gone-on":
        return word not in words("none") and any(map(str.isdecimal, folded(text)))
    if kind == "gone" and word in words("yes"):
        return True
    if kind == "codes" and word in words("closed-code"):
        return True
    of_status = kind in ("status", "codes")
    return (of_status and word in words("closed")) or _is_gone(
        folded(text).split(), at_once=of_status
    )


def _is_gone(tokens: Sequence[str], *, at_once: bool) -> bool:
    """Whether words say that somebody is gone; outside a status, of more than that only when and
    where to: `умер 12.05.2022`, `moved to Astana`, never `left hand lost`."""
    if len(tokens) > _WORDS_MAX:
        return False
    for size in range(min(len(tokens), PHRASE_WORDS_MAX), 0, -1):
        if "".join(tokens[:size]) in words("gone-away"):
            rest = tokens[size:]
            return at_once or not rest or rest[0].isdecimal() or rest[0] in words("gone-to")
    return False


def _text(cell: Cell) -> str:
    text = "" if cell is None else str(cell).strip()
    return text if len(text) <= _LENGTH_MAX else ""


def _question(layout: Layout, columns: Mapping[int, Mapping[int, str]]) -> Problem:
    """The question, with the values that stand in the column most often and their counts."""
    index = max(columns, key=lambda one: len(columns[one]))
    said = columns[index]
    values = Counter(said.values()).most_common()
    kept = Counter(
        text for row in layout.body if row.number not in said and index < len(row.cells)
        and (text := _text(row.cells[index]))
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
