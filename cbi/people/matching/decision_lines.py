"""Lines of decisions: each one stays, and a pair's row is a cache of its last.

The reason is sealed under the key of the pair's first person, because it may tell a name.
"""

from dataclasses import dataclass

from cbi.operators.operator_session import OperatorSession
from cbi.people.records.history import sealed_note
from cbi.storage.transactions import WriteTransaction


@dataclass(frozen=True, slots=True)
class Line:
    """What is decided of a pair and why; the numbers that it makes one or parts, and the household
    of the one that goes: its size before and after, and whether that was its head."""

    decision: str
    reason: str
    keeps: str | None = None
    goes: str | None = None
    head_moved: bool = False
    home: str | None = None
    home_size: int | None = None
    home_left: int | None = None
    home_headed: bool = False

    @property
    def state(self) -> str:
        """Where the pair stands after it."""
        return "open" if self.decision == "undo" else self.decision


def put_line(
    tx: WriteTransaction, session: OperatorSession, first: str, second: str, line: Line, now: int
) -> None:
    """Write a decision down, and bring its pair up to date."""
    count: int = tx.value(
        "SELECT count(*) FROM duplicate_decision WHERE first = :first AND second = :second",
        first=first, second=second,
    )
    sealed = sealed_note(session, first, row_id(first, second, count + 1), line.reason)
    tx.insert("duplicate_decision", [{
        "first": first, "second": second, "seq": count + 1, "decision": line.decision,
        "keeps": line.keeps, "goes": line.goes, "head_moved": int(line.head_moved),
        "home": line.home, "home_size": line.home_size, "home_left": line.home_left,
        "home_headed": int(line.home_headed),
        "reason_sealed": sealed, "decided_by": session.operator.name, "decided_at": now,
    }])
    decided = line.state != "open"
    tx.run(
        "UPDATE duplicate_pair SET state = :state, decided_by = :by, decided_at = :at"
        " WHERE first = :first AND second = :second",
        state=line.state, by=session.operator.name if decided else None,
        at=now if decided else None, first=first, second=second,
    )


def row_id(first: str, second: str, seq: int) -> bytes:
    """What a line's reason is sealed for."""
    return f"duplicate\x1f{first}\x1f{second}\x1f{seq}".encode()
