"""What follows from a decision for the other numbers of the same person: nobody is asked again.

Numbers that were decided to be the same are one person. What was decided of one of them holds for
all: who is different from the number that goes is different from the one that stays, and pairs that
are still open between two persons of whom that is known, or within one, are settled with it. Each
such pair gets a line of its own, at the decision's instant, whose reason names the pair it follows.
Taking back what made two numbers one takes these back with it.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from cbi.base.errors import Conflict
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.decision_lines import Line, put_line
from cbi.people.matching.review import kept_number
from cbi.storage.transactions import ReadTransaction, WriteTransaction

Pair = tuple[str, str]


def refuse_contradiction(tx: ReadTransaction, one: str, other: str) -> None:
    """Refuse to make two persons one of whom numbers were decided to be different.

    Raises:
        Conflict: some were.
    """
    apart = _decided_apart(tx, numbers_of(tx, one), numbers_of(tx, other))
    if apart:
        raise Conflict("duplicates.contradicts", first=apart[0], second=apart[1])


def carry_over(
    tx: WriteTransaction, session: OperatorSession, one: str, other: str, now: int
) -> int:
    """Settle what follows from the decision of these two, taken just `now`; how many pairs."""
    ours, theirs = numbers_of(tx, one), numbers_of(tx, other)
    settled = 0
    if other in ours:
        settled += _settle(tx, session, _open_among(tx, ours, ours), (one, other), "same", now)
        for number in sorted(_neighbours(tx, ours) - ours):
            settled += _apart(tx, session, (ours, numbers_of(tx, number)), now)
    else:
        settled += _apart(tx, session, (ours, theirs), now)
    return settled


def take_back(
    tx: WriteTransaction, session: OperatorSession, undone: Line, at: int, now: int
) -> None:
    """Open again what was settled at the instant at which two numbers were made one, once they are
    parted."""
    if not (undone.keeps and undone.goes):
        return
    both = numbers_of(tx, undone.keeps) | numbers_of(tx, undone.goes)
    settled = {
        (row.first, row.second)
        for number in both for row in _pairs_of(tx, number)
        if row.decided_at == at and not _erased(tx, row.first)
    }
    for first, second in sorted(settled):
        put_line(tx, session, first, second, Line("undo", undone.reason), now)


def numbers_of(tx: ReadTransaction, number: str) -> frozenset[str]:
    """Every number of a person: those that were decided to be the same, itself among them."""
    found, waiting = {number}, [number]
    while waiting:
        rows = _pairs_of(tx, waiting.pop())
        more = {
            end for row in rows if row.state == "same" for end in (row.first, row.second)
        }
        waiting += more - found
        found |= more
    return frozenset(found)


def _apart(
    tx: WriteTransaction,
    session: OperatorSession,
    persons: tuple[frozenset[str], frozenset[str]],
    now: int,
) -> int:
    """If any numbers of two persons were decided to be different, all are."""
    source = _decided_apart(tx, *persons)
    if source is None:
        return 0
    one, other = (kept_number(tx, min(numbers)) for numbers in persons)
    kept = min(one, other), max(one, other)
    tx.run(
        "INSERT INTO duplicate_pair (first, second, state, strength, evidence, found_at)"
        " SELECT :first, :second, 'open', 'possible', evidence, :now FROM duplicate_pair"
        " WHERE first = :from_first AND second = :from_second"
        " ON CONFLICT (first, second) DO NOTHING",
        first=kept[0], second=kept[1], now=now, from_first=source[0], from_second=source[1],
    )
    return _settle(tx, session, _open_among(tx, *persons), source, "different", now)


def _settle(
    tx: WriteTransaction, session: OperatorSession, pairs: Iterable[Pair], source: Pair,
    decision: str, now: int
) -> int:
    sign = "=" if decision == "same" else "≠"
    line = Line(decision, f"{source[0]} {sign} {source[1]}")
    living = [pair for pair in pairs if not _erased(tx, pair[0])]
    for first, second in living:
        put_line(tx, session, first, second, line, now)
    return len(living)


def _decided_apart(
    tx: ReadTransaction, ours: frozenset[str], theirs: frozenset[str]
) -> Pair | None:
    found = (
        (row.first, row.second)
        for row in _between(tx, ours, theirs) if row.state == "different"
    )
    return min(found, default=None)


def _open_among(tx: ReadTransaction, ours: frozenset[str], theirs: frozenset[str]) -> list[Pair]:
    return sorted({
        (row.first, row.second)
        for row in _between(tx, ours, theirs) if row.state in ("open", "later")
    })


class _PairState(NamedTuple):
    first: str
    second: str
    state: str
    decided_at: int | None


def _between(
    tx: ReadTransaction, ours: frozenset[str], theirs: frozenset[str]
) -> Iterator[_PairState]:
    wanted = {(min(pair), max(pair)) for pair in product(ours, theirs)}
    for number in sorted(ours):
        for row in _pairs_of(tx, number):
            if (row.first, row.second) in wanted:
                yield row


def _neighbours(tx: ReadTransaction, numbers: frozenset[str]) -> set[str]:
    return {
        end for number in numbers for row in _pairs_of(tx, number)
        for end in (row.first, row.second)
    }


def _pairs_of(tx: ReadTransaction, number: str) -> list[_PairState]:
    columns = "SELECT first, second, state, decided_at FROM duplicate_pair"
    return tx.read(
        _PairState, f"{columns} WHERE first = :number UNION ALL {columns} WHERE second = :number",
        number=number,
    )


def _erased(tx: ReadTransaction, number: str) -> bool:
    found = tx.value("SELECT erased_at FROM person WHERE number = :number", number=number)
    return found is not None
