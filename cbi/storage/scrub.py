"""What was deleted must be gone from the files too, not only from the tables.

SQLite overwrites deleted rows with zeros (`secure_delete`), but the write-ahead log still holds the
pages as they were, until it is folded in and emptied. On PostgreSQL that is the server's work
(vacuum, and its own log's recycling); docs say how to hurry it.
"""

from cbi.storage.database import Database
from cbi.storage.faults import translated


def emptied_log(database: Database) -> bool:
    """Fold the write-ahead log in and empty it; False while another program reads from it."""
    if database.engine == "postgresql":
        return True
    with translated():
        busy = database.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy
