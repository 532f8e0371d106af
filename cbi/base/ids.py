"""Ids: 16 bytes, ordered by the time they were made, and 16-byte digests of requests.

The layout is UUID version 7 (RFC 9562, section 5.7): 48 bits of milliseconds, then random bits.
"""

import hashlib
import os
from collections.abc import Callable

Entropy = Callable[[int], bytes]
"""Returns that many random bytes. Handed in: `os.urandom` in earnest, seeded in practice."""

system_entropy: Entropy = os.urandom


def new_id(now_us: int, entropy: Entropy) -> bytes:
    """One id of 16 bytes for an object made at this instant."""
    return new_ids(1, now_us, entropy)[0]


def new_ids(count: int, now_us: int, entropy: Entropy) -> list[bytes]:
    """Ids for objects made together, ascending: a counter follows the time, then random bits."""
    stamp = (now_us // 1000).to_bytes(6, "big")
    noise = entropy(6 * count + 4)
    # 12 bits after the version and 14 after the variant count up; 48 random bits follow.
    start = int.from_bytes(noise[-4:], "big") & 0x7FFFF
    ids = []
    for number in range(count):
        step = start + number
        high = 0x7000 | (step >> 14 & 0xFFF)
        low = 0x8000 | (step & 0x3FFF)
        ids.append(
            stamp + high.to_bytes(2, "big") + low.to_bytes(2, "big")
            + noise[6 * number : 6 * number + 6]
        )
    return ids


def id_instant(made: bytes) -> int:
    """The instant (microseconds UTC, to the millisecond) at which an id was made."""
    return int.from_bytes(made[:6], "big") * 1000


def first_id(instant_us: int) -> bytes:
    """Not after any id that is made at this instant or later."""
    return (instant_us // 1000).to_bytes(6, "big") + bytes(10)


def last_id(instant_us: int) -> bytes:
    """Not before any id that is made at this instant or earlier."""
    return (instant_us // 1000).to_bytes(6, "big") + b"\xff" * 10


def request_digest(*parts: object) -> bytes:
    """16 bytes that name a request by its content, so that the same request is known again."""
    joined = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.sha256(b"cbi request\x1f" + joined.encode()).digest()[:16]
