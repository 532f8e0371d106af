"""Household and member in one code: `1.1, 1.2, 2.1` or `F001-A, F001-B`; codes in two spellings.

Pure. Read as it stands, a code of both would make a household of every person. Where the column of
heads agrees with the codes, what they have in common is the household; else whoever brought the
list is asked.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from cbi.base.errors import CbiError
from cbi.enrolment.layout.homes import says_head
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.values.cells import identifier_of
from cbi.files import Cell, Problem, Row, column_letter

_LETTER_LAST = re.compile(r"(.*\d)[\s./_-]*([^\W\d_])\Z")
_NUMBER_LAST = re.compile(r"(.*\d)\s*[./_\\-]\s*(\d{1,2})\Z")
_ZEROS = re.compile(r"0+[1-9]\d*\Z")
_HOMES_MIN, _SHOWN = 2, 4
_ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "абвгдежзиклмнопрст", "абвгдежзийклмнопрст")


def codes_read(layouts: Sequence[Layout], answer: str) -> tuple[
    list[Layout], list[Problem], list[Problem]
]:
    """The sheets with the household of each row that a code of household and member tells, a notice
    of it, and the question where nothing bears that out. `answer` is `above`, `apart` or empty."""
    read: list[Layout] = []
    notices: list[Problem] = []
    questions: list[Problem] = []
    for layout in layouts:
        index = _column(layout)
        homes = _homes(layout, index) if index is not None and answer != "apart" else {}
        if index is None or not homes:
            read.append(layout)
            continue
        borne_out = _heads_bare(layout, index) or _heads_agree(layout, homes)
        taken = answer == "above" or bool(borne_out)
        read.append(replace(layout, codes=homes) if taken else layout)
        if taken or borne_out is None:
            sample = "; ".join(dict.fromkeys(_code(row, index) for row in layout.body[:_SHOWN]))
            (notices if taken else questions).append(Problem(
                "enrolment.code-members" if taken else "enrolment.ask-code-members",
                layout.table.sheet, layout.heading_row, column_letter(index),
                {"heading": layout.labels.get(index, ""), "sample": sample},
            ))
    return read, notices, questions


def with_one_spelling(layouts: Sequence[Layout]) -> list[Layout]:
    """The sheets with household numbers without zeros before them, where a column holds some as
    numbers and some as text: `005` and `5` are one household."""
    read = []
    for layout in layouts:
        index = next((at for at, one in layout.meanings.items() if one.field == "household"), None)
        cells = [] if index is None else [row.at(index) for row in layout.body]
        padded = [one for one in cells if isinstance(one, str) and _ZEROS.match(one.strip())]
        if index is None or not padded or not any(isinstance(one, float) for one in cells):
            read.append(layout)
            continue
        body = [
            row._replace(cells=(*row.cells[:index], _bare(cell), *row.cells[index + 1 :]))
            for row, cell in zip(layout.body, cells, strict=True)
        ]
        read.append(replace(layout, body=body))
    return read


def _bare(cell: Cell) -> Cell:
    text = cell.strip() if isinstance(cell, str) else ""
    return text.lstrip("0") if _ZEROS.match(text) else cell


def _column(layout: Layout) -> int | None:
    """The column that numbers households, else the one that numbers rows."""
    told = {one.field: index for index, one in layout.meanings.items() if not one.member}
    return told.get("household", told.get("number")) if layout.parent is None else None


def _homes(layout: Layout, index: int) -> dict[int, str]:
    """By row number what the code says before the member; nothing unless each code is a member's,
    counted from the first, of several households."""
    homes: dict[int, str] = {}
    count: dict[str, int] = {}
    bare = _heads_bare(layout, index)
    for row in layout.body:
        code = _code(row, index)
        parted = (code.casefold(), 0) if code in bare else _parted(code)
        if parted is None:
            if code:
                return {}
            continue
        home, place = parted
        if place > count.get(home, 0) + 1:
            return {}
        count[home] = max(place, count.get(home, 0))
        homes[row.number] = home
    several = len(count) >= _HOMES_MIN and len(homes) > len(count)
    return homes if several else {}


def _heads_bare(layout: Layout, index: int) -> frozenset[str]:
    """The codes of heads where members add to their head's: `2`, `2.1`, `2.2`. Nothing unless every
    code is a head's or adds to one."""
    codes = {code for row in layout.body if (code := _code(row, index))}
    bare = {code for code in codes if code.isdecimal()}
    added = {found[1] for code in codes - bare if (found := _NUMBER_LAST.match(code))}
    every = all(_NUMBER_LAST.match(code) for code in codes - bare)
    return frozenset(bare) if added and every and added <= bare else frozenset()


def _parted(code: str) -> tuple[str, int] | None:
    """The household of a code and which member it counts: `F001-B` is the second of `f001`."""
    if found := _NUMBER_LAST.match(code):
        return found[1].casefold(), int(found[2])
    if found := _LETTER_LAST.match(code):
        letter = found[2].casefold()
        for letters in _ALPHABETS:
            if letter in letters:
                return found[1].casefold(), letters.index(letter) + 1
    return None


def _heads_agree(layout: Layout, homes: Mapping[int, str]) -> bool | None:
    """Whether the first of each household is its head and nobody else is; None where nothing says
    who is a head, or says it of the first alone."""
    columns = [
        index for index, one in layout.meanings.items()
        if one.field in ("head", "relation") and not one.member
    ]
    if not columns:
        return None
    seen: set[str] = set()
    for row in layout.body:
        home = homes.get(row.number, "")
        said = next((
            said for index in columns if index < len(row.cells)
            and (said := _says_head(layout.meanings[index].field, row.cells[index])) is not None
        ), None)
        if said is None or said is (home in seen):
            return False if said else None
        seen.add(home)
    return True


def _says_head(field: str, cell: Cell) -> bool | None:
    try:
        return says_head(field, cell)
    except CbiError:
        return None


def _code(row: Row, index: int) -> str:
    cell = row.at(index)
    if isinstance(cell, float) and not cell.is_integer():
        return str(cell)  # `1.1` in a workbook is a number
    try:
        return identifier_of(cell)
    except CbiError:
        return ""
