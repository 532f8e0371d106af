"""Finding people by what is typed: a number, a phone, a document, or a name in any script.

Names are found by the same keyed hashes as duplicates. When no record has every word that was
asked, words one slip away are tried: not stored, but made of the question, so that the vault holds
nothing more.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cbi.base.errors import UsageError
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.asked_name import asked_name
from cbi.people.matching.duplicates import opened
from cbi.people.matching.evidence import Reason, births
from cbi.people.matching.lookup import Found, Keys, look_up
from cbi.people.matching.scoring import Setting, name_match
from cbi.people.records.keys import guessed_keys, search_keys, word_groups
from cbi.people.records.numbers import read_number
from cbi.people.records.profile import profile
from cbi.people.records.reading import Person
from cbi.people.records.record import PersonalData
from cbi.places.profile import profile_of

PURPOSE = "find"
"""What the log says that the records were opened for."""

SOUNDS = "btsjcdrzhSgkvlmnAY"
SLIPS_FROM = 3
"""Shorter skeletons are not tried with a slip: they would find everybody."""
SLIP_KEYS_MAX = 1_500
COMPARED_MAX = 50
"""So many of those opened, the most alike at first sight, are compared word by word."""
FITS_FROM = -8.0
"""One word that fits beside one that does not is shown, below all that fit better."""
WELL_FOUND = 1.0
"""Below so many bits a word of the best record, slips are tried."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody found: `by` is `number`, `phone`, `document` or `name`; the best first."""

    number: str
    person: Person
    by: str
    bits: float
    reasons: tuple[Reason, ...] = ()


def search(session: OperatorSession, text: str, limit: int = 20) -> list[Hit]:
    """Whoever fits what was typed, the best first.

    Raises:
        UsageError: there is nothing to search for.
        NotAllowed: the operator may not read personal data.
    """
    session.require("people.read")
    asked = " ".join(text.split())
    if not any(letter.isalnum() for letter in asked):
        raise UsageError("duplicates.nothing-asked")
    exact = list(_by_number(session, asked)) or list(_by_key(session, asked))
    if exact:
        return exact[:limit]
    return _by_name(session, asked)[:limit]


def _by_number(session: OperatorSession, asked: str) -> Iterator[Hit]:
    try:
        number = read_number(asked)
    except UsageError:
        return
    for kept, person in opened(session, [number], purpose=PURPOSE):
        yield Hit(kept, person, "number", 0.0)


def _by_key(session: OperatorSession, asked: str) -> Iterator[Hit]:
    """By a phone or a document; both have digits."""
    if sum(letter.isdigit() for letter in asked) < 4:
        return
    with session.ledger.read() as tx:
        regions = profile_of(tx).phone_regions
    keys = [("phone", phone) for phone in dict.fromkeys(_phones(asked, regions))]
    keys += [("document", number) for number in dict.fromkeys(_documents(asked))]
    found = look_up(session, keys)
    phones = {value for kind, value in keys if kind == "phone"}
    for kept, person in opened(session, found.numbers, purpose=PURPOSE):
        by = "phone" if phones.intersection(person.data.phones) else "document"
        yield Hit(kept, person, by, 0.0)


def _phones(asked: str, regions: Sequence[str]) -> Iterator[str]:
    from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, parse

    for region in regions:
        try:
            number = parse(asked, region)
        except NumberParseException:
            continue
        yield format_number(number, PhoneNumberFormat.E164)


def _documents(asked: str) -> Iterator[str]:
    plain = "".join(str(int(one)) if one.isdecimal() else one for one in asked).casefold()
    yield plain
    yield "".join(letter for letter in plain if letter.isalnum())
    yield "/".join(plain.replace("/", " ").split())


def _by_name(session: OperatorSession, asked: str) -> list[Hit]:
    """By a name, with the father's and the year of birth where they were said.

    Raises:
        UsageError: so many have each of these words that nobody can be named.
    """
    data = asked_name(asked).data
    groups = word_groups(data)
    if not groups:
        return []
    singles = [("name", skeleton) for group in groups for skeleton in group]
    keys = [key for key in search_keys(data) if key[0] in ("whole", "pair", "name", "year")]
    found = look_up(session, keys, guesses=guessed_keys(data))
    hits = _scored(session, data, found)
    common = found.too_common.issuperset(singles)
    if common and not any(map(_exact, hits)):
        raise UsageError("duplicates.too-many", text=asked)
    if not common and (
        not hits or hits[0].bits < WELL_FOUND * len(groups) or not _all_found(hits[0])
    ):
        slipped = look_up(session, _slipped(groups), also=singles)
        known = {hit.number for hit in hits}
        more = [number for number in slipped.numbers if number not in known]
        hits += _scored(session, data, slipped._replace(numbers=more))
    hits.sort(key=lambda hit: -hit.bits)
    return hits


def _all_found(hit: Hit) -> bool:
    return not any(reason.kind in ("name-differs", "name-left-out") and reason.ours
                   for reason in hit.reasons)


def _exact(hit: Hit) -> bool:
    """Whether all that was asked is there as it is said."""
    kinds = {reason.kind for reason in hit.reasons if reason.ours and reason.kind[:4] == "name"}
    return kinds <= {"name-written", "name-sounds"}


def _scored(session: OperatorSession, data: PersonalData, found: Found) -> list[Hit]:
    asked = profile(data)
    around = Setting(rarity=found.rarity, people=found.people)
    ready = [
        (profile(person.data, asked.forms[0].script), kept, person)
        for kept, person in opened(session, found.numbers, purpose=PURPOSE)
    ]
    ready.sort(key=lambda one: -sum(map(found.rarity, asked.joined & one[0].skeletons)))
    hits = []
    for theirs, kept, person in ready[:COMPARED_MAX]:
        bits, reasons = name_match(asked, theirs, around)
        fits = bits > FITS_FROM and any(reason.bits > 0 for reason in reasons)
        year = births(data.birth, person.data.birth)
        if year is not None:
            bits, reasons = bits + year.bits, [*reasons, year]
        if fits:
            hits.append(Hit(kept, person, "name", round(bits, 2), tuple(reasons)))
    return hits


def _slipped(groups: list[tuple[str, ...]]) -> Keys:
    """Keys with one sound of one word wrong, missing or too many."""
    keys: list[tuple[str, str]] = []
    for place, group in enumerate(groups):
        others = [other[0] for number, other in enumerate(groups) if number != place]
        for slip in _one_slip(group[0]):
            if others:
                keys += [("pair", " ".join(sorted((slip, other)))) for other in others]
            else:
                keys.append(("name", slip))
    return list(dict.fromkeys(keys))[:SLIP_KEYS_MAX]


def _one_slip(skeleton: str) -> list[str]:
    if len(skeleton) < SLIPS_FROM:
        return []
    places = range(len(skeleton))
    missing = [skeleton[:place] + skeleton[place + 1 :] for place in places]
    swapped = [
        skeleton[:place] + skeleton[place + 1] + skeleton[place] + skeleton[place + 2 :]
        for place in places[:-1]
    ]
    wrong = [
        skeleton[:place] + sound + skeleton[place + 1 :] for place in places for sound in SOUNDS
    ]
    more = [
        skeleton[:place] + sound + skeleton[place:]
        for place in range(len(skeleton) + 1) for sound in SOUNDS
    ]
    return list(dict.fromkeys(missing + swapped + wrong + more))
