"""What a laptop did and the ledger did not take: a list, each closed by what somebody says of it.

Saying so changes no voucher. Where one is to change, the ordinary commands do it: `hand-over` with
a manager, `replace`, `block`.
"""

from collections.abc import Iterable
from typing import NamedTuple

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.field.pairing import keep_holder_apart
from cbi.field.tables import FieldDecision
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.storage.transactions import ReadTransaction, WriteTransaction


class FieldConflict(NamedTuple):
    """An event that the ledger did not take. `given_by` and `given_at` are of the hand-over that
    counts, if the voucher was handed over; `state` is the voucher's today. Instants in µs UTC.
    """

    laptop: str
    seq: int
    serial: str
    kind: str
    reason: str
    holder: str
    said_at: int
    taken_at: int
    state: str | None
    given_by: str | None
    given_at: int | None
    decided_by: str | None
    decided_at: int | None
    decision: str | None
    digest: bytes

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.laptop}/{self.seq}"


_SELECT = """
SELECT e.laptop, e.seq, e.serial, e.kind, e.reason, l.holder, e.said_at, e.taken_at, v.state,
       h.given_by, h.given_at, d.decided_by, d.decided_at, d.reason AS decision, e.digest
FROM field_event e JOIN field_laptop l ON l.name = e.laptop
LEFT JOIN voucher v ON v.serial = e.serial
LEFT JOIN hand_over h ON h.id = (SELECT max(g.id) FROM hand_over g WHERE g.voucher = v.id)
LEFT JOIN field_decision d ON d.event = e.digest
WHERE e.outcome = 'conflict' AND (:laptop = '' OR e.laptop = :laptop)
AND (:serial = '' OR e.serial = :serial) AND (:undecided = 0 OR d.event IS NULL)
ORDER BY e.taken_at, e.laptop, e.seq
"""


def conflicts(
    tx: ReadTransaction, *, laptop: str = "", serial: str = "", undecided: bool = True
) -> list[FieldConflict]:
    """Conflicts, the oldest first: those that nobody decided yet, or all."""
    return tx.read(
        FieldConflict, _SELECT, laptop=laptop.strip().lower(), serial=serial,
        undecided=int(undecided),
    )


def decide(session: OperatorSession, name: str, reason: str) -> list[FieldConflict]:
    """Close a conflict, named by its laptop and number, with what somebody says of it. After a
    recall two may have one name: both are closed.

    Raises:
        UsageError: no reason.
        NotFound: no such conflict.
        Conflict: it is decided already.
        NotAllowed: whoever holds the laptop does not decide.
    """
    session.require("field.decide")
    if not reason.strip():
        raise UsageError("ledger.reason-missing")
    wanted = name.strip().lower()

    def work(tx: WriteTransaction) -> list[FieldConflict]:
        named = [one for one in conflicts(tx, undecided=False) if one.name == wanted]
        if not named:
            raise NotFound("field.conflict-unknown", name=name)
        found = [one for one in named if one.decided_by is None]
        if not found:
            raise Conflict("field.decided-already", name=wanted, by=named[0].decided_by)
        keep_holder_apart(tx, session, found[0].holder, "field.decide")
        now = session.clock()
        for one in found:
            tx.add(FieldDecision(
                event=one.digest, decided_by=session.operator.name, decided_at=now,
                reason=reason.strip(),
            ))
        record_by(tx, session, action="field.decide", object=wanted, at=now,
                  detail={"serial": found[0].serial, "reason": reason.strip()})
        return found

    return session.ledger.transact(work)


def out_with(tx: ReadTransaction, serials: Iterable[str]) -> dict[str, str]:
    """Of these vouchers, those on the list of a laptop which has not told of them, and its name."""
    out = tx.value("SELECT count(*) FROM field_laptop WHERE recalled_at IS NULL AND sent > 0")
    return {
        serial: laptop for serial in (serials if out else ())
        for (laptop,) in tx.tuples(_OUT, serial=serial)
    }


_OUT = """
SELECT l.name FROM field_laptop l JOIN field_bundle b ON b.laptop = l.name AND b.number = l.sent
JOIN voucher v ON v.serial = :serial
JOIN entry e ON e.voucher = v.id AND e.seq = 1 AND e.recorded_at <= b.sent_at
WHERE l.recalled_at IS NULL AND ' ' || b.cities || ' ' LIKE '% ' || v.city || ' %'
AND NOT EXISTS (SELECT 1 FROM field_event f
  WHERE f.laptop = l.name AND f.bundle = l.sent AND f.serial = v.serial)
ORDER BY l.name LIMIT 1
"""
