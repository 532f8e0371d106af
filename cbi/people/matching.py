"""Whether two records may be one person: evidence in bits, with reasons, and one word for it.

Pure: it knows no session and no file. Words of names count by how rare they are; documents, phones
and dates by `evidence`. Some rules stand above the sum: names alone are never more than possible,
other given names are another person unless a document says otherwise, and what a household shares
(surname, father, phone, address) proves nothing between its members.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from math import log2
from typing import Literal

from cbi.people import evidence
from cbi.people.evidence import Reason
from cbi.people.names.aligning import Pairing, Rarity, align
from cbi.people.names.common import known_rarity
from cbi.people.names.words import spelled
from cbi.people.record import PersonalData, WrittenName

Strength = Literal["certain", "likely", "possible", "none"]
STRENGTHS: tuple[Strength, ...] = ("certain", "likely", "possible", "none")

LIKELY, POSSIBLE, CERTAIN = 6.0, -2.0, 10.0
"""Bits beyond the odds against: among N people, log2(N) bits make a pair as likely as not."""
PEOPLE_MIN = 256
HOUSEHOLD_MAX = 64
CONFLICT, LEFT_OVER, FATHER_LEFT_OVER, FATHER_CONFLICT, ROLES = -6.0, -1.0, -0.5, -5.0, -2.0
SEX_DIFFERS = -5.0
DOUBTFUL = 2.5
"""A given name that loses this much by its vowels may be a brother's."""
_BEFORE_A_NAME = frozenset(
    ("mohammad", "muhammad", "mohammed", "sayed", "syed", "said", "мухаммад", "мохаммад", "сайед",
     "саид", "محمد", "سید", "m")
)


