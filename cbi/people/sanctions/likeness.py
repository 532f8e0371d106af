"""Which entries of a list a name is like: by the same comparing that finds a person twice.

Words count by how rare they are in the list; forms of firms (LLP, ТОО) do not count. What is found
is for a person to decide, so a likeness on the name alone is enough.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cbi.people.matching.scoring import Setting, match
from cbi.people.names.common import rarity_of
from cbi.people.names.scripts import script_of
from cbi.people.records.profile import Profile, profile
from cbi.people.records.record import BirthDate, PersonalData, WrittenName
from cbi.people.sanctions.entries import ListEntry

HEARD = 5.0
"""Entries that share fewer bits of a name at first sight are not compared."""
BITS_TENTH = 10
_FIRM = re.compile(
    r"(?<!\w)(?:llc|llp|ltd|limited|inc|co|corp|company|jsc|ojsc|cjsc|pjsc|gmbh|ag|sa|srl|fze|"
    r"тоо|ооо|ао|зао|оао|пао|ип|жшс|ақ|ак|жк|чп|mchj|шарика|شرکت)(?!\w)\.?", re.IGNORECASE
)


class FoundLikeness(NamedTuple):
    """That a name is like an entry's, and by how many bits."""

    entry: ListEntry
    bits: float


class LookedThrough:
    """A list made ready to be looked through many times: each name of an entry by itself, because
    another name is seldom the same one in another script."""

    def __init__(self, entries: Sequence[ListEntry]) -> None:
        self.entries = entries
        self.profiles = [(place, made) for place, one in enumerate(entries)
                         for made in _profiles(data_of(one))]
        counted = Counter(heard for _, one in self.profiles for heard in one.joined)
        self.rarity = rarity_of(len(self.profiles), counted.get)
        self.by_sound: dict[str, list[int]] = {}
        for place, (_, one) in enumerate(self.profiles):
            for heard in one.joined:
                self.by_sound.setdefault(heard, []).append(place)

    def like(self, data: PersonalData) -> Iterator[FoundLikeness]:
        """Every entry that one of these names is like, in the order of the list."""
        best: dict[int, float] = {}
        for ours in _profiles(data):
            for entry, bits in self._like(ours):
                best[entry] = max(bits, best.get(entry, bits))
        for entry, bits in sorted(best.items()):
            yield FoundLikeness(self.entries[entry], bits)

    def _like(self, ours: Profile) -> Iterator[tuple[int, float]]:
        told: dict[int, float] = {}
        for heard in ours.joined:
            weight = self.rarity(heard)
            for place in self.by_sound.get(heard, ()):
                told[place] = told.get(place, 0.0) + weight
        setting = Setting(rarity=self.rarity)
        for place, shared in told.items():
            if shared >= HEARD:
                entry, theirs = self.profiles[place]
                found = match(ours, theirs, setting)
                if found.strength != "none":
                    yield entry, found.bits


def data_of(entry: ListEntry) -> PersonalData:
    """An entry as the comparing has a record."""
    born = str(entry.births[0]) if len(entry.births) == 1 else ""
    return PersonalData(
        names=tuple(WrittenName(name, "", script_of(name)) for name in entry.names),
        birth=BirthDate(born, born, "year") if born else None,
    )


def _profiles(data: PersonalData) -> list[Profile]:
    """Each name by itself, without the words for what kind of firm it is."""
    return [profile(PersonalData(names=(name,), birth=data.birth)) for name in _bare(data.names)]


def _bare(names: Iterable[WrittenName]) -> Iterator[WrittenName]:
    for name in names:
        left = _FIRM.sub(" ", name.text).strip(" \"'«».,")
        yield WrittenName(left or name.text, name.father, name.script)
