"""Columns that a list of people needs and whose heading nobody knows: told by cells, or asked.

Everybody has a city, so a column of our cities is it where no other is (`admin2_h_c`, `Place 3`)
and its heading does not say that it is another time's or purpose's. A question put to the person
about one thing is what its cells are too. Consent is nobody's to guess: where an unread column
seems to tell it, and does not ask to take part, whoever brought the list is asked. All is told.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from cbi.enrolment.columns.contents import Fits, Look, are_full_names, are_numbers_of_documents
from cbi.enrolment.headings.composing import (
    asked_of_oneself,
    asks_how_many,
    asks_to_take_part,
    asks_which_sex,
    is_about,
    names_a_mother,
    names_somebody,
)
from cbi.enrolment.headings.meaning import CONTAINED, NAME_FIELDS, Meaning, is_untold
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.rows.identifiers import DOCUMENT_FIELDS
from cbi.enrolment.values.cities import city_of_address
from cbi.enrolment.values.vocabulary import (
    folded,
    has_phrase,
    meanings,
    squashed,
    without_number,
    words,
)
from cbi.files import Problem, column_letter

_SURELY, _LIKELY = 0.8, 0.4
_QUESTION_MIN = 3
_ASKED_OF_EACH = (
    "name", "sex", "birth", "age", "phone", "city", "household-size", "consent", "relation",
    "address",
)
_OF_A_PERSON = frozenset({
    "sex", "birth", "age", "phone", "relation", "tazkira", "passport", "national-number",
    "document", "household-size",
})
"""Fields that only a list of people has: in such a list a column of full names names them."""
_INSTEAD = {
    "name": NAME_FIELDS - {"father"}, "relation": frozenset({"head"}),
    "address": frozenset({"city"}),
}
"""Fields in whose stead others stand: nobody then looks for them among the cells."""
_NOT_OF_NOW = ("elsewhere", "somebody-else")
_ASKED: Mapping[str, Callable[[str], bool]] = {
    "consent": asks_to_take_part, "sex": asks_which_sex, "household-size": asks_how_many,
}
"""What a question may ask in words that stand for no field."""


def told_by_cells(
    layout: Layout, meanings: Mapping[int, Meaning], looks: Mapping[int, Look], fits: Fits,
    free: Iterable[int], without: Collection[str],
) -> tuple[dict[int, Meaning], list[Problem], list[Problem]]:
    """The city's column where no heading tells it, with a notice; and questions: which of several,
    and whether a column is the consent. `free` are the columns that mean nothing yet."""
    fields = set(without) | {
        one.field for index, one in meanings.items() if index not in looks or looks[index].said
    }
    found: dict[int, Meaning] = {}
    notices: list[Problem] = []
    questions: list[Problem] = []
    columns = [index for index in free if index not in meanings and looks[index].said]
    for field in _ASKED_OF_EACH:
        named = bool(fields & _INSTEAD.get(field, frozenset()) | fields & {field})
        if named or (field in ("city", "consent") and layout.parent is not None):
            continue
        free_yet = [index for index in columns if index not in found]
        told = _candidates(field, layout, free_yet, looks, fits, fields)
        for index in told[:1]:
            found[index] = Meaning(field, score=CONTAINED)
            notices.append(_told(layout, index, looks, "enrolment.column-by-cells", field))
        if len(told) > 1:
            questions.append(_told(layout, told[1], looks, "enrolment.ask-is-field", field))
    numbers = () if fields & {*DOCUMENT_FIELDS} else (
        index for index in columns if index not in found
        and squashed(layout.labels[index].rpartition("/")[2]) in words("identifier")
        and are_numbers_of_documents(looks[index])
    )
    for index in [*numbers][:1]:
        found[index] = Meaning("document", score=CONTAINED)
        notices.append(_told(layout, index, looks, "enrolment.column-by-cells", "document"))
    fields |= {one.field for one in found.values()}
    for field, may_tell in _NEVER_GUESSED.items():
        questions += [
            _told(layout, index, looks, "enrolment.ask-is-field", field)
            for index in columns if field not in fields and index not in found
            and may_tell(layout.labels[index])
            and (fits.share(field, looks[index]) or 0) >= (
                _SURELY if is_untold(layout.labels[index]) else _LIKELY
            )
        ][:1]
    return found, notices, questions


def _candidates(
    field: str, layout: Layout, columns: Sequence[int], looks: Mapping[int, Look], fits: Fits,
    fields: Collection[str],
) -> list[int]:
    """The columns that may be a field: their heading lets the cells tell it, and these do; else, of
    fields whose cells are unmistakable, the one column that can be it."""
    told = [
        index for index in columns if _tells(field, layout.labels[index])
        and (fits.share(field, looks[index]) or 0) >= _SURELY
    ]
    if field == "name" and not told and {*fields} & _OF_A_PERSON:
        return _columns_of_names(layout, columns, looks)
    if told or field not in _UNMISTAKABLE or (field == "relation" and "household" not in fields):
        return told
    told = [
        index for index in columns if not _is_about_others(layout.labels[index])
        and _UNMISTAKABLE[field](looks[index], fits)
    ]
    return told if len(told) == 1 else []


def _is_about_others(label: str) -> bool:
    """Whether a heading is about somebody else, another time, or a member's own column."""
    tokens = folded(label).split()
    others = (*_NOT_OF_NOW, "beside", "member-relation", "gone")
    return any(has_phrase(tokens, name) for name in others)


