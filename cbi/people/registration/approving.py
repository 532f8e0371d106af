"""Approving: another operator than the one who enrolled says that these people are real and belong.

Duties are kept apart by default; a caller who has looked at the programmes' setting and found a
one-person office hands in `apart=False`. What was approved is named in the log by a hash over
numbers and versions, beside the hash of the list they came in, and how many their households count.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple

from cbi.base.canonical import JsonValue, canonical_json
from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.operators.duties import keep_apart
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.bulk import Tell, bulk
from cbi.people.records.numbers import read_number
from cbi.people.records.vault import hold_people
from cbi.people.registration.releasing import check_releasable, release
from cbi.people.registration.unseen_sizes import UnseenSize, most_beside_first, seen_with
from cbi.storage.listed import read_in
from cbi.storage.transactions import ReadTransaction, WriteTransaction

LIST_HASH_MIN = 8
SLICE: Final = 2_000
"""People of a list approved in one transaction of the ledger, for which a till may have to wait."""


@dataclass(frozen=True, slots=True)
class Approved:
    """Who was approved now, and how many had been before; `pairs` that may be one person were found
    on the way. `changes` that waited hold from now on. `sizes` are those of households of which
    nobody was approved before: they are approved with the first of each."""

    numbers: tuple[str, ...]
    before: int
    pairs: int = 0
    changes: int = 0
    sizes: tuple[UnseenSize, ...] = ()


class _Listed(NamedTuple):
    """What approving asks of somebody who is enrolled."""

    number: str
    household: str
    list_hash: str
    version: int
    enrolled_by: str
    approved_at: int | None
    erased_at: int | None


_HOME = attrgetter("household")
_SELECT_LISTED = (
    "SELECT number, household, list_hash, version, enrolled_by, approved_at, erased_at FROM person"
)


def approve(
    session: OperatorSession, numbers: Sequence[str], *, apart: bool = True,
    progress: Tell | None = None
) -> Approved:
    """Approve these people, all or none, and the changes of theirs that wait; whoever was approved
    before stays so. `progress` hears of the search for duplicates that comes first.

    Raises:
        UsageError: nobody named, or a number that is none.
        NotFound: no such person.
        NotAllowed: the operator enrolled one of them, said their household's size or asked for the
            change, and duties are kept apart.
        Conflict: one of them was erased, or what a change was asked upon no longer stands.
    """
    session.require("people.approve")
    wanted = list(dict.fromkeys(read_number(number) for number in numbers))
    if not wanted:
        raise UsageError("people.nobody-named")

    def named(tx: ReadTransaction) -> list[_Listed]:
        rows = _people(tx, wanted)
        for missing in set(wanted) - {row.number for row in rows}:
            raise NotFound("people.person-unknown", number=missing)
        return rows

    with session.ledger.read() as tx:
        changed = check_releasable(tx, session, wanted, apart=apart)
    done = _searched_and_approved(session, named, apart=apart, changed=changed, progress=progress)
    if not changed:
        return done
    released = release(session, sorted(changed), apart=apart)
    return replace(done, pairs=done.pairs + released.pairs, changes=released.changes)


def approve_list(
    session: OperatorSession, list_hash: str, *, apart: bool = True, progress: Tell | None = None
) -> Approved:
    """Approve everybody who was enrolled from a list, by its hash or the first eight of it.

    Tills wait while people are approved, so that a long list is approved some households at a time:
    killed on its way, the same list again approves those who are left.

    Raises:
        UsageError: too little of a hash.
        NotFound: nobody came in such a list.
        Conflict: the beginning fits two lists.
        NotAllowed: as for `approve`.
    """
    session.require("people.approve")
    wanted = list_hash.strip().lower()
    if len(wanted) < LIST_HASH_MIN or not wanted.isalnum():
        raise UsageError("people.list-hash-short", least=LIST_HASH_MIN)

    def listed(tx: ReadTransaction) -> list[_Listed]:
        rows = tx.read(
            _Listed,
            f"{_SELECT_LISTED} WHERE list_hash LIKE :wanted || '%' AND erased_at IS NULL",
            wanted=wanted,
        )
        lists = {row.list_hash for row in rows}
        if not lists:
            raise NotFound("people.list-unknown", list=list_hash)
        if len(lists) > 1:
            raise Conflict("people.list-ambiguous", list=list_hash)
        return rows

    return _searched_and_approved(
        session, listed, apart=apart, by_list=True, progress=progress
    )


def _searched_and_approved(
    session: OperatorSession, rows_of: Callable[[ReadTransaction], list[_Listed]], *, apart: bool,
    by_list: bool = False, changed: AbstractSet[str] = frozenset(), progress: Tell | None,
) -> Approved:
    """Nobody is approved for whom duplicates were not looked for: an enrolment may have been killed
    before it came to that. Whatever can be refused is refused before anybody is approved."""
    with session.ledger.read() as tx:
        rows = rows_of(tx)
        _check(session, rows, changed, apart=apart)
        waiting = [row for row in rows if row.approved_at is None]
        seen_with(tx, session, [row.household for row in waiting], apart=apart)
    pairs = bulk(session, [row.number for row in waiting], progress=progress).new if waiting else 0
    done = []
    for part in _slices(rows) if by_list else [rows]:
        done.append(session.ledger.transact(partial(
            _approve_slice, session=session, part=part, changed=changed, apart=apart,
            by_list=by_list,
        )))
        session.ledger.give_way()
    return Approved(
        tuple(sorted(number for one in done for number in one.numbers)),
        sum(one.before for one in done), pairs,
        sizes=tuple(most_beside_first(size for one in done for size in one.sizes)),
    )


def _slices(rows: Sequence[_Listed]) -> Iterator[list[_Listed]]:
    """Some people at a time, with all of a household together: the first of it who is approved
    approves its size."""
    part: list[_Listed] = []
    for _, home in groupby(sorted(rows, key=_HOME), key=_HOME):
        part += home
        if len(part) >= SLICE:
            yield part
            part = []
    if part:
        yield part


def _approve_slice(
    tx: WriteTransaction, session: OperatorSession, part: Sequence[_Listed],
    changed: AbstractSet[str], *, apart: bool, by_list: bool,
) -> Approved:
    """Approve these people as they stand now; who was erased meanwhile is on no list any more."""
    numbers = [row.number for row in part]
    hold_people(tx, numbers)
    rows = [row for row in _people(tx, numbers) if not (by_list and row.erased_at is not None)]
    _check(session, rows, changed, apart=apart)
    homes = [row.household for row in rows if row.approved_at is None]
    sizes = seen_with(tx, session, homes, apart=apart)
    done = _approve(tx, session, rows, sizes, named=part[0].list_hash if by_list else "")
    return replace(done, sizes=tuple(sizes))


def _people(tx: ReadTransaction, numbers: Sequence[str]) -> list[_Listed]:
    return read_in(tx, _Listed, f"{_SELECT_LISTED} WHERE number IN ({{}})", numbers)


def _check(
    session: OperatorSession, rows: Sequence[_Listed], changed: AbstractSet[str], *, apart: bool
) -> None:
    """`changed` are people whose changes wait: who was approved before is not enrolled again."""
    for row in rows:
        if row.erased_at is not None:
            raise Conflict("people.erased", number=row.number)
        if row.approved_at is not None and row.number in changed:
            continue
        keep_apart(row.enrolled_by, session.operator.name, duty="people.approve", apart=apart)


def _approve(
    tx: WriteTransaction, session: OperatorSession, rows: Sequence[_Listed],
    sizes: Sequence[UnseenSize], *, named: str
) -> Approved:
    now = session.clock()
    fresh = sorted(row.number for row in rows if row.approved_at is None)
    tx.run_many(
        "UPDATE person SET approved_by = :operator, approved_at = :now"
        " WHERE number = :number AND approved_at IS NULL",
        [{"operator": session.operator.name, "now": now, "number": number} for number in fresh],
    )
    if fresh:
        versions: dict[str, JsonValue] = {row.number: row.version for row in rows}
        digest = hashlib.sha256(canonical_json(versions)).hexdigest()
        counted = sum(one.size for one in sizes)
        record_by(
            tx, session, action="people.approve", object=named or fresh[0], at=now,
            detail={"people": len(fresh), "approved": digest, "counted": counted},
        )
    return Approved(tuple(fresh), len(rows) - len(fresh))
