"""Who may pay a settlement: finance, less whoever settled it or decided on its statement.

Told before somebody settles, so that an office of two does not settle what neither of them can pay.
"""

from cbi.finance.reconciliation.exceptions import deciders
from cbi.ledger.settling import duties_apart
from cbi.operators.accounts import operators
from cbi.operators.permissions import may
from cbi.storage import ReadTransaction


def kept_from_paying(
    tx: ReadTransaction, statement: bytes, retailer: str, made_by: str
) -> frozenset[str]:
    """Whose hand was in what is to be paid; nobody's where duties are not kept apart."""
    if not duties_apart(tx, retailer):
        return frozenset()
    return frozenset({made_by, *deciders(tx, statement)})


def payers(tx: ReadTransaction, statement: bytes, retailer: str, made_by: str) -> list[str]:
    """The operators who may pay it, by name."""
    kept = kept_from_paying(tx, statement, retailer, made_by)
    return [
        one.name for one in operators(tx)
        if may(one.roles, "settlement.pay") and one.disabled_at is None and one.name not in kept
    ]
