"""The rules that hold across vouchers: batches, receipts, settlements, the log, the file itself."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlmodel import col, select

from cbi.audit.rule_results import Violation
from cbi.ledger.settling import broken_settlements
from cbi.operators.log import broken_lines
from cbi.operators.row_rules import wrong_rows
from cbi.programmes.batch_tables import Batch, BatchLine
from cbi.programmes.batches import DraftLine, approved_list, lines_of, list_hash
from cbi.storage import ReadTransaction
from cbi.storage.standing import damage, fallen_rules


class ReceiptLine(NamedTuple):
    """What a redemption or reversal says of its receipt."""

    store: str
    receipt: str
    kind: str
    amount_minor: int
    receipt_total_minor: int | None


def file_sound(tx: ReadTransaction) -> Iterator[Violation]:
    """The engine finds nothing wrong in its file."""
    for words in damage(tx):
        yield Violation("file", "check.damaged", {"detail": words})


def rules_stand(tx: ReadTransaction) -> Iterator[Violation]:
    """Every CHECK, key and trigger is in the database as the migrations put it there."""
    for name in fallen_rules(tx, "ledger"):
        yield Violation(name, "check.rule-fallen")


def receipts_add_up(tx: ReadTransaction) -> Iterator[Violation]:
    """A receipt's use is what its redemptions say, within its total."""
    used: Counter[tuple[str, str]] = Counter()
    totals: dict[tuple[str, str], set[int | None]] = {}
    for line in tx.read_each(
        ReceiptLine, "SELECT store, receipt, kind, amount_minor, receipt_total_minor FROM entry "
        "WHERE kind IN ('redeem', 'reverse') ORDER BY recorded_at, id"
    ):
        key = (line.store, line.receipt)
        used[key] += line.amount_minor * (1 if line.kind == "redeem" else -1)
        if line.receipt_total_minor is not None:
            totals.setdefault(key, set()).add(line.receipt_total_minor)
    for store, number, total_minor, used_minor in tx.tuples(
        "SELECT store, number, total_minor, used_minor FROM receipt ORDER BY store, number"
    ):
        where = f"{store} {number}"
        counted, known = used.pop((store, number), None), totals.get((store, number), {None})
        if counted != used_minor or total_minor not in known:
            yield Violation(where, "check.receipt-differs")
        if total_minor is not None and used_minor > total_minor:
            yield Violation(where, "check.receipt-beyond-total")
    for store, number in used:
        yield Violation(f"{store} {number}", "check.receipt-differs")


def replaced_whole(tx: ReadTransaction) -> Iterator[Violation]:
    """A replacement follows from the voucher whose place it takes, and takes over what remained."""
    for (serial,) in tx.tuples(
        "SELECT o.serial FROM voucher o LEFT JOIN voucher n ON n.id = o.successor "
        "WHERE o.successor IS NOT NULL AND (n.id IS NULL OR o.state <> 'void' "
        "OR n.beneficiary <> o.beneficiary OR n.generation <> o.generation + 1 "
        "OR NOT EXISTS (SELECT 1 FROM entry e WHERE e.voucher = o.id AND e.kind = 'void' "
        "AND e.successor = n.id AND e.amount_minor = n.face_minor)) "
        "UNION ALL SELECT n.serial FROM voucher n WHERE n.generation > 0 AND n.id NOT IN "
        "(SELECT o.successor FROM voucher o WHERE o.successor IS NOT NULL)"
    ):
        yield Violation(serial, "check.replaced-wrongly")


def batches_are_their_lists(tx: ReadTransaction) -> Iterator[Violation]:
    """What was drafted is what was listed; what was approved is what was issued, and no more than
    was drafted."""
    for made in tx.all(select(Batch).order_by(Batch.number)):
        numbers = tx.all(
            select(BatchLine.line).where(BatchLine.batch == made.id).order_by(col(BatchLine.line))
        )
        numbered = numbers == list(range(1, len(numbers) + 1))
        drafted = lines_of(tx, made.id) if numbered else []
        issued = tx.read(
            DraftLine, "SELECT beneficiary, city, language, category, face_minor AS amount_minor,"
            " part FROM voucher WHERE batch = :id AND generation = 0"
            " ORDER BY length(serial), serial", id=made.id,
        )
        listed = _approved(tx, made, drafted)
        if list_hash(drafted) != made.drafted_hash or not _is_listed(made, listed):
            yield Violation(made.number, "check.list-differs")
        to_be = {"approved": len(listed), "issuing": len(issued)}.get(made.state, 0)
        if issued != listed[:to_be] or _beyond(issued, drafted):
            yield Violation(made.number, "check.issued-differs")
    for (batch_id,) in tx.tuples(
        "SELECT DISTINCT l.batch FROM batch_line l LEFT JOIN batch b ON b.id = l.batch "
        "WHERE b.id IS NULL"
    ):
        yield Violation(f"batch {batch_id.hex()}", "check.list-differs")
    for (serial,) in tx.tuples(
        "SELECT v.serial FROM voucher v LEFT JOIN batch b ON b.id = v.batch "
        "WHERE b.id IS NULL OR b.state NOT IN ('issuing', 'approved') OR b.round <> v.round "
        "ORDER BY v.serial"
    ):
        yield Violation(serial, "check.no-batch")


