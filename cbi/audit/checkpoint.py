"""A seal as text: a C2SP tlog-checkpoint, which is a signed note (Ed25519).

The note's text is the log's origin, its size, its root in base64, and extra lines if there are any;
then a blank line, and for each signature a line `\N{EM DASH} name base64(key id || signature)`.
See https://c2sp.org/tlog-checkpoint and https://c2sp.org/signed-note: any tool that reads those
reads ours. A key to verify with is given as text, `name+key id+base64(0x01 || public key)`.

Reading forgives what copying does to a text (line ends, a byte-order mark, blank lines around);
what is verified is then held to the letter.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from cbi.base.errors import BadFile, Unusable

ED25519 = b"\x01"
KEY_BYTES = 32
ROOT_BYTES = 32
KEY_ID_BYTES = 4
SIGNATURE_BYTES = 64
SIGNATURES_MAX = 100
NOTE_CHARS_MAX = 1_000_000

_DASH = "\N{EM DASH} "
_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")
_FORBIDDEN = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the signing key's name and id (4 bytes), and what it signed with."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A signed text, its final newline included, and its signatures, none of them verified yet."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a seal says: this log, at this size, has this root (32 bytes)."""

    origin: str
    size: int
    root: bytes
    extra_lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key (32 bytes) under its name; `str()` gives the text to hand to an auditor."""

    name: str
    public_key: bytes

    def __str__(self) -> str:
        encoded = base64.b64encode(ED25519 + self.public_key).decode("ascii")
        return f"{self.name}+{key_id(self.name, self.public_key).hex()}+{encoded}"


def make_checkpoint(
    origin: str, size: int, root: bytes, key_name: str, private_key: bytes,
    extra_lines: Sequence[str] = (),
) -> str:
    """The signed checkpoint of a log of `size` leaves with this root.

    `private_key` is the 32-byte Ed25519 seed. The key's name should be the origin.

    Raises:
        Unusable: the origin, the key's name or an extra line cannot stand in a note, or the key is
            no Ed25519 key.
        ValueError: a negative size, or a root that is not 32 bytes.
    """
    if size < 0 or len(root) != ROOT_BYTES:
        raise ValueError(f"size {size} with a root of {len(root)} bytes")
    for line in (origin, *extra_lines):
        if not line or "\n" in line or _FORBIDDEN.search(line):
            raise Unusable("seal.name-unusable", name=line)
    lines = (origin, str(size), base64.b64encode(root).decode("ascii"), *extra_lines)
    return sign_note("\n".join(lines) + "\n", key_name=key_name, private_key=private_key)


def read_checkpoint(text: str) -> Checkpoint:
    """What a checkpoint says, its signatures NOT verified: to show, or to learn whose it is.

    Raises:
        BadFile: it is not a checkpoint; tells the line.
    """
    return _parsed(read_note(text).text)


def verify_checkpoint(text: str, key_name: str, public_key: bytes) -> Checkpoint:
    """What a checkpoint says, if this key signed it.

    Raises:
        BadFile: it is not a checkpoint, was not signed by this key, or was changed afterwards.
    """
    return _parsed(verify_note(text, key_name=key_name, public_key=public_key))


def sign_note(text: str, key_name: str, private_key: bytes) -> str:
    """A signed note of a text, which ends in a newline.

    Raises:
        Unusable: the key's name cannot stand in a note, or the key is no Ed25519 key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if not is_key_name(key_name):
        raise Unusable("seal.name-unusable", name=key_name)
    public_key = public_key_of(private_key)
    signature = Ed25519PrivateKey.from_private_bytes(private_key).sign(text.encode())
    encoded = base64.b64encode(key_id(key_name, public_key) + signature).decode("ascii")
    return f"{text}\n{_DASH}{key_name} {encoded}\n"


def read_note(text: str) -> Note:
    """A signed note taken apart, nothing verified.

    Raises:
        BadFile: it is not a signed note; tells the line.
    """
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n").strip("\n") + "\n"
    if len(plain) > NOTE_CHARS_MAX:
        raise BadFile("seal.checkpoint-malformed", line=1)
    forbidden = _FORBIDDEN.search(plain)
    if forbidden:
        raise BadFile("seal.checkpoint-malformed", line=_line_of(plain, forbidden.start()))
    # The last empty line parts text and signatures; a text may hold empty lines of its own.
    blank = plain.rfind("\n\n")
    if blank < 0:
        raise BadFile("seal.checkpoint-unsigned")
    signed, lines = plain[: blank + 1], plain[blank + 2 : -1].split("\n")
    first = _line_of(plain, blank + 2)
    if len(lines) > SIGNATURES_MAX:
        raise BadFile("seal.checkpoint-malformed", line=first + SIGNATURES_MAX)
    return Note(signed, tuple(_signature(line, first + at) for at, line in enumerate(lines)))


