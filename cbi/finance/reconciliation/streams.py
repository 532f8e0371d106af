"""A statement's claims and the journal's redemptions, side by side in the order of vouchers.

Both come sorted out of the database, so that a statement of a million lines is reconciled with a
million redemptions in the memory of one voucher's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from typing import Any, NamedTuple

from sqlmodel import select

from cbi.base.clock import date_at
from cbi.finance.reading.values.receipts import receipt_key
from cbi.finance.reconciliation.dating import impossible_days
from cbi.finance.reconciliation.doubts import Doubts
from cbi.finance.reconciliation.elsewhere import ByVoucher, OtherClaim, StoresBilled, other_claims
from cbi.finance.reconciliation.habits import LineHabits
from cbi.finance.reconciliation.matching import (
    AMOUNT_DIFFERS,
    ANOTHER_RETAILER,
    BILLED_ELSEWHERE,
    IMPOSSIBLE_DAY,
    MATCHED,
    MISTYPED,
    OPEN,
    RECEIPT_OVER,
    REVERSED,
    SETTLED_BEFORE,
    UNKNOWN,
    ClaimLine,
    ClaimMatch,
    Redemption,
    agreed,
    match_voucher,
    on_its_receipt,
)
from cbi.finance.tables import Statement
from cbi.ledger.journal import retailer_account
from cbi.ledger.vouchers.issuing import validity
from cbi.places.tables import StoreRow
from cbi.storage import ReadTransaction

UNBILLED, NOT_CREDITED = "unbilled", "not-credited"

_CLAIMS = """
SELECT voucher, line, names, date, store, receipt, amount_minor, shown FROM claim
WHERE statement = :statement ORDER BY voucher, line
"""
_CURED = """
SELECT c.cure, c.line, 'voucher', c.date, c.store, c.receipt, c.amount_minor, c.shown
FROM claim c JOIN exception x ON x.statement = c.statement AND x.line = c.line
JOIN decision d ON d.exception = x.id
WHERE c.statement = :statement AND c.cure IS NOT NULL AND x.rule IN ('unknown', 'mistyped')
  AND d.verdict = 'accept' AND NOT EXISTS (
      SELECT 1 FROM decision n WHERE n.exception = d.exception
      AND (n.decided_at > d.decided_at OR (n.decided_at = d.decided_at AND n.id > d.id)))
"""
ENTRIES = """
SELECT e.voucher, e.seq, e.id, e.kind, e.amount_minor,
       CASE WHEN e.kind = 'redeem' THEN e.credit ELSE e.debit END AS account, e.store, e.receipt,
       e.reverses, e.occurred_at, l.settlement, a.line
FROM entry e {of_currency}
LEFT JOIN settlement_line l ON l.entry = e.id
LEFT JOIN acceptance a ON a.entry = e.id AND a.statement = :statement
WHERE e.kind IN ('redeem', 'reverse')
  AND (:account IN (e.debit, e.credit) OR EXISTS (
      SELECT 1 FROM claim c WHERE c.statement = :statement AND c.voucher = e.voucher)
      OR e.voucher IN (
      SELECT c.cure FROM claim c WHERE c.statement = :statement AND c.cure IS NOT NULL))
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

    @property
    def redeemed_minor(self) -> int:
        """What the till took or, below zero, gave back."""
        return self.amount_minor if self.rule == UNBILLED else -self.amount_minor


class ClaimRow(NamedTuple):
    """A claim as `_CLAIMS` gives it."""

    voucher: bytes
    line: int
    names: str
    date: str | None
    store: str | None
    receipt: str | None
    amount_minor: int
    shown: str


class EntryRow(NamedTuple):
    """A redemption or reversal as `ENTRIES` gives it; `line` is the claim that settled it."""

    voucher: bytes
    seq: int
    id: bytes
    kind: str
    amount_minor: int
    account: str
    store: str
    receipt: str
    reverses: bytes | None
    occurred_at: int
    settlement: bytes | None
    line: int | None


Rows = Iterator[tuple[Any, ...]]


def outcomes(tx: ReadTransaction, statement: Statement) -> Iterator[ClaimMatch | Unclaimed]:
    """Every claim of a statement with its outcome, and what the retailer did not bill."""
    odd = impossible_days(tx, statement)
    habits = LineHabits.of(tx, statement)
    doubts = Doubts.of(tx, statement, habits)
    for one in _outcomes(tx, statement, habits):
        if not isinstance(one, ClaimMatch) or one.is_settled:
            yield one
        elif one.outcome in (MATCHED, AMOUNT_DIFFERS) and one.claim.line in odd:
            yield one._replace(outcome=IMPOSSIBLE_DAY)
        elif one.outcome == MATCHED and one.claim.line in doubts.over:
            yield one._replace(outcome=RECEIPT_OVER)
        elif one.outcome == MATCHED and one.claim.is_told:
            yield one._replace(outcome=doubts.outcome(one))
        else:
            yield one


