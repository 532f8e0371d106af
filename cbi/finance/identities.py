"""The identities that hold exactly: each side is computed by itself, then they are compared.

Of vouchers, by round, city and category: issued = redeemed + outstanding + expired + void, and in
counts issued = open + used up + closed. Of retailers: redeemed = settled + waived + unsettled;
claimed = accepted + rejected + pending; accepted less what reversals took back, the discounts and
the fees of contracts = paid + payable.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import NamedTuple

from sqlmodel import select

from cbi.audit.rule_results import RuleResult, Violation
from cbi.finance.bank.rules import bank_adds_up
from cbi.finance.decisions.approval_rules import enough_people
from cbi.finance.grants.rules import grants_add_up
from cbi.finance.reconciliation.exceptions import DecisionRow, decision_hash
from cbi.finance.settling.contracts import terms_hold
from cbi.programmes.tables import RoundRow
from cbi.storage import ReadTransaction


@dataclass(frozen=True, slots=True)
class VoucherBalance:
    """Of one round, city and category; amounts in minor units of `currency`."""

    round: str
    city: str
    category: str
    currency: str
    issued_minor: int
    redeemed_minor: int
    outstanding_minor: int
    expired_minor: int
    void_minor: int
    issued_count: int
    open_count: int
    used_up_count: int
    closed_count: int

    @property
    def difference_minor(self) -> int:
        """What is missing from the issued amount; 0 where the books are right."""
        return self.issued_minor - (
            self.redeemed_minor + self.outstanding_minor + self.expired_minor + self.void_minor
        )

    @property
    def difference_count(self) -> int:
        """How many vouchers are missing from those issued."""
        return self.issued_count - (self.open_count + self.used_up_count + self.closed_count)


@dataclass(frozen=True, slots=True)
class Within:
    """A part of the books: redemptions of these rounds, claims and payments of these statements."""

    rounds: frozenset[str]
    statements: frozenset[str]


@dataclass(frozen=True, slots=True)
class RetailerBalance:
    """Of one retailer in one currency, in minor units. `deducted` is what reversals took back."""

    retailer: str
    currency: str
    redeemed_minor: int = 0
    settled_minor: int = 0
    waived_minor: int = 0
    unsettled_minor: int = 0
    claimed_minor: int = 0
    accepted_minor: int = 0
    rejected_minor: int = 0
    pending_minor: int = 0
    deducted_minor: int = 0
    discount_minor: int = 0
    fee_minor: int = 0
    paid_minor: int = 0
    payable_minor: int = 0

    def differences(self) -> dict[str, int]:
        """What is missing from each identity; all 0 where the books are right."""
        return {
            "redeemed": self.redeemed_minor
            - (self.settled_minor + self.waived_minor + self.unsettled_minor),
            "claimed": self.claimed_minor
            - (self.accepted_minor + self.rejected_minor + self.pending_minor),
            "accepted": self.accepted_minor - self.deducted_minor
            - (self.discount_minor + self.fee_minor + self.paid_minor + self.payable_minor),
            "settled": self.settled_minor - (self.accepted_minor - self.deducted_minor),
        }


_AMOUNTS = [one.name for one in fields(RetailerBalance) if one.name.endswith("_minor")]


class _Moved(NamedTuple):
    """What the journal says of one round, city and category."""

    round: str
    city: str
    category: str
    currency: str
    issued_minor: int = 0
    redeemed_minor: int = 0
    expired_minor: int = 0
    void_minor: int = 0
    issued_count: int = 0


class _Left(NamedTuple):
    """What its vouchers say."""

    round: str
    city: str
    category: str
    currency: str
    outstanding_minor: int = 0
    open_count: int = 0
    used_up_count: int = 0
    closed_count: int = 0


class _Redeemed(NamedTuple):
    """What was redeemed at a retailer in one round, and what of it was settled."""

    retailer: str
    currency: str
    round: str
    redeemed_minor: int
    settled_minor: int
    waived_minor: int
    unsettled_minor: int
    deducted_minor: int


class Claimed(NamedTuple):
    """What a statement claims, and what became of it."""

    retailer: str
    currency: str
    statement: str
    claimed_minor: int
    accepted_minor: int
    rejected_minor: int
    pending_minor: int


class _Paid(NamedTuple):
    """What was paid on a statement, what its contract takes off, and what is not paid yet."""

    retailer: str
    currency: str
    statement: str
    discount_minor: int
    fee_minor: int
    paid_minor: int
    payable_minor: int


class _ClaimBeyond(NamedTuple):
    """A claim that is settled for more than it asks."""

    number: str
    line: int


_JOURNAL = """
SELECT v.round, v.city, v.category, v.currency,
       sum(CASE WHEN e.kind = 'issue' THEN e.amount_minor ELSE 0 END) AS issued_minor,
       sum(CASE e.kind WHEN 'redeem' THEN e.amount_minor WHEN 'reverse' THEN -e.amount_minor
           ELSE 0 END) AS redeemed_minor,
       sum(CASE e.kind WHEN 'expire' THEN e.amount_minor WHEN 'honour' THEN -e.amount_minor
           ELSE 0 END) AS expired_minor,
       sum(CASE WHEN e.kind = 'void' THEN e.amount_minor ELSE 0 END) AS void_minor,
       sum(CASE WHEN e.kind = 'issue' THEN 1 ELSE 0 END) AS issued_count
