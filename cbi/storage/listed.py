"""Queries about a list of values, a slice of them a statement, on either engine."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from cbi.storage.transactions import ReadTransaction

Row = TypeVar("Row")
SLICE = 500


def read_in(
    tx: ReadTransaction, kind: type[Row], sql: str, values: Sequence[str] | Sequence[bytes],
    **more: object
) -> list[Row]:
    """The rows of a query whose `{}` stands for a list of values of any length, as this class.

    `more` are its other values.
    """
    return [
        row for text, named in _portions(sql, values)
        for row in tx.read(kind, text, **named, **more)
    ]


def column_in(
    tx: ReadTransaction, sql: str, values: Sequence[str] | Sequence[bytes], **more: object
) -> list[Any]:
    """The same of a query's one column."""
    return [
        value for text, named in _portions(sql, values)
        for (value,) in tx.tuples(text, **named, **more)
    ]


def _portions(
    sql: str, values: Sequence[str] | Sequence[bytes]
) -> Iterator[tuple[str, Mapping[str, object]]]:
    """The query for a slice of the values at a time.

    A slice is filled up with its last value to the next power of two, so that there are ten
    different statements and not five hundred.
    """
    for start in range(0, len(values), SLICE):
        part = list(values[start : start + SLICE])
        part += part[-1:] * ((1 << (len(part) - 1).bit_length()) - len(part))
        named = {f"v{place}": value for place, value in enumerate(part)}
        yield sql.format(", ".join(f":{name}" for name in named)), named
