"""What a reconciliation found wrong, as facts: rule, severity, whose voucher, how much is at risk.

The amount at risk is what would be paid beyond the rule; where a retailer billed too little or not
at all it is what they may still ask for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from cbi.base.ids import request_digest
from cbi.base.money import show_amount
from cbi.finance.reconciliation.dating import ImpossibleDay, impossible_days
from cbi.finance.reconciliation.doubts import ReceiptOver, receipts_over
from cbi.finance.reconciliation.matching import (
    AMOUNT_DIFFERS,
    ANOTHER_RETAILER,
    ANOTHER_STORE,
    BILLED_ELSEWHERE,
    BILLED_TWICE,
    DAY_DIFFERS,
    DOUBTFUL,
    IMPOSSIBLE_DAY,
    MATCHED,
    MISTYPED,
    NOT_REDEEMED,
    OUTSIDE_PERIOD,
    RECEIPT_DIFFERS,
    RECEIPT_OVER,
    RECEIPT_USED,
    REVERSED,
    SETTLED_BEFORE,
    UNKNOWN,
    ClaimMatch,
)
from cbi.finance.reconciliation.streams import NOT_CREDITED, UNBILLED, Unclaimed
from cbi.finance.tables import Statement
from cbi.storage import ReadTransaction

TOTAL_DIFFERS = "total-differs"
SEVERITIES = {
    UNKNOWN: "high", NOT_REDEEMED: "high", BILLED_TWICE: "high", SETTLED_BEFORE: "high",
    ANOTHER_RETAILER: "high", REVERSED: "medium", MISTYPED: "medium", AMOUNT_DIFFERS: "medium",
    IMPOSSIBLE_DAY: "medium", ANOTHER_STORE: "medium", RECEIPT_USED: "high",
    RECEIPT_OVER: "high", RECEIPT_DIFFERS: "low", DAY_DIFFERS: "low",
    OUTSIDE_PERIOD: "medium", BILLED_ELSEWHERE: "high",
    NOT_CREDITED: "medium", TOTAL_DIFFERS: "medium", UNBILLED: "low",
}
RULES = tuple(SEVERITIES)
CURABLE = (UNKNOWN, MISTYPED)
"""Lines that name no voucher of ours and may have meant one."""
SLICE = 500
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An exception's facts. `subject` is a claim's line, a redemption (`SERIAL/SEQ`), or `total`.

    `detail` holds what the words about it need, in whole numbers and texts.
    """

    statement: bytes
    subject: str
    rule: str
    claimed_minor: int = 0
    redeemed_minor: int = 0
    line: int | None = None
    entry: bytes | None = None
    serial: str | None = None
    detail: dict[str, str | int] = field(default_factory=dict)

    @property
    def id(self) -> bytes:
        """16 bytes made of the facts: the same facts are the same exception."""
        return request_digest(
            "exception", self.statement.hex(), self.subject, self.rule, self.claimed_minor,
            self.redeemed_minor,
        )

    @property
    def severity(self) -> str:
        """`high`, `medium` or `low`; billing too little harms nobody but the retailer."""
        if self.rule == AMOUNT_DIFFERS and self.claimed_minor < self.redeemed_minor:
            return "low"
        return SEVERITIES[self.rule]

    @property
    def at_risk_minor(self) -> int:
        """What would be paid beyond the rule, or may still be asked for."""
        if self.rule in DOUBTFUL:
            return self.claimed_minor
        return abs(self.claimed_minor - self.redeemed_minor)


def findings(
    tx: ReadTransaction, statement: Statement, found: Sequence[ClaimMatch | Unclaimed]
) -> list[Finding]:
    """The facts of everything found that is not simply matched."""
    matches = [one for one in found if isinstance(one, ClaimMatch) and one.outcome != MATCHED]
    unclaimed = [one for one in found if isinstance(one, Unclaimed)]
    told = _Told.of(tx, statement, matches, unclaimed)
    made = [told.claim(match) for match in matches]
    made += [told.redemption(one) for one in unclaimed]
    stated, summed = statement.stated_minor, statement.claimed_minor + statement.left_minor
    if stated is not None and stated != summed:
        made.append(Finding(
            statement=statement.id, subject="total", rule=TOTAL_DIFFERS,
            claimed_minor=max(stated, 0), redeemed_minor=summed,
        ))
    return made


class _EntryRow(NamedTuple):
    """Which voucher a redemption or reversal is of, and whom it credits."""

    id: bytes
    credit: str
    serial: str


class _CureRow(NamedTuple):
    """What a line that names no voucher of ours probably meant, and what speaks for it."""

    line: int
    serial: str
    cure_by: str


class _SettledRow(NamedTuple):
    """The number of the settlement that an entry is on."""

    entry: bytes
    number: str


