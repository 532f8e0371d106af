"""What was done on a laptop: one chain of events, each signed by the laptop and bound to the last.

A laptop numbers its events from 1 for as long as it lives. What comes back to the main office is
always the end of that chain, from the last event that it is known to have. So a lost file is
contained in the next one, a file that comes late or twice brings nothing new, and a gap or a second
chain shows.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from cbi.base.canonical import canonical_json
from cbi.base.errors import BadFile

FORMAT = "cbi field events 1"
HAND_OVER, UNDO = "hand-over", "undo"
NOTES = ("absent", "refused", "moved", "other")
"""Why a voucher was not handed over, where somebody says so."""
KINDS = (HAND_OVER, UNDO, *NOTES)
ACKNOWLEDGED = ("signature", "thumbprint", "proxy", "digital")
BEGIN = bytes(32)
"""What the first event is bound to."""
HEAD_BYTES = 200
NUMBER_MAX = 2**53
SIGNATURE_BYTES = 64
_SIGNED = b"cbi field event\n"
_SERIAL = re.compile(r"[A-Z0-9-]{1,60}")
LAPTOP_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,29}")


class Owner(NamedTuple):
    """Whose events they are: the ledger's id, and the laptop's name there."""

    ledger: bytes
    laptop: str


class LaptopEvent(NamedTuple):
    """One event: its number, the digest of the one before, the bundle that the laptop worked from,
    what was done with which serial, how a hand-over was acknowledged, and when by the laptop's
    clock (microseconds UTC).
    """

    seq: int
    prev: bytes
    bundle: int
    kind: str
    serial: str
    acknowledged: str | None
    said_at: int
    signature: bytes = b""

    def told(self) -> dict[str, Any]:
        """As it stands in a file."""
        return {
            **self._asdict(), "prev": self.prev.hex(), "signature": self.signature.hex()
        }


def signed_bytes(owner: Owner, event: LaptopEvent) -> bytes:
    """What is signed and digested: the event and whose it is."""
    told = event.told()
    del told["signature"]
    return _SIGNED + canonical_json(
        {**told, "ledger": owner.ledger.hex(), "laptop": owner.laptop}
    )


def digest_of(owner: Owner, event: LaptopEvent) -> bytes:
    """What the next event is bound to (SHA-256)."""
    return hashlib.sha256(signed_bytes(owner, event)).digest()


def sign(owner: Owner, event: LaptopEvent, key: bytes) -> LaptopEvent:
    """The event with the laptop's signature (Ed25519, the key is its seed)."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = Ed25519PrivateKey.from_private_bytes(key).sign(signed_bytes(owner, event))
    return event._replace(signature=made)


def check_chain(owner: Owner, events: Sequence[LaptopEvent], public: bytes, file: str) -> None:
    """Every event is signed by this laptop and follows the one before.

    Raises:
        BadFile: one does not; which, is told by its number.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(public)
    before: LaptopEvent | None = None
    for event in events:
        if before and (event.seq, event.prev) != (before.seq + 1, digest_of(owner, before)):
            raise BadFile("field.chain-broken", file=file, seq=event.seq)
        try:
            key.verify(event.signature, signed_bytes(owner, event))
        except InvalidSignature as error:
            raise BadFile("field.event-unsigned", file=file, seq=event.seq) from error
        before = event


def write_events(owner: Owner, events: Sequence[LaptopEvent]) -> bytes:
    """The file that a laptop brings back."""
    return json.dumps({
        "format": FORMAT, "ledger": owner.ledger.hex(), "laptop": owner.laptop,
        "events": [event.told() for event in events],
    }, indent=0).encode() + b"\n"


def read_events(content: bytes, file: str) -> tuple[Owner, list[LaptopEvent]]:
    """Whose events a file has, and the events; nothing of it is verified yet.

    Raises:
        BadFile: it is no such file, or a part of one.
    """
    if FORMAT.encode() not in content[:HEAD_BYTES]:
        raise BadFile("field.not-events", file=file)
    try:
        told = json.loads(content)
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise BadFile("field.not-events", file=file)
        owner = Owner(bytes.fromhex(told["ledger"]), told["laptop"])
        if not LAPTOP_NAME.fullmatch(owner.laptop):
            raise ValueError("a name that cannot be")
        return owner, [event_of(one) for one in told["events"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadFile("field.events-damaged", file=file) from error


def event_of(told: dict[str, Any]) -> LaptopEvent:
    """One event as it stands in a file.

    Raises:
        ValueError, KeyError, TypeError: something of it cannot be.
    """
    event = LaptopEvent(**{
        **told, "prev": bytes.fromhex(told["prev"]), "signature": bytes.fromhex(told["signature"])
    })
    whole = (event.seq, event.bundle, event.said_at)
    ways = ACKNOWLEDGED if event.kind == HAND_OVER else (None,)
    if not (
        all(type(one) is int and 0 <= one < NUMBER_MAX for one in whole) and event.seq > 0
        and event.kind in KINDS and event.acknowledged in ways
        and type(event.serial) is str and _SERIAL.fullmatch(event.serial) is not None
        and len(event.prev) == len(BEGIN) and len(event.signature) == SIGNATURE_BYTES
    ):
        raise ValueError("an event that cannot be")
    return event
