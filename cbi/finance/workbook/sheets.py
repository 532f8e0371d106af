"""The workbook's long sheets: register, statement, exceptions, journal, void and replaced.

Rows stream from the database to the file. The columns that the summary adds up are named ranges.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any, TypeVar

from cbi.base.clock import at, date_at
from cbi.files import Column, Sheet
from cbi.finance.decisions.billed import Billed
from cbi.finance.reconciliation.exceptions import exceptions
from cbi.finance.reconciliation.matching import MATCHED, OUTCOMES
from cbi.finance.scope import Scope
from cbi.finance.workbook.sheet_parts import SheetParts, part_name, sheet_called
from cbi.finance.workbook.sheet_rows import (
    JOURNAL,
    REGISTER,
    VOID,
    JournalRow,
    RegisterRow,
    VoidRow,
)
from cbi.finance.workbook.tying import tied
from cbi.messages import text
from cbi.messages.figures import category_word
from cbi.places.places import cities
from cbi.storage import ReadTransaction

Row = Sequence[Any]
Kind = TypeVar("Kind")
_KINDS = {"": "text", "number": "count"}
PREFIXES = {"register": "register", "statement": "claims", "exceptions": "exceptions",
            "journal": "journal", "void": "void", "grants": "grants"}
"""What the named ranges of each sheet begin with."""
STATE_TINTS = {"issued": "quiet", "active": "good", "blocked": "watch", "void": "bad",
               "expired": "bad", "used-up": "quiet"}
SEVERITY_TINTS = {"high": "bad", "medium": "watch", "low": "quiet"}
VERDICT_TINTS = {"accept": "good", "reject": "bad", "waive": "quiet", "later": "watch"}
A3 = 8
_DECISION = 9
"""The place of the decision's column among those of the exceptions."""
_SUMMED = ("amount", "count")


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
    weights: dict[str, int] = field(default_factory=dict)
    """Amounts multiplied by their rows' numbers, added up as the sheets are written."""
    redeemed: Counter[tuple[str, str]] = field(default_factory=Counter)
    """What was redeemed by store and day, added up as the journal is written."""
    unsettled: Counter[str] = field(default_factory=Counter)
    """What of it is on no settlement, by day."""
    parts: SheetParts = field(default_factory=SheetParts)
    """On how many sheets each long one stands, known as they are written."""

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

    def category(self, name: str) -> str:
        """A category as a voucher of this language says it, or as the programme calls it."""
        return category_word(name, self.language)

    def account(self, name: str | None) -> str:
        """A side of a journal line: funds, vouchers, or a retailer."""
        if not name:
            return ""
        kind, _, code = name.partition(":")
        return self.say(f"account-{kind}", retailer=code)

    @cached_property
    def _cities(self) -> Mapping[str, str]:
        return {one.code: one.name(self.language) for one in cities(self.tx)}

    def sheets(
        self, name: str, columns: Sequence[Column], rows: Iterator[Row], *, count: int,
        paper: int = 9,
    ) -> Iterator[Sheet]:
        """A sheet under its name in the reader's language, or several where its rows are more than
        one holds. Rows are tied (`tied`); the columns that tie them are not printed.
        """
        called, most = self.say(f"sheet-{name}"), self.parts.rows_a_sheet
        more = self.columns(PREFIXES[name], "row-number:number", "row-words")
        parts = self.parts.cut(PREFIXES[name], count)
        for part in range(1, parts + 1):
            own = [replace(one, name=part_name(one.name, part)) for one in (*columns, *more)]
            share = tied(
                own[:-len(more)], islice(rows, most if part < parts else None), self.weights,
                (part - 1) * most + 1)
            title = called if parts == 1 else self.say(
                "sheet-part", sheet=called, part=part, parts=parts)
            yield Sheet(
                sheet_called(called, part), own, share, (title, *self.titles),
                currency=self.scope.currency, opens=False, printed=len(columns), paper=paper,
            )

    def on_sheets(self) -> tuple[str, ...]:
        """Which sheets go over several, and over how many, in a sentence each."""
        called = {prefix: self.say(f"sheet-{name}") for name, prefix in PREFIXES.items()}
        return tuple(
            self.say("on-sheets", sheet=called[prefix], parts=parts)
            for prefix, parts in self.parts.several()
        )

    def tinted(self, columns: Sequence[Column], **tints: Mapping[str, str]) -> list[Column]:
        """The same columns, with the words of some of them in colour, by their headings' keys."""
        by_heading = {self.say(f"column-{name.replace('_', '-')}"): tints[name] for name in tints}
        return [
            replace(one, tints=by_heading[one.heading]) if one.heading in by_heading else one
            for one in columns
        ]

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
                blank_zeros=bool(prefix) and kind in _SUMMED,
            ))
        return made

    def rows(self, kind: type[Kind], query: str) -> Iterator[Kind]:
        """The rows of a query over the rounds in scope."""
        places, values = self.scope.places()
        return self.tx.read_each(kind, query.format(rounds=places), **values)

    def count(self, query: str) -> int:
        """How many rows that query gives."""
        places, values = self.scope.places()
        counted = f"SELECT count(*) FROM ({query.format(rounds=places)}) AS counted"
        return int(self.tx.value(counted, **values))


