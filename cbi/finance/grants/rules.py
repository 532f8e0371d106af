"""What `check` holds of grants: what is allotted to them is what the ledger moved, unit by unit."""

from collections import Counter
from collections.abc import Iterator, Sequence

from cbi.audit.rule_results import Violation
from cbi.finance.grants.lines import Allotted, allotted
from cbi.storage import ReadTransaction

_LEDGER = """
SELECT v.round AS place, CASE e.kind WHEN 'reverse' THEN 'redeem' WHEN 'honour' THEN 'expire'
       ELSE e.kind END AS kind,
       sum(CASE WHEN e.kind IN ('reverse', 'honour') THEN -e.amount_minor ELSE e.amount_minor END)
FROM entry e JOIN voucher v ON v.id = e.voucher
WHERE e.amount_minor > 0 AND v.round IN (SELECT round FROM round_grant) GROUP BY 1, 2
UNION ALL
SELECT v.round, k.kind, sum(CASE k.kind WHEN 'settle' THEN l.settled_minor
       WHEN 'waive' THEN l.waived_minor ELSE l.discount_minor END)
FROM settlement_line l JOIN entry e ON e.id = l.entry JOIN voucher v ON v.id = e.voucher
CROSS JOIN (SELECT 'settle' AS kind UNION ALL SELECT 'waive' UNION ALL SELECT 'discount') k
WHERE v.round IN (SELECT round FROM round_grant) GROUP BY 1, 2
"""
_MONEY = """
SELECT s.number, s.fee_minor, coalesce(sum(p.amount_minor), 0), coalesce(sum(p.fee_minor), 0)
FROM settlement s LEFT JOIN payment p ON p.settlement = s.id
WHERE NOT EXISTS (
    SELECT 1 FROM settlement_line l JOIN entry e ON e.id = l.entry
    JOIN voucher v ON v.id = e.voucher
    WHERE l.settlement = s.id AND v.round NOT IN (SELECT round FROM round_grant))
GROUP BY s.number, s.fee_minor ORDER BY s.number
"""
_BY_SETTLEMENT = ("fee", "pay", "bank-fee")
_STRAY = """
SELECT f.round FROM round_grant f LEFT JOIN donor_grant g ON g.code = f.grant_code
LEFT JOIN round r ON r.code = f.round
WHERE g.code IS NULL OR r.code IS NULL OR g.programme <> r.programme ORDER BY f.round
"""


def grants_add_up(tx: ReadTransaction) -> Iterator[Violation]:
    """By round and kind, and by settlement, all grants together have what the ledger has; and
    none has more redeemed, expired and void than was issued of it.
    """
    for (code,) in tx.tuples(_STRAY):
        yield Violation(code, "grant.check-stray")
    try:
        found = list(allotted(tx))
    except (ArithmeticError, LookupError, ValueError):  # rows that no fund of ours has
        yield Violation("round_grant", "grant.check-unreadable")
        return
    yield from _differences(tx, found)
    yield from _overdrawn(found)


def _differences(tx: ReadTransaction, found: Sequence[Allotted]) -> Iterator[Violation]:
    sums: Counter[tuple[str, str]] = Counter()
    for one in found:
        of = one.round if one.kind not in _BY_SETTLEMENT else one.settlement or one.reference
        sums[of, one.kind] += one.amount_minor
    told = {(str(place), str(kind)): int(minor) for place, kind, minor in tx.tuples(_LEDGER)}
    for number, *amounts in tx.tuples(_MONEY):
        told |= {(str(number), kind): int(minor)
                 for kind, minor in zip(_BY_SETTLEMENT, amounts, strict=True)}
    for (place, kind), minor in sorted(told.items()):
        if sums[place, kind] != minor:
            yield Violation(f"{place} {kind}", "finance.check-amount-missing",
                            {"minor": minor - sums[place, kind]})


def _overdrawn(found: Sequence[Allotted]) -> Iterator[Violation]:
    left: Counter[tuple[str, str]] = Counter()
    for one in found:
        if one.kind in ("issue", "redeem", "expire", "void"):
            left[one.grant, one.round] += one.amount_minor * (1 if one.kind == "issue" else -1)
    for (grant, code), minor in sorted(left.items()):
        if minor < 0:
            yield Violation(f"{grant} {code}", "grant.check-overdrawn", {"minor": -minor})
