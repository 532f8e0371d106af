"""Many people at once: which pairs share so much that they are worth opening.

The vault's postings are read once, in the order of the hashes, so that those who share a key come
together; every pair of a small group gets the key's bits. Words are held against each other as the
desk does it: three pairs of words that two records share are three words, not three times two. A
group of many who share two common words is parted by the year of birth, which stands in the clear;
a phone of few people makes a candidate alone. A short list asks for its own keys, joined and parted
words among them. The sums are numpy's: among 100,000 people a dictionary of four million pairs took
five seconds and 350 MB more.
"""

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from math import log2
from typing import TYPE_CHECKING, Any, NamedTuple

from cbi.people.matching.evidence import CROWD
from cbi.people.matching.lookup import COUNTED, POSTINGS_MAX, counts_of
from cbi.people.matching.scoring import PEOPLE_MIN
from cbi.people.records.sealing import KeyedHash
from cbi.storage.listed import read_in
from cbi.storage.transactions import ReadTransaction

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIXED_BITS = {"document": 40.0, "birth": 7.0, "part": 10.0}
SHARE_OF_BITS = {"pair": 1.0, "home": 0.4}
PAIRED = frozenset(FIXED_BITS) | frozenset(SHARE_OF_BITS) | {"phone", "year"}
"""Kinds of keys that put two people together."""
ASKED = PAIRED | {"name"}
"""The kinds that a list asks for: a rare word alone, too."""
GROUP_FIXED, GROUP_WHOLE, GROUP_PARTED, GROUP_SHARE = 400, 16, 80, 200
"""Of larger groups with one day of birth no pair is made; of larger ones with one pair of words
only pairs born in one year, if those are no more than this. Where all keys are read, two words that
more than one in so many share are passed over: three such words would still say too little."""
FEW, FEW_BITS = 4, 6.0
"""So many on one phone are worth comparing whatever else they share; more, up to a crowd, less."""
UNSEEN = 16
"""Among few people nobody knows how rare a word is: as if so many others had none of them."""
UNKNOWN_MAX = 1_000
"""So many pairs of a group are made of those whose year of birth is not known."""
RARE, YEARS_BITS = 8, 5.5
"""So few with one word and year are worth a look by these alone; the year is so much of that."""
YEAR_SAME, YEAR_NEAR, YEAR_OTHER, YEAR_FAR, DAY_OTHER = 4.0, 1.0, -3.0, -5.0, -1.0
SLACK_BITS, WORDS_SLACK = 2.5, 0.5
"""A candidate needs log2(people) bits less this, as *possible* does; by words and year alone more:
their order, which is not known here, mostly tells against it."""
COUNTED_FROM = {"name": 8, "home": 3, "phone": 3}
SHIFT = 32
SUMMED_AT_ONCE = 500_000
"""About so many entries of pairs are put in order at once: of 100,000 people all at once were
150 MB."""
OTHER, WORDS, ALONE, DAY = range(4)
"""What a key's bits say: beside the name; of two words of it; of one word alone; of a day."""


class Group(NamedTuple):
    """All who share a key: its kind, how many hold it, and the people by place, where their pairs
    may be worth something."""

    key_hash: bytes
    kind: str
    held: int
    members: Sequence[int]


class Places:
    """Beneficiary numbers as small integers, and back; `born` tells years of birth by number."""

    def __init__(self, born: Mapping[str, int] | None = None) -> None:
        self.numbers: list[str] = []
        self.born: list[int] = []
        """The year of birth at each place; 0 where it is not known."""
        self.of = _Numbered(self.numbers, self.born, {} if born is None else born).__getitem__
        """The place of a number, a new one if it has none yet."""
        self.days: set[int] = set()
        """Whoever is known to share their day of birth with somebody."""

    def may_be_of_a_year(self, one: int, other: int) -> bool:
        """Whether two were born in one year, as far as is known."""
        mine, yours = self.born[one], self.born[other]
        return mine == yours or not (mine and yours)


