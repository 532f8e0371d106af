"""Canonical JSON (RFC 8785) for what is hashed or signed.

Only strings, integers within 2^53, booleans, null, lists and objects are written, so the rules
for floating-point numbers never apply; object keys are ASCII, so plain sorting is RFC 8785's.
"""

from collections.abc import Callable
from functools import cache

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]


def canonical_json(value: JsonValue) -> bytes:
    """The one byte string for this value."""
    return _encode()(value)


@cache
def _encode() -> Callable[[object], bytes]:
    """Made when something is hashed: what hashes nothing starts without it."""
    from msgspec.json import Encoder

    return Encoder(order="sorted", enc_hook=_text_of).encode


def _text_of(value: object) -> str:
    """A text of a type of its own, as a database library's names are."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in canonical JSON")
