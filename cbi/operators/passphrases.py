"""Passphrases: an operator's, kept as an argon2id hash, and a keyring's, stretched to a key.

The cost is a value handed in, so that tests are quick and a till's small machine can be spared.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cbi.base.canonical import canonical_json
from cbi.base.errors import Unusable, UsageError
from cbi.base.ids import Entropy, system_entropy
from cbi.operators.stretching import DEFAULT_STRETCHING, KEY_BYTES, Stretching

LENGTH_MIN, LENGTH_MAX = 10, 1_000
SALT_BYTES = 16
NONCE_BYTES = 12
MEMORY_KIB_MAX = 4 * 1024 * 1024
PASSES_MAX = LANES_MAX = 64


class WrongPassphrase(Exception):  # noqa: N818 - a signal to the caller, who knows whose it was
    """The passphrase does not open this."""


@dataclass(frozen=True, slots=True)
class Hashing:
    """How passphrases are hashed: where the salt comes from, and at which cost."""

    entropy: Entropy = system_entropy
    stretching: Stretching = DEFAULT_STRETCHING

    def hash(self, passphrase: str) -> str:
        """The argon2id hash of a passphrase, its cost and salt written in."""
        from argon2 import PasswordHasher

        cost = self.stretching
        hasher = PasswordHasher(cost.passes, cost.memory_kib, cost.lanes)
        return hasher.hash(_one_form(passphrase), salt=self.entropy(SALT_BYTES))


@dataclass(frozen=True, slots=True, repr=False)
class PassphraseChange:
    """An operator's old passphrase, which proves who asks, and the one to put in its place."""

    old: str
    new: str


def accepted(passphrase: str, *, name: str) -> str:
    """The passphrase, if it will do for this operator.

    Raises:
        UsageError: shorter than ten characters, absurdly long, or the operator's own name.
    """
    if not LENGTH_MIN <= len(passphrase.strip()) <= LENGTH_MAX:
        raise UsageError("operators.passphrase-short", least=LENGTH_MIN)
    if passphrase.strip().casefold() == name:
        raise UsageError("operators.passphrase-is-name")
    return passphrase


def cost_of(passphrase_hash: str) -> Stretching:
    """The cost that a hash was made at: an operator's next passphrase costs the same."""
    from argon2 import extract_parameters

    known = extract_parameters(passphrase_hash)
    return Stretching(known.time_cost, known.memory_cost, known.parallelism)


def is_right(passphrase_hash: str | None, passphrase: str) -> bool:
    """Whether this is the passphrase that was hashed; without a hash never, after as long a time.

    Raises:
        Unusable: the hash in the ledger is damaged.
    """
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    if passphrase_hash is None:
        Hashing().hash(passphrase)
        return False
    try:
        return PasswordHasher().verify(passphrase_hash, _one_form(passphrase))
    except InvalidHashError as error:
        raise Unusable("operators.passphrase-hash-damaged") from error
    except VerificationError:
        return False


def seal_keys(
    keys: Mapping[str, str], told: Mapping[str, Any], passphrase: str, stretching: Stretching,
    entropy: Entropy,
) -> dict[str, Any]:
    """The keys (hex by name) sealed under a passphrase, bound to what the file says besides."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = entropy(SALT_BYTES), entropy(NONCE_BYTES)
    box = AESGCM(_stretched(passphrase, salt, stretching)).encrypt(
        nonce, canonical_json(dict(keys)), canonical_json(dict(told))
    )
    return {
        "passes": stretching.passes, "memory_kib": stretching.memory_kib,
        "lanes": stretching.lanes, "salt": salt.hex(), "nonce": nonce.hex(), "box": box.hex(),
    }


def open_keys(
    sealed: Mapping[str, Any], told: Mapping[str, Any], passphrase: str
) -> dict[str, str]:
    """The keys (hex by name) that `seal_keys` sealed.

    Raises:
        WrongPassphrase: it does not open them.
        ValueError, KeyError, TypeError: what is sealed is damaged.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    stretching = Stretching(sealed["passes"], sealed["memory_kib"], sealed["lanes"])
    _plausible(stretching)
    salt, nonce, box = (bytes.fromhex(sealed[name]) for name in ("salt", "nonce", "box"))
    try:
        plain = AESGCM(_stretched(passphrase, salt, stretching)).decrypt(
            nonce, box, canonical_json(dict(told))
        )
    except InvalidTag as error:
        raise WrongPassphrase from error
    keys: dict[str, str] = json.loads(plain)
    return keys


def _plausible(stretching: Stretching) -> None:
    """A file from elsewhere must not make us fill the memory."""
    if not (
        1 <= stretching.passes <= PASSES_MAX
        and 1 <= stretching.lanes <= LANES_MAX
        and 8 * stretching.lanes <= stretching.memory_kib <= MEMORY_KIB_MAX
    ):
        raise ValueError("a cost that cannot be")


def _stretched(passphrase: str, salt: bytes, stretching: Stretching) -> bytes:
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        _one_form(passphrase).encode(), salt, time_cost=stretching.passes,
        memory_cost=stretching.memory_kib, parallelism=stretching.lanes, hash_len=KEY_BYTES,
        type=Type.ID,
    )


def _one_form(passphrase: str) -> str:
    """Keyboards compose letters differently; the passphrase is the same."""
    return unicodedata.normalize("NFC", passphrase)
