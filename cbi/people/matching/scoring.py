"""Whether two records may be one person: evidence in bits, with reasons, and one word for it.

Pure: it knows no session and no file. Words of names count by how rare they are; documents, phones
and dates by `evidence`. Some rules stand above the sum: names alone are never more than possible,
other given names are another person unless a document says otherwise, who was born years apart or
has another father is not likely the same without one, and what a household shares (surname, father,
phone, address) proves nothing between its members.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log2
from typing import Literal, NamedTuple

from cbi.people.matching import evidence
from cbi.people.matching.evidence import Holders, Reason, nobody_counted
from cbi.people.names.aligning import Pairing, Rarity, align
from cbi.people.names.common import known_rarity
from cbi.people.records.profile import Form, Profile

Strength = Literal["certain", "likely", "possible", "none"]
STRENGTHS: tuple[Strength, ...] = ("certain", "likely", "possible", "none")

CERTAIN, LIKELY, POSSIBLE = 10.0, 6.0, -2.0
"""Bits beyond the odds against: among N people, log2(N) bits make a pair as likely as not."""
PEOPLE_MIN = 256
HOUSEHOLD_MAX = 64
CONFLICT, LEFT_OVER, FATHER_LEFT_OVER, FATHER_CONFLICT, ROLES = -6.0, -1.0, -0.5, -5.0, -2.0
CHILD = -8.0
"""Who is asked for by the given name that only the father has is the father's child."""
OWN = 5.0
"""Who has another given name and shares nothing of so many bits but what a family shares (father,
surname, phone, house) is of the family, not the same."""
NOT_FOUND = -3.0
SEX_DIFFERS = -5.0
DOUBTFUL, DOUBTFUL_AT_HOME = 2.5, 1.5
"""A given name that loses this much by its vowels may be another's: a brother's, a sister's."""
SLACK = 4.0
"""What slips and joined words may add beyond what equal skeletons show at first sight."""
FORMS_TRIED = 2
"""Where both have names in several scripts, those with the most words alike are compared."""
SURE = 12.0
"""A document or a full birth date: then even names that look unlike are compared."""
CROWDS = frozenset({"phone-crowd", "address-crowd"})
ADDRESSES = frozenset({"address-same", "address-part"}) | CROWDS
SHARED_AT_HOME = ("phone-same", "phone-differs", "address-same", "address-part", *CROWDS)
YEARS = frozenset({"birth-year", "birth-near", "birth-january"})
"""A year is not enough beside a name, however rare: namesakes are of an age."""
FAR = frozenset({"birth-far", "birth-slip-far"})
DAYS = frozenset({"birth-day", "birth-slip"})
"""Beside a document these tell that `Zahra` and `Zohra` are one."""
YEAR_SAME = 3.0
"""Who has a name more than the other is the same only if the year is the same, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What is known around a pair: how rare words are, among how many people, how many have a
    phone or live at a home, and who is who."""

    rarity: Rarity = known_rarity
    people: int = PEOPLE_MIN
    holders: Holders = nobody_counted
    same_household: bool = False
    sexes_differ: bool = False

    @property
    def against(self) -> float:
        """The odds against any pair, in bits."""
        return log2(HOUSEHOLD_MAX if self.same_household else max(self.people, PEOPLE_MIN))


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict on a pair: `bits` beyond the odds against; reasons, the weightiest first."""

    strength: Strength
    bits: float
    reasons: tuple[Reason, ...]

    @property
    def evidence(self) -> str:
        """What agreed and what did not, in words without personal data."""
        return " ".join(dict.fromkeys(reason.kind for reason in self.reasons))


NO_MATCH = Match("none", 0.0, ())


def match(ours: Profile, theirs: Profile, setting: Setting | None = None) -> Match:
    """Whether two records may be one person; the same whichever comes first."""
    around = setting or Setting()
    others = _others(ours, theirs, around)
    told = sum(reason.bits for reason in others) - around.against
    if told + _at_first_sight(ours, theirs, around, others) < POSSIBLE and (
        around.same_household or told + _joined_sight(ours, theirs, around) < POSSIBLE
    ):
        return NO_MATCH
    names = _best_names(ours, theirs, around)
    bits = told + names.bits
    strength = _strength(bits, names, others, around)
    if strength == "none":
        return NO_MATCH
    reasons = [*_told(names), *others]
    if not any(reason.bits > 0 for reason in others):
        reasons.append(Reason("name-alone", 0.0, weak=True))
    reasons.sort(key=lambda reason: -abs(reason.bits))
    return Match(strength, round(bits, 2), tuple(reasons))


def name_match(asked: Profile, theirs: Profile, setting: Setting) -> tuple[float, list[Reason]]:
    """How well a name that is searched fits a record: bits, and what agreed or did not.

    A word that was asked and is not there weighs more than one that is there and was not asked.
    """
    names = _best_names(asked, theirs, setting)
    left = len(names.ours_left)
    return names.bits + NOT_FOUND * left + _of_the_father(names), list(_told(names))


def _at_first_sight(
    ours: Profile, theirs: Profile, around: Setting, others: list[Reason]
) -> float:
    """More bits than the names can give, without comparing them."""
    heard = ours.skeletons & theirs.skeletons
    if around.same_household:
        if not any(reason.bits >= SURE for reason in others) and heard.isdisjoint(
            ours.given | theirs.given
        ):
            return -SURE
        heard &= ours.given | theirs.given
    return sum(map(around.rarity, heard)) + SLACK


def _joined_sight(ours: Profile, theirs: Profile, around: Setting) -> float:
    """The same where words joined on one side are parted on the other; a joined word is rarer than
    it is counted."""
    return sum(map(around.rarity, ours.joined & theirs.joined)) + SLACK


class _Names(NamedTuple):
    """How two forms of names fit: pairings with their bits, and what is left over, by place."""

    bits: float
    one: Form | None = None
    other: Form | None = None
    pairings: tuple[tuple[Pairing, float], ...] = ()
    ours_left: tuple[int, ...] = ()
    theirs_left: tuple[int, ...] = ()
    given_agrees: bool = False
    given_heard: bool = False
    given_conflicts: bool = False
    own_conflicts: bool = False
    name_more: bool = False
    fathers_agree: bool = False
    fathers_differ: bool = False


def _of_the_father(names: _Names) -> float:
    """What it takes from a record that its father bears what was asked: the person comes first,
    then his children."""
    one, other = names.one, names.other
    if one is None or other is None:
        return 0.0
    return sum(
        CHILD if one.given in pairing.ours else ROLES / 2
        for pairing, _ in names.pairings
        if pairing.ours[0] < len(one.own) and pairing.theirs[0] >= len(other.own)
    )


def _best_names(ours: Profile, theirs: Profile, around: Setting) -> _Names:
    """The two written forms that agree best; those in one script, where there are any."""
    forms = [(one, other) for one in ours.forms for other in theirs.forms]
    alike = [(one, other) for one, other in forms if one.script == other.script]
    if len(alike) > 1:
        alike.sort(key=lambda pair: (-len({*pair[0].words} & {*pair[1].words}), pair[0].script))
        alike = alike[:FORMS_TRIED]
    tried = [_names(one, other, around) for one, other in alike or forms]
    return max(tried, key=lambda names: names.bits, default=_Names(0.0))


def _names(one: Form, other: Form, around: Setting) -> _Names:
    found = align(one.words, other.words, around.rarity)
    mine, yours = len(one.own), len(other.own)
    fathers = bool(one.father and other.father)
    pairings = tuple(
        (pairing, _paired_bits(pairing, one, other, around)) for pairing in found
    )
    here = {place for pairing in found for place in pairing.ours}
    there = {place for pairing in found for place in pairing.theirs}
    ours_left = tuple(place for place in range(len(one.words)) if place not in here)
    theirs_left = tuple(place for place in range(len(other.words)) if place not in there)
    agrees = heard = crossed = False
    doubtful = DOUBTFUL_AT_HOME if around.same_household else DOUBTFUL
    for pairing in found:
        if one.given in pairing.ours or other.given in pairing.theirs:
            home = (pairing.ours[0] < mine) and (pairing.theirs[0] < yours)
            agrees = agrees or (home and pairing.likeness.loss < doubtful)
            heard = heard or (home and pairing.likeness.level == "sounds")
            crossed = crossed or (fathers and not home)
    own_left = any(place < mine for place in ours_left) and any(
        place < yours for place in theirs_left
    )
    conflicts = crossed or (own_left and (one.given in ours_left or other.given in theirs_left))
    more = not own_left and _names_more(one, other, ours_left, theirs_left)
    bits = sum(bits for _, bits in pairings)
    bits += _against(
        CONFLICT, LEFT_OVER, sum(place < mine for place in ours_left),
        sum(place < yours for place in theirs_left),
    )
    told = _fathers(one, other, found, ours_left, theirs_left) if fathers else _Fathers()
    differ = told.differ or any(_fathers_doubted(pairing, one, other) for pairing in found)
    return _Names(
        bits + told.bits, one, other, pairings, ours_left, theirs_left, agrees, agrees or heard,
        conflicts, own_left, more, told.agree, differ,
    )


def _fathers_doubted(pairing: Pairing, one: Form, other: Form) -> bool:
    """Whether two fathers (`Marat`, `Murat`), or patronymics of them, differ by their vowels."""
    return pairing.likeness.loss >= DOUBTFUL and pairing.likeness.level == "sounds" and (
        one.of_a_father(pairing.ours[0]) and other.of_a_father(pairing.theirs[0])
    )


class _Fathers(NamedTuple):
    """What two fathers' names say."""

    bits: float = 0.0
    agree: bool = False
    differ: bool = False


