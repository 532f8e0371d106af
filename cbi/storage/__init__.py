"""Engines, transactions, migrations, backup; knows nothing of vouchers."""

from cbi.storage.database import Database
from cbi.storage.faults import Refused
from cbi.storage.transactions import Engine, Reading, Record, Writing

__all__ = ["Database", "Engine", "Reading", "Record", "Refused", "Writing"]
