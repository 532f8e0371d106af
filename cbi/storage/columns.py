"""The few kinds of column that every table is made of, the same on both engines.

SQLModel describes tables; what a field's annotation promises is not enforced by it, so each rule
stands as a named CHECK, and SQLite's tables are STRICT. Integers are 64-bit everywhere: thirty
million tenge in tiyn overflow 32 bits.
"""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Dialect, LargeBinary, Text
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field

WHOLE = BigInteger().with_variant(sqlite.INTEGER(), "sqlite")


class Flag(TypeDecorator[bool]):
    """A yes or no, which stands in the database as 1 or 0."""

    impl = BigInteger
    cache_ok = True

    @property
    def python_type(self) -> type[bool]:
        """What a row has of it."""
        return bool

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The same whole number as every other."""
        return WHOLE.dialect_impl(dialect)

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        """As the column holds it."""
        return None if value is None else int(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        """As Python says it."""
        return None if value is None else bool(value)


GROWS: dict[str, Any] = {"sqlite_with_rowid": False, "sqlite_strict": True}
"""Table options of an append-only table; attach the triggers with `append_only`."""


def changes(*columns: str, delete: bool = False) -> dict[str, Any]:
    """Table options of a table whose named columns the application may change ('*': all)."""
    return {
        "sqlite_with_rowid": False,
        "sqlite_strict": True,
        "info": {"update": columns, "delete": delete},
    }


def text_field(*, key: bool = False, null: bool = False) -> Any:
    """Text of any length."""
    return Field(sa_type=Text, primary_key=key, nullable=null)


def whole_field(*, key: bool = False, null: bool = False) -> Any:
    """A 64-bit integer: an amount in minor units, an instant in microseconds, a count."""
    if key:
        return Field(sa_type=WHOLE, primary_key=True, sa_column_kwargs={"autoincrement": False})
    return Field(sa_type=WHOLE, nullable=null)


def flag_field(*, null: bool = False) -> Any:
    """A yes or no."""
    return Field(sa_type=Flag, nullable=null)


def bytes_field(*, key: bool = False, null: bool = False) -> Any:
    """Bytes: an id, a hash, something sealed."""
    return Field(sa_type=LargeBinary, primary_key=key, nullable=null)


def rule(name: str, sql: str) -> CheckConstraint:
    """A named CHECK; the name is what a refusal and the list of invariants call it."""
    return CheckConstraint(sql, name=name)
