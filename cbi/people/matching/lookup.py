"""Whom a set of keys leads to: keyed hashes are asked, nothing is opened.

Keys that too many people share are left out, the others weigh by how rare they are, and the people
with the most weight come first. How rare a word is among these people is read from its postings:
counted up to a limit, beyond it estimated from one beneficiary number in twenty, because numbers
are random.
"""

from collections.abc import Iterable, Sequence
from math import log2
from typing import Any, NamedTuple

from cbi.base.logs import Log
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.evidence import Holders
from cbi.people.names.aligning import Rarity
from cbi.people.names.common import rarity_of
from cbi.people.records.sealing import hasher
from cbi.people.records.vault import vault_of
from cbi.storage.transactions import ReadTransaction

logger = Log(__name__)

Keys = Sequence[tuple[str, str]]

POSTINGS_MAX = 2_000
ROWS_MAX = 6_000
"""So many postings are read for one question, those of the rarest keys."""
CANDIDATES_MAX = 100
ALWAYS, LEAST_OF_THE_BEST = 40, 0.3
"""Beyond the first forty, who has less than this share of the best one's weight is not opened."""
FIXED_BITS = {"document": 24.0, "phone": 8.0}
GUESSED = 0.5
SHARE_OF_BITS = {
    "whole": 1.0, "pair": 1.0, "birth": 1.0, "year": 0.7, "name": 0.6, "home": 0.3,
}
"""Keys made of the same words overlap; what they say together is less than their sum."""
COUNTED = ("name", "home", "phone")

_SOME = "B-000-000-000", "B-010-000-000", 100
_MORE = "B-000-000-000", "B-050-000-000", 20
PEOPLE_COUNTED = 2_000


class Found(NamedTuple):
    """Candidates, the weightiest first, and what the look-up learnt of these people: how rare words
    are, how many there are, how many have a phone or live at a home, and which keys so many have
    that they lead to nobody."""

    numbers: list[str]
    rarity: Rarity
    people: int
    holders: Holders
    too_common: frozenset[tuple[str, str]] = frozenset()


class _HeldBy(NamedTuple):
    place: int
    held: int


class _Weighed(NamedTuple):
    person: str
    weight: float


class _Key(NamedTuple):
    kind: str
    hashed: bytes
    postings: int
    bits: float


def look_up(
    session: OperatorSession, keys: Keys, *, guesses: Keys = (), also: Keys = (),
    limit: int = CANDIDATES_MAX
) -> Found:
    """Who has the most of these keys; guesses weigh half, and `also` are looked at only for how
    rare their words are."""
    hashed = hasher(session.keys.need("people"))
    with vault_of(session).read() as vault:
        count = people_count(vault)
        every = dict.fromkeys((*keys, *guesses, *also))
        named = [(kind, value, hashed(kind, value)) for kind, value in every]
        counts = counts_of(vault, [key[2] for key in named])
        factors = dict.fromkeys(guesses, GUESSED) | dict.fromkeys(keys, 1.0)
        weighed = [
            _Key(kind, key, counts[key], factor * _bits(kind, counts[key], count))
            for kind, value, key in named
            if (factor := factors.get((kind, value)))
        ]
        numbers = _weightiest(vault, _affordable(weighed), limit)
        logger.debug("%s keys give %s candidates", len(weighed), len(numbers))
        words = {
            value: _estimated(vault, key, counts[key])
            for kind, value, key in named if kind in COUNTED
        }
    common = frozenset(
        (kind, value) for kind, value, key in named if counts[key] > POSTINGS_MAX
    )
    return Found(numbers, rarity_of(count, words.get), count, words.get, common)


def word_counts(
    session: OperatorSession, keys: Iterable[tuple[str, str]]
) -> tuple[dict[str, int], int]:
    """How many have each of these words, homes and phones, and how many people there are."""
    hashed = hasher(session.keys.need("people"))
    named = {hashed(kind, value): value for kind, value in keys if kind in COUNTED}
    with vault_of(session).read() as vault:
        counts = counts_of(vault, list(named))
        found = {value: _estimated(vault, key, counts[key]) for key, value in named.items()}
        return found, people_count(vault)


def people_count(vault: ReadTransaction) -> int:
    """About how many people the vault holds: counted when few, else estimated from a sample."""
    low, high, times = _SOME
    some: int = vault.value(
        "SELECT count(*) FROM person_key WHERE person >= :low AND person < :high",
        low=low, high=high,
    )
    if some * times > PEOPLE_COUNTED * 10:
        return some * times
    counted: int = vault.value("SELECT count(*) FROM person_key")
    return counted


def _bits(kind: str, count: int, people: int) -> float:
    if kind in FIXED_BITS:
        return FIXED_BITS[kind]
    return SHARE_OF_BITS.get(kind, 0.0) * max(0.5, log2(max(people, 2) / max(count, 1)))


def _affordable(keys: list[_Key]) -> list[_Key]:
    """The rarest keys, as many as may be read; none that is everybody's."""
    chosen: list[_Key] = []
    rows = 0
    for key in sorted(keys, key=lambda one: (one.kind not in FIXED_BITS, one.postings)):
        if 0 < key.postings <= POSTINGS_MAX and rows + key.postings <= ROWS_MAX:
            chosen.append(key)
            rows += key.postings
    return chosen


def counts_of(vault: ReadTransaction, hashes: Sequence[bytes]) -> dict[bytes, int]:
    """How many people have each of these keys; one more than the limit stands for any more."""
    found: dict[bytes, int] = {}
    for start in range(0, len(hashes), 100):
        part = hashes[start : start + 100]
        places, values = _places(part)
        rows = vault.read(
            _HeldBy,
            f"WITH wanted (place, hash) AS (VALUES {places}) SELECT place, (SELECT count(*) FROM"
            " (SELECT 1 FROM posting WHERE key_hash = wanted.hash LIMIT :most) AS few) AS held"
            " FROM wanted",
            most=POSTINGS_MAX + 1, **values,
        )
        found |= {part[row.place]: row.held for row in rows}
    return found


def _places(hashes: Sequence[bytes]) -> tuple[str, dict[str, Any]]:
    places = ", ".join(f"({place}, :h{place})" for place in range(len(hashes)))
    return places, {f"h{place}": value for place, value in enumerate(hashes)}


def _weightiest(vault: ReadTransaction, keys: list[_Key], limit: int) -> list[str]:
    if not keys:
        return []
    places = ", ".join(f"(:h{place}, {key.bits:.3f})" for place, key in enumerate(keys))
    values = {f"h{place}": key.hashed for place, key in enumerate(keys)}
    rows = vault.read(
        _Weighed, f"WITH wanted (hash, bits) AS (VALUES {places})"
        " SELECT posting.person, CAST(sum(wanted.bits) AS REAL) AS weight FROM wanted"
        " JOIN posting ON posting.key_hash = wanted.hash"
        " GROUP BY posting.person ORDER BY weight DESC, posting.person LIMIT :most",
        most=limit, **values,
    )
    least = rows[0].weight * LEAST_OF_THE_BEST if rows else 0.0
    return [
        row.person for place, row in enumerate(rows) if place < ALWAYS or row.weight >= least
    ]


def _estimated(vault: ReadTransaction, hashed: bytes, count: int) -> int:
    if count <= POSTINGS_MAX:
        return count
    low, high, times = _MORE
    some: int = vault.value(
        "SELECT count(*) FROM posting WHERE key_hash = :hash AND person >= :low AND person < :high",
        hash=hashed, low=low, high=high,
    )
    return max(count, some * times)
