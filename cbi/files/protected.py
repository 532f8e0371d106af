"""Files that no output may replace, known by what stands in them.

A slip of the hand (`-o ledger.db`) must not cost an office its ledger. The place of a ledger can be
named in many ways, through links too, but its first bytes are always the same: so are a vault's, a
backup's, a keyring's and a checkpoint's, which is worth most when it is old.
"""

import re
from collections.abc import Callable
from pathlib import Path

from cbi.base import BadFile

_HEAD_BYTES = 4_096
_CHECKPOINT = re.compile(rb"[^\n]+\n[0-9]+\n[A-Za-z0-9+/]+=*\n(?:[^\n]+\n)*\n\xe2\x80\x94 ")
_KEYRING = re.compile(rb'\s*\{\s*"format":\s*"cbi keyring')
_WRITE_AHEAD_LOG = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_JOURNAL = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"

_KINDS: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("database", lambda head: head.startswith((b"SQLite format 3\0", *_WRITE_AHEAD_LOG, _JOURNAL))),
    ("keyring", lambda head: _KEYRING.match(head) is not None),
    ("checkpoint", lambda head: _CHECKPOINT.match(head) is not None),
)


def refuse_protected(path: Path) -> None:
    """Refuse to write where a link leads elsewhere, or where a file of ours stands.

    Raises:
        BadFile: the path is a link, or names a database, a keyring or a kept checkpoint.
    """
    try:
        if path.is_symlink():
            raise BadFile("files.is-link", file=str(path))
        if not path.is_file():
            return
        if path.suffix == ".lock":
            raise BadFile("files.is-lock", file=str(path))
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as refusal:
        raise BadFile(
            "files.cannot-write", file=str(path), reason=refusal.strerror or str(refusal)
        ) from refusal
    for kind, is_one in _KINDS:
        if is_one(head):
            raise BadFile(f"files.is-{kind}", file=str(path))
