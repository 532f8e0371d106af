"""A statement's claims and the journal's redemptions, side by side in the order of vouchers.

Both come sorted out of the database, so that a statement of a million lines is reconciled with a
million redemptions in the memory of one voucher's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from cbi.base.clock import date_at
from cbi.finance.matching import (
    ANOTHER_RETAILER,
    MATCHED,
    MISTYPED,
    OPEN,
    REVERSED,
    SETTLED_BEFORE,
    UNKNOWN,
    ClaimLine,
    Match,
    Redemption,
    agreed,
    match_voucher,
)
from cbi.finance.statements import StatementView
from cbi.ledger.issuing import validity
from cbi.ledger.journal import retailer_account
from cbi.storage import Reading, Record

UNBILLED, NOT_CREDITED = "unbilled", "not-credited"

_CLAIMS = """
SELECT voucher, line, names, date, store, receipt, amount_minor FROM claim
WHERE statement = :statement ORDER BY voucher, line
"""
_ENTRIES = """
SELECT e.voucher, e.seq, e.id, e.kind, e.amount_minor, e.debit, e.credit, e.store, e.receipt,
       e.reverses, e.occurred_at, l.settlement, a.line
FROM entry e {of_currency}
LEFT JOIN settlement_line l ON l.entry = e.id
LEFT JOIN acceptance a ON a.entry = e.id AND a.statement = :statement
WHERE e.kind IN ('redeem', 'reverse')
  AND (:account IN (e.debit, e.credit) OR EXISTS (
      SELECT 1 FROM claim c WHERE c.statement = :statement AND c.voucher = e.voucher))
