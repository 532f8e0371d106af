"""Sealing: AES-256-GCM under a person's own key, and that key wrapped with the *people* key. Pure.

A record is JSON, padded with spaces to a step, so that its length says little of a name's length.
What a sealed thing belongs to is authenticated with it: a record put in another person's place, or
an older version in a newer one's, does not open. Nonces are random: a person's key seals few
records, and the people key wraps far fewer keys than 2^32.
"""

import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from cbi.base.canonical import JsonValue
from cbi.base.errors import Unusable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES
HASH_BYTES = 16
BLOCK_BYTES = 64
STEP = 256
"""A sealed record's plain text is a multiple of this many bytes."""
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


KeyedHash = Callable[[str, str], bytes]


def keyed_hash(people_key: bytes, kind: str, value: str) -> bytes:
    """16 bytes by which a value is found without being told: HMAC-SHA256, cut."""
    return hasher(people_key)(kind, value)


def hasher(people_key: bytes) -> KeyedHash:
    """`keyed_hash` under one key, for many values.

    HMAC's two halves are begun once and copied for each value: a third of `hmac.digest`'s time.
    """
    block = people_key.ljust(BLOCK_BYTES, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
    outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def hashed(kind: str, value: str) -> bytes:
        first, second = inner.copy(), outer.copy()
        first.update(f"{kind}\x1f{value}".encode())
        second.update(first.digest())
        return second.digest()[:HASH_BYTES]

    return hashed


def cipher(key: bytes) -> "AESGCM":
    """AES-256-GCM under a key of 32 bytes."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def packed(value: JsonValue) -> bytes:
    """JSON padded to the next step."""
    plain = _ENCODER.encode(value).encode()
    return plain.ljust(-(-len(plain) // STEP) * STEP)


def seal(key: bytes, nonce: bytes, value: JsonValue, belongs_to: bytes) -> bytes:
    """A value sealed under a key: nonce (12), cipher text, tag (16)."""
    return nonce + cipher(key).encrypt(nonce, packed(value), belongs_to)


def open_sealed(key: bytes, sealed: bytes, belongs_to: bytes, *, number: str) -> JsonValue:
    """The value inside; `number` is whose it is, for the refusal.

    Raises:
        Unusable: it was altered, or it belongs to something else.
    """
    from cryptography.exceptions import InvalidTag

    try:
        plain = cipher(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], belongs_to)
    except (InvalidTag, ValueError) as error:  # ValueError: too short to be anything sealed
        raise Unusable("people.record-damaged", number=number) from error
    value: JsonValue = json.loads(plain)
    return value


def wrap(people: "AESGCM", nonce: bytes, key: bytes, number: str) -> bytes:
    """A person's key under the people key: nonce (12), key (32), tag (16)."""
    return nonce + people.encrypt(nonce, key, b"cbi key\x1f" + number.encode())


def unwrap(people: "AESGCM", wrapped: bytes, number: str) -> bytes:
    """A person's key.

    Raises:
        Unusable: it was wrapped with another people key, or altered.
    """
    from cryptography.exceptions import InvalidTag

    try:
        return people.decrypt(
            wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], b"cbi key\x1f" + number.encode()
        )
    except (InvalidTag, ValueError) as error:
        raise Unusable("people.key-unopened", number=number) from error


def record_of(number: str, version: int) -> bytes:
    """What a sealed record belongs to: a person and a version."""
    return f"cbi person\x1f{number}\x1f{version}".encode()


def note_of(number: str, object_id: bytes) -> bytes:
    """What a sealed reason, note or proxy belongs to: a person and the row it stands in."""
    return b"cbi note\x1f" + number.encode() + b"\x1f" + object_id
