"""What the cells of a statement mean: amounts, dates, receipts, vouchers. Pure.

A spreadsheet keeps the same thing as a number, a date or text, as its writer happened to type it.
What cannot be read exactly is refused, never rounded and never guessed.
"""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from hashlib import sha256
from math import isfinite
from typing import NamedTuple

from cbi.base.errors import UsageError
from cbi.base.money import AMOUNT_MINOR_MAX, EXPONENTS, parse_amount
from cbi.files import Cell, day_of, text_of
from cbi.ledger.vouchers.codes import Mistyped, code_hash, read_code

_SERIAL = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*-\d{6,9}\Z")
_LOOKALIKES = str.maketrans("АВСЕНКМОРТХУІавсенкмортхуі–—−‐‑", "ABCEHKMOPTXYIabcehkmoptxyi-----")
_SHORT = 11
"""Text of fewer letters and digits than these is too far from a code to lead to one."""


class Named(NamedTuple):
    """What a claim names a voucher by: a serial, a code's keyed hash, or nothing that can be read.

    `shown` never spends money: a serial, or the last four characters of what stood there.
    """

    kind: str
    shown: str
    hashed: bytes = b""


def amount_of(
    cell: Cell, currency: str, decimal: str | None = None, money: frozenset[str] = frozenset()
) -> int:
    """Minor units of an amount; `decimal` is the mark of the shop that wrote it, where known, and
    `money` what the country writes for its currency.

    Raises:
        UsageError: not an amount, not positive, finer than the minor unit, absurdly large.
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return parse_amount(_money_words(money).sub("", text_of(cell)), currency, decimal)
    if not isfinite(cell):
        raise UsageError("base.amount-unreadable", text=cell)
    minor = Decimal(repr(cell)).scaleb(EXPONENTS.get(currency, 2))
    whole = minor.to_integral_value()
    if abs(minor - whole) > Decimal("0.0001"):  # a computed cell is off by less
        raise UsageError("base.amount-too-fine", text=cell, currency=currency)
    if whole <= 0:
        raise UsageError("base.amount-not-positive", text=text_of(cell))
    if whole > AMOUNT_MINOR_MAX:
        raise UsageError("base.amount-too-large", text=text_of(cell))
    return int(whole)


@cache
def _money_words(money: frozenset[str]) -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(money, key=len, reverse=True))
    return re.compile(rf"(?i)\s*(?:{words or '(?!)'})\.?\s*")


def date_of(cell: Cell) -> str | None:
    """A calendar date as ISO text, None for an empty cell; days before months.

    Raises:
        UsageError: it cannot be read as a date.
    """
    text = text_of(cell)
    if not text:
        return None
    day = day_of(cell).date
    if day is None:
        raise UsageError("files.cell-date", text=text)
    return day.isoformat()


def voucher_named(cell: Cell, lookup: Callable[[], bytes]) -> Named:
    """What a cell names a voucher by. `lookup` gives the key, asked only when a code is read."""
    text = text_of(cell)
    serial = "".join(text.translate(_LOOKALIKES).upper().split())
    if _SERIAL.match(serial):
        return Named("serial", serial)
    try:
        code = read_code(text)
    except Mistyped:
        short = sum(map(str.isalnum, text)) < _SHORT
        return Named("mistyped", text if short else f"…{text[-4:].upper()}")
    return Named("code", f"…{code[-4:]}", code_hash(code, lookup()))


def unknown_key(named: Named) -> bytes:
    """16 bytes that stand for a voucher that is none of ours: the same for the same words."""
    return sha256(b"cbi unknown\x1f" + (named.hashed or named.shown.encode())).digest()[:16]
