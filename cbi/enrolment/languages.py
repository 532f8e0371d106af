"""In which languages the vouchers of a list's people will speak, by programme."""

from collections.abc import Sequence

from cbi.messages import USUAL_LANGUAGE
from cbi.people.records.languages import Spoken, hint_of, language_for, spoken
from cbi.people.records.record import NewPerson
from cbi.programmes.tables import Programme


def languages_of(
    owners: Sequence[Programme], people: Sequence[NewPerson]
) -> dict[str, tuple[Spoken, ...]]:
    """How many people's vouchers speak which language, by the programmes for which it is so."""
    codes: dict[str, list[str]] = {}
    for one in owners:
        codes.setdefault(one.language, []).append(one.code)
    return {
        ", ".join(named): spoken(
            (language_for(one.language, hint_of(one.data.names), default), bool(one.language))
            for one in people
        )
        for default, named in (codes or {USUAL_LANGUAGE: []}).items()
    }
