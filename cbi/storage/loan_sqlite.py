"""SQLAlchemy's dialect for SQLite, over a connection on loan."""

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from cbi.storage.loan import OnLoan


class SqliteOnLoan(OnLoan, SQLiteDialect_pysqlite):
    """SQLite through the driver that `cbi.storage.sqlite` chose."""

    supports_statement_cache = True
