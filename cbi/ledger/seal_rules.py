"""The rules that hold for the sealed log: its leaves, its roots, its signatures, and its rows."""

from collections.abc import Iterator
from itertools import islice

from sqlmodel import col, select

from cbi.audit.checkpoint import verify_checkpoint
from cbi.audit.merkle import Frontier, leaf_hash
from cbi.audit.rule_results import Violation
from cbi.base.clock import minute_at
from cbi.base.errors import CbiError
from cbi.base.terms import term
from cbi.ledger.sealing import HEADS, SLOWEST_WRITE_US, SOURCES, last_seal, seals
from cbi.ledger.tables import Leaf, LedgerIdentity, Seal
from cbi.storage import ReadTransaction

_LEFT_OUT = """
SELECT v.serial, e.seq FROM entry e LEFT JOIN voucher v ON v.id = e.voucher
WHERE NOT EXISTS (SELECT 1 FROM leaf l WHERE l.kind = 'entry' AND l.object = e.id)
  AND (e.recorded_at < :before OR EXISTS (
      SELECT 1 FROM entry n JOIN leaf m ON m.kind = 'entry' AND m.object = n.id
      WHERE n.voucher = e.voucher AND n.seq > e.seq))
ORDER BY v.serial, e.seq
"""


def seals_hold(tx: ReadTransaction) -> Iterator[Violation]:
    """Every leaf is in its place, and every seal's root, edge and signature fit them."""
    identity = tx.first(select(LedgerIdentity))
    if identity is None or not str(identity.origin).endswith(identity.ledger_id.hex()):
        yield Violation("ledger", "check.other-identity")
    leaves = _leaf_hashes(tx)
    frontier = Frontier()
    try:
        for made in seals(tx):
            frontier.extend(islice(leaves, max(0, made.size - frontier.size)))
            if frontier.size != made.size:
                yield Violation(f"seal {made.size}", "check.leaves-missing")
                return
            yield from _seal_wrongs(made, frontier, identity)
        if next(leaves, None) is not None:
            yield Violation(f"leaf {frontier.size}", "check.leaves-unsealed")
    except _Gap as gap:
        yield Violation(f"leaf {gap}", "check.leaf-missing")


def leaves_are_their_rows(tx: ReadTransaction) -> Iterator[Violation]:
    """What was sealed is still there, and is what it was."""
    for source in SOURCES:
        stored = source.query
        if source.kind in HEADS:
            stored = f"SELECT hash AS object, hash AS data FROM {source.id_column.split('.')[0]}"
        for (position,) in tx.tuples(
            f"SELECT leaf.position FROM leaf LEFT JOIN ({stored}) AS held "
            "ON held.object = leaf.object WHERE leaf.kind = :kind "
            "AND (held.object IS NULL OR held.data <> leaf.data) ORDER BY leaf.position",
            kind=source.kind,
        ):
            yield Violation(f"leaf {position}", "check.sealed-changed", {"kind": source.kind})
    known = [source.kind for source in SOURCES]
    for position, kind in tx.all(
        select(Leaf.position, Leaf.kind).where(col(Leaf.kind).not_in(known))
    ):
        yield Violation(f"leaf {position}", "check.sealed-changed", {"kind": kind})


def nothing_left_out(tx: ReadTransaction) -> Iterator[Violation]:
    """A seal took in all that was there: no line stays outside once a later one is inside."""
    newest = last_seal(tx)
    before = (0 if newest is None else newest.sealed_at) - SLOWEST_WRITE_US
    for serial, seq in tx.tuples(_LEFT_OUT, before=before):
        yield Violation(f"{serial}/{seq}", "check.left-out")
    for source in SOURCES:
        if source.kind in ("entry", *HEADS):
            continue
        for (left,) in tx.tuples(
            f"SELECT object FROM ({source.query}) AS held WHERE at < :before AND NOT EXISTS "
            "(SELECT 1 FROM leaf WHERE leaf.kind = :kind AND leaf.object = held.object)",
            before=before, kind=source.kind,
        ):
            yield Violation(f"{source.kind} {left.hex()}", "check.left-out")


def unsealed(tx: ReadTransaction) -> Iterator[Violation]:
    """How much no seal holds yet, and since when: of this there is the ledger's own word alone."""
    for kind, count, since in _unsealed(tx):
        if count:
            day = minute_at(since, "UTC")
            yield Violation(
                term("check.kind", kind), "check.unsealed", {"count": count, "since": day},
            )


def _unsealed(tx: ReadTransaction) -> Iterator[tuple[str, int, int]]:
    for source in SOURCES:
        if source.kind in HEADS:
            continue
        ((lines, since),) = tx.tuples(
            f"SELECT count(*) AS lines, min(at) AS since FROM ({source.query}) AS held WHERE NOT "
            "EXISTS (SELECT 1 FROM leaf WHERE leaf.kind = :kind AND leaf.object = held.object)",
            kind=source.kind,
        )
        yield source.kind, int(lines), since
    ((lines, since),) = tx.tuples(
        "SELECT count(*) AS lines, min(at) AS since FROM log WHERE seq > coalesce((SELECT max(seq) "
        "FROM log s JOIN leaf ON leaf.kind = 'log' AND leaf.object = s.hash), 0)"
    )
    yield "log", int(lines), since


class _Gap(ValueError):  # noqa: N818 - a word inside this module
    """The position of a leaf that is not there."""


def _leaf_hashes(tx: ReadTransaction) -> Iterator[bytes]:
    leaves = tx.tuples("SELECT position, data FROM leaf ORDER BY position")
    for number, (position, data) in enumerate(leaves):
        if position != number:
            raise _Gap(number)
        yield leaf_hash(data)


def _seal_wrongs(
    made: Seal, frontier: Frontier, identity: LedgerIdentity | None
) -> Iterator[Violation]:
    where = f"seal {made.size}"
    if frontier.root() != made.root or b"".join(frontier.peaks) != made.peaks:
        yield Violation(where, "check.root-differs")
    try:
        signed = verify_checkpoint(
            made.checkpoint, key_name="" if identity is None else identity.origin,
            public_key=b"" if identity is None else identity.seal_public,
        )
    except CbiError as error:
        yield Violation(where, error.code, error.facts)
        return
    origin = None if identity is None else identity.origin
    if (signed.origin, signed.size, signed.root) != (origin, made.size, made.root):
        yield Violation(where, "check.checkpoint-differs")