FROM entry e JOIN voucher v ON v.id = e.voucher
GROUP BY v.round, v.city, v.category, v.currency
"""
_ROWS = """
SELECT round, city, category, currency,
       sum(face_minor - spent_minor - closed_minor) AS outstanding_minor,
       sum(CASE WHEN state NOT IN ('void', 'expired') AND spent_minor < face_minor
           THEN 1 ELSE 0 END) AS open_count,
       sum(CASE WHEN spent_minor = face_minor THEN 1 ELSE 0 END) AS used_up_count,
       sum(CASE WHEN state IN ('void', 'expired') AND spent_minor < face_minor
           THEN 1 ELSE 0 END) AS closed_count
FROM voucher GROUP BY round, city, category, currency
"""
_REDEEMED = """
SELECT m.account AS retailer, m.currency, m.round, sum(m.amount_minor) AS redeemed_minor,
       sum(coalesce(l.settled_minor, 0)) AS settled_minor,
       sum(coalesce(l.waived_minor, 0)) AS waived_minor,
       sum(CASE WHEN l.entry IS NULL THEN m.amount_minor ELSE 0 END) AS unsettled_minor,
       sum(CASE WHEN l.settled_minor < 0 THEN -l.settled_minor ELSE 0 END) AS deducted_minor
FROM (SELECT e.id, v.currency, v.round,
             CASE WHEN e.kind = 'redeem' THEN e.credit ELSE e.debit END AS account,
             CASE WHEN e.kind = 'redeem' THEN e.amount_minor ELSE -e.amount_minor END
             AS amount_minor
      FROM entry e JOIN voucher v ON v.id = e.voucher
      WHERE e.kind IN ('redeem', 'reverse')) m
LEFT JOIN settlement_line l ON l.entry = m.id
GROUP BY m.account, m.currency, m.round
"""
_CLAIMED = """
WITH settled AS (
    SELECT a.statement, a.line, a.settlement, sum(l.settled_minor) AS settled_minor
    FROM acceptance a JOIN settlement_line l ON l.entry = a.entry
    GROUP BY a.statement, a.line, a.settlement),
said AS (
    SELECT x.statement, x.line, d.verdict, row_number() OVER (
        PARTITION BY x.statement, x.line ORDER BY d.decided_at DESC, d.id DESC) AS place
    FROM decision d JOIN exception x ON x.id = d.exception WHERE x.line IS NOT NULL)
SELECT s.retailer, s.currency, s.number AS statement, sum(c.amount_minor) AS claimed_minor,
       sum(coalesce(t.settled_minor, 0)) AS accepted_minor,
       sum(CASE WHEN t.line IS NOT NULL THEN c.amount_minor - t.settled_minor
           WHEN n.verdict = 'reject' THEN c.amount_minor ELSE 0 END) AS rejected_minor,
       sum(CASE WHEN t.line IS NULL AND coalesce(n.verdict, '') <> 'reject'
           THEN c.amount_minor ELSE 0 END) AS pending_minor
FROM claim c JOIN statement s ON s.id = c.statement AND s.withdrawn_at IS NULL
LEFT JOIN settled t ON t.statement = c.statement AND t.line = c.line
LEFT JOIN said n ON n.statement = c.statement AND n.line = c.line AND n.place = 1
GROUP BY s.retailer, s.currency, s.number
"""
_PAID = """
SELECT s.retailer, t.currency, t.number AS statement, sum(s.discount_minor) AS discount_minor,
       sum(s.fee_minor) AS fee_minor, sum(coalesce(p.paid_minor, 0)) AS paid_minor,
       sum(coalesce(p.left_minor, s.payable_minor)) AS payable_minor
FROM settlement s JOIN statement t ON t.id = s.statement
LEFT JOIN (SELECT settlement, sum(amount_minor) AS paid_minor, min(left_minor) AS left_minor
           FROM payment GROUP BY settlement) p ON p.settlement = s.id