ORDER BY e.voucher, e.seq
"""
_OF_CURRENCY = "JOIN voucher v ON v.id = e.voucher AND v.currency = :currency"


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """A redemption of the period that was not billed, or a reversal that was not credited.

    `rule` says which. `settlement` holds the redemption that was reversed.
    """

    rule: str
    entry: bytes
    voucher: bytes
    seq: int
    amount_minor: int
    store: str
    receipt: str
    occurred_at: int
    settlement: bytes | None = None


def outcomes(tx: Reading, statement: StatementView) -> Iterator[Match | Unclaimed]:
    """Every claim of a statement with its outcome, and what the retailer did not bill."""
    table = _Table.of(tx, statement)
    claims = groupby(
        tx.each(_CLAIMS, statement=statement.id), key=itemgetter("voucher")
    )
    of_currency = _OF_CURRENCY if table.several_currencies else ""
    lines = groupby(
        tx.each(
            _ENTRIES.format(of_currency=of_currency), statement=statement.id,
            account=table.account, currency=statement.currency,
        ),
        key=itemgetter("voucher"),
    )
    for claimed, recorded in _side_by_side(claims, lines):
        if len(claimed) == 1 and len(recorded) == 1:
            plain = table.plain_match(claimed[0], recorded[0])
            if plain is not None:
                yield plain
                continue
        yield from table.outcomes(claimed, recorded)


Group = tuple[bytes, Iterable[Record]]


def _side_by_side(
    claims: Iterator[Group], lines: Iterator[Group]
) -> Iterator[tuple[list[Record], list[Record]]]:
    """Per voucher, in order: its claims and its lines, one of which may be none."""
    claim, line = next(claims, None), next(lines, None)
    while claim is not None or line is not None:
        if line is None or (claim is not None and claim[0] < line[0]):
            assert claim is not None  # noqa: S101
            yield list(claim[1]), []
            claim = next(claims, None)
        elif claim is None or line[0] < claim[0]:
            yield [], list(line[1])
            line = next(lines, None)
        else:
            yield list(claim[1]), list(line[1])
            claim, line = next(claims, None), next(lines, None)


@dataclass(frozen=True, slots=True)
class _Table:
    """What is the same for the whole statement."""

    account: str
    zone: str
    opens_at: int
    closes_at: int
    stores: frozenset[str]
    several_currencies: bool

    @classmethod
    def of(cls, tx: Reading, statement: StatementView) -> "_Table":
        opens_at, closes_at = validity(
            statement.period_from, statement.period_until, statement.zone
        )
        currencies = tx.value("SELECT count(DISTINCT currency) FROM programme")
        stores = frozenset(row["code"] for row in tx.rows("SELECT code FROM store"))
        return cls(
            retailer_account(statement.retailer), statement.zone, opens_at, closes_at, stores,
            int(currencies) > 1,
        )

    def plain_match(self, claim: Record, line: Record) -> Match | None:
        """The usual case: one claim, one redemption, one amount."""
        if (
            line["amount_minor"] != claim["amount_minor"] or line["credit"] != self.account
            or line["settlement"] is not None or claim["names"] != "voucher"
        ):
            return None
        amount = claim["amount_minor"]
        redemption = Redemption(
            line["id"], line["seq"], amount, line["receipt"], "", line["store"]
        )
        return Match(ClaimLine(claim["line"], amount), MATCHED, amount, (redemption,))

    def outcomes(
        self, claimed: list[Record], recorded: list[Record]
    ) -> Iterator[Match | Unclaimed]:
        """The outcomes of one voucher's claims and lines."""
        statuses = self._statuses(recorded)
        redemptions = [
            self._redemption(row, statuses[row["id"]])
            for row in recorded if row["kind"] == "redeem" and row["line"] is None
        ]
        held = list(self._held(claimed, recorded))
        settled_lines = {match.claim.line for match in held}
        open_claims = [row for row in claimed if row["line"] not in settled_lines]
        made = [
            *held,
            *(
                Match(self._claim(row), UNKNOWN if row["names"] == "unknown" else MISTYPED)
                for row in open_claims if row["names"] != "voucher"
            ),
            *match_voucher(
                [self._claim(row) for row in open_claims if row["names"] == "voucher"],
                redemptions, held,
            ),
        ]
        yield from made
        yield from self._unclaimed(recorded, statuses, made)

    def _statuses(self, recorded: list[Record]) -> dict[bytes, str]:
        """Whether each redemption can be paid for, or why not."""
        undone = {row["reverses"] for row in recorded if row["reverses"] is not None}
        statuses = {}
        for row in recorded:
            if row["kind"] != "redeem":
                continue
            status = REVERSED if row["id"] in undone else OPEN
            if row["settlement"] is not None:
                status = SETTLED_BEFORE
            if row["credit"] != self.account:
                status = ANOTHER_RETAILER
            statuses[row["id"]] = status
        return statuses

    def _held(self, claimed: list[Record], recorded: list[Record]) -> Iterator[Match]:
        """The matches that this statement's settlements hold already."""
        by_line: dict[int, list[Redemption]] = {}
        for row in recorded:
            if row["line"] is not None and row["kind"] == "redeem":
                by_line.setdefault(row["line"], []).append(self._redemption(row, OPEN))
        for row in claimed:
            if row["line"] in by_line:
                yield agreed(self._claim(row), by_line[row["line"]])._replace(is_settled=True)

    def _unclaimed(
        self, recorded: list[Record], statuses: dict[bytes, str], made: list[Match]
    ) -> Iterator[Unclaimed]:
        covered = {one.entry for match in made for one in match.redemptions}
        settled = {
            row["id"]: row["settlement"] for row in recorded if row["settlement"] is not None
        }
        for row in recorded:
            if not self.opens_at <= row["occurred_at"] < self.closes_at:
                continue
            if row["kind"] == "redeem":
                if statuses[row["id"]] == OPEN and row["id"] not in covered:
                    yield _unclaimed(UNBILLED, row)
            elif (
                row["debit"] == self.account and row["settlement"] is None
                and row["reverses"] in settled
            ):
                yield _unclaimed(NOT_CREDITED, row, settled[row["reverses"]])

    def _claim(self, row: Record) -> ClaimLine:
        store = row["store"] if row["store"] in self.stores else None
        return ClaimLine(row["line"], row["amount_minor"], row["receipt"], row["date"], store)

    def _redemption(self, row: Record, status: str) -> Redemption:
        day = date_at(row["occurred_at"], self.zone)
        return Redemption(
            row["id"], row["seq"], row["amount_minor"], row["receipt"], day, row["store"], status
        )


def _unclaimed(rule: str, row: Record, settlement: bytes | None = None) -> Unclaimed:
    return Unclaimed(
        rule, row["id"], row["voucher"], row["seq"], row["amount_minor"], row["store"],
        row["receipt"], row["occurred_at"], settlement,
    )
