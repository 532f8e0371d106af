"""Whom a list would bring twice, before anything of it is stored: its rows against each other and
against everybody.

The rows' own keys are asked, as for a short list that is enrolled already; nothing of the list is
written, and only those of the ledger who share enough with a row are opened.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.asking import AskedKeys, years_of
from cbi.people.matching.blocking import Places, split
from cbi.people.matching.duplicates import opened
from cbi.people.matching.lookup import COUNTED, word_counts
from cbi.people.matching.scoring import STRENGTHS, Match, Setting, match
from cbi.people.names.common import rarity_of
from cbi.people.records.profile import Profile, profile
from cbi.people.records.reading import Person
from cbi.people.records.record import NewPerson, PersonalData
from cbi.people.records.sealing import hasher
from cbi.people.records.vault import vault_of

STRONG = ("certain", "likely")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A row, by its place in the list, that is likely an earlier row's person (`other_place`) or
    somebody's who is there already (`other_number`); `other` is what is known of that one."""

    place: int
    match: Match
    other: PersonalData
    other_place: int | None = None
    other_number: str | None = None


def foresee(session: OperatorSession, people: Sequence[NewPerson]) -> list[Foreseen]:
    """Whoever of a list is likely in it twice, or there already; the strongest first.

    Raises:
        NotAllowed: the operator may not read personal data.
    """
    session.require("people.read")
    years = years_of(session) | {
        f"={place}": person.data.birth.year
        for place, person in enumerate(people) if person.data.birth
    }
    places, asked = Places(years), AskedKeys(hasher(session.keys.need("people")))
    keys = [
        asked.put(places.of(f"={place}"), person.data) for place, person in enumerate(people)
    ]
    counted, count = word_counts(session, {key for listed in keys for key in listed})
    borne = Counter(value for listed in keys for kind, value in listed if kind in COUNTED)
    total = count + len(people)

    def held(value: str) -> int:
        return counted.get(value, 0) + borne[value]

    around = Setting(rarity=rarity_of(total, held), people=total, holders=held)
    with vault_of(session).read() as vault:
        worth = asked.pairs(vault, places, total, stored=False)
    pairs = sorted(map(split, worth))
    numbers = sorted({places.numbers[other] for _, other in pairs if other >= len(people)})
    there = {person.number: (kept, person) for kept, person in opened(session, numbers)}
    ready = _Ready(people, there)
    found = []
    for one, other in pairs:
        number = places.numbers[other] if other >= len(people) else None
        if number is None or number in there:
            found.append(ready.compared(one, other, number, around))
    strong = [one for one in found if one.match.strength in STRONG]
    return sorted(strong, key=lambda one: (
        STRENGTHS.index(one.match.strength), -one.match.bits, one.place
    ))


class _Ready:
    """Rows and people, each made ready to be compared once."""

    def __init__(
        self, people: Sequence[NewPerson], there: dict[str, tuple[str, Person]]
    ) -> None:
        self.people, self.there = people, there
        self.made: dict[int | str, Profile] = {}

    def compared(self, one: int, other: int, number: str | None, around: Setting) -> Foreseen:
        """A row beside an earlier row, or beside somebody who is there."""
        if number is not None:
            kept, person = self.there[number]
            data, sex, home = person.data, person.sex, False
        else:
            one, other = max(one, other), min(one, other)
            row = self.people[other]
            data, sex = row.data, row.sex
            home = bool(row.household_ref) and row.household_ref == self.people[one].household_ref
        mine = self.people[one]
        setting = replace(
            around, same_household=home,
            sexes_differ=bool(sex and mine.sex) and sex != mine.sex,
        )
        theirs = self._profile(number if number is not None else other, data)
        verdict = match(self._profile(one, mine.data), theirs, setting)
        if number is not None:
            return Foreseen(one, verdict, data, other_number=kept)
        return Foreseen(one, verdict, data, other_place=other)

    def _profile(self, which: int | str, data: PersonalData) -> Profile:
        if which not in self.made:
            self.made[which] = profile(data)
        return self.made[which]
