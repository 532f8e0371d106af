"""What `check` knows of laptops: each event came to one thing, and each laptop's chain is whole."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final, NamedTuple

from sqlmodel import select

from cbi.audit.rule_results import RuleResult, Violation
from cbi.field.events import BEGIN, LaptopEvent, Owner, digest_of
from cbi.field.tables import FieldLaptop
from cbi.storage.transactions import ReadTransaction


class _Kept(NamedTuple):
    """An event as it is kept."""

    digest: bytes
    laptop: str
    seq: int
    prev: bytes
    bundle: int
    kind: str
    serial: str
    acknowledged: str | None
    said_at: int
    signature: bytes

    def event(self) -> LaptopEvent:
        """The event as the laptop signed it."""
        return LaptopEvent(*self[2:])


class _Astray(NamedTuple):
    laptop: str
    seq: int


_KEPT: Final = f"""
SELECT {', '.join(f'e.{name}' for name in _Kept._fields)} FROM field_event e
ORDER BY e.laptop, e.seq, e.taken_at, e.digest
"""
_UNPOSTED: Final = """
SELECT e.laptop, e.seq FROM field_event e LEFT JOIN hand_over h ON h.id = e.hand_over
LEFT JOIN voucher v ON v.id = h.voucher
WHERE e.outcome = 'posted' AND (v.serial IS NULL OR v.serial <> e.serial OR e.kind <> 'hand-over')
ORDER BY e.laptop, e.seq
"""
_UNASKED: Final = """
SELECT e.laptop, e.seq FROM field_decision d JOIN field_event e ON e.digest = d.event
WHERE e.outcome <> 'conflict' ORDER BY e.laptop, e.seq
"""


def field_events_once(tx: ReadTransaction) -> RuleResult:
    """Every event of a laptop was signed as it is kept, stands in one chain with the others, and
    was posted once or is on record as what it is."""
    wrong = [Violation(f"{one.laptop}/{one.seq}", "check.field-unposted")
             for one in tx.read(_Astray, _UNPOSTED)]
    wrong += [Violation(f"{one.laptop}/{one.seq}", "check.field-decided-nothing")
              for one in tx.read(_Astray, _UNASKED)]
    return RuleResult("field-events-once", (*wrong, *_broken_chains(tx)))


def _broken_chains(tx: ReadTransaction) -> Iterator[Violation]:
    ledger = tx.value("SELECT ledger_id FROM ledger_identity")
    rows = {row.name: row for row in tx.all(select(FieldLaptop))}
    kept = {name: list(found) for name, found in
            groupby(tx.read(_Kept, _KEPT), key=lambda one: one.laptop)}
    for name in sorted(rows.keys() | kept.keys()):
        owner, row, events = Owner(bytes(ledger), name), rows.get(name), kept.get(name, [])
        for one in events:
            if digest_of(owner, one.event()) != one.digest:
                yield Violation(f"{name}/{one.seq}", "check.field-changed")
        if row is None or not _is_whole(row, events):
            yield Violation(name, "check.field-chain")


def _is_whole(row: FieldLaptop, events: list[_Kept]) -> bool:
    """Whether a laptop's events are one chain up to where they are taken; what came after its
    recall stands beside it."""
    head, taken = BEGIN, 0
    for one in events:
        if taken < row.taken and (one.seq, one.prev) == (taken + 1, head):
            taken, head = one.seq, one.digest
        elif row.recalled_at is None:
            return False
    return (taken, head) == (row.taken, row.head)
