"""Names of files that a database keeps beside itself, and that nothing else may take."""

from pathlib import PurePath

_ENDINGS = ("-wal", "-shm", "-journal", ".lock")


def belongs_to_a_database(path: PurePath) -> bool:
    """Whether a file of this name would be taken for a part of the database beside it.

    SQLite empties or deletes what it finds under these names, so they are no place for a backup or
    a report even where nothing stands there yet.
    """
    return path.name.lower().endswith(_ENDINGS)