def _fathers(
    one: Form, other: Form, found: list[Pairing], ours_left: tuple[int, ...],
    theirs_left: tuple[int, ...],
) -> _Fathers:
    mine, yours = len(one.own), len(other.own)
    ours = sum(place >= mine for place in ours_left)
    theirs = sum(place >= yours for place in theirs_left)
    agree = any(
        pairing.ours[0] >= mine and pairing.theirs[0] >= yours and pairing.likeness.loss < DOUBTFUL
        for pairing in found
    )
    bits = _against(FATHER_CONFLICT, FATHER_LEFT_OVER, ours, theirs)
    return _Fathers(bits, agree and not (ours and theirs), bool(ours and theirs))


def _names_more(
    one: Form, other: Form, ours_left: tuple[int, ...], theirs_left: tuple[int, ...]
) -> bool:
    """Whether one has a given name more: `Mohammad Ali Reza` is a brother of `Mohammad Ali`. A
    family's name, what is put before a name, or the second word of all is none."""
    fewer = min(len(one.own), len(other.own))
    return fewer > 1 and any(
        form.names_more(place)
        for form, left in ((one, ours_left), (other, theirs_left))
        for place in left if place < len(form.own)
    )


def _against(conflict: float, left_out: float, ours: int, theirs: int) -> float:
    """What so many words left over on either side say against."""
    return conflict * min(ours, theirs) + left_out * abs(ours - theirs)