def _are_relations(look: Look, fits: Fits) -> bool:
    """Whether cells say of each how they are related to a head, and of some that they are one."""
    heads = sum(squashed(str(one)) in words("head") for one in look.cells)
    return 0 < heads < look.said and (fits.share("relation", look) or 0) >= _SURELY


def _are_addresses(look: Look, fits: Fits) -> bool:
    """Whether nearly all cells hold one of our cities among other words."""
    cities = fits.cities
    return cities is not None and _SURELY * look.said <= sum(
        bool(city_of_address(str(one), cities)) for one in look.cells
    )


_UNMISTAKABLE: Mapping[str, Callable[[Look, Fits], bool]] = {
    "relation": _are_relations, "address": _are_addresses,
}
"""Fields that cells tell whatever their heading is, so long as it is about nobody else."""


def _columns_of_names(
    layout: Layout, columns: Iterable[int], looks: Mapping[int, Look]
) -> list[int]:
    """The columns of full names whose heading is about somebody's name; else about a mother's."""
    full = [index for index in columns if are_full_names(looks[index])]
    asked = ([index for index in full if names(layout.labels[index])]
             for names in (names_somebody, names_a_mother))
    return next(filter(None, asked), [])


def _may_tell_consent(label: str) -> bool:
    """Whether a heading is about consent, or about the signature that may stand for it."""
    return is_untold(label) or is_about(folded(label).split(), "consent") or (
        squashed(label) in meanings("consent-way")
    )


_NEVER_GUESSED: Mapping[str, Callable[[str], bool]] = {
    "consent": _may_tell_consent, "household-size": is_untold, "birth": is_untold,
}
"""Fields that are asked about where a column may be it, by what its heading may tell."""


def _tells(field: str, label: str) -> bool:
    """Whether a heading lets its cells tell the field."""
    label = without_number(_question(label))
    if field == "city":
        tokens = folded(label).split()
        beside = () if is_about(tokens, "live") else ("beside",)
        return not any(has_phrase(tokens, name) for name in (*_NOT_OF_NOW, *beside))
    return asked_of_oneself(label) == field or (field in _ASKED and _ASKED[field](label))


def _question(label: str) -> str:
    """The question of a label that stands under its group: `C. Household/C3. Your phone number`."""
    last = label.rpartition("/")[2]
    return last if len(last.split()) >= _QUESTION_MIN else label


def _told(
    layout: Layout, index: int, looks: Mapping[int, Look], code: str, field: str
) -> Problem:
    return Problem(
        code, layout.table.sheet, layout.heading_row, column_letter(index),
        {"heading": " ".join(layout.labels[index].split()), "field": field,
         "sample": looks[index].sample()},
    )
