"""Engines, transactions, migrations, backup; knows nothing of vouchers."""

from cbi.storage.database import Database
from cbi.storage.faults import CommitInDoubt, ConstraintViolation
from cbi.storage.transactions import Engine, ReadTransaction, WriteTransaction

__all__ = [
    "CommitInDoubt",
    "ConstraintViolation",
    "Database",
    "Engine",
    "ReadTransaction",
    "WriteTransaction",
]
