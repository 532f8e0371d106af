"""How two words of names agree, and how much of their weight that costs, in bits.

Words written alike or sounding alike across scripts agree in full, less what their vowels tell
against it: Hasan and Husain share a skeleton, and so do Karim and Karima, but they are not the
same. Words a slip apart, a word and its longer form, an initial agree in part.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from cbi.people.names.short_forms import FORMS_FROM, bare
from cbi.people.names.skeleton import skeletons
from cbi.people.names.vowels import vowel_loss
from cbi.people.names.word import Word, word

Level = Literal["written", "sounds", "near", "ending", "initial"]

SLIP_LOSS = 5.0
ENDING_LOSS = 5.0
INITIAL_LOSS = 2.0
SHORT_FORM_LOSS = 2.4
LOSS_MAX = 3.0
"""A sound-alike that loses more than this by its vowels is another name."""
LONG, LONG_LOSS_MAX = 5, 2.4
"""So many consonants alike are one name, whatever the vowels."""
SLIP_FROM, TWO_SLIPS_FROM = 4, 7
"""Shorter words with so many slips are other words."""
ALTERNATES = 2
"""So many skeletons of either word are looked at for slips and endings."""


class Likeness(NamedTuple):
    """That two words agree: how, at which skeletons, and the bits it takes from their weight."""

    level: Level
    skeletons: tuple[str, ...]
    loss: float


@lru_cache(maxsize=400_000)
def compare(one: str, other: str) -> Likeness | None:
    """How two folded words agree, or None; the same whichever comes first."""
    if one == other:
        found = word(one).skeletons
        return Likeness("written", found, 0.0) if found else None
    if other < one:
        return compare(other, one)
    ours, theirs = word(one), word(other)
    shared = tuple(skeleton for skeleton in ours.skeletons if skeleton in theirs.skeletons)
    if shared:
        within, ending = vowel_loss(one, other)
        loss = ending + (min(within, LONG_LOSS_MAX) if len(shared[0]) >= LONG else within)
        return Likeness("sounds", shared, loss) if loss <= LOSS_MAX else None
    if len(one) == 1 or len(other) == 1:
        return _initial(ours, theirs)
    if _begin_alike(ours, theirs):
        return _slip(ours, theirs) or _ending(ours, theirs)
    return _short_or_long(ours, theirs)


def _begin_alike(ours: Word, theirs: Word) -> bool:
    """Whether two words may begin with one sound: none that do not are a slip apart."""
    for mine in ours.skeletons:
        for yours in theirs.skeletons:
            if mine[0] == yours[0]:
                return True
    return False


@cache
def _slips() -> Callable[..., int]:
    from rapidfuzz.distance import OSA

    return OSA.distance


def _initial(ours: Word, theirs: Word) -> Likeness | None:
    if ours.script == theirs.script and ours.text[0] != theirs.text[0]:
        return None
    for mine in ours.skeletons:
        for yours in theirs.skeletons:
            if mine[0] == yours[0]:
                return Likeness("initial", (max(mine, yours, key=len),), INITIAL_LOSS)
    return None


def _slip(ours: Word, theirs: Word) -> Likeness | None:
    """A letter or two apart in what is a word's own; the first sound is the same."""
    if ours.script == theirs.script:
        mine, yours = _own(ours.text, theirs.text)
        shorter = min(len(mine), len(yours))
        slips = _slips()(mine, yours, score_cutoff=2)
        made = len(mine) < len(ours.text)
        if shorter >= (SLIP_FROM + made if slips == 1 else TWO_SLIPS_FROM) and slips <= 2:
            return Likeness("near", _first(ours, theirs), SLIP_LOSS + slips - 1)
        if made:
            return None
    for mine in ours.skeletons[:ALTERNATES]:
        for yours in theirs.skeletons[:ALTERNATES]:
            if (
                len(mine) >= 4 and len(yours) >= 4 and abs(len(mine) - len(yours)) < 2
                and _slips()(mine, yours, score_cutoff=1) == 1
            ):
                return Likeness("near", (mine, yours), SLIP_LOSS + 1)
    return None


def _own(one: str, other: str) -> tuple[str, str]:
    """Both words without what every word of their kind has: Salimovich and Sabirovich, Najibullah
    and Nasibullah, Abdulkarim and Abdulrahim are as far apart as what they were made of."""
    mine, yours = bare(one), bare(other)
    for way in mine:
        if way in yours:
            return mine[way], yours[way]
    return one, other


def _first(ours: Word, theirs: Word) -> tuple[str, ...]:
    return (*ours.skeletons[:1], *theirs.skeletons[:1])


def _ending(ours: Word, theirs: Word) -> Likeness | None:
    """Karim, Karimov and Karimzada; Ronaldo and Ronaldinho; Rahman for Abdul Rahman, Najib for
    Najibullah."""
    short_form = _short_or_long(ours, theirs)
    if short_form:
        return short_form
    for mine in ours.skeletons[:ALTERNATES]:
        for yours in theirs.skeletons[:ALTERNATES]:
            short, long = (mine, yours) if len(mine) < len(yours) else (yours, mine)
            if len(short) < 3 or short[:2] != long[:2]:
                continue
            same = len(short) - (short[-1] != long[len(short) - 1])
            if same >= 3 and long.startswith(short[:same]) and len(long) - same <= 3:
                return Likeness("ending", (short,), ENDING_LOSS)
    return None


def _short_or_long(ours: Word, theirs: Word) -> Likeness | None:
    """One is the other's short form."""
    shared = _short_form(ours, theirs) or _short_form(theirs, ours)
    return Likeness("ending", shared, SHORT_FORM_LOSS) if shared else None


def _short_form(short: Word, long: Word) -> tuple[str, ...]:
    """The skeletons of a name that the other has with a servant's, God's or the faith's word: none
    of a name so short that others begin so, too."""
    for form in bare(long.text).values():
        if len(form) >= FORMS_FROM:
            left = skeletons(form)
            shared = tuple(one for one in short.skeletons if len(one) > 1 and one in left)
            if shared:
                return shared
    return ()
