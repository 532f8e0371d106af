"""Many people at once: a list against itself and against all, or all against all.

Candidates come from keyed hashes alone (`blocking`); only those are opened, a slice at a time, and
what is found goes to the review queue.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cbi.base.collecting import uncollected
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.asking import AskedKeys, years_of
from cbi.people.matching.blocking import Counts, Places, enough_bits, groups_of, pairs_among, split
from cbi.people.matching.duplicates import PURPOSE, DecidedPair
from cbi.people.matching.evidence import Holders
from cbi.people.matching.lookup import COUNTED, look_up, people_count
from cbi.people.matching.review import FoundPair, put_pairs
from cbi.people.matching.scoring import Match, Setting, match
from cbi.people.names.aligning import Rarity
from cbi.people.names.common import rarity_of
from cbi.people.records.profile import Profile, profile
from cbi.people.records.reading import Person, unseal
from cbi.people.records.sealing import hasher
from cbi.people.records.vault import vault_of
from cbi.storage.listed import read_in
from cbi.storage.transactions import ReadTransaction, WriteTransaction

SEXES_DIFFER, SIBLINGS = -5.0, -24.0
COMPARED_IN = ("Arab", "Cyrl", "Latn")
"""Names in one script are compared in it alone: Dari and Pashto spell a name in the fewest ways."""
OPENED_AT_ONCE = 2_000
SHORT_MAX, SHORT = 1_000, 20
"""A list of so many, or of less than a twentieth of everybody, asks for its own keys; a longer one
is compared sooner by reading all of them in order."""
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Bulk:
    """What a search among many found: pairs, the strongest first, and how many were new."""

    people: int
    compared: int
    pairs: tuple[FoundPair, ...]
    new: int


class _Ready:
    """A person opened, and the profile in each script that a comparison asked for."""

    __slots__ = ("household", "made", "person", "scripts", "sex")

    def __init__(self, person: Person) -> None:
        self.person, self.household, self.sex = person.data, person.household, person.sex
        self.scripts = {name.script for name in person.data.names}
        self.made: dict[str, Profile] = {}

    def profile(self, script: str) -> Profile:
        """The record made ready, its names in this script alone; all of them if it is empty."""
        if script not in self.made:
            self.made[script] = profile(self.person, script)
        return self.made[script]


def bulk(
    session: OperatorSession, numbers: Sequence[str] | None = None, *, progress: Tell | None = None
) -> Bulk:
    """Look for duplicates of these people among themselves and everybody, or of everybody; queue
    what is found.

    Raises:
        NotAllowed: the operator may not read personal data.
        NotFound: a number that is no person's.
    """
    session.require("people.read")
    with uncollected():
        return _bulk(session, numbers, progress)


def _bulk(session: OperatorSession, numbers: Sequence[str] | None, progress: Tell | None) -> Bulk:
    with vault_of(session).read() as vault:
        people = people_count(vault)
    if numbers is None or len(numbers) > max(SHORT_MAX, people // SHORT):
        searched = _among_all(session, people, numbers, progress)
    else:
        searched = _of_a_list(session, numbers, progress)
    with session.ledger.read() as tx:
        chosen = sorted(_chosen(tx, searched, people))
    found = list(_matched(session, chosen, searched, people))
    found.sort(key=lambda pair: (-pair.bits, pair.first, pair.second))
    new = session.ledger.transact(lambda tx: _queued(tx, session, found))
    return Bulk(people, len(chosen), tuple(found), new)


class _Searched(NamedTuple):
    """Pairs worth a look with the bits of their keys, how rare words are, and how many have a phone
    or a home."""

    places: Places
    worth: dict[int, float]
    rarity: Rarity
    holders: Holders


def _among_all(
    session: OperatorSession, people: int, numbers: Sequence[str] | None, tell: Tell | None
) -> _Searched:
    """From every key of the vault: everybody, or a list that is a good part of it."""
    places, counts = Places(years_of(session)), Counts(hasher(session.keys.need("people")))
    with vault_of(session).read() as vault:
        within = None if numbers is None else {places.of(number) for number in numbers}
        groups = groups_of(vault, places, people)
        worth = pairs_among(groups, people, places, counts, within=within, tell=tell)
    return _Searched(places, worth, rarity_of(people, counts.count), counts.count)


def _of_a_list(session: OperatorSession, numbers: Sequence[str], tell: Tell | None) -> _Searched:
    """From the keys of a short list alone, made anew from its records."""
    counted: dict[tuple[str, str], None] = {}
    places, asked = Places(years_of(session)), AskedKeys(hasher(session.keys.need("people")))
    for start in range(0, len(numbers), OPENED_AT_ONCE):
        if tell:
            tell(start)
        opened = unseal(
            session, numbers[start : start + OPENED_AT_ONCE], purpose=PURPOSE, shown=False
        )
        for number, one in opened.items():
            keys = asked.put(places.of(number), one.data)
            counted |= dict.fromkeys(key for key in keys if key[0] in COUNTED)
    around = look_up(session, (), also=list(counted))
    with vault_of(session).read() as vault:
        worth = asked.pairs(vault, places, around.people, stored=True)
    return _Searched(places, worth, around.rarity, around.holders)


def _chosen(tx: ReadTransaction, searched: _Searched, people: int) -> Iterator[tuple[str, str]]:
    """Pairs worth opening by what stands in the clear, too: of people who are there, neither
    erased nor gone into another, nor decided."""
    places, worth = searched.places, searched.worth
    named = sorted({place for pair in worth for place in split(pair)})
    rows = read_in(
        tx, _InTheClear,
        "SELECT number, household, sex, birth_year FROM person WHERE erased_at IS NULL"
        " AND merged_into IS NULL AND number IN ({})",
        [places.numbers[place] for place in named],
    )
    there = {row.number: row for row in rows}
    decided = set(tx.read(
        DecidedPair,
        "SELECT first, second FROM duplicate_pair WHERE state IN ('same', 'different')",
    ))
    enough = enough_bits(people)
    for pair, bits in worth.items():
        first, second = sorted(places.numbers[place] for place in split(pair))
        one, other = there.get(first), there.get(second)
        if one and other and (first, second) not in decided and bits + _clear(one, other) >= enough:
            yield first, second


class _InTheClear(NamedTuple):
    number: str
    household: str
    sex: str
    birth_year: int | None


def _clear(one: _InTheClear, other: _InTheClear) -> float:
    """What else stands in the clear says against a pair: sex, and being of one house."""
    apart = abs(one.birth_year - other.birth_year) if one.birth_year and other.birth_year else 0
    sexes_differ = bool(one.sex and other.sex) and one.sex != other.sex
    bits = SEXES_DIFFER * sexes_differ
    if one.household == other.household and (apart > 1 or sexes_differ):
        bits += SIBLINGS
    return bits


def _matched(
    session: OperatorSession, chosen: Sequence[tuple[str, str]], searched: _Searched, people: int
) -> Iterator[FoundPair]:
    ready = _opened(session, sorted({number for pair in chosen for number in pair}))
    settings = {
        (home, apart): Setting(
            rarity=searched.rarity, people=people, holders=searched.holders, same_household=home,
            sexes_differ=apart,
        )
        for home in (True, False) for apart in (True, False)
    }
    for first, second in chosen:
        if first in ready and second in ready:
            verdict = _verdict(ready[first], ready[second], settings)
            if verdict.strength != "none":
                yield FoundPair(
                    first, second, verdict.strength, verdict.bits, verdict.evidence
                )


def _opened(session: OperatorSession, numbers: Sequence[str]) -> dict[str, _Ready]:
    ready: dict[str, _Ready] = {}
    for start in range(0, len(numbers), OPENED_AT_ONCE):
        people = unseal(
            session, numbers[start : start + OPENED_AT_ONCE], purpose=PURPOSE, shown=False
        )
        for number, person in people.items():
            ready[number] = _Ready(person)
    return ready


def _verdict(
    ours: _Ready, theirs: _Ready, settings: Mapping[tuple[bool, bool], Setting]
) -> Match:
    sexes_differ = bool(ours.sex and theirs.sex) and ours.sex != theirs.sex
    setting = settings[ours.household == theirs.household, sexes_differ]
    shared = ours.scripts & theirs.scripts
    script = next((one for one in COMPARED_IN if one in shared), "")
    return match(ours.profile(script), theirs.profile(script), setting)


def _queued(tx: WriteTransaction, session: OperatorSession, found: Sequence[FoundPair]) -> int:
    now = session.clock()
    new = put_pairs(tx, found, now)
    record_by(
        tx, session, action="duplicate.search", object="", at=now,
        detail={"pairs": len(found), "new": new},
    )
    return new
