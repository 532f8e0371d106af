"""What stands in tables without a hash of their own is what the log, which has one, says of it.

Programmes, rounds, batches, seals and periods: each is made by a deed that the log keeps.
"""

from collections import Counter
from collections.abc import Iterator

from cbi.audit.rule_results import Violation
from cbi.base.clock import DAY_US
from cbi.ledger import clocks
from cbi.operators.log import LogLine, entries
from cbi.programmes.programmes import LOGGED
from cbi.programmes.rounds import rounds, terms_digest
from cbi.storage import ReadTransaction, Record

EVERY = 2**62
IN_JOURNALS = {
    "voucher.take-back": "take-back", "voucher.block": "block", "voucher.unblock": "unblock",
    "voucher.void": "void", "voucher.replace": "void", "till.reverse": "reverse",
}
"""Deeds of which the log says each beside a line of the voucher's journal, and that line's kind."""
STATES = {"draft": set[str](), "approved": {"batch.approve"}, "cancelled": {"batch.cancel"}}


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
    for gap in tx.rows(
        "SELECT at, before FROM (SELECT recorded_at AS at, lag(recorded_at) OVER "
        "(ORDER BY recorded_at) AS before FROM entry) AS lines "
        "WHERE at - before > :most ORDER BY at", most=clocks.CLOCK_AHEAD_MAX_US,
    ):
        if any(_settles(word, gap["at"]) for word in words):
            continue
        for row in tx.rows(
            "SELECT v.serial, e.seq FROM entry e LEFT JOIN voucher v ON v.id = e.voucher "
            "WHERE e.recorded_at = :at ORDER BY e.id LIMIT 1", at=gap["at"],
        ):
            days = (gap["at"] - gap["before"]) // DAY_US
            yield Violation(f"{row['serial']}/{row['seq']}", "check.clock-jumped", {"days": days})


def _settles(word: LogLine, at: int) -> bool:
    """Whether a word said that a line of this instant follows on, or is passed over."""
    if -clocks.CLOCK_BEHIND_MAX_US <= at - word.at <= clocks.CLOCK_AHEAD_MAX_US:
        return True
    start, end = word.detail.get("from"), word.detail.get("until")
    return isinstance(start, int) and isinstance(end, int) and start <= at <= end


def _programmes(tx: ReadTransaction) -> Iterator[Violation]:
    said: dict[str, Record] = {}
    for line in reversed(entries(tx, action="programme", limit=EVERY)):
        if line.action == "programme.add":
            said[line.object] = {"made_by": line.operator, "made_at": line.at}
        said.setdefault(line.object, {}).update(
            {name: line.detail[name] for name in LOGGED if name in line.detail}
        )
    rows = {row["code"]: row for row in tx.rows("SELECT * FROM programme")}
    for code, told in said.items():
        if code not in rows or any(rows[code][name] != value for name, value in told.items()):
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
    for row in tx.rows("SELECT * FROM batch ORDER BY number"):
        said = lines.pop(row["number"], {})
        if not _batch_fits(row, said):
            yield Violation(row["number"], "check.not-as-logged")
    for number in sorted(number for number, said in lines.items() if "batch.draft" in said):
        yield Violation(number, "check.not-as-logged")


def _batch_fits(row: Record, said: dict[str, LogLine]) -> bool:
    drafted, approved = said.get("batch.draft"), said.get("batch.approve")
    ends = said.keys() & {"batch.approve", "batch.cancel"}
    if drafted is None or ends != STATES.get(row["state"]):
        return False
    if not row["number"].startswith(f"{row['round']}-B"):
        return False
    fits = (
        (drafted.operator, drafted.at, drafted.detail.get("list"))
        == (row["drafted_by"], row["drafted_at"], row["drafted_hash"].hex())
    )
    if approved is None:
        return fits and row["approved_by"] is None and row["approved_at"] is None
    return fits and (approved.operator, approved.at, approved.detail.get("list")) == (
        row["approved_by"], row["approved_at"], row["list_hash"].hex()
    )


def _seals(tx: ReadTransaction) -> Iterator[Violation]:
    deeds = Counter(
        (line.object, line.operator, line.at)
        for line in entries(tx, action="ledger.seal", limit=EVERY)
    )
    for seal in tx.rows("SELECT size, reason, sealed_by, sealed_at FROM seal ORDER BY size"):
        told = (seal["reason"], seal["sealed_by"], seal["sealed_at"])
        if deeds[told] == 0:
            yield Violation(f"seal {seal['size']}", "check.not-as-logged")
        deeds[told] -= 1
    for reason, _, _ in +deeds:
        yield Violation(f"seal {reason}", "check.not-as-logged")


def _periods(tx: ReadTransaction) -> Iterator[Violation]:
    said = {line.object: line for line in entries(tx, action="period.close", limit=EVERY)}
    for row in tx.rows("SELECT * FROM period ORDER BY to_size"):
        line = said.pop(row["code"], None)
        if line is None or (line.operator, line.at, line.detail.get("size")) != (
            row["closed_by"], row["closed_at"], row["to_size"]
        ):
            yield Violation(row["code"], "check.not-as-logged")
    for code in said:
        yield Violation(code, "check.not-as-logged")


def _in_journals(tx: ReadTransaction) -> Iterator[Violation]:
    """What the log tells of a voucher was not taken out of its journal."""
    deeds, kinds = (
        ", ".join(f"'{word}'" for word in sorted(set(words)))
        for words in (IN_JOURNALS, IN_JOURNALS.values())
    )
    missing = Counter(
        (line["object"].partition("/")[0], IN_JOURNALS[line["action"]])
        for line in tx.each(f"SELECT action, object FROM log WHERE action IN ({deeds})")
    )
    for row in tx.each(
        "SELECT v.serial, e.kind, count(*) AS lines FROM entry e JOIN voucher v ON v.id = e.voucher"
        f" WHERE e.kind IN ({kinds}) GROUP BY v.serial, e.kind"
    ):
        missing[row["serial"], row["kind"]] -= row["lines"]
    for serial, _ in sorted(+missing):
        yield Violation(serial, "check.not-as-logged")
