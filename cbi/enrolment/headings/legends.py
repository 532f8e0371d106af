"""Coded answers whose heading says what each code means: `Sex (1=Male, 2=Female)`. Pure.

The cells are read as the words that the heading gives for them, where it has one for each.
"""

import re
from collections.abc import Mapping, Sequence

from cbi.enrolment.headings.composing import is_about
from cbi.enrolment.values.vocabulary import folded, meanings, plain_digits, squashed
from cbi.files import Cell, Row

_CODE_FIRST = re.compile(r"(?<!\w)(\d{1,2})\s*[=:–—)-]\s*([^\W\d_][^,;/|()\d=:]*)")
_WORD_FIRST = re.compile(r"([^\W\d_]+)\s*[=:]\s*(\d{1,2})(?!\w)")
_CODES_MIN = 2


def decoded(
    rows: Sequence[Row], labels: Mapping[int, str], lines: Sequence[str] = ()
) -> list[Row]:
    """The rows with the words of the headings' legends in place of codes; of `lines` under the
    list, the words for the sexes tell that column's (`Codes: 1 – female, 2 – male`)."""
    known = {
        index: legend for index, label in labels.items()
        if len(legend := _legend(label)) >= _CODES_MIN
    }
    of_sexes = next((one for one in map(_legend, lines) if _tells_sexes(one)), None)
    if of_sexes:
        known |= {
            index: of_sexes for index, label in labels.items()
            if index not in known and is_about(folded(label).split(), "sex")
        }
    told = {
        index: legend for index, legend in known.items()
        if all(not (code := _code(row, index)) or code in legend for row in rows)
    }
    return [_with_words(row, told) for row in rows] if told else [*rows]


def _legend(label: str) -> dict[str, str]:
    plain = plain_digits(label)
    found = {str(int(code)): word.strip(" .-") for code, word in _CODE_FIRST.findall(plain)}
    turned = {str(int(code)): word for word, code in _WORD_FIRST.findall(plain)}
    return max(found, turned, key=len)


def _tells_sexes(legend: Mapping[str, str]) -> bool:
    known = meanings("sex")
    return {known.get(squashed(word)) for word in legend.values()} == {"f", "m"}


def _code(row: Row, index: int) -> str:
    cell: Cell = row.at(index)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return plain_digits(str(cell).strip()) if cell is not None else ""


def _with_words(row: Row, told: Mapping[int, Mapping[str, str]]) -> Row:
    cells = list(row.cells)
    for index, legend in told.items():
        if code := _code(row, index):
            cells[index] = legend[code]
    return row._replace(cells=tuple(cells))
