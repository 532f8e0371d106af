"""What rows are made into, and what they are made from."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any


def check_fields(kind: type[Any], columns: Iterable[str]) -> None:
    """Hold a query's columns against a named tuple's or dataclass's fields: same names, same order.

    Raises:
        TypeError: they differ, which is a fault of the program.
    """
    row_class: Any = kind
    _check(row_class, tuple(columns))


def as_stored(values: Mapping[str, object]) -> dict[str, object]:
    """A row's values as the columns hold them: a yes or no is 1 or 0."""
    return {
        name: int(value) if isinstance(value, bool) else value for name, value in values.items()
    }


@cache
def _check(kind: Any, columns: tuple[str, ...]) -> None:
    named: tuple[str, ...] = getattr(kind, "_fields", ()) or tuple(
        field.name for field in fields(kind) if field.init
    )
    if columns != named:
        raise TypeError(f"{kind.__name__} has the fields {named}, the query the columns {columns}")
