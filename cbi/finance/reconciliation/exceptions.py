"""Exceptions and what people say of them: accept, reject, waive, or later; the newest counts.

`accept` pays what the rule allows, never more than was redeemed; `reject` pays nothing; `waive`
gives up what was billed too low or not at all; `later` leaves it open. A decision is about facts:
if they change, it no longer counts, except that a rejected line is never paid by itself again.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sqlmodel import col, func, select

from cbi.base.canonical import JsonValue, canonical_json
from cbi.base.errors import NotFound, UsageError
from cbi.base.money import show_amount
from cbi.finance.reconciliation.findings import RULES, TOTAL_DIFFERS, Finding
from cbi.finance.reconciliation.matching import AMOUNT_DIFFERS, DOUBTFUL, IMPOSSIBLE_DAY, NEVER_PAID
from cbi.finance.reconciliation.streams import NOT_CREDITED, UNBILLED
from cbi.finance.tables import Decision, ExceptionTurn, ReconciliationException, Statement
from cbi.messages import text
from cbi.programmes.approvals import DECISION, approvals
from cbi.storage import ReadTransaction, WriteTransaction

VERDICTS = ("accept", "reject", "waive", "ask", "later")
ACCEPT, REJECT, WAIVE, ASK, LATER = VERDICTS
LEFT_OPEN = (ASK, LATER)
"""These leave an exception undecided."""


@dataclass(frozen=True, slots=True)
class ExceptionView:
    """An exception with the newest decision on it. Amounts in minor units of `currency`; `left`
    people have to say the same of it before it is decided. `part_minor` is how much of it was
    accepted, where that is a part; `repeated` that the same was said before, and nothing written.
    """

    id: bytes
    reference: str
    statement: str
    retailer: str
    currency: str
    line: int | None
    serial: str | None
    rule: str
    severity: str
    claimed_minor: int
    redeemed_minor: int
    at_risk_minor: int
    detail: Mapping[str, str | int]
    found_at: int
    verdict: str | None
    reason: str | None
    decided_by: str | None
    decided_at: int | None
    part_minor: int | None
    left: int = 0
    repeated: bool = False

    def words(self, language: str = "en") -> str:
        """What is wrong, in a plain sentence."""
        kind = self.rule
        if kind == AMOUNT_DIFFERS:
            kind += "-over" if self.claimed_minor > self.redeemed_minor else "-under"
        if kind == IMPOSSIBLE_DAY:
            kind += f"-{self.detail['why']}"
        told = text(
            f"finance.detail-{kind}", language, **self.detail,
            claimed=show_amount(self.claimed_minor, self.currency),
            redeemed=show_amount(abs(self.redeemed_minor), self.currency),
            difference=show_amount(self.at_risk_minor, self.currency),
        )
        if "cure_serial" in self.detail:
            told += " " + text(f"finance.cure-{self.detail['cure_by']}", language, **self.detail)
        if "pair_line" in self.detail:
            told += " " + text("finance.cure-pair", language, **self.detail)
        return told


class ExceptionRow(NamedTuple):
    """An exception with the newest decision on it, as `_SELECT` gives it; `detail` is JSON."""

    id: bytes
    reference: str
    statement: str
    retailer: str
    currency: str
    line: int | None
    serial: str | None
    rule: str
    severity: str
    claimed_minor: int
    redeemed_minor: int
    at_risk_minor: int
    detail: str
    found_at: int
    verdict: str | None
    reason: str | None
    decided_by: str | None
    decided_at: int | None
    part_minor: int | None


class DecisionRow(NamedTuple):
    """A decision on record; its hash is of all the rest."""

    id: bytes
    exception: bytes
    verdict: str
    reason: str
    decided_by: str
    decided_at: int
    amount_minor: int | None = None
    hash: bytes = b""


class _OnList(NamedTuple):
    """An exception that a statement has already, and the newest verdict on it."""

    id: bytes
    current: int
    verdict: str | None


_NEWEST = """
LEFT JOIN decision d ON d.exception = x.id AND NOT EXISTS (
    SELECT 1 FROM decision n WHERE n.exception = d.exception
    AND (n.decided_at > d.decided_at OR (n.decided_at = d.decided_at AND n.id > d.id)))
"""
_SELECT = f"""
SELECT x.id, s.number || '/' || x.subject AS reference, s.number AS statement, s.retailer,
       s.currency, x.line, x.serial, x.rule, x.severity, x.claimed_minor, x.redeemed_minor,
       x.at_risk_minor, x.detail, x.found_at, d.verdict, d.reason, d.decided_by, d.decided_at,
       d.amount_minor AS part_minor
