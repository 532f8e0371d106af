"""Households that a list tells in two ways: told, for only whoever made the list knows. Pure."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from cbi.files import Problem

_MOST, _SHOWN = 0.5, 8


class OfHousehold(Protocol):
    """Somebody of a household, as a list tells them: where, whether as its head, of how many."""

    sheet: str | None
    row: int
    head: bool | None
    size: int


def at_odds(households: Sequence[Sequence[OfHousehold]]) -> list[Problem]:
    """A notice of the households that have several heads, and one of those whose size is another
    than the people listed: fewer is always told, more where most households are listed whole."""
    several = [members for members in households if len(members) > 1]
    sized = [(max(one.size for one in members), members) for members in several]
    sized = [(size, members) for size, members in sized if size > 1]
    whole = sum(size == len(members) for size, members in sized)
    other = [
        members for size, members in sized if size < len(members)
        or (size > len(members) and whole >= _MOST * len(sized))
    ]
    heads = [members for members in several if sum(one.head is True for one in members) > 1]
    return [
        *_told("enrolment.household-heads", heads), *_told("enrolment.household-counted", other),
    ]


def _told(code: str, households: Iterable[Sequence[OfHousehold]]) -> list[Problem]:
    first = [members[0] for members in households]
    if not first:
        return []
    rows = ", ".join(str(one.row) for one in first[:_SHOWN]) + (", …" if first[_SHOWN:] else "")
    return [Problem(
        code, first[0].sheet, first[0].row, None, {"count": len(first), "rows": rows}
    )]
