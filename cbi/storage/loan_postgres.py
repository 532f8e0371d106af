"""SQLAlchemy's dialect for PostgreSQL, over a connection on loan."""

from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from cbi.storage.loan import OnLoan


class PostgresOnLoan(OnLoan, PGDialect_psycopg):
    """PostgreSQL through psycopg."""

    supports_statement_cache = True
