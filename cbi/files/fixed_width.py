"""Lists printed as text, whose columns are kept apart by their place in the line. Pure.

A till's or an old program's print-out has no separator: its columns stand under each other, numbers
at their right, with rules between and the head again on every page.
"""

import re
from collections.abc import Collection, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

_PIECE = re.compile(r"\S+(?: \S+)*")
_RULE = re.compile(r"[-=_+*~─═│|\s]+")
PIECES_LEAST, FIGURES_LEAST, RUN_LEAST, LINES_LEAST, FEW = 3, 2, 2, 4, 10
"""What only one line in `FEW` has is no part of the list."""
_OTHERS = ";\t|"


class PrintedLine(NamedTuple):
    """A line by its number, with its cells; an empty one is None."""

    number: int
    cells: tuple[str | None, ...]


def columns_by_place(words: str) -> list[PrintedLine] | None:
    """The lines of a print-out, cut into its columns; None of a text that is none."""
    lines = [
        (number, line.rstrip("\r\f ")) for number, line in enumerate(words.split("\n"), 1)
        if line.strip() and not _RULE.fullmatch(line)
    ]
    body = _body([line for _, line in lines])
    if not body:
        return None
    columns = _columns([line for _, line in lines], body)
    return [PrintedLine(number, _cut(line, columns)) for number, line in lines]


def _body(lines: Sequence[str]) -> list[str]:
    """The lines of the list itself: several pieces each, far apart, figures in some; most lines are
    such."""
    if sum(any(one in line for one in _OTHERS) for line in lines) * 2 > len(lines):
        return []
    runs = [list(run) for is_line, run in groupby(lines, key=_may_be_line) if is_line]
    runs = [run for run in runs if len(run) >= RUN_LEAST]
    body = [line for run in runs for line in run]
    return body if len(body) >= max(LINES_LEAST, len(lines) / 2) else []


def _may_be_line(line: str) -> bool:
    pieces = _PIECE.findall(line)
    figures = sum(any(map(str.isdigit, piece)) for piece in pieces)
    return len(pieces) >= PIECES_LEAST and figures >= FIGURES_LEAST


def _columns(lines: Sequence[str], body: Sequence[str]) -> list[tuple[int, int]]:
    """Where columns begin and end. Two are kept apart by blanks that all lines of the list have;
    by one blank alone only where a heading stands over each."""
    width, few = max(map(len, body)), len(body) // FEW
    taken = [sum(bool(line[place : place + 1].strip()) for line in body) > few
             for place in range(width)]
    spans, start = list[tuple[int, int]](), None
    for place, is_taken in enumerate([*taken, False]):
        if is_taken and start is None:
            start = place
        elif not is_taken and start is not None:
            spans.append((start, place))
            start = None
    head = _head(lines, set(body))
    made = spans[:1]
    for begins, ends in spans[1:]:
        last = made[-1]
        apart = begins - last[1] > 1 or (all(
            head[one:other].strip() for one, other in (last, (begins, ends))
        ) and not head[last[1] : begins].strip())
        made[-1:] = [last, (begins, ends)] if apart else [(last[0], ends)]
    return made


def _head(lines: Sequence[str], body: Collection[str]) -> str:
    """The line over the longest stretch of the list's lines; nothing where none stands there."""
    best, start, longest = "", 0, 0
    for place, line in enumerate([*lines, ""]):
        if line in body:
            continue
        if place - start > longest:
            best, longest = lines[start - 1] if start else "", place - start
        start = place + 1
    return best


def _cut(line: str, columns: Sequence[tuple[int, int]]) -> tuple[str | None, ...]:
    """A line's cells; what crosses a column's edge is no line of the list, and goes whole to the
    column over or under which most of it stands."""
    edges = [(one[1], other[0]) for one, other in pairwise(columns)]
    if not any(line[one:other].strip() for one, other in edges):
        starts = [0, *(begins for begins, _ in columns[1:])]
        ends = [*(begins for begins, _ in columns[1:]), len(line)]
        return tuple(line[one:other].strip() or None
                     for one, other in zip(starts, ends, strict=True))
    cells: list[str | None] = [None] * len(columns)
    for piece in _PIECE.finditer(line):
        shared = [_shared(piece, column) for column in columns]
        index = shared.index(max(shared))
        cells[index] = " ".join(filter(None, (cells[index], piece[0])))
    return tuple(cells)


def _shared(piece: re.Match[str], column: tuple[int, int]) -> int:
    """How much of a piece stands in a column; below zero how far it stands from it."""
    return min(piece.end(), column[1]) - max(piece.start(), column[0])
