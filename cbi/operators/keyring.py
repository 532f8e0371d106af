"""The keyring: the ledger's keys in a file outside it, for its owner alone.

*lookup* hashes codes, *codes* seals them for printing, *people* opens the vault, *seal* signs. Each
can be given alone: a till's keyring holds lookup and a key of its machine's own, and so can neither
print codes nor open names. The file may stand under a passphrase (argon2id, then AES-256-GCM).
Reading a plain one imports the standard library alone, because every command of a till does it.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cbi.base.canonical import canonical_json
from cbi.base.errors import Conflict, Unusable, UsageError
from cbi.base.ids import Entropy, system_entropy
from cbi.base.logs import Log
from cbi.operators import owner_only
from cbi.operators.stretching import DEFAULT_STRETCHING, KEY_BYTES, Stretching

logger = Log(__name__)

MADE = ("lookup", "codes", "people", "seal")
"""The keys that a ledger is founded with."""
PROTECTION = "protection"
"""The key of referrals, which is in no office's keyring: it has a file of its own."""
KEY_NAMES = (*MADE, "till", PROTECTION)
"""These, and a till's own, which an office derives for it (see `digests`)."""
LEDGER_ID_BYTES = 16
FORMAT = "cbi keyring 1"
FILE_BYTES_MAX = 65_536
CORE_BYTES_MAX = 1
"""Too small for any core; with 0 Linux would still pipe one to a program that collects them."""


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """A ledger's keys, or some of them. Printed, it shows none."""

    ledger_id: bytes
    seal_public: bytes
    keys: Mapping[str, bytes]
    machine: str = ""
    """The till's name that its key stands for; empty where there is no such key."""

    def __repr__(self) -> str:
        named = ", ".join(f"{name}=***" for name in self.keys)
        return f"Keyring(ledger_id={self.ledger_id.hex()}, {named})"

    def need(self, name: str) -> bytes:
        """The key of this name.

        Raises:
            Unusable: this keyring was given without it.
        """
        key = self.keys.get(name)
        if key is None:
            raise Unusable("operators.key-missing", key=name)
        return key


def key_checks(ring: Keyring) -> str:
    """What a ledger keeps of its keys: it tells each from any other and gives none of them away."""
    return json.dumps({name: _key_check(name, key) for name, key in sorted(ring.keys.items())})


def _key_check(name: str, key: bytes) -> str:
    return hmac.digest(key, b"cbi checks its key " + name.encode(), "sha256").hex()


def compare_keys(ring: Keyring, path: Path, *, seal_public: bytes, checks: str) -> None:
    """Hold a keyring to what the ledger knows of its own keys.

    Raises:
        Unusable: one of them is another key. A till's own is known to the offices alone.
    """
    try:
        known = dict(json.loads(checks))
    except (ValueError, TypeError):
        known = {}
    wrong = [
        name for name, key in ring.keys.items()
        if name in MADE and known.get(name) != _key_check(name, key)
    ]
    if ring.seal_public != seal_public and "seal" not in wrong:
        wrong.append("seal")
    if wrong:
        raise Unusable("operators.key-wrong", key=", ".join(wrong), path=str(path))


def make_keyring(ledger_id: bytes, entropy: Entropy) -> Keyring:
    """Fresh keys for a ledger; the seal's is an Ed25519 seed whose public half is kept beside."""
    keys = {name: entropy(KEY_BYTES) for name in MADE}
    return Keyring(ledger_id, public_half(keys["seal"]), keys)