GROUP BY s.retailer, t.currency, t.number
"""


def voucher_balances(
    tx: ReadTransaction, *, programme: str | None = None, round_code: str | None = None
) -> list[VoucherBalance]:
    """Every round, city and category: from the journal what moved, from the rows what is left."""
    asked = select(RoundRow.code)
    if programme is not None:
        asked = asked.where(RoundRow.programme == programme)
    if round_code is not None:
        asked = asked.where(RoundRow.code == round_code)
    wanted = set(tx.all(asked))
    moved = {row[:4]: row for row in tx.read(_Moved, _JOURNAL)}
    left = {row[:4]: row for row in tx.read(_Left, _ROWS)}
    return [
        _balance(moved.get(key, _Moved(*key)), left.get(key, _Left(*key)))
        for key in sorted(moved.keys() | left.keys()) if key[0] in wanted
    ]


def _balance(moved: _Moved, left: _Left) -> VoucherBalance:
    """PostgreSQL sums to decimals; ours are whole numbers."""
    return VoucherBalance(
        *moved[:4],
        issued_minor=int(moved.issued_minor), redeemed_minor=int(moved.redeemed_minor),
        outstanding_minor=int(left.outstanding_minor), expired_minor=int(moved.expired_minor),
        void_minor=int(moved.void_minor), issued_count=moved.issued_count,
        open_count=left.open_count, used_up_count=left.used_up_count,
        closed_count=left.closed_count,
    )


def retailer_balances(
    tx: ReadTransaction, *, retailer: str | None = None, within: Within | None = None
) -> list[RetailerBalance]:
    """Every retailer: from the journal, the claims and the payments; `within` a part of them."""
    sums: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for redeemed in tx.read(_Redeemed, _REDEEMED):
        if within is None or redeemed.round in within.rounds:
            whose = redeemed.retailer.removeprefix("retailer:")
            sums[whose, redeemed.currency].update(_amounts(redeemed))
    billed: list[Claimed | _Paid] = [*tx.read(Claimed, _CLAIMED), *tx.read(_Paid, _PAID)]
    for row in billed:
        if within is None or row.statement in within.statements:
            sums[row.retailer, row.currency].update(_amounts(row))
    return [
        RetailerBalance(*whose, *(sums[whose][name] for name in _AMOUNTS))
        for whose in sorted(sums) if retailer is None or whose[0] == retailer
    ]


def claims_by_statement(tx: ReadTransaction) -> dict[str, Claimed]:
    """What came of every statement's claims, by its number; those withdrawn are none."""
    return {one.statement: one for one in tx.read(Claimed, _CLAIMED)}


def check(tx: ReadTransaction) -> list[RuleResult]:
    """The identities and the decisions' hashes, as `cbi check` runs them."""
    vouchers = voucher_balances(tx)
    retailers = retailer_balances(tx)
    return [
        RuleResult("issued-adds-up", tuple(_voucher_wrongs(vouchers))),
        *(
            RuleResult(f"{name}-adds-up", tuple(
                _missing(f"{one.retailer} {one.currency}", difference)
                for one in retailers if (difference := one.differences()[name])
            ))
            for name in ("redeemed", "claimed", "accepted", "settled")
        ),
        RuleResult("claims-settled-within", tuple(_claims_within(tx))),
        RuleResult("statements-hold", tuple(_statements_hold(tx))),
        RuleResult("bank-adds-up", tuple(bank_adds_up(tx))),
        RuleResult("grants-add-up", tuple(grants_add_up(tx))),
        RuleResult("terms-followed", tuple(terms_hold(tx))),
        RuleResult("enough-people", tuple(enough_people(tx))),
        RuleResult("decisions-hold", tuple(
            Violation(row.id.hex(), "finance.check-decision-changed")
            for row in tx.read_each(DecisionRow, "SELECT * FROM decision")
            if decision_hash(row) != row.hash
        )),
    ]


def _missing(where: str, difference_minor: int) -> Violation:
    return Violation(where, "finance.check-amount-missing", {"minor": difference_minor})


def _voucher_wrongs(balances: list[VoucherBalance]) -> Iterator[Violation]:
    for one in balances:
        where = f"{one.round} {one.city} {one.category}"
        if one.difference_minor:
            yield _missing(where, one.difference_minor)
        if one.difference_count:
            yield Violation(
                where, "finance.check-vouchers-missing", {"count": one.difference_count}
            )


def _claims_within(tx: ReadTransaction) -> Iterator[Violation]:
    """No claim is settled for more than it asks, and none without being on its settlement."""
    for one in tx.read(
        _ClaimBeyond,
        "SELECT s.number, a.line FROM acceptance a JOIN statement s ON s.id = a.statement "
        "LEFT JOIN claim c ON c.statement = a.statement AND c.line = a.line "
        "LEFT JOIN settlement_line l ON l.entry = a.entry AND l.settlement = a.settlement "
        "GROUP BY s.number, a.line, c.amount_minor "
        "HAVING count(*) <> count(l.entry) "
        "OR coalesce(sum(l.settled_minor) > c.amount_minor, 1 = 1) ORDER BY s.number, a.line"
    ):
        yield Violation(f"{one.number}/{one.line}", "finance.check-settled-beyond")


def _statements_hold(tx: ReadTransaction) -> Iterator[Violation]:
    for number, in tx.tuples(
        "SELECT s.number FROM statement s LEFT JOIN claim c ON c.statement = s.id "
        "GROUP BY s.id, s.number, s.line_count, s.claimed_minor "
        "HAVING count(c.line) <> s.line_count "
        "OR coalesce(sum(c.amount_minor), 0) <> s.claimed_minor ORDER BY s.number"
    ):
        yield Violation(number, "finance.check-lines-differ")


def _amounts(row: _Redeemed | Claimed | _Paid) -> dict[str, int]:
    """What a row adds to a retailer's balance; PostgreSQL sums to decimals, ours are whole."""
    return {name: int(getattr(row, name)) for name in _AMOUNTS if name in row._fields}
