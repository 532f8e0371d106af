"""Many people at once: which pairs share so much that they are worth opening.

The vault's postings are read once, in the order of the hashes, so that those who share a key come
together; every pair of a small group gets the key's bits, and pairs with enough of them are
candidates. Large groups say little of any pair in them and are passed over, as are single words. A
short list asks for its own keys alone. The key of the whole name says nothing that its pairs of
words do not. The sums are numpy's: among 100,000 people a dictionary of four million pairs took
five seconds and 350 MB more.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from math import log2
from typing import TYPE_CHECKING, Any

from cbi.people.matching.lookup import COUNTED, counts_of
from cbi.people.records.sealing import KeyedHash
from cbi.people.records.vault import rows_in
from cbi.storage.transactions import ReadTransaction

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIXED_BITS = {"document": 24.0, "phone": 8.0, "birth": 11.0}
SHARE_OF_BITS = {"pair": 0.6, "year": 0.5, "home": 0.25}
PAIRED = frozenset(FIXED_BITS) | frozenset(SHARE_OF_BITS)
"""Kinds of keys that put two people together."""
GROUP_MIN, GROUP_SHARE, GROUP_MAX, GROUP_FIXED = 24, 2_500, 60, 400
SLACK_BITS = 0.5
"""A candidate needs log2(people) bits less this: the records say more than their keys."""
COUNTED_FROM = {"name": 8, "home": 3, "phone": 3}
SHIFT = 32
Group = tuple[bytes, str, int, list[int]]


class Places:
    """Beneficiary numbers as small integers, and back."""

    def __init__(self) -> None:
        self.numbers: list[str] = []
        self.of = _Numbered(self.numbers).__getitem__
        """The place of a number, a new one if it has none yet."""


class _Numbered(dict[str, int]):
    """Places by number. A lookup of what is there never leaves C: a million are asked for."""

    def __init__(self, numbers: list[str]) -> None:
        super().__init__()
        self._numbers = numbers

    def __missing__(self, number: str) -> int:
        place = self[number] = len(self._numbers)
        self._numbers.append(number)
        return place


class Counts:
    """How many people bear a word, live at a home or have a phone, from the groups of these met on
    the way."""

    def __init__(self, hashed: KeyedHash) -> None:
        self._hashed = hashed
        self._of: dict[bytes, int] = {}

    def put(self, kind: str, key_hash: bytes, count: int) -> None:
        """Remember a word, a home or a phone that several people have."""
        if count >= COUNTED_FROM[kind]:
            self._of[key_hash] = count

    def count(self, value: str) -> int:
        """How many have it; few, if it was not met often."""
        kind = "home" if value[0].isdigit() else "phone" if value[0] == "+" else "name"
        return self._of.get(self._hashed(kind, value), (COUNTED_FROM[kind] + 1) // 2)


def groups_of(vault: ReadTransaction, places: Places, people: int) -> Iterator[Group]:
    """All who share each key: the hash, its kind, how many, and the people by place.

    The database puts them together; of a single word, and of groups whose pairs are worth nothing
    among so many people, only the number is told.
    """
    whose = "CASE WHEN kind <> 'name' THEN person END"
    listed = f"group_concat({whose})" if vault.engine == "sqlite" else f"string_agg({whose}, ',')"
    rows = vault.tuples(
        f"SELECT key_hash, min(kind) AS what, count(*) AS held, {listed} AS whose FROM posting"
        " WHERE kind IN ('document', 'phone', 'birth', 'pair', 'year', 'name', 'home')"
        " GROUP BY key_hash HAVING count(*) > 1"
    )
    for key_hash, kind, held, whose in rows:
        if kind == "name" or held > (GROUP_FIXED if kind in FIXED_BITS else _large(people)):
            yield bytes(key_hash), kind, held, []
        else:
            yield bytes(key_hash), kind, held, list(map(places.of, whose.split(",")))


def groups_by_keys(
    vault: ReadTransaction, places: Places, keys: Mapping[bytes, str], least: int = 2
) -> Iterator[Group]:
    """All who share each of these keys (kinds by hash), as `groups_of` gives them: only these are
    read; groups of fewer than `least` are left out, and those too large for their pairs."""
    held = counts_of(vault, list(keys))
    few = [key for key, count in held.items() if least <= count <= GROUP_FIXED]
    members: dict[bytes, list[int]] = {}
    for row in rows_in(vault, "SELECT key_hash, person FROM posting WHERE key_hash IN ({})", few):
        members.setdefault(bytes(row["key_hash"]), []).append(places.of(row["person"]))
    for key, listed in members.items():
        yield key, keys[key], len(listed), listed


def pairs_among(
    groups: Iterable[Group], people: int, counts: Counts | None = None,
    *, within: AbstractSet[int] | None = None, tell: Callable[[int], None] | None = None,
) -> dict[int, float]:
    """The bits of each pair that is worth a look (see `split`); with `within`, of those with one
    of these people at least."""
    large = _large(people)
    alike: dict[int, tuple[list[int], list[float]]] = {}
    for turn, (key_hash, kind, held, members) in enumerate(groups):
        if tell and turn % 10_000 == 0:
            tell(turn)
        if counts and kind in COUNTED:
            counts.put(kind, key_hash, held)
        worth = _worth(kind, held, people, large)
        if worth and members and (within is None or not within.isdisjoint(members)):
            listed, worths = alike.setdefault(len(members), ([], []))
            listed += members
            worths.append(worth)
    return {
        pair: told for pair, told in _summed(*_every_pair(alike), enough_bits(people))
        if within is None or not within.isdisjoint(split(pair))
    }


def _large(people: int) -> int:
    """Who share a key that more people than this hold are no pairs for it."""
    return min(GROUP_MAX, max(GROUP_MIN, people // GROUP_SHARE))


def _worth(kind: str, held: int, people: int, large: int) -> float:
    """The bits of sharing a key that so many hold."""
    if kind in FIXED_BITS:
        return FIXED_BITS[kind]
    if held > large:
        return 0.0
    return SHARE_OF_BITS.get(kind, 0.0) * log2(people / held + 1)


def _every_pair(
    alike: Mapping[int, tuple[list[int], list[float]]]
) -> "tuple[NDArray[Any], NDArray[Any]]":
    """All pairs within groups, and what each is worth; groups of one size are done at once."""
    import numpy

    pairs, bits = [numpy.empty(0, "i8")], [numpy.empty(0, "f4")]
    for size, (listed, worths) in alike.items():
        members = numpy.sort(numpy.array(listed, "i8").reshape(-1, size))
        first, second = numpy.triu_indices(size, 1)
        pairs.append((members[:, first] << SHIFT | members[:, second]).ravel())
        bits.append(numpy.repeat(numpy.array(worths, "f4"), len(first)))
    return numpy.concatenate(pairs), numpy.concatenate(bits)


def _summed(
    pairs: "NDArray[Any]", bits: "NDArray[Any]", enough: float
) -> Iterator[tuple[int, float]]:
    """Each pair once, with the sum of its bits, where that is enough."""
    import numpy

    if not len(pairs):
        return iter(())
    order = numpy.argsort(pairs)
    ordered = pairs[order]
    starts = numpy.flatnonzero(numpy.concatenate(([True], ordered[1:] != ordered[:-1])))
    sums = numpy.add.reduceat(bits[order], starts)
    kept = sums >= enough
    return zip(ordered[starts][kept].tolist(), sums[kept].tolist(), strict=True)


def enough_bits(people: int) -> float:
    """The bits that a candidate's keys need."""
    return log2(max(people, 2)) - SLACK_BITS


def split(pair: int) -> tuple[int, int]:
    """The two places of a pair."""
    return pair >> SHIFT, pair & ((1 << SHIFT) - 1)