def public_half(seal: bytes) -> bytes:
    """The public half of a seal key, which an auditor is given."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seal).public_key().public_bytes_raw()


def write_keyring(
    keyring: Keyring, path: Path, *, passphrase: str | None = None,
    only: Collection[str] | None = None, stretching: Stretching = DEFAULT_STRETCHING,
    entropy: Entropy = system_entropy,
) -> None:
    """Write the keyring, or `only` the keys named, to a new file for its owner alone.

    Raises:
        UsageError: `only` names no key, or one that does not exist.
        Unusable: a key named is not in this keyring, or the file cannot be written.
        Conflict: there is a file of this name already.
    """
    content = _content(keyring, only, passphrase, stretching, entropy)
    try:
        owner_only.write_new(path, content)
    except FileExistsError as error:
        raise Conflict("operators.keyring-there", path=str(path)) from error
    except OSError as error:
        raise _unwritable(path, error) from error


def relock_keyring(
    keyring: Keyring, path: Path, *, passphrase: str | None,
    stretching: Stretching = DEFAULT_STRETCHING, entropy: Entropy = system_entropy,
) -> None:
    """Put a keyring's file under another passphrase, or under none, in place of what it was.

    The new file stands whole, or the old one does.

    Raises:
        Unusable: the file cannot be written.
    """
    content = _content(keyring, None, passphrase, stretching, entropy)
    try:
        owner_only.write_over(path.resolve(), content)
    except OSError as error:
        raise _unwritable(path, error) from error


def _content(
    keyring: Keyring, only: Collection[str] | None, passphrase: str | None,
    stretching: Stretching, entropy: Entropy,
) -> bytes:
    """What the file of a keyring, or of some of its keys, says."""
    chosen = tuple(keyring.keys) if only is None else tuple(only)
    if not chosen or set(chosen) - set(KEY_NAMES):
        raise UsageError("operators.key-unknown", keys=", ".join(KEY_NAMES))
    keys = {name: keyring.need(name).hex() for name in KEY_NAMES if name in chosen}
    told: dict[str, Any] = {
        "format": FORMAT, "ledger": keyring.ledger_id.hex(),
        "seal_public": keyring.seal_public.hex(),
    }
    if "till" in keys:
        told["machine"] = keyring.machine
    if passphrase is None:
        told["keys"] = keys
    else:
        from cbi.operators.passphrases import seal_keys

        told["sealed"] = seal_keys(keys, told, passphrase, stretching, entropy)
    told["check"] = _check(told)
    return json.dumps(told, indent=2).encode() + b"\n"


def read_keyring(
    path: Path, *, ledger_id: bytes | None = None, passphrase: Callable[[], str] | None = None,
) -> Keyring:
    """The keyring in a file; `passphrase` is asked only if it stands under one.

    Raises:
        Unusable: it is missing, open to others, damaged, of another ledger than `ledger_id`, or
            under a passphrase that is not the one given.
    """
    told = _told(path)
    try:
        if told["format"] != FORMAT or told.pop("check") != _check(told):
            raise _damaged(path)
        ledger, public = bytes.fromhex(told["ledger"]), bytes.fromhex(told["seal_public"])
        if len(ledger) != LEDGER_ID_BYTES or len(public) != KEY_BYTES:
            raise _damaged(path)
        if ledger_id is not None and ledger != ledger_id:
            raise Unusable("operators.keyring-of-another-ledger", path=str(path))
        if "sealed" in told:
            told["keys"] = _unsealed(told, path, passphrase)
        keys = {name: bytes.fromhex(text) for name, text in told["keys"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(path) from error
    if not keys or any(
        name not in KEY_NAMES or len(key) != KEY_BYTES for name, key in keys.items()
    ):
        raise _damaged(path)
    logger.debug("keyring with the keys %s", ", ".join(keys))
    machine = told.get("machine", "")
    if not isinstance(machine, str) or ("till" in keys) != bool(machine):
        raise _damaged(path)
    return Keyring(ledger, public, keys, machine)


def no_core_dumps() -> None:
    """What this process holds is not written to disk when it ends in a fault."""
    try:
        import resource
    except ImportError:  # Windows keeps no such files of itself
        return
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    resource.setrlimit(resource.RLIMIT_CORE, (0 if hard == 0 else CORE_BYTES_MAX, hard))


def _told(path: Path) -> dict[str, Any]:
    """What the file says, once it is known to be its owner's alone."""
    try:
        if owner_only.lies_open(path):
            raise Unusable(
                "operators.keyring-lies-open", path=str(path), command=owner_only.how_to_close(path)
            )
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX)
    except FileNotFoundError as error:
        raise Unusable("operators.keyring-missing", path=str(path)) from error
    except OSError as error:
        raise Unusable(
            "operators.keyring-unreadable", path=str(path), detail=error.strerror
        ) from error
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _damaged(path) from error
    if not isinstance(told, dict):
        raise _damaged(path)
    return told


def _unsealed(
    told: dict[str, Any], path: Path, passphrase: Callable[[], str] | None
) -> dict[str, str]:
    if passphrase is None:
        raise Unusable("operators.keyring-under-passphrase", path=str(path))
    from cbi.operators.passphrases import WrongPassphrase, open_keys

    sealed = told.pop("sealed")
    try:
        return open_keys(sealed, told, passphrase())
    except WrongPassphrase as error:
        raise Unusable("operators.keyring-passphrase-wrong", path=str(path)) from error


def _check(told: Mapping[str, Any]) -> str:
    """A checksum against a slip of an editor or a bad disk; it guards against nobody."""
    plain = {name: value for name, value in told.items() if name != "check"}
    return hashlib.sha256(canonical_json(plain)).hexdigest()


def _damaged(path: Path) -> Unusable:
    return Unusable("operators.keyring-damaged", path=str(path))


def _unwritable(path: Path, error: OSError) -> Unusable:
    return Unusable("operators.keyring-unwritable", path=str(path), detail=error.strerror)