FROM exception x JOIN statement s ON s.id = x.statement {_NEWEST}
"""
_UNDECIDED = "(d.verdict IS NULL OR d.verdict IN ('later', 'ask'))"
_ORDER = "ORDER BY s.imported_at, s.number, coalesce(x.line, 9000000000), x.subject, x.found_at"


def exceptions(
    tx: ReadTransaction, *, statement: str | None = None, rule: str | None = None,
    undecided: bool = False, limit: int | None = None,
) -> list[ExceptionView]:
    """Current exceptions, as their statements have them; `undecided` leaves out the settled ones.

    Raises:
        UsageError: there is no such rule.
    """
    if rule is not None and rule not in RULES:
        raise UsageError("finance.rule-unknown", rule=rule, known=", ".join(RULES))
    asked = {"s.number = :number": statement, "x.rule = :rule": rule}
    met = ["x.current = 1", *(word for word, value in asked.items() if value is not None)]
    if undecided:
        met.append(_UNDECIDED)
    tail = "" if limit is None else f"LIMIT {int(limit)}"
    number = None if statement is None else statement.strip().upper()
    rows = tx.read(
        ExceptionRow, f"{_SELECT} WHERE {' AND '.join(met)} {_ORDER} {tail}", number=number,
        rule=rule,
    )
    return [_view(row) for row in rows]


def undecided_count(tx: ReadTransaction, until: str = "9999-12-31") -> int:
    """How many current exceptions nobody has decided, on statements that begin by a day."""
    return int(tx.value(
        f"SELECT count(*) FROM exception x JOIN statement s ON s.id = x.statement {_NEWEST} "
        f"WHERE x.current = 1 AND s.period_from <= :until AND {_UNDECIDED}", until=until,
    ))


def exception(tx: ReadTransaction, reference: str) -> ExceptionView:
    """The current exception that `STATEMENT/SUBJECT` names.

    Raises:
        NotFound: there is none.
    """
    number, _, subject = reference.strip().upper().partition("/")
    row = tx.read_one(
        ExceptionRow,
        f"{_SELECT} WHERE s.number = :number AND upper(x.subject) = :subject AND x.current = 1 "
        "ORDER BY x.found_at DESC, x.id LIMIT 1",
        number=number, subject=subject,
    )
    if row is None:
        raise NotFound("finance.exception-unknown", reference=reference)
    return _view(row)


def verdicts_for(view: ExceptionView) -> tuple[str, ...]:
    """What may be said of an exception, by what it is."""
    if view.rule == AMOUNT_DIFFERS:
        over = view.claimed_minor > view.redeemed_minor
        return (ACCEPT, REJECT, ASK, LATER) if over else (WAIVE, REJECT, ASK, LATER)
    if view.rule == UNBILLED:
        return (WAIVE, ASK, LATER)
    if view.rule in DOUBTFUL or "cure_serial" in view.detail:
        return (ACCEPT, REJECT, ASK, LATER)
    if view.rule in (NOT_CREDITED, TOTAL_DIFFERS):
        return (ACCEPT, ASK, LATER)
    return (REJECT, ASK, LATER)


def is_taken(outcome: str, claimed_minor: int, redeemed_minor: int, verdict: str | None) -> bool:
    """Whether a decision takes a line that does not match, at what was redeemed. Billed too much,
    or under a store, receipt or day that is not its own: accepted. Too little: the rest is waived.
    """
    if outcome in DOUBTFUL:
        return verdict == ACCEPT
    if outcome != AMOUNT_DIFFERS:
        return False
    return verdict == (ACCEPT if claimed_minor > redeemed_minor else WAIVE)


def keep(tx: WriteTransaction, about: Statement, found: Iterable[Finding], now: int) -> None:
    """Bring a statement's exceptions to what was found now; what was rejected stays on the list.

    A line that was rejected is not asked about anew where rejecting is again all that closes it.
    """
    rejected = rejected_lines(tx, about.id)
    wanted = {
        one.id: one for one in found
        if one.line not in rejected or one.rule not in NEVER_PAID or "cure_serial" in one.detail
    }
    stored = {
        row.id: row for row in tx.read(
            _OnList, f"SELECT x.id, x.current, d.verdict FROM exception x {_NEWEST} "
            "WHERE x.statement = :statement", statement=about.id,
        )
    }
    tx.insert("exception", (
        _row(one, now) for key, one in wanted.items() if key not in stored
    ))
    turn(tx, {
        key: key in wanted for key, row in stored.items()
        if bool(row.current) != (key in wanted)
        and (key in wanted or row.verdict != REJECT)
    }, now)


def turn(tx: WriteTransaction, turned: Mapping[bytes, bool], now: int) -> None:
    """Take exceptions off the list or put them back, and keep when."""
    if not turned:
        return
    seqs = dict(tx.all(
        select(ExceptionTurn.exception, func.max(ExceptionTurn.seq))
        .group_by(col(ExceptionTurn.exception))
    ))
    tx.run_many("UPDATE exception SET current = :current WHERE id = :id", [
        {"id": key, "current": int(current)} for key, current in turned.items()
    ])
    tx.add(*(
        ExceptionTurn(exception=key, seq=seqs.get(key, 0) + 1, current=current, at=now)
        for key, current in turned.items()
    ))


def close_taken(tx: WriteTransaction, settlement: bytes, now: int) -> None:
    """Take off the list, in whichever statement, what nobody has decided of redemptions and
    reversals that a settlement took: they are billed now, or credited."""
    turn(tx, {key: False for key, in tx.tuples(
        f"SELECT x.id FROM exception x JOIN settlement_line l ON l.entry = x.entry {_NEWEST} "
        f"WHERE l.settlement = :settlement AND x.current = 1 AND {_UNDECIDED}",
        settlement=settlement,
    )}, now)


def newest_verdicts(tx: ReadTransaction, statement_id: bytes) -> dict[bytes, str]:
    """The newest verdict on each exception of a statement, by the exception's id."""
    return dict(tx.all(
        select(Decision.exception, Decision.verdict)
        .join(ReconciliationException, col(ReconciliationException.id) == Decision.exception)
        .where(ReconciliationException.statement == statement_id)
        .order_by(col(Decision.decided_at), col(Decision.id))
    ))


