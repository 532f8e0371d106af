"""A laptop in the field: its keys under a passphrase, the bundle it works from, what it did.

A folder for its owner alone holds three files: `laptop.json` (its name, its public keys, its own
keys sealed under a passphrase, and whose bundles it takes), `bundle.cbi` (the newest bundle, as
sealed as it came, so that names lie nowhere open) and `events.jsonl` (see `journal`).
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from cbi.base.errors import BadFile, Conflict, NotFound, Unusable, UsageError
from cbi.base.ids import Entropy
from cbi.field.boxes import BundleHead, FieldList, open_box, read_head, refuse_unfit
from cbi.field.events import LAPTOP_NAME, Owner
from cbi.field.journal import EventJournal
from cbi.files import read_bytes
from cbi.operators import owner_only
from cbi.operators.passphrases import WrongPassphrase, accepted, open_keys, seal_keys
from cbi.operators.stretching import KEY_BYTES, Stretching
from cbi.storage.lock import WriterLock

STATE, BUNDLE, EVENTS, LOCK = "laptop.json", "bundle.cbi", "events.jsonl", "laptop.lock"
FORMAT, CARD_FORMAT = "cbi laptop 1", "cbi laptop card 1"
NAME_LETTERS_MAX = 30
FINGERPRINT_DIGITS = 16


class PairingCard(NamedTuple):
    """What the main office needs to know of a laptop: its name and public keys."""

    name: str
    sign_key: bytes
    seal_key: bytes

    @property
    def fingerprint(self) -> str:
        """What both sides compare, by telephone if need be."""
        return fingerprint(self.name.encode() + self.sign_key + self.seal_key)

    def content(self) -> bytes:
        """The file that is carried to the main office; nothing in it is secret."""
        return json.dumps({
            "format": CARD_FORMAT, "name": self.name, "sign_key": self.sign_key.hex(),
            "seal_key": self.seal_key.hex(),
        }, indent=2).encode() + b"\n"


@dataclass(frozen=True, slots=True)
class LaptopState:
    """What `laptop.json` says: hexadecimal digits where it is bytes. `ledger` and `main` are empty
    until the first bundle, `number` is that of the newest one opened, and `packed` is how many
    events have left in a file.
    """

    name: str
    sign_key: str
    seal_key: str
    sealed: dict[str, Any]
    ledger: str = ""
    main: str = ""
    number: int = 0
    packed: int = 0


def fingerprint(content: bytes) -> str:
    """Sixteen hexadecimal digits in groups of four, to read out."""
    digits = hashlib.sha256(content).hexdigest()[:FINGERPRINT_DIGITS]
    return "-".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def make_laptop(
    folder: Path, name: str, passphrase: str, entropy: Entropy, stretching: Stretching
) -> PairingCard:
    """Make a laptop's keys in a new folder.

    Raises:
        UsageError: a name or a passphrase that will not do.
        Conflict: there is a laptop in this folder already.
        Unusable: nothing can be written there.
    """
    known = name.strip().lower()
    if not LAPTOP_NAME.fullmatch(known):
        raise UsageError("field.laptop-name", name=name, most=NAME_LETTERS_MAX)
    keys = {"sign": entropy(KEY_BYTES).hex(), "open": entropy(KEY_BYTES).hex()}
    card = PairingCard(known, *_public(keys))
    sealed = seal_keys(
        keys, _bound(card), accepted(passphrase, name=known), stretching, entropy
    )
    state = LaptopState(known, card.sign_key.hex(), card.seal_key.hex(), sealed)
    try:
        owner_only.write_new(folder / STATE, _content(state))
    except FileExistsError as error:
        raise Conflict("field.laptop-there", folder=str(folder)) from error
    except OSError as error:
        raise _unwritable(folder, error) from error
    return card


def read_card(path: Path) -> PairingCard:
    """A laptop's card.

    Raises:
        BadFile: it is none.
    """
    try:
        told = json.loads(read_bytes(path))
        if told["format"] != CARD_FORMAT or not LAPTOP_NAME.fullmatch(told["name"]):
            raise BadFile("field.not-card", file=path.name)
        card = PairingCard(
            told["name"], bytes.fromhex(told["sign_key"]), bytes.fromhex(told["seal_key"])
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadFile("field.not-card", file=path.name) from error
    if {len(card.sign_key), len(card.seal_key)} != {KEY_BYTES}:
        raise BadFile("field.not-card", file=path.name)
    return card


class Laptop:
    """A laptop, opened with its passphrase; whoever works at it holds its lock."""

    def __init__(self, folder: Path, passphrase: Callable[[], str]) -> None:
        self.folder = folder
        self.state = _state(folder)
        self._keys = self._opened(passphrase)
        self.journal = EventJournal(folder / EVENTS)
        self.lock = WriterLock(folder / LOCK)

    @property
    def card(self) -> PairingCard:
        """What the main office is told of it."""
        state = self.state
        return PairingCard(
            state.name, bytes.fromhex(state.sign_key), bytes.fromhex(state.seal_key)
        )

    @property
    def owner(self) -> Owner:
        """Whose its events are."""
        return Owner(bytes.fromhex(self.state.ledger), self.state.name)

    @property
    def sign_key(self) -> bytes:
        """What it signs with."""
        return bytes.fromhex(self._keys["sign"])

    @contextmanager
    def working(self) -> Iterator[None]:
        """Nobody else writes here meanwhile, and what another terminal wrote is known."""
        with self.lock:
            if self.journal.is_stale():
                self.journal = EventJournal(self.folder / EVENTS)
            now = _state(self.folder)
            if now.number != self.state.number:
                self.__dict__.pop("list", None)
            self.state = now
            yield

    @cached_property
    def list(self) -> FieldList:
        """The list in the newest bundle.

        Raises:
            NotFound: no bundle was opened yet.
        """
        place = self.folder / BUNDLE
        if not place.exists():
            raise NotFound("field.no-bundle")
        head, box = read_head(read_bytes(place), BUNDLE)
        return open_box(head, box, bytes.fromhex(self._keys["open"]), BUNDLE)

    def take_bundle(self, path: Path, trusts: Callable[[str], bool]) -> FieldList | None:
        """Work from a newer bundle from now on; `trusts` is asked at the first one whether the main
        office's fingerprint is right, and without its yes nothing happens (None).

        Raises:
            BadFile: it is no bundle, damaged, or not signed by the main office.
            Conflict: it is another laptop's, another ledger's, or not newer than the one here; or
                the main office knows other events of this laptop than it has.
        """
        content = read_bytes(path)
        head, box = read_head(content, path.name)
        with self.working():
            return self._taken(head, box, (path.name, content), trusts)

    def _taken(
        self, head: BundleHead, box: bytes, file: tuple[str, bytes], trusts: Callable[[str], bool]
    ) -> FieldList | None:
        (name, content), state = file, self.state
        own = BundleHead(
            bytes.fromhex(state.ledger), bytes.fromhex(state.main), state.name, state.number
        )
        refuse_unfit(head, own, name)
        found = open_box(head, box, bytes.fromhex(self._keys["open"]), name)
        if not state.main and not trusts(fingerprint(head.ledger + head.main)):
            return None
        owner = Owner(head.ledger, state.name)
        if self.journal.head_at(owner, found.taken) != bytes.fromhex(found.head):
            raise Conflict("field.laptop-behind", taken=found.taken, laptop=state.name)
        self._write(BUNDLE, content)
        self._keep(replace(
            state, ledger=head.ledger.hex(), main=head.main.hex(), number=head.number
        ))
        self.__dict__.pop("list", None)
        return found

    def packed_until(self, seq: int) -> None:
        """Keep that the events up to this one have left: what left is not undone here any more."""
        if seq > self.state.packed:
            self._keep(replace(self.state, packed=seq))

    def _keep(self, state: LaptopState) -> None:
        self._write(STATE, _content(state))
        self.state = state

    def _write(self, name: str, content: bytes) -> None:
        try:
            owner_only.write_over(self.folder / name, content)
        except OSError as error:
            raise _unwritable(self.folder, error) from error

    def _opened(self, passphrase: Callable[[], str]) -> dict[str, str]:
        try:
            return open_keys(self.state.sealed, _bound(self.card), passphrase())
        except WrongPassphrase as error:
            raise Unusable("field.laptop-passphrase", folder=str(self.folder)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise Unusable("field.laptop-damaged", folder=str(self.folder)) from error


def _state(folder: Path) -> LaptopState:
    place = folder / STATE
    if not place.exists():
        raise NotFound("field.laptop-missing", folder=str(folder))
    try:
        told = json.loads(read_bytes(place))
        if told.pop("format") != FORMAT:
            raise ValueError("another format")
        state = LaptopState(**told)
        for name in (state.sign_key, state.seal_key, state.ledger, state.main):
            bytes.fromhex(name)
        if {type(state.number), type(state.packed)} != {int}:
            raise ValueError("a number that is none")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unusable("field.laptop-damaged", folder=str(folder)) from error
    return state


def _content(state: LaptopState) -> bytes:
    return json.dumps({"format": FORMAT, **asdict(state)}, indent=2).encode() + b"\n"


def _bound(card: PairingCard) -> dict[str, str]:
    """What the sealed keys are bound to, so that nobody puts another name or key beside them."""
    return {"name": card.name, "sign_key": card.sign_key.hex(), "seal_key": card.seal_key.hex()}


def _public(keys: dict[str, str]) -> tuple[bytes, bytes]:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    sign, own = (bytes.fromhex(keys[name]) for name in ("sign", "open"))
    return (
        Ed25519PrivateKey.from_private_bytes(sign).public_key().public_bytes_raw(),
        X25519PrivateKey.from_private_bytes(own).public_key().public_bytes_raw(),
    )


def _unwritable(folder: Path, error: OSError) -> Unusable:
    return Unusable("field.laptop-unwritable", folder=str(folder), detail=error.strerror)
