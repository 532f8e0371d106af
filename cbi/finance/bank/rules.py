"""What `check` holds of the bank's lines: each paid what it says, to the minor unit, and once."""

from collections.abc import Iterator

from cbi.audit.rule_results import Violation
from cbi.storage import ReadTransaction

_PAID = """
SELECT f.number, l.number, l.amount_minor, e.fee_minor, e.kind, count(m.payment),
       coalesce(sum(p.amount_minor), 0), count(p.id)
FROM bank_line l JOIN bank_file f ON f.id = l.file JOIN bank_end e ON e.line = l.id
LEFT JOIN bank_match m ON m.line = l.id LEFT JOIN payment p ON p.id = m.payment
GROUP BY f.number, l.number, l.amount_minor, e.fee_minor, e.kind ORDER BY f.number, l.number
"""
_STRAY = """
SELECT f.number, l.number FROM bank_match m JOIN bank_line l ON l.id = m.line
JOIN bank_file f ON f.id = l.file LEFT JOIN bank_end e ON e.line = m.line WHERE e.line IS NULL
"""
_FILES = """
SELECT f.number FROM bank_file f LEFT JOIN bank_line l ON l.file = f.id
GROUP BY f.id, f.number, f.line_count, f.out_minor
HAVING count(l.id) <> f.line_count OR coalesce(sum(l.amount_minor), 0) <> f.out_minor
"""


def bank_adds_up(tx: ReadTransaction) -> Iterator[Violation]:
    """Files are their lines; a line is its payments and the bank's fee, or none of ours."""
    for (number,) in tx.tuples(_FILES):
        yield Violation(number, "bank.check-lines-differ")
    for file, line, amount, fee, kind, matched, paid, found in tx.tuples(_PAID):
        fits = matched == found > 0 and int(paid) + fee == amount
        if fits != (kind == "paid") or (kind == "aside" and matched):
            yield Violation(f"{file}/{line}", "bank.check-not-paid")
    for file, line in tx.tuples(_STRAY):
        yield Violation(f"{file}/{line}", "bank.check-not-paid")
