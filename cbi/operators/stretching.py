"""How hard a passphrase is to guess: the cost is a value handed in, told where it was used."""

from dataclasses import dataclass

KEY_BYTES = 32
"""A stretched passphrase is a key as long as the keyring's own."""


@dataclass(frozen=True, slots=True)
class Stretching:
    """argon2id's passes, memory and lanes."""

    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


DEFAULT_STRETCHING = Stretching()
