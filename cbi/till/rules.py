"""What `check` knows of shifts: each is its lines, and each line is its cashier's, at its store."""

from typing import Final, NamedTuple

from cbi.audit.rule_results import RuleResult, Violation
from cbi.storage.transactions import ReadTransaction


class _ShiftHeld(NamedTuple):
    """A shift as it says it is, and what its lines come to; `unfit` of them are not its own."""

    store: str
    operator: str
    number: int
    line_count: int
    receipts: int
    amount_minor: int
    lines: int
    standing: int
    net_minor: int
    unfit: int


_HELD: Final = """SELECT s.store, s.operator, s.number, s.line_count, s.receipts, s.amount_minor,
count(l.entry) AS lines,
sum(CASE WHEN e.kind = 'redeem' AND taken.entry IS NULL THEN 1 ELSE 0 END) AS standing,
CAST(coalesce(sum(CASE e.kind WHEN 'redeem' THEN e.amount_minor WHEN 'reverse' THEN -e.amount_minor
    END), 0) AS bigint) AS net_minor,
sum(CASE WHEN e.store = s.store AND v.currency = s.currency
    AND ((e.kind = 'redeem' AND e.operator = s.operator)
         OR (e.kind = 'reverse' AND o.operator = s.operator)) THEN 0 ELSE 1 END) AS unfit
FROM till_shift s LEFT JOIN till_shift_line l ON l.shift = s.id
LEFT JOIN entry e ON e.id = l.entry LEFT JOIN voucher v ON v.id = e.voucher
LEFT JOIN entry o ON o.id = e.reverses
LEFT JOIN entry back ON back.reverses = e.id
LEFT JOIN till_shift_line taken ON taken.entry = back.id AND taken.shift = s.id
GROUP BY s.id, s.store, s.operator, s.number, s.line_count, s.receipts, s.amount_minor
ORDER BY s.store, s.operator, s.number"""
_ASTRAY: Final = """SELECT count(*) FROM till_shift_line l LEFT JOIN till_shift s ON s.id = l.shift
WHERE s.id IS NULL"""


def shifts_add_up(tx: ReadTransaction) -> RuleResult:
    """Every closed shift has the lines that it counts, and they are its cashier's."""
    wrong = [
        Violation(f"{one.store}/{one.operator}/{one.number}", "check.shift-differs")
        for one in tx.read(_ShiftHeld, _HELD)
        if one.unfit or (one.line_count, one.receipts, one.amount_minor) != (
            one.lines, one.standing, one.net_minor
        )
    ]
    astray: int = tx.value(_ASTRAY)
    if astray:
        wrong.append(Violation("till_shift_line", "check.shift-lines-astray", {"count": astray}))
    return RuleResult("shifts-add-up", tuple(wrong))
