"""Engines, transactions, migrations, backup; knows nothing of vouchers."""

from cbi.storage.database import Database
from cbi.storage.faults import CommitInDoubt, Refused
from cbi.storage.transactions import Engine, Reading, Record, Writing

__all__ = ["CommitInDoubt", "Database", "Engine", "Reading", "Record", "Refused", "Writing"]
