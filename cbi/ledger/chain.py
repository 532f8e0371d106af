"""The chain of a voucher's lines: each line's hash covers its content and the line before it.

A digest is made of the line alone, so that one statement can chain it to whatever the database
holds as the voucher's last hash (PostgreSQL's `sha256` computes the same).
"""

import hashlib

from cbi.base.canonical import JsonValue, canonical_json

GENESIS_PREFIX = b"cbi voucher "


def genesis(voucher_id: bytes) -> bytes:
    """The 32 bytes that stand before a voucher's first line."""
    return hashlib.sha256(GENESIS_PREFIX + voucher_id).digest()


def line_digest(line: dict[str, JsonValue]) -> bytes:
    """SHA-256 of the line's canonical JSON: 32 bytes."""
    return hashlib.sha256(canonical_json(line)).digest()


def chained(previous: bytes, digest: bytes) -> bytes:
    """The hash of a line whose digest follows the previous line's hash: 32 bytes."""
    return hashlib.sha256(previous + digest).digest()