def _outcomes(
    tx: ReadTransaction, statement: Statement, habits: LineHabits
) -> Iterator[ClaimMatch | Unclaimed]:
    table = _WholeStatement.of(tx, statement, habits)
    of_currency = _OF_CURRENCY if table.several_currencies else ""
    claims = _claims(tx, statement)
    lines = tx.tuples(
        ENTRIES.format(of_currency=of_currency), statement=statement.id, account=table.account,
        currency=statement.currency,
    )
    others = ByVoucher(other_claims(tx, statement))
    account = table.account
    for claimed, recorded in _side_by_side(claims, lines):
        elsewhere = others.of((claimed or recorded)[0][0])
        if len(claimed) == 1 and len(recorded) == 1 and not elsewhere:
            # the usual case, which must be quick
            _, number, names, day, shop, told, amount, shown = claimed[0]
            _, seq, entry, _, redeemed, at, store, receipt, _, when, settlement, by = recorded[0]
            if (
                amount == redeemed and at == account and names == "voucher"
                and (settlement is None or by == number)
                and (told is None or told == receipt)
                and (shop is None or shop == store) and table.holds(day, when)
            ):
                made = Redemption(entry, seq, amount, receipt, "", store)
                claim = ClaimLine(number, amount, None, None, None, shown)
                yield ClaimMatch(claim, MATCHED, amount, (made,), None, settlement is not None)
                continue
        if not elsewhere and (copied := table.copied(claimed, recorded)):
            yield from copied
            continue
        yield from table.outcomes(
            [ClaimRow(*row) for row in claimed], [EntryRow(*row) for row in recorded], elsewhere
        )


def _claims(tx: ReadTransaction, statement: Statement) -> Rows:
    """The claims in the order of vouchers; one with an accepted cure is that voucher's."""
    cured = {
        row[1]: row for row in tx.tuples(_CURED, statement=statement.id)
    }
    plain = tx.tuples(_CLAIMS, statement=statement.id)
    if not cured:
        return plain
    others = (row for row in plain if row[1] not in cured)
    return merge(others, sorted(cured.values()), key=lambda row: (row[0], row[1]))


def _side_by_side(
    claims: Rows, lines: Rows
) -> Iterator[tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]]:
    """Per voucher, in order: its claims and its lines, one of which may be none."""
    claim, line = next(claims, None), next(lines, None)
    while claim is not None or line is not None:
        if claim is None or line is None:
            voucher = (claim or line or ())[0]
        else:
            voucher = min(claim[0], line[0])
        claimed, recorded = [], []
        while claim is not None and claim[0] == voucher:
            claimed.append(claim)
            claim = next(claims, None)
        while line is not None and line[0] == voucher:
            recorded.append(line)
            line = next(lines, None)
        yield claimed, recorded