def accepted_parts(tx: ReadTransaction, statement_id: bytes) -> dict[bytes, int]:
    """By exception, how much of it the newest decision accepts, where that is a part."""
    newest = dict(tx.all(
        select(Decision.exception, Decision.amount_minor)
        .join(ReconciliationException, col(ReconciliationException.id) == Decision.exception)
        .where(ReconciliationException.statement == statement_id)
        .order_by(col(Decision.decided_at), col(Decision.id))
    ))
    return {exception: int(amount) for exception, amount in newest.items() if amount is not None}


def rejected_lines(tx: ReadTransaction, statement_id: bytes) -> set[int]:
    """The lines of a statement of which the last thing said is that they are rejected."""
    last = dict(tx.all(
        select(ReconciliationException.line, Decision.verdict)
        .join(Decision, col(Decision.exception) == ReconciliationException.id)
        .where(ReconciliationException.statement == statement_id)
        .order_by(col(Decision.decided_at), col(Decision.id))
    ))
    return {line for line, verdict in last.items() if line is not None and verdict == REJECT}


def deciders(tx: ReadTransaction, statement_id: bytes) -> list[str]:
    """Who decided anything on a statement, ever, or said yes to a decision that took several."""
    decided = tx.all(
        select(Decision.decided_by)
        .join(ReconciliationException, col(ReconciliationException.id) == Decision.exception)
        .where(ReconciliationException.statement == statement_id).distinct()
    )
    of_it = {one.hex() for one in tx.all(
        select(ReconciliationException.id).where(ReconciliationException.statement == statement_id)
    )} if (agreed := approvals(tx, DECISION)) else set[str]()
    return sorted({*decided, *(one.given_by for one in agreed if one.object in of_it)})


def decision_hash(row: DecisionRow) -> bytes:
    """What becomes a seal's leaf: SHA-256 of the row's canonical JSON.

    The exception's id is a digest of its facts, so what was decided on is sealed with it.
    """
    told: dict[str, JsonValue] = {
        "id": row.id.hex(), "exception": row.exception.hex(), "verdict": row.verdict,
        "reason": row.reason, "decided_by": row.decided_by, "decided_at": row.decided_at,
        **({} if row.amount_minor is None else {"amount_minor": row.amount_minor}),
    }
    return hashlib.sha256(canonical_json(told)).digest()


def _row(one: Finding, now: int) -> dict[str, object]:
    return {
        "id": one.id, "statement": one.statement, "subject": one.subject, "line": one.line,
        "entry": one.entry, "serial": one.serial, "rule": one.rule, "severity": one.severity,
        "claimed_minor": one.claimed_minor, "redeemed_minor": one.redeemed_minor,
        "at_risk_minor": one.at_risk_minor, "detail": canonical_json({**one.detail}).decode(),
        "found_at": now, "current": 1,
    }


def _view(row: ExceptionRow) -> ExceptionView:
    return ExceptionView(**{**row._asdict(), "detail": json.loads(row.detail)})
