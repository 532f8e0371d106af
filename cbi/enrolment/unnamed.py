"""Columns that a list of people needs and whose heading nobody knows: told by cells, or asked.

Everybody has a city, so a column of our cities is it where no other is (`admin2_h_c`, `Place 3`)
and its heading does not say that it is another time's or purpose's. Consent is nobody's to guess:
where an unread column seems to tell it, whoever brought the list is asked.
"""

from collections.abc import Collection, Iterable, Mapping

from cbi.enrolment.composing import is_about
from cbi.enrolment.contents import Fits, Look
from cbi.enrolment.layout import Layout
from cbi.enrolment.meaning import CONTAINED, Meaning
from cbi.enrolment.phrases import has_phrase
from cbi.enrolment.vocabulary import folded
from cbi.files import Problem, column_letter

_SURELY = 0.8
_NOT_OF_NOW = ("elsewhere", "somebody-else", "beside")


def told_by_cells(
    layout: Layout, meanings: Mapping[int, Meaning], looks: Mapping[int, Look], fits: Fits,
    free: Iterable[int], without: Collection[str],
) -> tuple[dict[int, Meaning], list[Problem], list[Problem]]:
    """The city's column where no heading tells it, with a notice; and questions: which of several,
    and whether a column is the consent. `free` are the columns that mean nothing yet."""
    fields = {one.field for one in meanings.values()} | set(without)
    found: dict[int, Meaning] = {}
    notices: list[Problem] = []
    questions: list[Problem] = []
    columns = [index for index in free if index not in meanings and looks[index].said]
    if "city" not in fields and layout.parent is None:
        cities = [
            index for index in columns if (fits.share("city", looks[index]) or 0) >= _SURELY
            and not _is_of_another(layout.labels[index])
        ]
        for index in cities[:1]:
            found[index] = Meaning("city", score=CONTAINED)
            notices.append(_told(layout, index, looks, "enrolment.column-by-cells", "city"))
        if len(cities) > 1:
            questions.append(_told(layout, cities[1], looks, "enrolment.ask-is-field", "city"))
    if "consent" not in fields:
        questions += [
            _told(layout, index, looks, "enrolment.ask-is-field", "consent")
            for index in columns if index not in found
            and is_about(folded(layout.labels[index]).split(), "consent")
            and (fits.share("consent", looks[index]) or 0) >= _SURELY
        ][:1]
    return found, notices, questions


def _is_of_another(label: str) -> bool:
    tokens = folded(label).split()
    return any(has_phrase(tokens, name) for name in _NOT_OF_NOW)


def _told(
    layout: Layout, index: int, looks: Mapping[int, Look], code: str, field: str
) -> Problem:
    return Problem(
        code, layout.table.sheet, layout.heading_row, column_letter(index),
        {"heading": " ".join(layout.labels[index].split()), "field": field,
         "sample": looks[index].sample()},
    )