@dataclass(frozen=True, slots=True)
class _WholeStatement:
    """What is the same for the whole statement."""

    account: str
    zone: str
    first: str
    last: str
    opens_at: int
    closes_at: int
    stores: frozenset[str]
    several_currencies: bool
    bills_for: StoresBilled
    habits: LineHabits

    @classmethod
    def of(
        cls, tx: ReadTransaction, statement: Statement, habits: LineHabits
    ) -> "_WholeStatement":
        opens_at, closes_at = validity(
            statement.period_from, statement.period_until, statement.zone
        )
        currencies = tx.value("SELECT count(DISTINCT currency) FROM programme")
        stores = frozenset(tx.all(select(StoreRow.code)))
        return cls(
            retailer_account(statement.retailer), statement.zone, statement.period_from,
            statement.period_until, opens_at, closes_at, stores, int(currencies) > 1,
            StoresBilled.of(tx, statement, stores), habits,
        )

    def holds(self, day: str | None, occurred_at: int) -> bool:
        """Whether a claim's day and its redemption lie in the period, and on one day."""
        return (day is None or self.first <= day <= self.last) \
            and self.opens_at <= occurred_at < self.closes_at \
            and self.habits.is_day_of(day, occurred_at)

    def copied(
        self, claimed: list[tuple[Any, ...]], recorded: list[tuple[Any, ...]]
    ) -> list[ClaimMatch] | None:
        """The next usual case: as many claims as redemptions, each with its own receipt's copy.

        It is what `match_voucher` finds first, without looking at anything else.
        """
        if len(claimed) != len(recorded):
            return None
        known = dict[tuple[str, str, int], tuple[Redemption, int]]()
        for _, seq, entry, kind, amount, at, store, receipt, _, when, settlement, _ in recorded:
            if kind != "redeem" or at != self.account or settlement is not None \
                    or not self.holds(None, when):
                return None
            known[store, receipt_key(receipt), amount] = Redemption(
                entry, seq, amount, receipt, "", store
            ), when
        made = []
        for _, number, names, day, store, receipt, amount, shown in claimed:
            one = known.pop((store, receipt_key(receipt or ""), amount), None)
            if one is None or names != "voucher" or not self.holds(day, one[1]):
                return None
            claim = ClaimLine(number, amount, None, None, None, shown)
            made.append(ClaimMatch(claim, MATCHED, amount, one[:1]))
        return made

    def outcomes(
        self, claimed: list[ClaimRow], recorded: list[EntryRow], elsewhere: list[OtherClaim]
    ) -> Iterator[ClaimMatch | Unclaimed]:
        """The outcomes of one voucher's claims and lines; `elsewhere` are other statements'."""
        statuses = self._statuses(recorded)
        earlier = self._taken(recorded, statuses, [one for one in elsewhere if one.earlier])
        statuses |= dict.fromkeys(earlier, BILLED_ELSEWHERE)
        redemptions = [
            self._redemption(row, statuses[row.id])
            for row in recorded if row.kind == "redeem" and row.line is None
        ]
        held = list(self._held(claimed, recorded))
        settled_lines = {match.claim.line for match in held}
        open_claims = [row for row in claimed if row.line not in settled_lines]
        made = [
            *held,
            *(
                ClaimMatch(self._claim(row), UNKNOWN if row.names == "unknown" else MISTYPED)
                for row in open_claims if row.names != "voucher"
            ),
            *match_voucher(
                [self._claim(row) for row in open_claims if row.names == "voucher"],
                redemptions, held,
            ),
        ]
        yield from (
            one._replace(elsewhere=earlier[one.redemptions[0].entry])
            if one.outcome == BILLED_ELSEWHERE else one for one in made
        )
        if elsewhere:
            statuses |= {one.entry: SETTLED_BEFORE for match in made for one in match.redemptions}
            later = [one for one in elsewhere if not one.earlier]
            statuses |= dict.fromkeys(self._taken(recorded, statuses, later), BILLED_ELSEWHERE)
        yield from self._unclaimed(recorded, statuses, made)

    def _taken(
        self, recorded: list[EntryRow], statuses: Mapping[bytes, str], claims: list[OtherClaim]
    ) -> dict[bytes, str]:
        """The redemptions that other statements' claims are for, and `STATEMENT/LINE` of each."""
        if not claims:
            return {}
        known = dict(enumerate(claims, 1))
        matches = match_voucher(
            [ClaimLine(number, one.amount_minor, one.receipt, one.date,
                       one.store if one.store in self.stores else None)
             for number, one in known.items()],
            [self._redemption(row, OPEN) for row in recorded
             if row.kind == "redeem" and statuses[row.id] == OPEN],
        )
        return {
            one.entry: f"{known[match.claim.line].number}/{known[match.claim.line].line}"
            for match in matches if match.outcome == MATCHED or on_its_receipt(match)
            for one in match.redemptions
        }

    def _statuses(self, recorded: list[EntryRow]) -> dict[bytes, str]:
        """Whether each redemption can be paid for, or why not."""
        undone = {row.reverses for row in recorded if row.reverses is not None}
        statuses = {}
        for row in recorded:
            if row.kind != "redeem":
                continue
            status = REVERSED if row.id in undone else OPEN
            if row.settlement is not None:
                status = SETTLED_BEFORE
            if row.account != self.account:
                status = ANOTHER_RETAILER
            statuses[row.id] = status
        return statuses

    def _held(self, claimed: list[ClaimRow], recorded: list[EntryRow]) -> Iterator[ClaimMatch]:
        """The matches that this statement's settlements hold already."""
        by_line: dict[int, list[Redemption]] = {}
        for row in recorded:
            if row.line is not None and row.kind == "redeem":
                by_line.setdefault(row.line, []).append(self._redemption(row, OPEN))
        for claim in claimed:
            if claim.line in by_line:
                yield agreed(self._claim(claim), by_line[claim.line])._replace(is_settled=True)

    def _unclaimed(
        self, recorded: list[EntryRow], statuses: dict[bytes, str], made: list[ClaimMatch]
    ) -> Iterator[Unclaimed]:
        covered = {one.entry for match in made for one in match.redemptions}
        settled = {
            row.id: row.settlement for row in recorded if row.settlement is not None
        }
        for row in recorded:
            if not self.opens_at <= row.occurred_at < self.closes_at:
                continue
            if row.kind == "redeem":
                if statuses[row.id] == OPEN and row.id not in covered \
                        and self.bills_for.holds(row.store):
                    yield _unclaimed(UNBILLED, row)
            elif (
                row.account == self.account and row.settlement is None
                and row.reverses in settled
            ):
                yield _unclaimed(NOT_CREDITED, row, settled[row.reverses])

    def _claim(self, row: ClaimRow) -> ClaimLine:
        store = row.store if row.store in self.stores else None
        return ClaimLine(
            row.line, row.amount_minor, row.receipt, row.date, store, row.shown
        )

    def _redemption(self, row: EntryRow, status: str) -> Redemption:
        day = date_at(row.occurred_at, self.zone)
        return Redemption(
            row.id, row.seq, row.amount_minor, row.receipt, day, row.store, status
        )


def _unclaimed(rule: str, row: EntryRow, settlement: bytes | None = None) -> Unclaimed:
    return Unclaimed(
        rule, row.id, row.voucher, row.seq, row.amount_minor, row.store,
        row.receipt, row.occurred_at, settlement,
    )
