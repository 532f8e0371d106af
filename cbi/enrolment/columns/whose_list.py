"""Whose list it is: of children or of their mothers, of women alone. Pure.

Where a mother's columns stand beside a child's, whoever brought the list says who is enrolled; then
what is the other's is never the person's own. That all are women is read where a heading, the title
or the sheet's name says so, and told.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from cbi.enrolment.columns.contents import Look
from cbi.enrolment.headings.composing import is_about
from cbi.enrolment.headings.headings import CHILD, readings
from cbi.enrolment.headings.meaning import NAME_FIELDS, Meaning
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.layout.passing import only_text
from cbi.enrolment.layout.shapes import Told
from cbi.enrolment.rows.identifiers import DOCUMENT_FIELDS
from cbi.enrolment.values.vocabulary import folded, has_phrase, meanings, squashed, words
from cbi.files import Problem

_WORD = re.compile(r"[^\W_]+(?:['’ʼ]s)?")
_JOINERS = frozenset({"of", "s", "د"})
_ONES_OWN = frozenset({
    *NAME_FIELDS, *DOCUMENT_FIELDS, "document-kind", "phone", "birth", "age", "sex",
})
"""Fields that are of one of both: whose, only the heading can say."""


def whose_list(
    layout: Layout, meanings: Mapping[int, Meaning], looks: Mapping[int, Look]
) -> tuple[int, int] | None:
    """The columns of children's and of mothers' or guardians' names, where other columns tell when
    these were born and none names the row's own person: whose list it is, is not told."""
    child = next((
        index for index, one in meanings.items() if one.field in NAME_FIELDS and not one.member
        and any(told.member == CHILD for told in readings(layout.labels[index])[:1])
    ), None)
    about = {
        index: tokens for index, label in layout.labels.items() if index not in meanings
        and has_phrase(tokens := folded(label).split(), "somebody-else") and looks[index].said
    }
    named = [index for index, tokens in about.items() if is_about(tokens, "name")]
    born = any(is_about(tokens, tag) for tokens in about.values() for tag in ("age", "birth"))
    return (child, named[0]) if child is not None and named and born else None


def of_whom(layout: Layout, fixed: Mapping[int, Meaning | None]) -> Layout:
    """The sheet with its headings as they are read where somebody said whose names its people are:
    what is a mother's is her own then, or what is a child's the child's, and what is the other's or
    a husband's nobody's. Any other as it is."""
    said = [
        layout.labels.get(index, "") for index, one in fixed.items()
        if one and one.field in NAME_FIELDS
    ]
    whose = next((kin for kin in _KIN if any(_without(label, kin) for label in said)), "")
    if not whose:
        return layout
    read_as = {index: _read_as(label, whose) for index, label in layout.labels.items()}
    return replace(layout, read_as=read_as)


def _read_as(label: str, whose: str) -> str:
    """A heading as it is read in a list of mothers or of children."""
    if bare := _without(label, whose):
        return bare
    found = readings(label)
    others = any(_without(label, kin) for kin in _KIN)
    of_one = bool(found) and (found[0].field in _ONES_OWN or bool(found[0].member))
    unclear = of_one and (whose == "mother" or bool(found[0].member))
    return "" if others or unclear else label


def sex_of_all(layout: Layout) -> tuple[list[Told], list[Problem]]:
    """That everybody on a sheet is a woman, where no column tells the sex, and the heading of the
    names, the title or the sheet's name tells of women and of nobody else; and a notice of it."""
    fields = {one.field for one in layout.meanings.values() if not one.member}
    if fields & {"sex", "male", "female"} or layout.parent is not None:
        return [], []
    names = [
        layout.labels[index] for index, one in layout.meanings.items()
        if one.field in NAME_FIELDS - {"father"} and not one.member and index in layout.labels
    ]
    titles = [
        only_text(row) for row in layout.table.rows if row.number < layout.heading_row
    ]
    others = any(_tells_of_others(label) for label in names)
    said = next(filter(_tells_of_women, (*names, *titles, layout.table.sheet or "")), "")
    if others or not said:
        return [], []
    return [Told(Meaning("sex"), "f", layout.table.sheet, 0, 0)], [Problem(
        "enrolment.sex-by-words", layout.table.sheet, facts={"said": said}
    )]


def _tells_of_women(text: str) -> bool:
    tokens = folded(text).split()
    return has_phrase(tokens, "women") and not has_phrase(tokens, "not-women-alone")


def _tells_of_others(label: str) -> bool:
    tokens = [one for one in folded(label).split() if len(one) > 1]  # `Ф.И.О.`
    return has_phrase(tokens, "not-women-alone")


def _without(label: str, kin: str) -> str:
    """A heading without the word for a mother or a child; empty where it has none."""
    known = _KIN[kin]()
    bare = _WORD.sub(lambda word: "" if squashed(word[0]) in known else word[0], label)
    return bare.strip() if bare != label else ""


def _mothers() -> frozenset[str]:
    return words("mother") - _JOINERS


def _children() -> frozenset[str]:
    known = {word for word, kin in meanings("member").items() if kin == CHILD.rstrip("-")}
    return frozenset({*known, *(f"{word}s" for word in known)})


_KIN: Mapping[str, Callable[[], frozenset[str]]] = {"mother": _mothers, "child": _children}
