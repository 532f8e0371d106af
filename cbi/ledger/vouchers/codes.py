"""Voucher codes: made, read kindly, shown, looked up by a keyed hash, sealed for printing.

A code is 15 random characters of Crockford's base-32 alphabet (75 bits) and one check character.
Over GF(2^5) with x^5+x^2+1 the characters, weighted with alpha^0 .. alpha^15, sum to 0. The weights
differ and none is 0, so *every* single wrong character and *every* swap of two is caught.

Many codes are made at once by columns: each of the 15 places is one byte string, `bytes.translate`
multiplies it by its weight, and one XOR of long integers adds the columns.
"""

import hmac
from collections.abc import Iterable
from functools import cache

from cbi.base.errors import Unusable
from cbi.base.ids import Entropy

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
ALL_ZEROS = "0" * LENGTH
"""It satisfies the check, so it is never made, and reading it is a slip of the hand."""

NONCE_BYTES = 12
SEALED_BYTES = NONCE_BYTES + LENGTH + 16


class Mistyped(ValueError):  # noqa: N818 - an answer of the till
    """What was read is no code; `reason` is `length`, `alphabet` or `check`.

    The text itself is left out: it may be one character away from a code that spends money.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _powers() -> tuple[int, ...]:
    """alpha^0 .. alpha^30 in GF(2^5): doubling, reduced by x^5+x^2+1."""
    powers = [1]
    while len(powers) < 31:
        doubled = powers[-1] << 1
        powers.append(doubled ^ 0b100101 if doubled & 0b100000 else doubled)
    return tuple(powers)


_POWERS = _powers()
_LOGS = {power: exponent for exponent, power in enumerate(_POWERS)}


def _times_alpha(value: int, exponent: int) -> int:
    """value * alpha^exponent in GF(2^5)."""
    return _POWERS[(_LOGS[value] + exponent) % 31] if value else 0


_KIND_READING = {
    **{letter: letter for letter in ALPHABET},
    **{letter.lower(): letter for letter in ALPHABET},
    **dict(zip("OoIiLl", "001111", strict=True)),
    # Arabic and Persian digits, and the Cyrillic letters that look like ours in print.
    **{chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0) for digit in range(10)},
    **dict(zip("АВСЕНКМОРТХ", "ABCEHKM0PTX", strict=True)),
    **dict(zip("авсенкмортх", "ABCEHKM0PTX", strict=True)),
    # Dashes, and the marks of direction that copying from a right-to-left text brings along.
    **dict.fromkeys("-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212_", ""),
    **dict.fromkeys("\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e", ""),
    **dict.fromkeys("\u2060\u2066\u2067\u2068\u2069\ufeff", ""),
}
_READING = str.maketrans(_KIND_READING)
SEPARATORS = frozenset(sign for sign, letter in _KIND_READING.items() if not letter)
"""What stands between letters and counts for nothing."""
_WEIGHED = tuple(
    {letter: _times_alpha(value, place) for value, letter in enumerate(ALPHABET)}
    for place in range(LENGTH)
)
"""What each letter adds to the check, by its place."""


@cache
def _making() -> tuple[bytes, tuple[bytes, ...]]:
    """Tables from a random byte (its low 5 bits count): to its letter, and to its part of the check
    character by place, already divided by the check's own weight alpha^15.
    """
    letters = bytes(ord(ALPHABET[byte & 31]) for byte in range(256))
    parts = tuple(
        bytes(_times_alpha(byte & 31, place - (LENGTH - 1)) for byte in range(256))
        for place in range(LENGTH - 1)
    )
    return letters, parts


def make_codes(count: int, entropy: Entropy) -> list[str]:
    """That many new codes of 16 characters; `entropy` gives 15 bytes for each."""
    if count == 0:
        return []
    letters, parts = _making()
    noise = entropy((LENGTH - 1) * count)
    made = bytearray(LENGTH * count)
    check = 0
    for place, part in enumerate(parts):
        column = noise[place :: LENGTH - 1]
        made[place::LENGTH] = column.translate(letters)
        check ^= int.from_bytes(column.translate(part), "big")
    made[LENGTH - 1 :: LENGTH] = check.to_bytes(count, "big").translate(letters)
    text = made.decode("ascii")
    codes = [text[start : start + LENGTH] for start in range(0, len(text), LENGTH)]
    for number, code in enumerate(codes):
        if code == ALL_ZEROS:
            codes[number] = make_codes(1, entropy)[0]
    return codes


def read_code(text: str) -> str:
    """The 16 characters of a code as a person typed it or a scanner sent it.

    Case, spaces and dashes do not matter; O is 0, I and L are 1; digits may be Arabic or Persian;
    of a web address only what follows `#` is read.

    Raises:
        Mistyped: wrong length, a character outside the alphabet (U among them), or a wrong check.
    """
    code = "".join(text.rpartition("#")[2].split()).translate(_READING)
    if len(code) != LENGTH:
        raise Mistyped("length")
    total = 0
    try:
        for letter, weighed in zip(code, _WEIGHED, strict=True):
            total ^= weighed[letter]
    except KeyError:
        raise Mistyped("alphabet") from None
    if total or code == ALL_ZEROS:
        raise Mistyped("check")
    return code


def is_plain(text: str) -> bool:
    """Whether all of it could belong to a code as it is printed."""
    return all(sign in _KIND_READING for sign in "".join(text.rpartition("#")[2].split()))


def show_code(code: str) -> str:
    """A code as it is printed: `XXXX-XXXX-XXXX-XXXX`."""
    return "-".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def code_hash(code: str, lookup_key: bytes) -> bytes:
    """The keyed hash (HMAC-SHA256, 32 bytes) by which the ledger finds a code that was read."""
    return hmac.digest(lookup_key, code.encode("ascii"), "sha256")


def seal_codes(codes: Iterable[str], key: bytes, entropy: Entropy) -> list[bytes]:
    """Codes sealed for printing, 44 bytes each: nonce (12), ciphertext (16), tag (16).

    AES-256-GCM under the *codes* key (32 bytes) with a random nonce each, good for 2^32 codes.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    encrypt = AESGCM(key).encrypt
    plain = [code.encode("ascii") for code in codes]
    noise = entropy(NONCE_BYTES * len(plain))
    sealed = []
    for number, code in enumerate(plain):
        nonce = noise[NONCE_BYTES * number : NONCE_BYTES * (number + 1)]
        sealed.append(nonce + encrypt(nonce, code, None))
    return sealed


def open_code(sealed: bytes, key: bytes) -> str:
    """The code inside a sealed one.

    Raises:
        Unusable: it was sealed with another key, or altered.
    """
    if len(sealed) != SEALED_BYTES:
        raise Unusable("seal.code-sealed-with-another-key")

    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        plain = AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except InvalidTag as error:
        raise Unusable("seal.code-sealed-with-another-key") from error
    return plain.decode("ascii")
