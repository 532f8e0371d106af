"""A birth date that stands in three columns: its day, its month and its year. Pure."""

from collections.abc import Mapping

from cbi.enrolment.headings.meaning import EXACT, Meaning
from cbi.enrolment.values.vocabulary import folded, meanings_of_many, words

_PARTS = ("birth-day", "birth-month", "birth-year")
_PARTS_MIN = 2


def birth_in_parts(labels: Mapping[int, str]) -> dict[int, Meaning]:
    """The columns of a birth date's parts, where year and month each have one of their own."""
    found: dict[str, int] = {}
    for index, label in labels.items():
        part = _part(folded(label).split())
        if part:
            found.setdefault(part, index)
    if len(found) < _PARTS_MIN or "birth-year" not in found:
        return {}
    return {index: Meaning(part, score=EXACT) for part, index in found.items()}


def _part(tokens: list[str]) -> str:
    known = meanings_of_many("date-part")
    if len(tokens) < 2 or not any(token in words("birth") for token in tokens):
        return ""
    told = {known[token] for token in tokens[-1:] + tokens[:1] if token in known}
    return f"birth-{told.pop()}" if len(told) == 1 else ""
