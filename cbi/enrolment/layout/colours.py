"""Rows that a legend tells apart by their colour: `red – refused`, `grey – left`. Pure.

Colours are not read. Where the words beside one say that somebody refused, left or is struck off,
nobody can tell from the cells who it is, so whoever brought the list is asked.
"""

from collections.abc import Sequence

from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.values.vocabulary import PHRASE_WORDS_MAX, folded, has_phrase, words
from cbi.files import Problem, Row

_CELLS_MAX, _SHOWN_MAX = 2, 200
_OUT = ("gone-away", "closed", "refusal", "line-gone")


def colours_asked(layouts: Sequence[Layout], answer: str) -> list[Problem]:
    """For each sheet whose legend gives a colour to people who are not served, the question whether
    all its rows are taken; none once that is answered."""
    found = []
    for layout in () if answer else layouts:
        lines = {row.number: text for row in layout.table.rows if (text := _legend(row))}
        if any(_tells_who_is_out(text) for text in lines.values()):
            found.append(Problem(
                "enrolment.ask-colours", layout.table.sheet, min(lines),
                facts={"sample": "; ".join(lines.values())[:_SHOWN_MAX]},
            ))
    return found


def _legend(row: Row) -> str:
    """The words of a row that begins with a colour and explains it; empty for any other."""
    texts = [cell for cell in row.cells if cell is not None and cell != ""]
    if not texts or len(texts) > _CELLS_MAX or not all(isinstance(one, str) for one in texts):
        return ""
    text = " ".join(str(one).strip() for one in texts)
    tokens = folded(text).split()
    begins = ("".join(tokens[:size]) for size in range(1, PHRASE_WORDS_MAX))
    return text if len(tokens) > 1 and any(one in words("colour") for one in begins) else ""


def _tells_who_is_out(text: str) -> bool:
    return any(has_phrase(folded(text).split(), name) for name in _OUT)
