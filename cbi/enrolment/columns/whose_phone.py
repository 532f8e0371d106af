"""A phone beside the name of somebody else, such as a contact person or an agency: whose? Pure.

Where no other column holds a phone it is asked whether it is the person's; where one does, it is
left unread and told like any other.
"""

from collections.abc import Collection, Mapping

from cbi.enrolment.columns.contents import Look
from cbi.enrolment.headings.composing import is_about
from cbi.enrolment.headings.meaning import Meaning
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.values.vocabulary import folded, has_phrase

_MOST = 0.5


def phones_of_others(
    layout: Layout, meanings: Mapping[int, Meaning], looks: Mapping[int, Look]
) -> tuple[list[int], bool]:
    """The columns of phones that may be somebody else's, for whoever stands before them, and
    whether another column's phones are surely the person's."""
    phones = [
        index for index, one in meanings.items() if one.field == "phone" and not one.member
    ]
    others = [index for index in phones if _named_before(layout, index, meanings, looks)]
    return others, len(phones) > len(others)


def _named_before(
    layout: Layout, index: int, meanings: Collection[int], looks: Mapping[int, Look]
) -> bool:
    """Whether the column before, but for how they are related, names another person or a body."""
    if _says(layout, index, "own") or _says(layout, index, "head-role"):
        return False
    before = index - 1
    while before in layout.labels and (
        is_about(folded(layout.labels[before]).split(), "relation") or not looks[before].said
    ):
        before -= 1
    look = looks.get(before)
    if look is None or not look.said or before in meanings:
        return False
    named = look.kinds.get("words", 0) > look.said * _MOST
    return named and _says(layout, before, "has-a-phone")


def _says(layout: Layout, index: int, name: str) -> bool:
    return has_phrase(folded(layout.labels[index]).split(), name)
