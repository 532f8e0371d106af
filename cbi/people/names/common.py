"""How common a word of a name is before anybody has been counted.

Rough shares of people who bear a word anywhere in their name, among Afghans and their neighbours;
what a ledger's own people show outweighs them soon.
"""

from collections.abc import Callable
from functools import cache
from math import log2

from cbi.people.names.skeleton import skeletons

_SHARES = (
    (0.22, "mohammad"), (0.07, "ahmad khan"), (0.05, "ali hussain"),
    (0.03, "shah gul jan sayed hassan reza bibi abdullah noor mohammadi ahmadi"),
    (0.02, "rahimi karimi hashimi fatima zahra rahman haidari wali din amir"),
    (
        0.01,
        "azizi sadat maryam zainab mahdi abdulrahman sharif rasul nazar akbar ibrahim yusuf ismail "
        "nazari amini jafari rahmani ibrahimi yusufi sultani ahmadzai stanikzai popal wardak safi "
        "hakimi sharifi qasim habib habibi ghulam murad jamal sadiq karim rahim aziz hamid najib "
        "bashir jawad mustafa omar osman khalil latif salim nasir hakim",
    ),
)
UNCOUNTED = 1 / 20_000
WEIGHT = 400
"""How many people the shares above count for beside the people at hand."""


@cache
def _shares() -> dict[str, float]:
    found: dict[str, float] = {}
    for share, names in _SHARES:
        for word in names.split():
            for skeleton in skeletons(word):
                found[skeleton] = max(share, found.get(skeleton, 0.0))
    return found


def share(skeleton: str) -> float:
    """The share of people who bear a word of this skeleton, as far as is known beforehand."""
    return _shares().get(skeleton, UNCOUNTED if len(skeleton) > 2 else UNCOUNTED * 8)


def rarity_of(people: int, counted: Callable[[str], int | None]) -> Callable[[str], float]:
    """The bits of a skeleton among so many people; `counted` tells how many bear it, or None."""

    @cache
    def rarity(skeleton: str) -> float:
        count = counted(skeleton)
        before = share(skeleton)
        if count is None:
            return -log2(before)
        return -log2(min(1.0, (max(count, 1) + WEIGHT * before) / (people + WEIGHT)))

    return rarity


@cache
def known_rarity(skeleton: str) -> float:
    """The bits of a skeleton by the shares known beforehand alone."""
    return -log2(share(skeleton))