@dataclass(frozen=True)
class Form:
    """One written form of a name: its words, folded, and how each was written."""

    own: tuple[tuple[str, str], ...]
    father: tuple[tuple[str, str], ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All words, the person's own first."""
        return tuple(word for word, _ in chain(self.own, self.father))

    @cached_property
    def given(self) -> int:
        """The place of the given name: the first word that is more than a prefix."""
        for place, (word, _) in enumerate(self.own):
            if word not in _BEFORE_A_NAME:
                return place
        return 0

    def written(self, places: tuple[int, ...]) -> str:
        """The words at these places as they were written."""
        told = [*self.own, *self.father]
        return " ".join(told[place][1] for place in places)


@dataclass(frozen=True)
class Profile:
    """A record made ready to be compared."""

    data: PersonalData
    forms: tuple[Form, ...]
    address: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is known around a pair: how rare words are, among how many people, and who is who."""

    rarity: Rarity = known_rarity
    people: int = PEOPLE_MIN
    same_household: bool = False
    sexes_differ: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict on a pair: `bits` beyond the odds against; reasons, the weightiest first."""

    strength: Strength
    bits: float
    reasons: tuple[Reason, ...]

    @property
    def evidence(self) -> str:
        """What agreed and what did not, in words without personal data."""
        kinds = dict.fromkeys(reason.kind for reason in self.reasons)
        return " ".join(kinds)


def profile(data: PersonalData) -> Profile:
    """The record made ready, once for all its comparisons."""
    forms = tuple(_form(name) for name in data.names)
    return Profile(data, forms, frozenset(word for word, _ in spelled(data.address)))


def _form(name: WrittenName) -> Form:
    own = spelled(name.text)
    told = {word for word, _ in own}
    return Form(own, tuple(pair for pair in spelled(name.father) if pair[0] not in told))


def match(ours: Profile, theirs: Profile, setting: Setting | None = None) -> Match:
    """Whether two records may be one person; the same whichever comes first."""
    around = setting or Setting()
    names = _best_names(ours, theirs, around)
    others = _others(ours, theirs, around)
    reasons = [*names.reasons, *others]
    people = HOUSEHOLD_MAX if around.same_household else max(around.people, PEOPLE_MIN)
    bits = names.bits + sum(reason.bits for reason in others) - log2(people)
    strength = _strength(bits, names, others, around)
    if strength != "none" and not any(reason.bits > 0 for reason in others):
        reasons.append(Reason("name-alone", 0.0, weak=True))
    reasons.sort(key=lambda reason: -abs(reason.bits))
    return Match(strength, round(bits, 2), tuple(reasons))


@dataclass(frozen=True, slots=True)
class _Names:
    bits: float
    reasons: tuple[Reason, ...]
    given_agrees: bool
    given_conflicts: bool


def _best_names(ours: Profile, theirs: Profile, around: Setting) -> _Names:
    tried = [_names(one, other, around) for one in ours.forms for other in theirs.forms]
    return max(tried, key=lambda names: names.bits, default=_Names(0.0, (), False, False))


def _names(one: Form, other: Form, around: Setting) -> _Names:
    pairings = align(one.words, other.words, around.rarity)
    mine, yours = len(one.own), len(other.own)
    fathers = bool(one.father and other.father)
    reasons = []
    shared_bits = 0.0
    for pairing in pairings:
        across = fathers and (pairing.ours[0] < mine) != (pairing.theirs[0] < yours)
        bits = max(0.0, pairing.bits + ROLES * across)
        given = one.given in pairing.ours or other.given in pairing.theirs
        if around.same_household and not given:
            bits = 0.0
        shared_bits += bits
        reasons.append(_agrees(one, other, pairing, bits))
    here = {place for pairing in pairings for place in pairing.ours}
    there = {place for pairing in pairings for place in pairing.theirs}
    against, conflicts = _left_over(one, other, here, there)
    agrees = any(
        one.given in pairing.ours and pairing.likeness.loss < DOUBTFUL for pairing in pairings
    ) or any(
        other.given in pairing.theirs and pairing.likeness.loss < DOUBTFUL for pairing in pairings
    )
    bits = shared_bits + sum(reason.bits for reason in against)
    return _Names(bits, (*reasons, *against), agrees, conflicts)


def _agrees(one: Form, other: Form, pairing: Pairing, bits: float) -> Reason:
    kind = f"name-{pairing.likeness.level}"
    return Reason(kind, bits, one.written(pairing.ours), other.written(pairing.theirs))


def _left_over(
    one: Form, other: Form, here: set[int], there: set[int]
) -> tuple[list[Reason], bool]:
    """What is left over on either side, and whether the given names conflict."""
    ours = [place for place in range(len(one.own)) if place not in here]
    theirs = [place for place in range(len(other.own)) if place not in there]
    reasons = [
        Reason("name-differs", CONFLICT, one.written((mine,)), other.written((yours,)))
        for mine, yours in zip(ours, theirs, strict=False)
    ]
    both = len(reasons)
    reasons += [Reason("name-left-out", LEFT_OVER, one.written((place,))) for place in ours[both:]]
    reasons += [
        Reason("name-left-out", LEFT_OVER, "", other.written((place,))) for place in theirs[both:]
    ]
    fathers = _fathers_left_over(one, other, here, there)
    conflict = both > 0 and (one.given in ours or other.given in theirs)
    return [*reasons, *fathers], conflict


def _fathers_left_over(
    one: Form, other: Form, here: set[int], there: set[int]
) -> list[Reason]:
    mine = range(len(one.own), len(one.words))
    yours = range(len(other.own), len(other.words))
    if not mine or not yours:
        return []
    if here.isdisjoint(mine) and there.isdisjoint(yours):
        return [
            Reason(
                "father-differs", FATHER_CONFLICT, one.written(tuple(mine)),
                other.written(tuple(yours)),
            )
        ]
    left = sum(place not in here for place in mine) + sum(place not in there for place in yours)
    return [Reason("father-left-out", FATHER_LEFT_OVER * left)] if left else []


def _others(ours: Profile, theirs: Profile, around: Setting) -> list[Reason]:
    found = [
        evidence.births(ours.data.birth, theirs.data.birth),
        evidence.documents(ours.data.documents, theirs.data.documents),
        evidence.phones(ours.data.phones, theirs.data.phones),
        evidence.addresses(ours.address, theirs.address),
        Reason("sex-differs", SEX_DIFFERS) if around.sexes_differ else None,
        Reason("household-same", 0.0, weak=True) if around.same_household else None,
    ]
    reasons = [reason for reason in found if reason is not None]
    if around.same_household:
        shared = ("phone-same", "address-same")
        reasons = [
            replace(reason, bits=0.0) if reason.kind in shared else reason for reason in reasons
        ]
    return reasons


def _strength(
    bits: float, names: _Names, others: list[Reason], around: Setting
) -> Strength:
    kinds = {reason.kind for reason in others if reason.bits > 0}
    document = any(
        reason.kind == "document-same" and reason.bits > evidence.DOCUMENT_OTHER_KIND
        for reason in others
    )
    if names.given_conflicts and not document:
        return "possible" if bits >= POSSIBLE and not around.same_household else "none"
    if document:
        agrees = names.given_agrees and not names.given_conflicts
        if bits >= CERTAIN and agrees:
            return "certain"
        return "likely" if bits >= POSSIBLE else "possible"
    if bits < POSSIBLE:
        return "none"
    proven = bool(kinds - {"address-same"}) and names.given_agrees
    return "likely" if bits >= LIKELY and proven else "possible"
