"""The identities that hold exactly: each side is computed by itself, then they are compared.

Of vouchers, by round, city and category: issued = redeemed + outstanding + expired + void, and in
counts issued = open + used up + closed. Of retailers: redeemed = settled + waived + unsettled;
claimed = accepted + rejected + pending; accepted less what reversals took back = paid + payable.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from cbi.audit.rule_results import RuleResult, Violation
from cbi.finance.exceptions import decision_hash
from cbi.storage import ReadTransaction, Record


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
            - (self.paid_minor + self.payable_minor),
            "settled": self.settled_minor - (self.accepted_minor - self.deducted_minor),
        }


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
SELECT m.account, m.currency, m.round, sum(m.amount_minor) AS redeemed_minor,
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
SELECT s.retailer, s.currency, s.number, sum(c.amount_minor) AS claimed_minor,
       sum(coalesce(t.settled_minor, 0)) AS accepted_minor,
       sum(CASE WHEN t.line IS NOT NULL THEN c.amount_minor - t.settled_minor
           WHEN n.verdict = 'reject' THEN c.amount_minor ELSE 0 END) AS rejected_minor,
       sum(CASE WHEN t.line IS NULL AND coalesce(n.verdict, '') <> 'reject'
           THEN c.amount_minor ELSE 0 END) AS pending_minor
FROM claim c JOIN statement s ON s.id = c.statement
LEFT JOIN settled t ON t.statement = c.statement AND t.line = c.line
LEFT JOIN said n ON n.statement = c.statement AND n.line = c.line AND n.place = 1
GROUP BY s.retailer, s.currency, s.number
"""
_PAID = """
SELECT s.retailer, t.currency, t.number, sum(coalesce(p.amount_minor, 0)) AS paid_minor,
       sum(CASE WHEN p.id IS NULL THEN s.accepted_minor ELSE 0 END) AS payable_minor
FROM settlement s JOIN statement t ON t.id = s.statement
LEFT JOIN payment p ON p.settlement = s.id
GROUP BY s.retailer, t.currency, t.number
"""
_GROUP = ("round", "city", "category", "currency")
_PARTS = {"round": "rounds", "number": "statements"}


def voucher_balances(
    tx: ReadTransaction, *, programme: str | None = None, round_code: str | None = None
) -> list[VoucherBalance]:
    """Every round, city and category: from the journal what moved, from the rows what is left."""
    wanted = {row["code"] for row in tx.rows(
        "SELECT code FROM round WHERE :programme IN ('', programme) AND :round IN ('', code)",
        programme=programme or "", round=round_code or "",
    )}
    found: dict[tuple[object, ...], Record] = {}
    for query in (_JOURNAL, _ROWS):
        for row in tx.rows(query):
            key = tuple(row[name] for name in _GROUP)
            found.setdefault(key, {}).update(_whole(row, _GROUP))
    empty = dict.fromkeys(VoucherBalance.__dataclass_fields__, 0)
    return [
        VoucherBalance(**{**empty, **found[key]})
        for key in sorted(found, key=str) if key[0] in wanted
    ]


def retailer_balances(
    tx: ReadTransaction, *, retailer: str | None = None, within: Within | None = None
) -> list[RetailerBalance]:
    """Every retailer: from the journal, the claims and the payments; `within` a part of them."""
    found: dict[tuple[str, str], Record] = {}
    for query, part in ((_REDEEMED, "round"), (_CLAIMED, "number"), (_PAID, "number")):
        for row in tx.rows(query):
            account, of = row.pop("account", None), row.pop(part)
            if within is not None and of not in getattr(within, _PARTS[part]):
                continue
            if account is not None:
                row["retailer"] = account.removeprefix("retailer:")
            kept = found.setdefault((row["retailer"], row["currency"]), {})
            for name, value in _whole(row, ("retailer", "currency")).items():
                kept[name] = value if isinstance(value, str) else kept.get(name, 0) + value
    return [
        RetailerBalance(**found[key]) for key in sorted(found)
        if retailer is None or key[0] == retailer
    ]


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
        RuleResult("decisions-hold", tuple(
            Violation(row["id"].hex(), "finance.check-decision-changed")
            for row in tx.each("SELECT * FROM decision") if decision_hash(row) != row["hash"]
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
    for row in tx.rows(
        "SELECT s.number, a.line FROM acceptance a JOIN statement s ON s.id = a.statement "
        "LEFT JOIN claim c ON c.statement = a.statement AND c.line = a.line "
        "LEFT JOIN settlement_line l ON l.entry = a.entry AND l.settlement = a.settlement "
        "GROUP BY s.number, a.line, c.amount_minor "
        "HAVING count(*) <> count(l.entry) "
        "OR coalesce(sum(l.settled_minor) > c.amount_minor, 1 = 1) ORDER BY s.number, a.line"
    ):
        yield Violation(f"{row['number']}/{row['line']}", "finance.check-settled-beyond")


def _statements_hold(tx: ReadTransaction) -> Iterator[Violation]:
    for row in tx.rows(
        "SELECT s.number FROM statement s LEFT JOIN claim c ON c.statement = s.id "
        "GROUP BY s.id, s.number, s.line_count, s.claimed_minor "
        "HAVING count(c.line) <> s.line_count "
        "OR coalesce(sum(c.amount_minor), 0) <> s.claimed_minor ORDER BY s.number"
    ):
        yield Violation(row["number"], "finance.check-lines-differ")


def _whole(row: Record, names: tuple[str, ...]) -> Record:
    """PostgreSQL sums to decimals; ours are whole numbers."""
    return {name: value if name in names else int(value) for name, value in row.items()}