def register(words: BookWords) -> Iterator[Sheet]:
    """Every voucher, and where its value is."""
    columns = words.columns(
        "register", "serial", "batch", "round", "city", "category", "beneficiary", "state",
        "valid-from:date", "valid-until:date", "face:amount", "redeemed:amount",
        "expired:amount", "void:amount", "outstanding:amount", "open:count", "used-up:count",
        "closed:count", "successor",
    )
    columns = words.tinted(columns, state={
        words.say(f"state-{state}"): tint for state, tint in STATE_TINTS.items()
    })

    def rows() -> Iterator[Row]:
        for row in words.rows(RegisterRow, REGISTER):
            face, spent, closed = row.face_minor, row.spent_minor, row.closed_minor
            used = spent == face
            shut = not used and row.state in ("void", "expired")
            yield (
                row.serial, row.batch, row.round, words.city(row.city),
                words.category(row.category), row.beneficiary,
                words.say("state-used-up" if used else f"state-{row.state}"),
                row.valid_from, row.valid_until, face, spent,
                closed if row.state == "expired" else 0,
                closed if row.state == "void" else 0, face - spent - closed,
                int(not used and not shut), int(used), int(shut), row.successor or "",
            )

    return words.sheets("register", columns, rows(), count=words.count(REGISTER))


def statement_lines(words: BookWords, bills: Sequence[Billed]) -> Iterator[Sheet]:
    """Every claim with its outcome and what became of it."""
    columns = words.columns(
        "claims", "statement", "retailer", "line:number", "file-row:number", "date:date", "store",
        "receipt", "voucher", "outcome", "claimed:amount", "redeemed:amount", "accepted:amount",
        "rejected:amount", "pending:amount", "discount:amount", "withheld:amount", "paid:amount",
        "payable:amount", "settlement", "reference",
    )
    columns = words.tinted(columns, outcome={
        words.word(f"outcome-{outcome}"): "good" if outcome == MATCHED else "bad"
        for outcome in OUTCOMES
    })

    def rows() -> Iterator[Row]:
        for bill in bills:
            about = bill.statement
            for one in bill.lines(words.tx):
                yield (
                    about.number, about.retailer, one.line, one.file_row, one.date,
                    one.store or "", one.receipt or "", one.shown,
                    words.word(f"outcome-{one.outcome}"), one.claimed_minor, one.redeemed_minor,
                    one.accepted_minor, one.rejected_minor, one.pending_minor,
                    one.discount_minor, one.withheld_minor, one.paid_minor, one.payable_minor,
                    one.settlement, one.reference or "",
                )

    return words.sheets("statement", columns, rows(), count=sum(one.line_count for one in bills))