def verify_note(text: str, key_name: str, public_key: bytes) -> str:
    """The text of a note that this key signed. Signatures of other keys are passed over.

    Raises:
        BadFile: not a signed note, not signed by this key, or changed afterwards.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    note = read_note(text)
    wanted = (key_name, key_id(key_name, public_key))
    ours = [found for found in note.signatures if (found.name, found.key_id) == wanted]
    if not ours:
        raise BadFile("seal.checkpoint-signed-by-another", name=key_name, key_id=wanted[1].hex())
    if len(public_key) != KEY_BYTES:
        raise BadFile("seal.key-unreadable")
    try:
        for found in ours:
            Ed25519PublicKey.from_public_bytes(public_key).verify(
                found.signature, note.text.encode()
            )
    except InvalidSignature as error:
        raise BadFile("seal.checkpoint-signature-wrong", name=key_name) from error
    return note.text


def public_key_of(private_key: bytes) -> bytes:
    """The public key (32 bytes) of an Ed25519 seed (32 bytes).

    Raises:
        Unusable: no Ed25519 key.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if len(private_key) != KEY_BYTES:
        raise Unusable("seal.signing-key-unusable")
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def key_id(key_name: str, public_key: bytes) -> bytes:
    """The 4 bytes that tell a key of this name from others."""
    named = key_name.encode() + b"\n" + ED25519 + public_key
    return hashlib.sha256(named).digest()[:KEY_ID_BYTES]


def read_verifier_key(text: str) -> VerifierKey:
    """The key in a text `name+key id+base64`.

    Raises:
        BadFile: it is no such text, or its parts do not belong together.
    """
    # Base64 may hold a plus of its own; a name may not.
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not is_key_name(parts[0]):
        raise BadFile("seal.key-unreadable")
    encoded = _decoded(parts[2])
    if encoded is None or len(encoded) != 1 + KEY_BYTES or encoded[:1] != ED25519:
        raise BadFile("seal.key-unreadable")
    key = VerifierKey(parts[0], encoded[1:])
    if key_id(key.name, key.public_key).hex() != parts[1].lower():
        raise BadFile("seal.key-unreadable")
    return key


def is_key_name(name: str) -> bool:
    """Whether a key may be called so: not empty, no spaces, no plus, no control characters."""
    unfit = any(letter.isspace() or letter == "+" for letter in name)
    return bool(name) and not unfit and not _FORBIDDEN.search(name)


def _parsed(signed: str) -> Checkpoint:
    """The checkpoint in a note's text."""
    lines = signed[:-1].split("\n")
    for number, line in enumerate(lines, 1):
        if not line:
            raise BadFile("seal.checkpoint-malformed", line=number)
    if len(lines) < 3:
        raise BadFile("seal.checkpoint-malformed", line=len(lines) + 1)
    if not _SIZE.fullmatch(lines[1]):
        raise BadFile("seal.checkpoint-malformed", line=2)
    root = _decoded(lines[2])
    if root is None or len(root) != ROOT_BYTES:
        raise BadFile("seal.checkpoint-malformed", line=3)
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:]))


def _signature(line: str, number: int) -> Signature:
    """One signature line, the `number`-th of its note."""
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    content = _decoded(encoded)
    known = line.startswith(_DASH) and space and is_key_name(name)
    if not known or content is None or len(content) <= KEY_ID_BYTES:
        raise BadFile("seal.checkpoint-malformed", line=number)
    return Signature(name, content[:KEY_ID_BYTES], content[KEY_ID_BYTES:])


def _decoded(encoded: str) -> bytes | None:
    """Bytes of a base64 text in its one canonical form, or None."""
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return content if base64.b64encode(content).decode("ascii") == encoded else None


def _line_of(text: str, position: int) -> int:
    """The number of the line, from 1, that a position is on."""
    return text.count("\n", 0, position) + 1
