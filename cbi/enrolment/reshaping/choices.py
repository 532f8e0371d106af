"""Codes with a sheet of their words: `sex | 2 | Female` beside a list whose sex says `2`. Pure.

A sheet of words has three columns in every row: the column it is for, a code, the words. A list's
column is read by it where it bears that name and every cell is one of its codes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cbi.enrolment.values.vocabulary import plain_digits, squashed
from cbi.files import Cell, Problem, Row, Table

_COLUMNS, _CODES_MIN, _HEADING_ROWS_MAX = 3, 2, 15
_CODE_LENGTH_MAX = 12

Words = Mapping[str, Mapping[str, Cell]]


def without_codes(tables: Sequence[Table]) -> tuple[list[Table], list[Problem]]:
    """The tables with words in place of codes, the sheet of words left out, and a notice of each
    table that was read by it; all as they are where no sheet is of words."""
    for book in tables:
        words = _words_of(book)
        others = [one for one in tables if one is not book]
        read = [_decoded(one, words, book) for one in others] if words else []
        if any(read):
            made = [one[0] if one else other for one, other in zip(read, others, strict=True)]
            return made, [one[1] for one in read if one]
    return [*tables], []


def _words_of(table: Table) -> Words:
    """The words of each code of each column that a sheet tells; nothing for any other sheet."""
    found: dict[str, dict[str, Cell]] = {}
    of = ""
    for row in table.rows:
        if sum(cell is not None and str(cell).strip() != "" for cell in row.cells) < _COLUMNS - 1:
            continue
        name, code, *words = row.cells
        of = squashed(str(name)) if name is not None and str(name).strip() else of
        text = _code(code)
        if not text or not words or words[0] is None or len(text) > _CODE_LENGTH_MAX:
            return {}
        if found.setdefault(of, {}).setdefault(text, words[0]) != words[0]:
            return {}  # one code for two things: a list of something else
    return {of: codes for of, codes in found.items() if len(codes) >= _CODES_MIN}


def _decoded(table: Table, words: Words, book: Table) -> tuple[Table, Problem] | None:
    """A table with its codes as words, by the first row that names columns of the sheet of words
    over nothing but codes of theirs."""
    for at, row in enumerate(table.rows[:_HEADING_ROWS_MAX]):
        below = table.rows[at + 1 :]
        named = {
            index: words[key] for index, cell in enumerate(row.cells)
            if isinstance(cell, str) and (key := _last(cell)) in words
            and _are_codes(below, index, words[key])
        }
        if named:
            rows = [*table.rows[: at + 1], *(_with_words(one, named) for one in below)]
            listed = ", ".join(str(row.cells[index]).strip() for index in named)
            sample = "; ".join(
                f"{code} = {said}" for codes in list(named.values())[:1]
                for code, said in list(codes.items())[:_COLUMNS]
            )
            return replace(table, rows=rows), Problem(
                "enrolment.codes-by-sheet", table.sheet, row.number,
                facts={"headings": listed, "sheet": book.sheet or "", "sample": sample},
            )
    return None


def _last(heading: str) -> str:
    """A heading without the groups it stands in: `person/sex`."""
    return squashed(heading.rpartition("/")[2])


def _are_codes(rows: Sequence[Row], index: int, codes: Mapping[str, Cell]) -> bool:
    said = [text for row in rows if (text := _code(row.at(index)))]
    return bool(said) and all(text in codes for text in said)


def _with_words(row: Row, named: Mapping[int, Mapping[str, Cell]]) -> Row:
    cells = list(row.cells)
    for index, codes in named.items():
        if text := _code(row.at(index)):
            cells[index] = codes[text]
    return row._replace(cells=tuple(cells))


def _code(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return plain_digits(str(cell).strip()).casefold() if cell is not None else ""
