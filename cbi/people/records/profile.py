"""A record made ready to be compared: its names as words, once for all its comparisons."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, pairwise

from cbi.people.names.readings import readings
from cbi.people.names.scripts import OTHER, script_of
from cbi.people.names.skeleton import skeletons
from cbi.people.names.word import word
from cbi.people.names.words import spelled
from cbi.people.records.addresses import Address, address
from cbi.people.records.record import PersonalData, WrittenName

_BEFORE_A_NAME = frozenset(
    ("sayeda", "sayyeda", "syeda", "saida", "сайида", "саида", "سیده", "bibi", "bi", "биби",
     "mohammad", "muhammad", "mohammed", "mohamad", "sayed", "syed", "said", "мухаммад",
     "мохаммад", "мохаммед", "сайед", "саид", "محمد", "سید", "m")
)


_BESIDE_A_NAME = frozenset(
    ("khan", "jan", "gul", "agha", "aka", "mir", "shah", "begum", "khanum", "bano", "khatun",
     "khwaja", "khoja", "хан", "джан", "гуль", "гул", "ага", "мир", "шах", "бегим", "хоним",
     "ходжа", "خان", "جان", "گل", "آغا", "اغا", "میر", "شاه", "بیگم", "خانم", "بانو", "خاتون",
     "خواجه")
)
_FAMILY = re.compile(
    "..(?:[^aeiou]i|za[iy]|z[ao]d[ae]|[oe]va?|[iy]an|pu?r|n[iy]a|x[ei]l|[iy]ar|vich|vna)$"
)
_PATRONYMIC = re.compile("(?:[oe]vi[ct]?ch|[oe]vna|[оеё]вич|[оеё]вна)$")
_GIVEN_IN_I = frozenset(
    skeleton
    for told in ("ali", "wali", "mahdi", "nabi", "taqi", "naqi", "hadi", "sami", "zaki", "rabi")
    for skeleton in skeletons(told)
)


@lru_cache(maxsize=50_000)
def _of_a_family(told: str) -> bool:
    return any(map(_FAMILY.search, readings(told))) and not _GIVEN_IN_I.intersection(
        skeletons(told)
    )


@dataclass(frozen=True)
class Form:
    """One written form of a name: its words, folded, and how each was written."""

    script: str
    own: tuple[tuple[str, str], ...]
    father: tuple[tuple[str, str], ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All words, the person's own first."""
        return tuple(first for first, _ in chain(self.own, self.father))

    @property
    def joined(self) -> tuple[str, ...]:
        """Neighbours among the words written as one, in either order: `Pol Pot` may be PolPot
        elsewhere."""
        return tuple(
            both for first, second in pairwise(self.words)
            for both in (first + second, second + first)
        )

    @cached_property
    def given(self) -> int:
        """The place of the given name: the first word that is more than a prefix."""
        for place, (first, _) in enumerate(self.own):
            if first not in _BEFORE_A_NAME:
                return place
        return 0

    def names_more(self, place: int) -> bool:
        """Whether the word at this place is a given name: neither put before or after a name, nor
        a family's by its ending."""
        told = self.own[place][0]
        return told not in _BEFORE_A_NAME and told not in _BESIDE_A_NAME and not _of_a_family(told)

    def of_a_father(self, place: int) -> bool:
        """Whether the word at this place is the father's name, or made of it (`Karimovich`)."""
        return place >= len(self.own) or _PATRONYMIC.search(self.own[place][0]) is not None

    def written(self, places: tuple[int, ...]) -> str:
        """The words at these places as they were written."""
        told = [*self.own, *self.father]
        return " ".join(told[place][1] for place in places)


@dataclass(frozen=True)
class Profile:
    """A record made ready: its forms of the name, every skeleton in them and those of the given
    name, the address."""

    data: PersonalData
    forms: tuple[Form, ...]
    skeletons: frozenset[str]
    given: frozenset[str]
    address: Address

    @cached_property
    def joined(self) -> frozenset[str]:
        """Every skeleton, those of neighbours written as one among them."""
        return self.skeletons | {
            skeleton
            for form in self.forms for told in form.joined
            for skeleton in word(told).skeletons
        }


def profile(data: PersonalData, script: str = "") -> Profile:
    """The record made ready; of its names only those in a script, where one is named and there."""
    names = [name for name in data.names if script and script_of(name.text) == script]
    forms = tuple(_form(name) for name in names or data.names)
    heard = frozenset(
        skeleton
        for form in forms for told in form.words
        for skeleton in word(told).skeletons
    )
    given = frozenset(
        skeleton
        for form in forms if form.own
        for skeleton in word(form.own[form.given][0]).skeletons
    )
    return Profile(data, forms, heard, given, address(data.address))


def _form(name: WrittenName) -> Form:
    own = spelled(name.text)
    told = {first for first, _ in own}
    father = tuple(pair for pair in spelled(name.father) if pair[0] not in told)
    return Form(word(own[0][0]).script if own else OTHER, own, father)
