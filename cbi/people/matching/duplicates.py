"""One person against all: who may be the same, with reasons, while there is still time to ask.

Candidates come from keyed hashes (`lookup`), at most a hundred are opened, and `matching` says of
each what speaks for and against. Nothing is decided here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.evidence import Reason
from cbi.people.matching.lookup import Found, look_up
from cbi.people.matching.review import PairView, kept_number, pair
from cbi.people.matching.scoring import STRENGTHS, Match, Setting, match
from cbi.people.names.comparing import compare
from cbi.people.names.words import words
from cbi.people.records.keys import guessed_keys, search_keys
from cbi.people.records.profile import Profile, profile
from cbi.people.records.reading import Person, living_facts, unseal
from cbi.people.records.record import PersonalData
from cbi.storage.listed import read_in

PURPOSE = "duplicates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What is known beside the personal data: the number (once enrolled), household, sex."""

    number: str = ""
    household: str = ""
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be the same. `number` is the one that is kept, where two were merged."""

    number: str
    person: Person
    match: Match


def find_duplicates(
    session: OperatorSession, data: PersonalData, aside: Aside | None = None, *, limit: int = 20
) -> list[Candidate]:
    """Who may be this person, the likeliest first; none that was decided to be somebody else.

    Raises:
        NotAllowed: the operator may not read personal data.
    """
    session.require("people.read")
    known = aside or Aside()
    keys = search_keys(data)
    strong = [key for key in keys if key[0] != "name"]
    asked = strong if data.birth and strong else keys
    found = look_up(session, asked, guesses=guessed_keys(data), also=keys)
    people = opened(session, found.numbers, known.number)
    ours = profile(data)
    candidates = [
        Candidate(kept, person, verdict)
        for kept, person in people
        if (verdict := compared(ours, profile(person.data), found, known, person)).strength
        != "none"
    ]
    candidates.sort(key=lambda one: (STRENGTHS.index(one.match.strength), -one.match.bits))
    return candidates[:limit]


def compared(
    ours: Profile, theirs: Profile, found: Found, aside: Aside, person: Person
) -> Match:
    """The verdict on one candidate, with what is known beside the data."""
    return match(ours, theirs, setting_of(found, aside, person))


def setting_of(found: Found, one: Aside, other: Person) -> Setting:
    """What is known around a pair."""
    return Setting(
        rarity=found.rarity, people=found.people, holders=found.holders,
        same_household=bool(one.household) and one.household == other.household,
        sexes_differ=bool(one.sex and other.sex) and one.sex != other.sex,
    )


def opened(
    session: OperatorSession, numbers: Sequence[str], asked: str = "", *, purpose: str = PURPOSE
) -> list[tuple[str, Person]]:
    """These people, opened, each under the number that is kept; without `asked` itself and those
    who were decided to be somebody else.

    The vault may know people that the ledger does not, after a crash: they are left out.
    """
    if not numbers:
        return []
    with session.ledger.read() as tx:
        rows = read_in(
            tx, _Merged,
            "SELECT number, merged_into FROM person WHERE erased_at IS NULL AND number IN ({})",
            list(numbers),
        )
        decided = tx.read(
            DecidedPair,
            "SELECT first, second FROM duplicate_pair WHERE (first = :asked OR second = :asked)"
            " AND state IN ('different', 'same')",
            asked=asked,
        )
        kept = {
            row.number: kept_number(tx, row.merged_into) if row.merged_into else row.number
            for row in rows
        }
    passed = {asked} | {number for pair in decided for number in pair}
    wanted = [
        number for number in numbers
        if number in kept and number not in passed and kept[number] not in passed
    ]
    if not wanted:
        return []
    people = unseal(session, wanted, purpose=purpose)
    return [(kept[number], person) for number, person in people.items()]


class DecidedPair(NamedTuple):
    """Two numbers in order of which somebody decided."""

    first: str
    second: str


class _Merged(NamedTuple):
    number: str
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class SideBySide:
    """A pair opened: both people, and what speaks for and against today.

    `spellings` has, for each reason that pairs words, every way in which both records write them.
    """

    pair: PairView
    first: Person
    second: Person
    match: Match
    spellings: tuple[tuple[str, ...], ...]


def side_by_side(session: OperatorSession, one: str, other: str) -> SideBySide:
    """Open a pair of the queue to be looked at; the log says who read both.

    Raises:
        NotFound: they were never found alike.
        Conflict: one of them was erased.
    """
    session.require("people.read")
    with session.ledger.read() as tx:
        found = pair(tx, one, other)
        living_facts(tx, found.first)
        living_facts(tx, found.second)
    people = unseal(session, (found.first, found.second), purpose=PURPOSE)
    first, second = people[found.first], people[found.second]
    asked = [key for person in (first, second) for key in search_keys(person.data)]
    around = look_up(session, (), also=asked)
    ours, theirs = profile(first.data), profile(second.data)
    aside = Aside(number=found.first, household=first.household, sex=first.sex)
    verdict = match(ours, theirs, setting_of(around, aside, second))
    spellings = tuple(_spellings(ours, theirs, reason) for reason in verdict.reasons)
    return SideBySide(found, first, second, verdict, spellings)


def _spellings(ours: Profile, theirs: Profile, reason: Reason) -> tuple[str, ...]:
    """How both records write the words of a reason, in every script."""
    if not reason.kind.startswith("name-") or not (reason.ours and reason.theirs):
        return ()
    told = [*words(reason.ours), *words(reason.theirs)]
    found = [reason.ours, reason.theirs]
    if reason.kind in ("name-written", "name-sounds") and len(told) == 2:
        found += [
            written
            for form in (*ours.forms, *theirs.forms)
            for word, written in (*form.own, *form.father)
            if (likeness := compare(*sorted((told[0], word))))
            and likeness.level in ("written", "sounds")
        ]
    return tuple(dict.fromkeys(found))
