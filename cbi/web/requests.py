"""What the page and a shop's own till send: their shapes, read strictly, and told by OpenAPI."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from cbi.base.money import AMOUNT_MINOR_MAX

CODE_LETTERS_MAX, WORD_LETTERS_MAX, REQUEST_LETTERS_MAX = 400, 100, 100
PASSPHRASE_LETTERS_MAX = 1_000
Code = Annotated[str, Meta(max_length=CODE_LETTERS_MAX)]
Word = Annotated[str, Meta(max_length=WORD_LETTERS_MAX)]
Request = Annotated[str, Meta(min_length=1, max_length=REQUEST_LETTERS_MAX)]
Minor = Annotated[int, Meta(ge=1, le=AMOUNT_MINOR_MAX)]
Count = Annotated[int, Meta(ge=0, le=10**6)]
Net = Annotated[int, Meta(ge=-AMOUNT_MINOR_MAX, le=AMOUNT_MINOR_MAX)]
CodeWay = Literal["scanner", "camera", "typed"]
Instant = Annotated[int, Meta(ge=0, le=2**53)]


class PairAsked(Struct, forbid_unknown_fields=True):
    """A device's pairing code, as the office was shown it."""

    code: Word


class SignInAsked(Struct, forbid_unknown_fields=True):
    """A cashier's name and PIN."""

    name: Word
    pin: Word


class OfficeAsked(Struct, forbid_unknown_fields=True):
    """The name, passphrase and second factor's code of who reads the books."""

    name: Word
    passphrase: Annotated[str, Meta(max_length=PASSPHRASE_LETTERS_MAX)]
    code: Word


class VerifyAsked(Struct, forbid_unknown_fields=True):
    """A voucher's code, as typed or scanned."""

    code: Code


class TypedSaleAsked(Struct, forbid_unknown_fields=True):
    """A redemption as a cashier typed it; `request` names it, so that it counts once."""

    code: Code
    amount: Word
    receipt: Code
    request: Request
    total: Word | None = None
    code_way: CodeWay | None = None


class UndoAsked(Struct, forbid_unknown_fields=True):
    """A redemption to undo: SERIAL/NUMBER, as its answer told it."""

    redemption: Word


class UndoLaterAsked(Struct, forbid_unknown_fields=True):
    """A redemption to undo later, why, and a code of the second factor."""

    redemption: Word
    reason: Annotated[str, Meta(min_length=1, max_length=200)]
    code: Word


class ListAsked(Struct, forbid_unknown_fields=True):
    """The list of what this till may take without a connection."""


class ClaimAsked(Struct, forbid_unknown_fields=True):
    """A sale that the page took without a connection, as it kept it.

    `list` is the list's id (hexadecimal); instants are of the device's clock (microseconds UTC),
    `device_now` at sending.
    """

    request: Request
    list: Word
    code: Code
    amount: Minor
    receipt: Word
    said_at: Instant
    device_now: Instant
    taken_by: Word
    receipt_total: Minor | None = None
    code_way: CodeWay | None = None


class CountedAsked(Struct, forbid_unknown_fields=True):
    """A shift to be closed as it was shown (`until` its last line, hexadecimal), and what its
    cashier counted; `request` names it, so that it is closed once."""

    request: Request
    currency: Word
    until: Word
    receipts: Count
    amount: Net
    counted_receipts: Count
    counted: Annotated[int, Meta(ge=0, le=AMOUNT_MINOR_MAX)]


class RedeemAsked(Struct, forbid_unknown_fields=True):
    """A redemption: amounts in the currency's minor unit, the receipt's number, and how the code
    came in, where the till knows it."""

    code: Code
    amount: Minor
    receipt: Word
    receipt_total: Minor | None = None
    code_way: CodeWay | None = None


class ReverseAsked(Struct, forbid_unknown_fields=True):
    """A redemption to undo, and why."""

    redemption: Word
    reason: Annotated[str, Meta(min_length=1, max_length=200)]