def _paired_bits(pairing: Pairing, one: Form, other: Form, around: Setting) -> float:
    home = (pairing.ours[0] < len(one.own)) == (pairing.theirs[0] < len(other.own))
    if around.same_household and not (one.given in pairing.ours or other.given in pairing.theirs):
        return 0.0
    across = bool(one.father and other.father) and not home
    return max(0.0, pairing.bits + ROLES * across)


def _told(names: _Names) -> Iterator[Reason]:
    one, other = names.one, names.other
    if one is None or other is None:
        return
    for pairing, bits in names.pairings:
        yield Reason(
            f"name-{pairing.likeness.level}", bits, one.written(pairing.ours),
            other.written(pairing.theirs),
        )
    yield from _left_over(names)


def _left_over(names: _Names) -> Iterator[Reason]:
    """What is left over on either side: conflicts where both have something, else left out."""
    one, other = names.one, names.other
    if one is None or other is None:
        return
    mine, yours = len(one.own), len(other.own)
    ours = [place for place in names.ours_left if place < mine]
    theirs = [place for place in names.theirs_left if place < yours]
    yield from _apart("name", CONFLICT, LEFT_OVER, (one, ours), (other, theirs))
    if one.father and other.father:
        ours = [place for place in names.ours_left if place >= mine]
        theirs = [place for place in names.theirs_left if place >= yours]
        yield from _apart("father", FATHER_CONFLICT, FATHER_LEFT_OVER, (one, ours), (other, theirs))


