"""The review queue: pairs that may be one person, kept until somebody decides them.

A pair is kept once, under the two numbers in order. Finding it again brings an undecided pair up to
date and leaves a decided one as it is: what was decided does not come back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cbi.base.errors import NotFound, UsageError
from cbi.people.matching.scoring import Strength
from cbi.people.records.numbers import read_number
from cbi.storage.transactions import ReadTransaction, WriteTransaction

STATES = ("open", "later", "same", "different")
CHAIN_MAX = 50
SLICE = 2_000
_PAIR = (
    "SELECT first, second, state, strength, evidence, found_at, decided_by, decided_at"
    " FROM duplicate_pair"
)
_ORDER = (
    " ORDER BY CASE state WHEN 'open' THEN 0 WHEN 'later' THEN 1 ELSE 2 END,"
    " CASE strength WHEN 'certain' THEN 0 WHEN 'likely' THEN 1 ELSE 2 END, found_at, first, second"
)


@dataclass(frozen=True, slots=True)
class FoundPair:
    """Two numbers in order, how strong the evidence is, and its words without personal data."""

    first: str
    second: str
    strength: Strength
    bits: float
    evidence: str


@dataclass(frozen=True, slots=True)
class PairView:
    """A pair of the queue. Instants in microseconds UTC."""

    first: str
    second: str
    state: str
    strength: str
    evidence: str
    found_at: int
    decided_by: str | None
    decided_at: int | None


def put_pairs(tx: WriteTransaction, pairs: Iterable[FoundPair], now: int) -> int:
    """Queue these pairs; returns how many were new."""
    before = _count(tx)
    rows = [
        {
            "first": pair.first, "second": pair.second, "strength": pair.strength,
            "evidence": pair.evidence, "now": now,
        }
        for pair in pairs
    ]
    for start in range(0, len(rows), SLICE):
        tx.run_many(
            "INSERT INTO duplicate_pair (first, second, state, strength, evidence, found_at,"
            " decided_by, decided_at) VALUES (:first, :second, 'open', :strength, :evidence, :now,"
            " NULL, NULL) ON CONFLICT (first, second) DO UPDATE SET strength = excluded.strength,"
            " evidence = excluded.evidence WHERE duplicate_pair.state IN ('open', 'later')",
            rows[start : start + SLICE],
        )
    return _count(tx) - before


def _count(tx: ReadTransaction) -> int:
    counted: int = tx.value("SELECT count(*) FROM duplicate_pair")
    return counted


def pair(tx: ReadTransaction, one: str, other: str) -> PairView:
    """The pair of two numbers as typed, in any order.

    Raises:
        UsageError: one of them is no beneficiary number, or both are the same.
        NotFound: they were never found alike.
    """
    first, second = in_order(one, other)
    found = tx.read_one(
        PairView, f"{_PAIR} WHERE first = :first AND second = :second", first=first, second=second
    )
    if found is None:
        raise NotFound("duplicates.pair-unknown", first=first, second=second)
    return found


def pairs(
    tx: ReadTransaction, *, state: str | None = None, strength: str | None = None,
    number: str | None = None, limit: int = 100,
) -> list[PairView]:
    """The queue: what is open first, the strongest first, then the oldest.

    Raises:
        UsageError: an unknown state or strength, or no beneficiary number.
    """
    filters: dict[str, Any] = {}
    if state is not None:
        filters["state = :state"] = _known(state, STATES)
    if strength is not None:
        filters["strength = :strength"] = _known(strength, ("certain", "likely", "possible"))
    if number is not None:
        filters["(first = :number OR second = :number)"] = read_number(number)
    where = f" WHERE {' AND '.join(filters)}" if filters else ""
    return tx.read(
        PairView, f"{_PAIR}{where}{_ORDER} LIMIT :limit",
        state=state, strength=strength, number=number and read_number(number), limit=limit,
    )


def in_order(one: str, other: str) -> tuple[str, str]:
    """Two numbers as typed, read and put in order.

    Raises:
        UsageError: one of them is no beneficiary number, or both are the same.
    """
    first, second = sorted((read_number(one), read_number(other)))
    if first == second:
        raise UsageError("duplicates.one-number", number=first)
    return first, second


def kept_number(tx: ReadTransaction, number: str) -> str:
    """The number that is kept for a person: another one, where two were decided to be the same."""
    for _ in range(CHAIN_MAX):
        into: str | None = tx.value(
            "SELECT merged_into FROM person WHERE number = :number", number=number
        )
        if into is None:
            return number
        number = into
    return number


def _known(text: str, known: tuple[str, ...]) -> str:
    if text not in known:
        raise UsageError("duplicates.word-unknown", text=text, known=", ".join(known))
    return text