def exception_lines(words: BookWords) -> Iterator[Sheet]:
    """What does not match, what it may cost, and what was said of it."""
    columns = words.columns(
        PREFIXES["exceptions"], "exception", "statement", "rule", "severity", "serial",
        "detail:wrapped", "claimed:amount", "redeemed:amount", "at-risk:amount", "decision",
        "reason", "decided-by", "decided-at:moment",
    )
    verdicts = [words.word(f"verdict-{verdict}") for verdict in VERDICT_TINTS]
    columns = words.tinted(
        columns,
        severity={words.word(f"severity-{one}"): tint for one, tint in SEVERITY_TINTS.items()},
        decision=dict(zip(verdicts, VERDICT_TINTS.values(), strict=True)),
    )
    columns[_DECISION] = replace(columns[_DECISION], choices=verdicts)
    found = [one for bill in words.scope.statements
             for one in exceptions(words.tx, statement=bill.number)]

    def rows() -> Iterator[Row]:
        for one in found:
            yield (
                one.reference, one.statement, words.word(f"outcome-{one.rule}"),
                words.word(f"severity-{one.severity}"), one.serial or "",
                one.words(words.language), one.claimed_minor, one.redeemed_minor,
                one.at_risk_minor,
                words.word(f"verdict-{one.verdict}") if one.verdict else "",
                one.reason or "", one.decided_by or "", words.moment(one.decided_at),
            )

    return words.sheets("exceptions", columns, rows(), count=len(found))


def journal(words: BookWords) -> Iterator[Sheet]:
    """Every line of every voucher: what it moved, and on which settlement it is."""
    columns = words.columns(
        "journal", "serial", "line:number", "round", "city", "category", "kind",
        "occurred-at:moment", "recorded-at:moment", "debit", "credit", "issued:amount",
        "redeemed:amount", "expired:amount", "void:amount", "issued-count:count", "retailer",
        "settled:amount", "waived:amount", "unsettled:amount", "settlement", "store", "receipt",
        "operator", "reason",
    )

    def rows() -> Iterator[Row]:
        for row in words.rows(JournalRow, JOURNAL):
            moved = _moved(row)
            settled, waived = row.settled_minor or 0, row.waived_minor or 0
            if moved[1]:
                day = date_at(row.occurred_at, words.scope.zone)
                words.redeemed[row.store or "", day] += moved[1]
                words.unsettled[day] += moved[1] - settled - waived
            yield (
                row.serial, row.seq, row.round, words.city(row.city),
                words.category(row.category), words.say(f"kind-{row.kind}"),
                words.moment(row.occurred_at), words.moment(row.recorded_at),
                words.account(row.debit), words.account(row.credit), *moved,
                int(row.kind == "issue"),
                _retailer(row), settled, waived, moved[1] - settled - waived,
                row.settlement or "", row.store or "", row.receipt or "",
                row.operator, row.reason or "",
            )

    return words.sheets("journal", columns, rows(), count=words.count(JOURNAL), paper=A3)


def void_and_replaced(words: BookWords) -> Iterator[Sheet]:
    """Vouchers closed by hand, why, and which took their place."""
    columns = words.columns(
        PREFIXES["void"], "serial", "round", "city", "category", "beneficiary", "face:amount",
        "redeemed:amount", "void:amount", "reason", "operator", "recorded-at:moment", "successor",
    )

    def rows() -> Iterator[Row]:
        for row in words.rows(VoidRow, VOID):
            yield (
                row.serial, row.round, words.city(row.city), words.category(row.category),
                row.beneficiary, row.face_minor, row.spent_minor, row.amount_minor,
                row.reason or "", row.operator, words.moment(row.recorded_at),
                row.successor or "",
            )

    return words.sheets("void", columns, rows(), count=words.count(VOID))


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
