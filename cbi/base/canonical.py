"""Canonical JSON (RFC 8785) for what is hashed or signed.

Only strings, integers within 2^53, booleans, null, lists and objects are written, so the rules
for floating-point numbers never apply; object keys are ASCII, so plain sorting is RFC 8785's.
"""

import json

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]


_ENCODER = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False
)


def canonical_json(value: JsonValue) -> bytes:
    """The one byte string for this value."""
    return _ENCODER.encode(value).encode()
