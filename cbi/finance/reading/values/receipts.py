"""When two texts are one receipt's number, as tills and accountants write it. Pure."""

import re

from cbi.base.words import western_digits

_TAIL = re.compile(r"[1-9]\d*$")
TAIL_LEAST = 3


def receipts_alike(one: str, other: str) -> bool:
    """Whether two texts are one receipt's number: the same, or in one of them without the letters
    that a till writes before it (`4143` for `A1-004143`)."""
    ours, theirs = receipt_key(one), receipt_key(other)
    return ours == theirs or (
        ours.isdecimal() != theirs.isdecimal() and receipt_tail(ours) == receipt_tail(theirs) != ""
    )


def receipt_tail(text: str) -> str:
    """The figures that a receipt's number ends with; nothing where they are too few to tell it."""
    tail = _TAIL.search(receipt_key(text))
    return tail[0] if tail and len(tail[0]) >= TAIL_LEAST else ""


def receipt_key(text: str) -> str:
    """A receipt's number without what does not tell two of them apart."""
    return western_digits("".join(text.split())).upper().lstrip("0") or "0"
