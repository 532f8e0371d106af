"""What goes out to a laptop: a list that the main office signed, sealed so that it alone opens it.

The box is HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM) to the laptop's public key; in it stand
an Ed25519 signature of the ledger's seal key and the list, compressed. The first line says in the
clear whose it is, and is bound to both. No key of the ledger is in it.
"""

import base64
import json
import zlib
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

from cbi.base.canonical import canonical_json
from cbi.base.errors import BadFile, Conflict

FORMAT = "cbi field bundle 1"
SIGNATURE_BYTES = 64
_SIGNED = b"cbi field bundle\n"


class BundleHead(NamedTuple):
    """What is said in the clear: whose ledger (its id, and the public key that it signs with), for
    which laptop, and its number there."""

    ledger: bytes
    main: bytes
    laptop: str
    number: int

    def line(self) -> bytes:
        """The first line of the file."""
        return canonical_json({
            "format": FORMAT, "ledger": self.ledger.hex(), "main": self.main.hex(),
            "laptop": self.laptop, "number": self.number,
        })


@dataclass(frozen=True, slots=True)
class FieldVoucher:
    """A voucher to hand over, and what is needed at the table to give it to the right person.

    `code_hash` finds it by the code that a scanner types. `place` is a city's code, or
    `city/point`; `number` the person's on the list there. `remark` is why it is not to be given.
    `proxy`: somebody else may collect.
    """

    serial: str
    code_hash: str
    beneficiary: str
    name: str
    name_latin: str
    document: str
    household_size: int
    proxy: bool
    value_minor: int
    currency: str
    category: str
    place: str
    number: int
    last_day: str
    remark: str


@dataclass(frozen=True, slots=True)
class FieldList:
    """What a bundle holds. `taken` of the laptop's events are known, `head` is the digest of the
    last of them (hex); `salt` (hex) is that of the codes' hashes. `sent_at` in microseconds UTC.
    """

    holder: str
    sent_at: int
    zone: str
    cities: tuple[str, ...]
    taken: int
    head: str
    salt: str
    vouchers: tuple[FieldVoucher, ...]


def pack_box(head: BundleHead, content: FieldList, *, seal: bytes, to: bytes) -> bytes:
    """A bundle's file. `seal` is the ledger's signing key, `to` the laptop's public key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

    packed = zlib.compress(canonical_json(_plain(content)))
    signature = Ed25519PrivateKey.from_private_bytes(seal).sign(_SIGNED + head.line() + packed)
    box = _suite().encrypt(
        signature + packed, X25519PublicKey.from_public_bytes(to), head.line()
    )
    return head.line() + b"\n" + base64.encodebytes(box)


def read_head(content: bytes, file: str) -> tuple[BundleHead, bytes]:
    """What a bundle says in the clear, and its box, still closed.

    Raises:
        BadFile: it is no bundle, or a part of one.
    """
    first, _, rest = content.partition(b"\n")
    try:
        told = json.loads(first)
        if not isinstance(told, dict) or told.get("format") != FORMAT:
            raise BadFile("field.not-bundle", file=file)
        head = BundleHead(
            bytes.fromhex(told["ledger"]), bytes.fromhex(told["main"]), told["laptop"],
            told["number"],
        )
        if type(head.number) is not int or first != head.line():
            raise ValueError("not as it was written")
        box = base64.b64decode(b"".join(rest.split()), validate=True)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        if not content.startswith(b'{"format":"cbi field bundle'):
            raise BadFile("field.not-bundle", file=file) from error
        raise BadFile("field.bundle-damaged", file=file) from error
    return head, box


def open_box(head: BundleHead, box: bytes, own: bytes, file: str) -> FieldList:
    """The list in a bundle, opened with the laptop's own key.

    Raises:
        BadFile: it is not for this laptop or damaged, or who it names as main office did not sign.
    """
    from cryptography.exceptions import InvalidSignature, InvalidTag
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    try:
        plain = _suite().decrypt(box, X25519PrivateKey.from_private_bytes(own), head.line())
    except (InvalidTag, ValueError) as error:
        raise BadFile("field.bundle-damaged", file=file) from error
    signature, packed = plain[:SIGNATURE_BYTES], plain[SIGNATURE_BYTES:]
    try:
        Ed25519PublicKey.from_public_bytes(head.main).verify(
            signature, _SIGNED + head.line() + packed
        )
    except (InvalidSignature, ValueError) as error:
        raise BadFile("field.bundle-not-ours", file=file) from error
    return _read(json.loads(zlib.decompress(packed)))


def _suite() -> Any:
    from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def _plain(content: FieldList) -> Any:
    return {**asdict(content), "cities": list(content.cities),
            "vouchers": [asdict(one) for one in content.vouchers]}


def _read(told: dict[str, Any]) -> FieldList:
    vouchers = tuple(FieldVoucher(**one) for one in told["vouchers"])
    return FieldList(**{**told, "cities": tuple(told["cities"]), "vouchers": vouchers})


def refuse_unfit(head: BundleHead, own: BundleHead, file: str) -> None:
    """Refuse a bundle that is another laptop's, another ledger's, or not newer than `own`, the last
    that was opened.

    Raises:
        Conflict: it is.
    """
    if head.laptop != own.laptop:
        raise Conflict("field.bundle-anothers", file=file, laptop=head.laptop, own=own.laptop)
    if own.ledger and head[:2] != own[:2]:
        raise Conflict("field.bundle-other-ledger", file=file)
    if head.number <= own.number:
        raise Conflict("field.bundle-older", file=file, number=head.number, opened=own.number)
