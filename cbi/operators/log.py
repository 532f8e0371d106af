"""The log: who did what to which object, when, from where; append-only and chained.

Each line's hash covers the line and the hash before it, and one guarded row holds the last, moved
on in the same transaction: a line that is changed, taken out or added behind the program's back
shows. The log names operators, serials and numbers; never a person's name, phone or document.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from cbi.base.canonical import JsonValue, canonical_json
from cbi.operators.digests import may_be_said
from cbi.operators.operator_session import OperatorSession
from cbi.operators.rows import StoredHead, StoredLine
from cbi.storage.transactions import ReadTransaction, WriteTransaction

GENESIS = hashlib.sha256(b"cbi log").digest()
"""The 32 bytes that stand before the first line."""

SLICE = 10_000


@dataclass(frozen=True, slots=True)
class LogLine:
    """One thing that was done. `at` is microseconds UTC; `detail` names no person."""

    seq: int
    at: int
    operator: str
    action: str
    object: str
    detail: Mapping[str, JsonValue]
    origin: str


@dataclass(frozen=True, slots=True)
class BrokenLine:
    """Something wrong in the chain: where (the line's number), and what, a catalogue's key."""

    where: str
    what: str
    facts: Mapping[str, int] = field(default_factory=dict)


def record(
    tx: WriteTransaction, *, operator: str, action: str, object: str, at: int,  # noqa: A002
    detail: Mapping[str, JsonValue], origin: str,
) -> None:
    """Append one line in the caller's transaction. `at` is microseconds UTC.

    Raises:
        NotAllowed: this is a till's machine, and no till does this.
    """
    may_be_said(tx, action)
    seq, previous = _next(tx)
    told = canonical_json(dict(detail)).decode()
    line = StoredLine(seq, at, operator, action, object, told, origin, b"")
    line = line._replace(hash=chained_line(previous, line))
    tx.insert("log", [line._asdict()])
    tx.run("UPDATE log_head SET hash = :hash WHERE number = 1", hash=line.hash)


def record_by(
    tx: WriteTransaction, session: OperatorSession, *, action: str, object: str,  # noqa: A002
    at: int | None = None, detail: Mapping[str, JsonValue] | None = None,
) -> None:
    """The same for what the session's operator does, from where they sit; `at` is now unless said.

    Raises:
        NotAllowed: this is a till's machine, and no till does this.
    """
    record(
        tx, operator=session.operator.name, action=action, object=object,
        at=session.clock() if at is None else at, detail=detail or {}, origin=session.origin,
    )


def entries(
    tx: ReadTransaction, *, operator: str | None = None, action: str | None = None,
    object: str | None = None,  # noqa: A002
    since: int | None = None, until: int | None = None, limit: int = 100,
) -> list[LogLine]:
    """Lines that fit every filter given, the newest first.

    `action` is a whole action (`batch.approve`) or its first part (`batch`); `since` is the first
    instant shown and `until` the first not shown, in microseconds UTC.
    """
    filters = {
        "operator = :operator": operator, "object = :object": object,
        "(action = :action OR action LIKE :action || '.%')": action,
        "at >= :since": since, "at < :until": until,
    }
    met = [condition for condition, value in filters.items() if value is not None]
    where = f"WHERE {' AND '.join(met)}" if met else ""
    rows = tx.read(
        StoredLine, f"SELECT * FROM log {where} ORDER BY seq DESC LIMIT :limit",
        operator=operator, action=action, object=object, since=since, until=until, limit=limit,
    )
    return [line_of(row) for row in rows]


def whole_log(tx: ReadTransaction) -> Iterator[LogLine]:
    """Every line in order."""
    for row in _lines(tx):
        yield line_of(row)


def line_of(row: StoredLine) -> LogLine:
    """A line of the log as it is read; a detail that nobody could have written is empty."""
    try:
        detail = json.loads(row.detail)
    except (ValueError, RecursionError):
        detail = {}
    told = detail if isinstance(detail, dict) else {}
    return LogLine(row.seq, row.at, row.operator, row.action, row.object, told, row.origin)


def broken_lines(tx: ReadTransaction) -> Iterator[BrokenLine]:
    """What is wrong in the chain: a line altered, missing or added, or another head than the last.

    A break ends the reading: what follows it cannot be judged.
    """
    head, count = GENESIS, 0
    for line in _lines(tx):
        count += 1
        if line.seq != count:
            what = "log-line-missing" if line.seq > count else "log-line-extra"
            yield BrokenLine(f"log {min(count, line.seq)}", f"check.{what}")
            return
        head = chained_line(head, line)
        if head != line.hash:
            yield BrokenLine(f"log {count}", "check.log-line-changed")
            return
    stored = tx.read(StoredHead, "SELECT * FROM log_head ORDER BY number")
    if not stored and count:
        yield BrokenLine("log head", "check.log-head-missing")
    for row in stored:
        if row != StoredHead(1, count, head):
            yield BrokenLine(
                "log head", "check.log-head-differs", {"named": row.seq, "last": count}
            )


def chained_line(previous: bytes, line: StoredLine) -> bytes:
    """The hash of a line that follows `previous`: SHA-256(previous || SHA-256(canonical JSON))."""
    told: dict[str, JsonValue] = line._asdict()
    del told["hash"]
    return hashlib.sha256(previous + hashlib.sha256(canonical_json(told)).digest()).digest()


def _next(tx: WriteTransaction) -> tuple[int, bytes]:
    """The new line's number and the hash before it; the row stays ours until the commit."""
    take = "UPDATE log_head SET seq = seq + 1 WHERE number = 1 RETURNING *"
    head = tx.read_one(StoredHead, take)
    if head is None:
        tx.run(
            "INSERT INTO log_head (number, seq, hash) VALUES (1, 0, :genesis) "
            "ON CONFLICT (number) DO NOTHING",
            genesis=GENESIS,
        )
        (head,) = tx.read(StoredHead, take)
    return head.seq, head.hash


def _lines(tx: ReadTransaction) -> Iterator[StoredLine]:
    """Every line in order, a slice at a time: a log may be long."""
    last = -(2**63)
    while rows := tx.read(
        StoredLine, f"SELECT * FROM log WHERE seq > :last ORDER BY seq LIMIT {SLICE}", last=last
    ):
        yield from rows
        last = rows[-1].seq