def _apart(
    what: str, conflict: float, left_out: float, ours: tuple[Form, list[int]],
    theirs: tuple[Form, list[int]],
) -> Iterator[Reason]:
    one, mine = ours
    other, yours = theirs
    both = min(len(mine), len(yours))
    for here, there in zip(mine, yours, strict=False):
        yield Reason(f"{what}-differs", conflict, one.written((here,)), other.written((there,)))
    for place in mine[both:]:
        yield Reason(f"{what}-left-out", left_out, one.written((place,)))
    for place in yours[both:]:
        yield Reason(f"{what}-left-out", left_out, "", other.written((place,)))


def _others(ours: Profile, theirs: Profile, around: Setting) -> list[Reason]:
    found = [
        evidence.births(ours.data.birth, theirs.data.birth),
        evidence.documents(ours.data.documents, theirs.data.documents),
        evidence.phones(ours.data.phones, theirs.data.phones, around.holders),
        evidence.addresses(ours.address, theirs.address, around.rarity, around.holders),
        Reason("sex-differs", SEX_DIFFERS) if around.sexes_differ else None,
        Reason("household-same", 0.0, weak=True) if around.same_household else None,
    ]
    reasons = [reason for reason in found if reason is not None]
    if around.same_household:
        reasons = [
            replace(reason, bits=0.0) if reason.kind in SHARED_AT_HOME else reason
            for reason in reasons
        ]
    return reasons


def _strength(bits: float, names: _Names, others: list[Reason], around: Setting) -> Strength:
    proven = {reason.kind: reason.bits for reason in others if reason.bits > 0}
    if proven.get("document-same", 0.0) > evidence.DOCUMENT_OTHER_KIND:
        return _by_document(bits, names, {reason.kind for reason in others})
    own = any(bits >= OWN and kind not in SHARED_AT_HOME for kind, bits in proven.items())
    if bits < POSSIBLE or (names.given_conflicts and (around.same_household or not own)):
        return "none"
    likely = (
        bits >= LIKELY and names.given_agrees
        and not (names.own_conflicts or names.given_conflicts or around.sexes_differ)
        and _enough(names, proven, {reason.kind for reason in others}, own=own)
    )
    return "likely" if likely else "possible"


def _enough(names: _Names, proven: dict[str, float], told: set[str], *, own: bool) -> bool:
    """Whether what agrees beside the names may stop somebody's voucher."""
    if told & FAR or (names.fathers_differ and not own):
        return False
    year = max(proven.get("birth-year", 0.0), proven.get("birth-january", 0.0))
    if names.name_more and not own and year < YEAR_SAME:
        return False
    if proven.keys() <= ADDRESSES:
        return False
    return names.fathers_agree or not proven.keys() <= YEARS | CROWDS


def _by_document(bits: float, names: _Names, told: set[str]) -> Strength:
    if "birth-far" in told:
        return "possible"
    agrees = names.given_agrees or (names.given_heard and told & DAYS)
    if bits >= CERTAIN and agrees and not (names.given_conflicts or told & FAR):
        return "certain"
    return "likely" if bits >= POSSIBLE else "possible"
