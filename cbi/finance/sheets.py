"""The workbook's long sheets: register, statement, exceptions, journal, void and replaced.

Rows stream from the database to the file. The columns that the summary adds up are named ranges.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, TypeVar

from cbi.base.clock import at
from cbi.files import Column, Sheet
from cbi.finance.billed import Billed
from cbi.finance.exceptions import exceptions
from cbi.finance.scope import Scope
from cbi.messages import text
from cbi.places.places import cities
from cbi.storage import ReadTransaction

Row = Sequence[object]
Kind = TypeVar("Kind")
_KINDS = {"": "text", "number": "count"}
_SUMMED = ("amount", "count")


class RegisterRow(NamedTuple):
    """A voucher in the register."""

    serial: str
    batch: str
    round: str
    city: str
    category: str
    beneficiary: str
    state: str
    face_minor: int
    spent_minor: int
    closed_minor: int
    valid_from: str
    valid_until: str
    successor: str | None


class JournalRow(NamedTuple):
    """A line of a voucher's journal, with what of it was settled where."""

    serial: str
    seq: int
    round: str
    city: str
    category: str
    kind: str
    amount_minor: int
    debit: str | None
    credit: str | None
    store: str | None
    receipt: str | None
    reason: str | None
    operator: str
    occurred_at: int
    recorded_at: int
    settled_minor: int | None
    waived_minor: int | None
    settlement: str | None


class VoidRow(NamedTuple):
    """A voucher that was closed by hand."""

    serial: str
    round: str
    city: str
    category: str
    beneficiary: str
    face_minor: int
    spent_minor: int
    amount_minor: int
    reason: str | None
    operator: str
    recorded_at: int
    successor: str | None


_REGISTER = """
SELECT v.serial, b.number AS batch, v.round, v.city, v.category, v.beneficiary, v.state,
       v.face_minor, v.spent_minor, v.closed_minor, v.valid_from, v.valid_until,
       n.serial AS successor
FROM voucher v JOIN batch b ON b.id = v.batch LEFT JOIN voucher n ON n.id = v.successor
WHERE v.round IN ({rounds}) ORDER BY v.serial
"""
_JOURNAL = """
SELECT v.serial, e.seq, v.round, v.city, v.category, e.kind, e.amount_minor, e.debit, e.credit,
       e.store, e.receipt, e.reason, e.operator, e.occurred_at, e.recorded_at, l.settled_minor,
       l.waived_minor, s.number AS settlement
FROM entry e JOIN voucher v ON v.id = e.voucher
LEFT JOIN settlement_line l ON l.entry = e.id LEFT JOIN settlement s ON s.id = l.settlement
WHERE v.round IN ({rounds}) ORDER BY v.serial, e.seq
"""
_VOID = """
SELECT v.serial, v.round, v.city, v.category, v.beneficiary, v.face_minor, v.spent_minor,
       e.amount_minor, e.reason, e.operator, e.recorded_at, n.serial AS successor
FROM entry e JOIN voucher v ON v.id = e.voucher LEFT JOIN voucher n ON n.id = e.successor
WHERE e.kind = 'void' AND v.round IN ({rounds}) ORDER BY v.serial, e.seq
"""
_ACCOUNT = "retailer:"


@dataclass(frozen=True)
class BookWords:
    """What every sheet needs to speak to its reader: language, zone, currency, the book's titles.

    `titles` stand above every sheet's rows under its own name.
    """

    tx: ReadTransaction
    scope: Scope
    language: str
    titles: tuple[str, ...]

    def say(self, key: str, **facts: object) -> str:
        """A text of the workbook."""
        return text(f"workbook.{key}", self.language, **facts)

    def word(self, key: str) -> str:
        """A word of the finance room."""
        return text(f"finance.{key}", self.language)

    def moment(self, instant_us: int | None) -> datetime | None:
        """An instant on the wall clock."""
        return None if instant_us is None else at(instant_us, self.scope.zone)

    def minute(self, instant_us: int | None) -> str:
        """An instant on the wall clock within a sentence, to the minute."""
        found = self.moment(instant_us)
        return "" if found is None else f"{found:%Y-%m-%d %H:%M}"

    def city(self, code: str) -> str:
        """A city's name in the reader's language."""
        return self._cities.get(code, code)

    @cached_property
    def _cities(self) -> Mapping[str, str]:
        return {one.code: one.name(self.language) for one in cities(self.tx)}

    def sheet(self, name: str, columns: Sequence[Column], rows: Iterator[Row]) -> Sheet:
        """A sheet under its name in the reader's language."""
        called = self.say(f"sheet-{name}")
        return Sheet(called, columns, rows, (called, *self.titles), currency=self.scope.currency)

    def columns(self, prefix: str, *named: str) -> list[Column]:
        """Columns from short descriptions: `name`, or `name:kind`; amounts and counts are summed,
        numbers are not. With a `prefix` each is a named range for the summary's formulas.
        """
        made = []
        for one in named:
            name, _, kind = one.partition(":")
            made.append(Column(
                self.say(f"column-{name}"), _KINDS.get(kind, kind), total=kind in _SUMMED,
                name=f"{prefix}_{name.replace('-', '_')}" if prefix else "",
            ))
        return made

    def rows(self, kind: type[Kind], query: str) -> Iterator[Kind]:
        """The rows of a query over the rounds in scope."""
        places, values = self.scope.places()
        return self.tx.read_each(kind, query.format(rounds=places), **values)


