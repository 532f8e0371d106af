"""What stands in tables without a hash of their own is what the log, which has one, says of it.

Programmes, rounds, batches, seals and periods: each is made by a deed that the log keeps.
"""

from collections import Counter
from collections.abc import Iterator

from sqlmodel import select

from cbi.audit.rule_results import Violation
from cbi.base.clock import DAY_US
from cbi.ledger import clocks
from cbi.ledger.periods import periods
from cbi.ledger.sealing import seals
from cbi.operators.log import LogLine, entries
from cbi.programmes.batch_tables import Batch
from cbi.programmes.programmes import LOGGED, programmes
from cbi.programmes.rounds import rounds, terms_digest
from cbi.storage import ReadTransaction

EVERY = 2**62
IN_JOURNALS = {
    "voucher.take-back": "take-back", "voucher.block": "block", "voucher.unblock": "unblock",
    "voucher.void": "void", "voucher.replace": "void", "till.reverse": "reverse",
}
"""Deeds of which the log says each beside a line of the voucher's journal, and that line's kind."""
STATES = {
    "draft": set[str](), "issuing": {"batch.approve"}, "approved": {"batch.approve"},
    "cancelled": {"batch.cancel"},
}


def made_as_logged(tx: ReadTransaction) -> Iterator[Violation]:
    """Each was made by whom, when and as the log says."""
    yield from _programmes(tx)
    yield from _rounds(tx)
    yield from _batches(tx)
    yield from _seals(tx)
    yield from _periods(tx)
    yield from _in_journals(tx)


def clock_confirmed(tx: ReadTransaction) -> Iterator[Violation]:
    """No line stands more than a week after the one before it, unless somebody said it was so."""
    if tx.value("SELECT practice FROM ledger_identity"):
        return
    words = entries(tx, action="clock", limit=EVERY)
    for at, before in tx.tuples(
        "SELECT at, before FROM (SELECT recorded_at AS at, lag(recorded_at) OVER "
        "(ORDER BY recorded_at) AS before FROM entry) AS lines "
        "WHERE at - before > :most ORDER BY at", most=clocks.CLOCK_AHEAD_MAX_US,
    ):
        if any(_settles(word, at) for word in words):
            continue
        for serial, seq in tx.tuples(
            "SELECT v.serial, e.seq FROM entry e LEFT JOIN voucher v ON v.id = e.voucher "
            "WHERE e.recorded_at = :at ORDER BY e.id LIMIT 1", at=at,
        ):
            days = (at - before) // DAY_US
            yield Violation(f"{serial}/{seq}", "check.clock-jumped", {"days": days})


def _settles(word: LogLine, at: int) -> bool:
    """Whether a word said that a line of this instant follows on, or is passed over."""
    if -clocks.CLOCK_BEHIND_MAX_US <= at - word.at <= clocks.CLOCK_AHEAD_MAX_US:
        return True
    start, end = word.detail.get("from"), word.detail.get("until")
    return isinstance(start, int) and isinstance(end, int) and start <= at <= end


def _programmes(tx: ReadTransaction) -> Iterator[Violation]:
    said: dict[str, dict[str, object]] = {}
    for line in reversed(entries(tx, action="programme", limit=EVERY)):
        if line.action == "programme.add":
            said[line.object] = {"made_by": line.operator, "made_at": line.at}
        said.setdefault(line.object, {}).update(
            {name: line.detail[name] for name in LOGGED if name in line.detail}
        )
    stored = {of.code: of for of in programmes(tx)}
    for code, told in said.items():
        if code not in stored or any(
            getattr(stored[code], name) != value for name, value in told.items()
        ):
            yield Violation(code, "check.not-as-logged")


def _rounds(tx: ReadTransaction) -> Iterator[Violation]:
    digests = {made.code: terms_digest(made) for made in rounds(tx)}
    last: dict[str, LogLine] = {}
    for line in entries(tx, action="round", limit=EVERY):
        last.setdefault(line.object, line)  # the newest comes first: made, or extended since
    for code, line in last.items():
        if digests.get(code) != line.detail.get("terms"):
            yield Violation(code, "check.not-as-logged")


def _batches(tx: ReadTransaction) -> Iterator[Violation]:
    lines: dict[str, dict[str, LogLine]] = {}
    for line in entries(tx, action="batch", limit=EVERY):
        lines.setdefault(line.object, {})[line.action] = line
    for made in tx.all(select(Batch).order_by(Batch.number)):
        said = lines.pop(made.number, {})
        if not _batch_fits(made, said):
            yield Violation(made.number, "check.not-as-logged")
    for number in sorted(number for number, said in lines.items() if "batch.draft" in said):
        yield Violation(number, "check.not-as-logged")


def _batch_fits(made: Batch, said: dict[str, LogLine]) -> bool:
    drafted, approved = said.get("batch.draft"), said.get("batch.approve")
    ends = said.keys() & {"batch.approve", "batch.cancel"}
    if drafted is None or ends != STATES.get(made.state):
        return False
    if not made.number.startswith(f"{made.round}-B"):
        return False
    fits = (
        (drafted.operator, drafted.at, drafted.detail.get("list"))
        == (made.drafted_by, made.drafted_at, made.drafted_hash.hex())
    )
    if approved is None:
        return fits and made.approved_by is None and made.approved_at is None
    return fits and (approved.operator, approved.at, approved.detail.get("list")) == (
        made.approved_by, made.approved_at, made.list_hash.hex()
    )


def _seals(tx: ReadTransaction) -> Iterator[Violation]:
    deeds = Counter(
        (line.object, line.operator, line.at)
        for line in entries(tx, action="ledger.seal", limit=EVERY)
    )
    for made in seals(tx):
        told = (made.reason, made.sealed_by, made.sealed_at)
        if deeds[told] == 0:
            yield Violation(f"seal {made.size}", "check.not-as-logged")
        deeds[told] -= 1
    for reason, _, _ in +deeds:
        yield Violation(f"seal {reason}", "check.not-as-logged")


def _periods(tx: ReadTransaction) -> Iterator[Violation]:
    said = {line.object: line for line in entries(tx, action="period.close", limit=EVERY)}
    for period in periods(tx):
        line = said.pop(period.code, None)
        if line is None or (
            line.operator, line.at, line.detail.get("size"), line.detail.get("ends_at"),
            line.detail.get("despite", ""),
        ) != (
            period.closed_by, period.closed_at, period.to_size, period.ends_at, period.despite
        ):
            yield Violation(period.code, "check.not-as-logged")
    for code in said:
        yield Violation(code, "check.not-as-logged")


def _in_journals(tx: ReadTransaction) -> Iterator[Violation]:
    """What the log tells of a voucher was not taken out of its journal."""
    deeds, kinds = (
        ", ".join(f"'{word}'" for word in sorted(set(words)))
        for words in (IN_JOURNALS, IN_JOURNALS.values())
    )
    missing = Counter(
        (named.partition("/")[0], IN_JOURNALS[action])
        for action, named in tx.tuples(f"SELECT action, object FROM log WHERE action IN ({deeds})")
    )
    for serial, kind, lines in tx.tuples(
        "SELECT v.serial, e.kind, count(*) AS lines FROM entry e JOIN voucher v ON v.id = e.voucher"
        f" WHERE e.kind IN ({kinds}) GROUP BY v.serial, e.kind"
    ):
        missing[serial, kind] -= lines
    for serial, _ in sorted(+missing):
        yield Violation(serial, "check.not-as-logged")
