"""Passphrases: an operator's, kept as an argon2id hash, and a keyring's, stretched to a key.

The cost is a value handed in, so that tests are quick and a till's small machine can be spared.
"""

import json
from collections.abc import Mapping
from typing import Any

from cbi.base.canonical import canonical_json
from cbi.base.ids import Entropy
from cbi.operators.keyring import KEY_BYTES, Stretching

SALT_BYTES = 16
NONCE_BYTES = 12
MEMORY_KIB_MAX = 4 * 1024 * 1024
PASSES_MAX = LANES_MAX = 64


class WrongPassphrase(Exception):  # noqa: N818 - a signal to the caller, who knows whose it was
    """The passphrase does not open this."""


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
        passphrase.encode(), salt, time_cost=stretching.passes,
        memory_cost=stretching.memory_kib, parallelism=stretching.lanes, hash_len=KEY_BYTES,
        type=Type.ID,
    )