class _Numbered(dict[str, int]):
    """Places by number. A lookup of what is there never leaves C: a million are asked for."""

    def __init__(self, numbers: list[str], years: list[int], born: Mapping[str, int]) -> None:
        super().__init__()
        self._numbers, self._years, self._born = numbers, years, born

    def __missing__(self, number: str) -> int:
        place = self[number] = len(self._numbers)
        self._numbers.append(number)
        self._years.append(self._born.get(number, 0))
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
    """Everybody who shares each key; of a single word, and of groups whose pairs are worth nothing,
    only the number is told."""
    most = {kind: _most(kind) for kind in PAIRED} | {
        "name": 0, "pair": min(POSTINGS_MAX, max(GROUP_PARTED, people // GROUP_SHARE)),
    }
    whose = "CASE WHEN kind <> 'name' THEN person END"
    listed = f"group_concat({whose})" if vault.engine == "sqlite" else f"string_agg({whose}, ',')"
    rows = vault.tuples(
        f"SELECT key_hash, min(kind) AS what, count(*) AS held, {listed} AS whose FROM posting"
        " WHERE kind IN"
        " ('document', 'phone', 'birth', 'pair', 'year', 'name', 'home', 'part')"
        " GROUP BY key_hash HAVING count(*) > 1"
    )
    for key_hash, kind, held, whose in rows:
        if held > most[kind]:
            yield Group(bytes(key_hash), kind, held, ())
        else:
            yield Group(bytes(key_hash), kind, held, list(map(places.of, whose.split(","))))


def held_by_keys(
    vault: ReadTransaction, places: Places, keys: Mapping[bytes, str]
) -> dict[bytes, list[int]]:
    """Who holds each of these keys (kinds by hash), where their pairs may be worth something."""
    held = counts_of(vault, list(keys))
    few = [key for key, count in held.items() if 0 < count <= _most(keys[key])]
    members: dict[bytes, list[int]] = {}
    sql = "SELECT key_hash, person FROM posting WHERE key_hash IN ({})"
    for key_hash, person in read_in(vault, _Held, sql, few):
        members.setdefault(bytes(key_hash), []).append(places.of(person))
    return members


class _Held(NamedTuple):
    key_hash: bytes
    person: str


def _most(kind: str) -> int:
    """In larger groups of a kind no pair is looked at."""
    if kind in ("birth", "document"):
        return GROUP_FIXED
    if kind in ("phone", "home"):
        return CROWD - 1
    if kind == "year":
        return RARE
    return POSTINGS_MAX if kind == "pair" else GROUP_WHOLE


def _worth(kind: str, held: int, people: int) -> tuple[int, float]:
    """What it says to share a key that so many hold, and its bits."""
    if kind in FIXED_BITS:
        return DAY if kind == "birth" else OTHER, FIXED_BITS[kind]
    if kind == "phone":
        return OTHER, enough_bits(people) if held <= FEW else FEW_BITS
    bits = log2((people + UNSEEN) / held + 1)
    if kind == "home":
        return OTHER, SHARE_OF_BITS[kind] * bits
    if kind == "pair":
        return WORDS, bits
    return ALONE, bits - YEARS_BITS * (kind == "year")


class _Tally:
    """Pairs of places with what each shared key says, gathered to be summed at once."""

    def __init__(self) -> None:
        self.groups: dict[tuple[int, int], tuple[array[int], array[float]]] = {}
        self.pairs: list[int] = []
        self.bits: list[tuple[int, float]] = []

    def all_of(self, track: int, worth: float, members: Sequence[int]) -> None:
        """Every pair of a group."""
        size = len(members), track
        if size not in self.groups:
            self.groups[size] = array("i"), array("f")
        listed, worths = self.groups[size]
        listed.extend(members)
        worths.append(worth)

    def one(self, track: int, worth: float, first: int, second: int) -> None:
        """One pair, in order."""
        self.pairs.append(first << SHIFT | second)
        self.bits.append((track, worth))

    def entries(self) -> "list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]]":
        """Pairs, tracks and bits; groups of one size are done at once."""
        import numpy

        found = [(
            numpy.array(self.pairs, "i8"), numpy.array([track for track, _ in self.bits], "i1"),
            numpy.array([worth for _, worth in self.bits], "f4"),
        )]
        for (size, track), (listed, worths) in self.groups.items():
            members = numpy.sort(numpy.array(listed, "i8").reshape(-1, size))
            first, second = numpy.triu_indices(size, 1)
            pairs = (members[:, first] << SHIFT | members[:, second]).ravel()
            found.append((
                pairs, numpy.full(len(pairs), track, "i1"),
                numpy.repeat(numpy.array(worths, "f4"), len(first)),
            ))
        return found


def pairs_among(
    groups: Iterable[Group], people: int, places: Places, counts: Counts | None = None,
    *, within: AbstractSet[int] | None = None, tell: Callable[[int], None] | None = None,
) -> dict[int, float]:
    """The bits of each pair that is worth a look (see `split`); with `within`, of those with one
    of these people at least."""
    tally = _Tally()
    for turn, (key_hash, kind, held, members) in enumerate(groups):
        if tell and turn % 10_000 == 0:
            tell(turn)
        if counts and kind in COUNTED:
            counts.put(kind, key_hash, held)
        if not members or (within is not None and within.isdisjoint(members)):
            continue
        track, worth = _worth(kind, held, people)
        if kind == "birth":
            places.days.update(members)
        if held <= GROUP_WHOLE or kind != "pair":
            tally.all_of(track, worth, members)
        else:
            _put_by_year(tally, track, worth, members, places)
    return {
        pair: told for pair, told in _summed(tally, places, enough_bits(people))
        if within is None or not within.isdisjoint(split(pair))
    }


def pairs_asked(
    asked: Mapping[bytes, Sequence[int]], held: Mapping[bytes, Sequence[int]],
    kinds: Mapping[bytes, str], people: int, places: Places,
) -> dict[int, float]:
    """The bits of each pair of somebody who asks for a key and somebody who holds it."""
    tally = _Tally()
    for key, mine in asked.items():
        others, kind = held.get(key, ()), kinds[key]
        count = len({*mine, *others})
        if count > _most(kind):
            continue
        track, worth = _worth(kind, count, people)
        whole = count <= GROUP_WHOLE or kind != "pair"
        for pair in {(min(one, other), max(one, other)) for one in mine for other in others}:
            if pair[0] != pair[1] and (whole or places.may_be_of_a_year(*pair)):
                tally.one(track, worth, *pair)
    return dict(_summed(tally, places, enough_bits(people)))


def _put_by_year(
    tally: _Tally, track: int, worth: float, members: Sequence[int], places: Places
) -> None:
    """Those of a large group who were born in one year, and whoever's year is not known beside all
    others, where they are few."""
    years: dict[int, list[int]] = {}
    born = places.born
    for member in members:
        year = born[member]
        if year in years:
            years[year].append(member)
        else:
            years[year] = [member]
    unknown = years.pop(0, [])
    for alike in years.values():
        if 1 < len(alike) <= GROUP_PARTED:
            tally.all_of(track, worth, alike)
    if len(unknown) * len(members) <= UNKNOWN_MAX:
        for pair in {(min(one, other), max(one, other)) for one in unknown for other in members}:
            if pair[0] != pair[1]:
                tally.one(track, worth, *pair)


def _summed(tally: _Tally, places: Places, enough: float) -> Iterator[tuple[int, float]]:
    """Each pair once, with what its keys and years say, where that is enough."""
    import numpy

    entries = tally.entries()
    shares = 1 + sum(len(pairs) for pairs, _, _ in entries) // SUMMED_AT_ONCE
    for turn in range(shares):
        now = [(pairs >> SHIFT) % shares == turn for pairs, _, _ in entries]
        own = [
            numpy.concatenate([column[of] for column, of in zip(columns, now, strict=True)])
            for columns in zip(*entries, strict=True)
        ]
        if len(own[0]):
            yield from _added(own[0], own[1], own[2], places, enough)


def _added(
    pairs: "NDArray[Any]", tracks: "NDArray[Any]", bits: "NDArray[Any]", places: Places,
    enough: float,
) -> Iterator[tuple[int, float]]:
    """The same of some pairs, with all entries of each."""
    import numpy

    order = numpy.argsort(pairs)
    ordered, tracks, bits = pairs[order], tracks[order], bits[order]
    starts = numpy.flatnonzero(numpy.concatenate(([True], ordered[1:] != ordered[:-1])))
    words = tracks == WORDS
    shared = numpy.add.reduceat(words, starts, dtype="i4")
    said = numpy.add.reduceat(numpy.where(words, bits, 0), starts)
    said /= numpy.maximum((numpy.sqrt(8.0 * shared + 1) - 1) / 2, 1)
    alone = numpy.maximum.reduceat(numpy.where(tracks == ALONE, bits, 0), starts)
    sums = numpy.maximum(said, alone)
    day = numpy.maximum.reduceat(numpy.where(tracks == DAY, bits, 0), starts)
    other = numpy.add.reduceat(numpy.where(tracks == OTHER, bits, 0), starts) + day
    sums += numpy.where(other > 0, other, WORDS_SLACK - SLACK_BITS)
    found = ordered[starts]
    kept = sums >= enough - YEAR_SAME
    found, sums = found[kept], sums[kept] + _years_say(found[kept], day[kept] > 0, places)
    kept = sums >= enough
    return zip(found[kept].tolist(), sums[kept].tolist(), strict=True)


def _years_say(
    pairs: "NDArray[Any]", same_day: "NDArray[Any]", places: Places
) -> "NDArray[Any]":
    """The bits of the years of birth of each pair: fewer where both have a day, and another."""
    import numpy

    years, dayed = numpy.array(places.born, "i4"), numpy.zeros(len(places.numbers), bool)
    dayed[list(places.days)] = True
    first, second = pairs >> SHIFT, pairs & ((1 << SHIFT) - 1)
    one, other = years[first], years[second]
    apart = numpy.abs(one - other)
    told = numpy.select(
        [dayed[first] & dayed[second] & ~same_day & (apart <= 1),
         apart == 0, apart == 1, apart == 2, apart <= 5],
        [DAY_OTHER, YEAR_SAME, YEAR_NEAR, 0.0, YEAR_OTHER], YEAR_FAR,
    )
    return numpy.where((one == 0) | (other == 0), 0.0, told)


def enough_bits(people: int) -> float:
    """The bits that a candidate's keys need."""
    return log2(max(people, PEOPLE_MIN)) - SLACK_BITS


def split(pair: int) -> tuple[int, int]:
    """The two places of a pair."""
    return pair >> SHIFT, pair & ((1 << SHIFT) - 1)
