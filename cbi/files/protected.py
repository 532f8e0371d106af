"""Files that no output may replace, known by what stands in them.

A slip of the hand (`-o ledger.db`) must not cost an office its ledger. The place of a ledger can be
named in many ways, through links too, but its first bytes are always the same: so are a vault's, a
backup's, a keyring's, a laptop's and a checkpoint's, which is worth most when it is old.
"""

import re
from collections.abc import Callable
from pathlib import Path

from cbi.base import BadFile
from cbi.base.beside import belongs_to_a_database

_HEAD_BYTES = 4_096
_CHECKPOINT = re.compile(rb"[^\n]+\n[0-9]+\n[A-Za-z0-9+/]+=*\n(?:[^\n]+\n)*\n\xe2\x80\x94 ")
_CHECKPOINT_JSON = re.compile(rb'\{\s*"size":\s*[0-9]+,\s*"root":\s*"[0-9a-f]+",\s*"checkpoint":')
_KEYRING = re.compile(rb'\{\s*"format":\s*"cbi keyring')
_LOGIN = re.compile(rb'\{\s*"operator":\s*"[^"]*",\s*"token":')
_LAPTOP = re.compile(rb'\{\s*"(?:format":\s*"cbi laptop 1"|seq":\s*1,\s*"prev":\s*"0{64}")')
_WRITE_AHEAD_LOG = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_JOURNAL = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"

_KINDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("database", lambda head: head.startswith((b"SQLite format 3\0", *_WRITE_AHEAD_LOG, _JOURNAL))),
    ("keyring", lambda head: _KEYRING.match(head) is not None),
    ("login", lambda head: _LOGIN.match(head) is not None),
    ("laptop", lambda head: _LAPTOP.match(head) is not None),
    ("checkpoint", lambda head: any(one.match(head) for one in (_CHECKPOINT, _CHECKPOINT_JSON))),
)


def refuse_protected(path: Path) -> None:
    """Refuse to write where a link leads elsewhere, or where a file of ours stands.

    Raises:
        BadFile: the path is a link, or names a database or a file that one keeps beside itself, a
            keyring, a login, a laptop's own or a kept checkpoint.
    """
    try:
        if path.is_symlink():
            raise BadFile("files.is-link", file=str(path))
        if belongs_to_a_database(path):
            raise BadFile("files.is-beside", file=str(path))
        if not path.is_file():
            return
        with path.open("rb") as file:
            head = _as_read(file.read(_HEAD_BYTES))
    except OSError as refusal:
        raise BadFile(
            "files.cannot-write", file=str(path), reason=refusal.strerror or str(refusal)
        ) from refusal
    for kind, is_one in _KINDS:
        if is_one(head):
            raise BadFile(f"files.is-{kind}", file=str(path))


def _as_read(head: bytes) -> bytes:
    """The start of a file as its reader takes it.

    Copying and editors change the line ends of a text, put a byte-order mark before it, or write it
    in UTF-16; it stays a checkpoint, a keyring or a login.
    """
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode()
    return head.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").lstrip(b"\n")
