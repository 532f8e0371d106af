"""The composition root: settings become clock, keys, ledger, vault and operator.

`ledger_context` makes them, `paths` says where things stand, `rooms` gathers the tables and the
rules of every room. Everything below is handed what it needs; nothing below reaches for it.
"""

from cbi.context.ledger_context import PRACTICE_STRETCHING, Ask, Identity, LedgerContext
from cbi.context.paths import (
    StoragePaths,
    fault_file,
    is_postgres,
    making_folder,
    open_database,
    sweep_killed,
)
from cbi.context.rooms import check_everything, ledger_metadata, vault_metadata

__all__ = [
    "PRACTICE_STRETCHING", "Ask", "Identity", "LedgerContext", "StoragePaths", "check_everything",
    "fault_file", "is_postgres", "ledger_metadata", "making_folder", "open_database",
    "sweep_killed", "vault_metadata",
]

READS = ("ledger_identity", "practice_clock")
"""Tables of rooms beneath that this one reads."""