def _approved(tx: ReadTransaction, made: Batch, drafted: list[DraftLine]) -> list[DraftLine]:
    """The list that was approved; none where what is kept of it is no list."""
    try:
        return approved_list(tx, made.id) or drafted
    except (TypeError, ValueError):
        return []


def _is_listed(made: Batch, lines: Sequence[DraftLine]) -> bool:
    amounts = sum(line.amount_minor for line in lines)
    return (list_hash(lines), len(lines), amounts) == (
        made.list_hash, made.voucher_count, made.amount_minor
    )


def _beyond(issued: Sequence[DraftLine], drafted: Sequence[DraftLine]) -> bool:
    """Whether anybody was issued more of a category than was drafted for them."""
    if issued == drafted:
        return False
    left = Counter[tuple[str, str]]()
    for line in drafted:
        left[line.beneficiary, line.category] += line.amount_minor
    for line in issued:
        left[line.beneficiary, line.category] -= line.amount_minor
    return any(amount_minor < 0 for amount_minor in left.values())


def settled_once(tx: ReadTransaction) -> Iterator[Violation]:
    """Settled and waived are a redemption's amount; a settlement is the sum of its lines."""
    for serial, seq in tx.tuples(
        "SELECT v.serial, e.seq "
        "FROM settlement_line l LEFT JOIN entry e ON e.id = l.entry "
        "LEFT JOIN voucher v ON v.id = e.voucher LEFT JOIN settlement s ON s.id = l.settlement "
        "WHERE s.id IS NULL OR e.id IS NULL OR e.kind NOT IN ('redeem', 'reverse') "
        "OR l.settled_minor + l.waived_minor <> "
        "CASE WHEN e.kind = 'reverse' THEN -e.amount_minor ELSE e.amount_minor END"
    ):
        yield Violation(f"{serial}/{seq}", "check.settled-wrongly")
    for (number,) in tx.tuples(
        "SELECT s.number FROM settlement s LEFT JOIN settlement_line l ON l.settlement = s.id "
        "GROUP BY s.id, s.number, s.accepted_minor, s.discount_minor "
        "HAVING coalesce(sum(l.settled_minor), 0) <> s.accepted_minor "
        "OR coalesce(sum(l.discount_minor), 0) <> s.discount_minor"
    ):
        yield Violation(number, "check.settlement-sum")
    for (reference,) in tx.tuples(
        "SELECT p.reference FROM payment p LEFT JOIN settlement s ON s.id = p.settlement "
        "LEFT JOIN payment b ON b.settlement = p.settlement AND b.part = p.part - 1 "
        "WHERE s.id IS NULL OR (p.part = 1) <> (b.id IS NULL) "
        "OR coalesce(b.left_minor, s.payable_minor) <> p.amount_minor + p.left_minor"
    ):
        yield Violation(reference, "check.paid-wrongly")


def settlements_hold(tx: ReadTransaction) -> Iterator[Violation]:
    """A settlement with its lines, and a payment, are what was hashed."""
    for where, what in broken_settlements(tx):
        yield Violation(where, what)


def log_is_chained(tx: ReadTransaction) -> Iterator[Violation]:
    """Nobody's deed was changed, taken out or added behind the program's back."""
    for broken in broken_lines(tx):
        yield Violation(broken.where, broken.what, broken.facts)


def rows_as_said(tx: ReadTransaction) -> Iterator[Violation]:
    """Every row of every table holds what the program last said of it, and no other row stands."""
    for wrong in wrong_rows(tx):
        yield Violation(wrong.where, wrong.what)


def periods_follow(tx: ReadTransaction) -> Iterator[Violation]:
    """Periods follow each other without a gap, each up to a seal."""
    end = 0
    for code, from_size, to_size, size in tx.tuples(
        "SELECT p.code, p.from_size, p.to_size, s.size FROM period p "
        "LEFT JOIN seal s ON s.size = p.to_size ORDER BY p.to_size"
    ):
        if from_size != end or size is None:
            yield Violation(code, "check.period-apart")
        end = to_size
