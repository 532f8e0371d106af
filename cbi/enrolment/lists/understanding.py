"""A list's rows once its columns are understood: which sheets and rows are people, what stands
above tells of them, and what must be asked before they are believed. Pure.
"""

from dataclasses import replace

from cbi.enrolment.columns.mapping import Mapped
from cbi.enrolment.layout.codes import codes_read, with_one_spelling
from cbi.enrolment.layout.colours import colours_asked
from cbi.enrolment.layout.standing import rows_that_stay
from cbi.enrolment.lists.sections import (
    notes_that_correct,
    under_cities,
    with_ditto,
    with_lone_rows,
    without_lines,
)
from cbi.enrolment.lists.sheets import doubtful_rows, of_one_list
from cbi.enrolment.values.cities import names_a_city
from cbi.files import Problem
from cbi.places.reading import CityReader


def rows_understood(mapped: Mapped, cities: CityReader) -> tuple[Mapped, list[Problem]]:
    """The mapping with the sheets and rows that are read and all questions about them, and what is
    to be told."""
    answers = mapped.answers
    listed, left, asked_of = of_one_list(
        mapped.layouts, answers.get("sheets", ""), lambda name: bool(cities.find(name).code)
    )
    shown, hidden = doubtful_rows(listed, answers)
    shown, lines = under_cities(shown, lambda text: names_a_city(text, cities))
    shown, gone = rows_that_stay(shown, answers.get("status", ""))
    shown, codes, coded = codes_read(with_one_spelling(shown), answers.get("members", ""))
    shown, unread = without_lines(shown)
    shown, ditto = with_ditto(with_lone_rows(shown))
    sheets = {one.table.sheet for one in shown}
    own = [one for one in mapped.questions if one.sheet is None or one.sheet in sheets]
    coloured = colours_asked(shown, answers.get("colours", ""))
    questions = (*own, *asked_of, *hidden, *coloured, *gone, *coded)
    understood = replace(mapped, layouts=tuple(shown), questions=questions)
    return understood, [
        *left, *lines, *codes, *unread, *ditto, *notes_that_correct(shown),
    ]