def register(words: BookWords) -> Sheet:
    """Every voucher, and where its value is."""
    columns = words.columns(
        "register", "serial", "batch", "round", "city", "category", "beneficiary", "state",
        "valid-from:date", "valid-until:date", "face:amount", "redeemed:amount",
        "expired:amount", "void:amount", "outstanding:amount", "open:count", "used-up:count",
        "closed:count", "successor",
    )

    def rows() -> Iterator[Row]:
        for row in words.rows(RegisterRow, _REGISTER):
            face, spent, closed = row.face_minor, row.spent_minor, row.closed_minor
            used = spent == face
            shut = not used and row.state in ("void", "expired")
            yield (
                row.serial, row.batch, row.round, words.city(row.city),
                row.category, row.beneficiary,
                words.say("state-used-up" if used else f"state-{row.state}"),
                row.valid_from, row.valid_until, face, spent,
                closed if row.state == "expired" else 0,
                closed if row.state == "void" else 0, face - spent - closed,
                int(not used and not shut), int(used), int(shut), row.successor or "",
            )

    return words.sheet("register", columns, rows())


def statement_lines(words: BookWords, bills: Sequence[Billed]) -> Sheet:
    """Every claim with its outcome and what became of it."""
    columns = words.columns(
        "claims", "statement", "retailer", "line:number", "file-row:number", "date:date", "store",
        "receipt", "voucher", "outcome", "claimed:amount", "redeemed:amount", "accepted:amount",
        "rejected:amount", "pending:amount", "paid:amount", "payable:amount", "settlement",
        "reference",
    )

    def rows() -> Iterator[Row]:
        for bill in bills:
            about = bill.statement
            for one in bill.lines(words.tx):
                yield (
                    about.number, about.retailer, one.line, one.file_row, one.date,
                    one.store or "", one.receipt or "", one.shown,
                    words.word(f"outcome-{one.outcome}"), one.claimed_minor, one.redeemed_minor,
                    one.accepted_minor, one.rejected_minor, one.pending_minor, one.paid_minor,
                    one.payable_minor, one.settlement, one.reference or "",
                )

    return words.sheet("statement", columns, rows())


def exception_lines(words: BookWords) -> Sheet:
    """What does not match, what it may cost, and what was said of it."""
    columns = words.columns(
        "", "exception", "statement", "rule", "severity", "serial", "detail", "claimed:amount",
        "redeemed:amount", "at-risk:amount", "decision", "reason", "decided-by",
        "decided-at:moment",
    )

    def rows() -> Iterator[Row]:
        for bill in words.scope.statements:
            for one in exceptions(words.tx, statement=bill.number):
                yield (
                    one.reference, one.statement, words.word(f"outcome-{one.rule}"),
                    words.word(f"severity-{one.severity}"), one.serial or "",
                    one.words(words.language), one.claimed_minor, one.redeemed_minor,
                    one.at_risk_minor,
                    words.word(f"verdict-{one.verdict}") if one.verdict else "",
                    one.reason or "", one.decided_by or "", words.moment(one.decided_at),
                )

    return words.sheet("exceptions", columns, rows())


def journal(words: BookWords) -> Sheet:
    """Every line of every voucher: what it moved, and on which settlement it is."""
    columns = words.columns(
        "journal", "serial", "line:number", "round", "city", "category", "kind",
        "occurred-at:moment", "recorded-at:moment", "debit", "credit", "issued:amount",
        "redeemed:amount", "expired:amount", "void:amount", "issued-count:count", "retailer",
        "settled:amount", "waived:amount", "unsettled:amount", "settlement", "store", "receipt",
        "operator", "reason",
    )

    def rows() -> Iterator[Row]:
        for row in words.rows(JournalRow, _JOURNAL):
            moved = _moved(row)
            settled, waived = row.settled_minor or 0, row.waived_minor or 0
            yield (
                row.serial, row.seq, row.round, words.city(row.city),
                row.category, words.say(f"kind-{row.kind}"),
                words.moment(row.occurred_at), words.moment(row.recorded_at),
                row.debit or "", row.credit or "", *moved, int(row.kind == "issue"),
                _retailer(row), settled, waived, moved[1] - settled - waived,
                row.settlement or "", row.store or "", row.receipt or "",
                row.operator, row.reason or "",
            )

    return words.sheet("journal", columns, rows())


def void_and_replaced(words: BookWords) -> Sheet:
    """Vouchers closed by hand, why, and which took their place."""
    columns = words.columns(
        "", "serial", "round", "city", "category", "beneficiary", "face:amount",
        "redeemed:amount", "void:amount", "reason", "operator", "recorded-at:moment", "successor",
    )

    def rows() -> Iterator[Row]:
        for row in words.rows(VoidRow, _VOID):
            yield (
                row.serial, row.round, words.city(row.city), row.category,
                row.beneficiary, row.face_minor, row.spent_minor, row.amount_minor,
                row.reason or "", row.operator, words.moment(row.recorded_at),
                row.successor or "",
            )

    return words.sheet("void", columns, rows())


_MOVES: dict[str, Callable[[int], tuple[int, int, int, int]]] = {
    "issue": lambda amount: (amount, 0, 0, 0),
    "redeem": lambda amount: (0, amount, 0, 0),
    "reverse": lambda amount: (0, -amount, 0, 0),
    "expire": lambda amount: (0, 0, amount, 0),
    "void": lambda amount: (0, 0, 0, amount),
    "honour": lambda amount: (0, 0, -amount, 0),
}


def _moved(row: JournalRow) -> tuple[int, int, int, int]:
    """What a line moved: issued, redeemed, expired, void."""
    moves = _MOVES.get(row.kind)
    return (0, 0, 0, 0) if moves is None else moves(row.amount_minor)


def _retailer(row: JournalRow) -> str:
    accounts = (row.credit or "", row.debit or "")
    return next(
        (one.removeprefix(_ACCOUNT) for one in accounts if one.startswith(_ACCOUNT)), ""
    )