@dataclass(frozen=True, slots=True)
class _Told:
    """What the words need besides, by entry: vouchers and settlements."""

    statement: Statement
    entries: dict[bytes, _EntryRow]
    settlements: dict[bytes, str]
    days: dict[int, ImpossibleDay]
    cures: dict[int, _CureRow]
    over: dict[int, ReceiptOver]

    @classmethod
    def of(
        cls, tx: ReadTransaction, statement: Statement, matches: Sequence[ClaimMatch],
        unclaimed: Sequence[Unclaimed],
    ) -> "_Told":
        entries = _read_by_keys(
            tx, _EntryRow, "SELECT e.id, e.credit, v.serial FROM entry e "
            "JOIN voucher v ON v.id = e.voucher WHERE e.id",
            [one.entry for match in matches for one in match.redemptions]
            + [one.entry for one in unclaimed],
        )
        settled = _read_by_keys(
            tx, _SettledRow, "SELECT l.entry, s.number FROM settlement_line l "
            "JOIN settlement s ON s.id = l.settlement WHERE l.entry",
            [one.entry for match in matches if match.outcome == SETTLED_BEFORE
             for one in match.redemptions],
        )
        return cls(
            statement, {row.id: row for row in entries}, {row.entry: row.number for row in settled},
            impossible_days(tx, statement)
            if any(match.outcome == IMPOSSIBLE_DAY for match in matches) else {},
            {row.line: row for row in tx.read(
                _CureRow, "SELECT c.line, v.serial, c.cure_by FROM claim c "
                "JOIN voucher v ON v.id = c.cure WHERE c.statement = :statement",
                statement=statement.id,
            )},
            receipts_over(tx, statement.id)
            if any(match.outcome == RECEIPT_OVER for match in matches) else {},
        )

    def claim(self, match: ClaimMatch) -> Finding:
        """A claim that does not match."""
        line = match.claim.line
        detail: dict[str, str | int] = {"shown": match.claim.shown}
        cure = self.cures.get(line)
        if cure is not None and match.outcome in CURABLE:
            detail |= {"cure_serial": cure.serial, "cure_by": cure.cure_by}
        if match.redemptions:
            detail["redemption"] = ", ".join(
                f"{self.entries[one.entry].serial}/{one.seq}" for one in match.redemptions
            )
            first = match.redemptions[0].entry
            detail |= self.hint(match, first)
        return Finding(
            statement=self.statement.id, subject=str(line), rule=match.outcome, line=line,
            claimed_minor=match.claim.amount_minor, redeemed_minor=match.redeemed_minor,
            entry=match.redemptions[0].entry if match.redemptions else None,
            serial=self.entries[match.redemptions[0].entry].serial if match.redemptions
            else match.claim.shown,
            detail=detail,
        )

    def hint(self, match: ClaimMatch, first: bytes) -> dict[str, str | int]:
        """What else there is to say of the redemption that speaks against a claim."""
        one, told = match.redemptions[0], dict[str, str | int]()
        match match.outcome:
            case "billed-twice":
                told = {"first_line": match.first_line or 0}
            case "settled-before":
                told = {"settlement": self.settlements[first]}
            case "billed-elsewhere":
                told = {"elsewhere": match.elsewhere}
            case ("another-store" | "receipt-used" | "outside-period" | "receipt-differs"
                  | "day-differs"):
                told = {
                    "store": one.store, "receipt": one.receipt, "day": one.date or "–",
                    "told_store": match.claim.store or "–", "told_day": match.claim.date or "–",
                    "told_receipt": match.claim.receipt or "–",
                }
            case "receipt-over":
                found, currency = self.over[match.claim.line], self.statement.currency
                told = {"whole": show_amount(found.whole_minor, currency),
                        "together": show_amount(int(found.together_minor), currency)}
            case "impossible-day":
                told = {**self.days[match.claim.line]._asdict()}
            case "another-retailer":
                told = {"retailer": self.entries[first].credit.removeprefix("retailer:")}
        return told

    def redemption(self, one: Unclaimed) -> Finding:
        """A redemption that was not billed, or a reversal that was not credited."""
        serial = self.entries[one.entry].serial
        pair = [line for line, cure in self.cures.items() if cure.serial == serial]
        return Finding(
            statement=self.statement.id, subject=f"{serial}/{one.seq}", rule=one.rule,
            redeemed_minor=one.redeemed_minor, entry=one.entry, serial=serial,
            detail={
                "redemption": f"{serial}/{one.seq}", "store": one.store, "receipt": one.receipt,
                **({"pair_line": pair[0]} if pair and one.rule == UNBILLED else {}),
            },
        )


def _read_by_keys(
    tx: ReadTransaction, kind: type[Row], query: str, keys: Iterable[object]
) -> Iterator[Row]:
    """The rows with these keys, asked for a slice of keys at a time."""
    wanted = list(keys)
    for start in range(0, len(wanted), SLICE):
        places = {f"k{number}": key for number, key in enumerate(wanted[start : start + SLICE])}
        named = ", ".join(f":{place}" for place in places)
        yield from tx.read(kind, f"{query} IN ({named})", **places)
