"""What a test knows of a value and its type does not say."""

from typing import TypeVar

from cbi.storage.database import Database
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.sqlite import SqliteDatabase

Found = TypeVar("Found")


def there(found: Found | None) -> Found:
    """What was found; nothing found is a failure of the test."""
    assert found is not None
    return found


def as_postgres(database: Database) -> PostgresDatabase:
    """The database of a test that is PostgreSQL's alone."""
    assert isinstance(database, PostgresDatabase)
    return database


def as_sqlite(database: Database) -> SqliteDatabase:
    """The database of a test that is SQLite's alone."""
    assert isinstance(database, SqliteDatabase)
    return database
