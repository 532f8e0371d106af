"""Cells that hold label and value together parted: `Name: Omid Popal`, one or several. Pure."""

import re
from collections.abc import Iterator
from dataclasses import replace

from cbi.enrolment.layout.passing import is_heading
from cbi.files import Cell, Row, Table

_PIECES = re.compile(r"\s*[\n;|]\s*")
_LABELLED = re.compile(r"\s*([^\W\d_][^:=\d]{0,60}?)\s*[:=]\s*(.*)", re.DOTALL)
_SHARE, _LOOKED_AT = 0.5, 200

Pair = tuple[str, str]


def with_labels_apart(table: Table) -> Table:
    """The table with each label in a cell of its own, if most of its texts hold both; else as it
    is."""
    texts = [
        cell for row in table.rows[:_LOOKED_AT] for cell in row.cells
        if isinstance(cell, str) and cell
    ]
    known = [
        text for text in texts if any(said and is_heading(label) for label, said in _pairs(text))
    ]
    if len(known) < _SHARE * len(texts) or not known:
        return table
    return replace(table, rows=[_apart(row) for row in table.rows], merges=())


def _apart(row: Row) -> Row:
    cells: list[Cell] = []
    for cell in row.cells:
        pairs = list(_pairs(cell)) if isinstance(cell, str) else []
        cells += [part for pair in pairs for part in pair] if pairs else [cell]
    return row._replace(cells=tuple(cells))


def _pairs(text: str) -> Iterator[Pair]:
    """Label and value of each piece of a text; nothing unless each piece has a label."""
    found = [_LABELLED.fullmatch(piece) for piece in _PIECES.split(text.strip()) if piece]
    if all(found):
        yield from ((one[1], one[2].strip()) for one in found if one)
