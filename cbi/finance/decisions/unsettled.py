"""Which statements can be settled: nothing of them is undecided, and something is left to settle.

It is asked often, so it goes by what was done with a statement and not line by line.
"""

from sqlmodel import select

from cbi.finance.reconciliation.exceptions import rejected_lines
from cbi.finance.tables import Statement
from cbi.ledger.tables import SettlementRow
from cbi.storage import ReadTransaction

_DECIDED_SINCE = """
SELECT DISTINCT x.statement FROM exception x JOIN decision d ON d.exception = x.id
JOIN (SELECT statement, max(made_at) AS made_at FROM settlement GROUP BY statement) s
  ON s.statement = x.statement
WHERE x.current = 1 AND d.verdict IN ('accept', 'waive') AND d.decided_at > s.made_at
  AND NOT EXISTS (SELECT 1 FROM decision n WHERE n.exception = d.exception
    AND (n.decided_at > d.decided_at OR (n.decided_at = d.decided_at AND n.id > d.id)))
"""


def to_settle(tx: ReadTransaction, known: list[Statement]) -> list[Statement]:
    """Those of these statements, of which nothing is undecided, that a settlement waits for: of
    which none is made yet and not every line was rejected, or more was accepted since the last."""
    settled = set(tx.all(select(SettlementRow.statement).distinct()))
    since = {key for key, in tx.tuples(_DECIDED_SINCE)}
    return [
        one for one in known if one.reconciled_at is not None and one.withdrawn_at is None and (
            one.id in since if one.id in settled
            else len(rejected_lines(tx, one.id)) < one.line_count
        )
    ]
