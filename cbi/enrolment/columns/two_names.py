"""Two columns of names of which the headings say who is meant: the row's own person is one. Pure.

A head may be named beside each member, and whoever was asked beside whose voucher it is.
"""

from collections.abc import Callable, Sequence

from cbi.enrolment.headings.meaning import Meaning
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.values.vocabulary import folded, has_phrase, squashed
from cbi.files import Row

_PAIR = 2


def whose_names(
    layout: Layout, rivals: Sequence[tuple[int, Meaning]], *, numbered: bool
) -> int | None:
    """The column of each row's own person of two columns of names: beside a respondent's the
    other one, beside a head's that of members, where the list numbers its households. None where
    the headings do not say, or the cells do not bear it out."""
    if len(rivals) != _PAIR:
        return None
    beside = _beside(layout, rivals, lambda label: _says(label, "informant"))
    if beside is not None:
        return beside
    own = _beside(layout, rivals, lambda label: _says(label, "head-of-home"))
    if own is None or not numbered:
        return None
    head = next(index for index, _ in rivals if index != own)
    return own if _are_named_again(layout, head, own) else None


def _beside(
    layout: Layout, rivals: Sequence[tuple[int, Meaning]], is_other: Callable[[str], bool]
) -> int | None:
    """The one column of the two whose heading is not another's."""
    own = [index for index, _ in rivals if not is_other(layout.labels[index])]
    return own[0] if len(own) == 1 else None


def _are_named_again(layout: Layout, head: int, own: int) -> bool:
    """Whether one column says less than the other, and each of its names is also somebody's own in
    a row that names the same head."""
    pairs = [
        (one, two) for row in layout.body if (one := _at(row, head)) and (two := _at(row, own))
    ]
    named = {one for one, _ in pairs}
    themselves = {one for one, two in pairs if one == two}
    return len(named) < len({two for _, two in pairs}) and named == themselves


def _says(label: str, name: str) -> bool:
    return has_phrase(folded(label).split(), name)


def _at(row: Row, index: int) -> str:
    cell = row.at(index)
    return squashed(cell) if isinstance(cell, str) else ""
