"""A question's answer as a data frame of polars or pandas, where these are installed."""

from collections.abc import Sequence
from decimal import Decimal
from importlib import import_module
from typing import Any, NamedTuple

from sqlalchemy.types import NullType
from sqlmodel import Session

from cbi.base.errors import Unusable


class QueryAnswer(NamedTuple):
    """The columns of an answer: their names, the kind of value each holds, and the values."""

    names: list[str]
    kinds: list[Any]
    columns: list[list[Any]]


def answer(session: Session, statement: Any) -> QueryAnswer:
    """Every row of a `select(…)`, column by column; of a model, a column for each of its own."""
    asked = statement.selected_columns
    kinds = [None if isinstance(one.type, NullType) else one.type.python_type for one in asked]
    rows: Sequence[Any] = session.connection().execute(statement).all()
    columns = [
        [_whole(row[place]) if kind is int else row[place] for row in rows]
        for place, kind in enumerate(kinds)
    ]
    return QueryAnswer(list(asked.keys()), kinds, columns)


def polars_frame(found: QueryAnswer) -> Any:
    """An answer as a polars DataFrame.

    Raises:
        Unusable: polars is not installed.
    """
    polars = _installed("polars")
    known: dict[Any, Any] = {int: polars.Int64, str: polars.String, bytes: polars.Binary}
    return polars.DataFrame([
        polars.Series(name, values, dtype=known.get(kind), strict=True)
        for name, kind, values in zip(*found, strict=True)
    ])


def pandas_frame(found: QueryAnswer) -> Any:
    """An answer as a pandas DataFrame; whole numbers stay whole where some are missing.

    Raises:
        Unusable: pandas is not installed.
    """
    pandas = _installed("pandas")
    known: dict[Any, str] = {int: "Int64", str: "string"}
    return pandas.DataFrame({
        name: pandas.Series(values, dtype=known.get(kind, "object" if kind else None))
        for name, kind, values in zip(*found, strict=True)
    })


def _whole(value: Any) -> Any:
    """PostgreSQL sums 64-bit numbers into a decimal; the sum of whole numbers is one."""
    return int(value) if isinstance(value, Decimal) else value


def _installed(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise Unusable("base.package-missing", package=name) from error
