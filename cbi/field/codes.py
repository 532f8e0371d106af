"""How a bundle names a voucher's code, so that a scanner finds it and nobody can read it back."""

import hashlib

HASH_DIGITS, SALT_BYTES = 32, 16


def field_hash(salt: bytes, code: str) -> str:
    """What stands in a bundle for a code (16 characters, 75 random bits): 32 hexadecimal digits."""
    return hashlib.sha256(b"cbi field code" + salt + code.encode("ascii")).hexdigest()[:HASH_DIGITS]
