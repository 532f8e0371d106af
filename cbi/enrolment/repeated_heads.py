"""Lists that name the head of the household in every member's row: whose row it is. Pure."""

from collections.abc import Sequence

from cbi.enrolment.layout import Layout
from cbi.enrolment.meaning import Meaning
from cbi.enrolment.vocabulary import folded, has_phrase, squashed
from cbi.files import Row

_PAIR = 2


def member_beside_head(layout: Layout, rivals: Sequence[tuple[int, Meaning]]) -> int | None:
    """Of two columns of names the one of each row's own person, where the other names their head:
    its heading says so, it says less, and each of its names is also somebody's own in a row that
    names the same head. None for any others; it is for lists that number their households."""
    if len(rivals) != _PAIR:
        return None
    heads = [index for index, _ in rivals if _is_of_heads(layout.labels[index])]
    if len(heads) != 1:
        return None
    head, = heads
    own = next(index for index, _ in rivals if index != head)
    pairs = [
        (one, two) for row in layout.body if (one := _at(row, head)) and (two := _at(row, own))
    ]
    named = {one for one, _ in pairs}
    themselves = {one for one, two in pairs if one == two}
    several = len(named) < len({two for _, two in pairs})
    return own if several and named == themselves else None


def _is_of_heads(label: str) -> bool:
    return has_phrase(folded(label).split(), "head-of-home")


def _at(row: Row, index: int) -> str:
    cell = row.cells[index] if index < len(row.cells) else None
    return squashed(cell) if isinstance(cell, str) else ""
