"""In which languages the vouchers of a list's people will speak, by programme."""

from collections import Counter
from collections.abc import Mapping, Sequence

from cbi.messages import USUAL_LANGUAGE
from cbi.people.records.languages import Spoken, hint_of, language_for, spoken
from cbi.people.records.record import NewPerson
from cbi.programmes.tables import Programme


def told_of(person: NewPerson) -> tuple[str, str]:
    """What decides somebody's language: what was said of it, and the hint of their name's script.
    """
    return person.language, hint_of(person.data.names)


def languages_of(
    owners: Sequence[Programme], people: Mapping[tuple[str, str], int]
) -> dict[str, tuple[Spoken, ...]]:
    """How many people's vouchers speak which language, by the programmes for which it is so;
    `people` are counted by what is told of them."""
    codes: dict[str, list[str]] = {}
    for one in owners:
        codes.setdefault(one.language, []).append(one.code)
    return {
        ", ".join(named): spoken(
            (language_for(said, hint, default), bool(said))
            for said, hint in Counter(people).elements()
        )
        for default, named in (codes or {USUAL_LANGUAGE: []}).items()
    }
