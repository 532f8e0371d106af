"""Money: integers of a currency's minor unit, read from and written for people.

Sums of money are never floating-point numbers. What a person types may carry spaces and a decimal
comma; what cannot be read exactly is refused, never rounded.
"""

import re

from cbi.base.errors import UsageError

EXPONENTS = {"KZT": 2, "USD": 2, "EUR": 2, "RUB": 2, "UZS": 2, "KGS": 2, "AFN": 2, "JPY": 0}
"""Digits after the decimal point by ISO 4217 code; currencies not listed have 2."""

AMOUNT_MINOR_MAX = 10**15
"""Larger amounts are slips of the hand: ten trillion tenge."""

_SPACES = re.compile(r"[\s'\u00a0\u202f]")
_AMOUNT = re.compile(r"\d+(?:[.,]\d{1,2})?\Z")


def parse_amount(text: str, currency: str) -> int:
    """Minor units of an amount as a person writes it: `15000`, `15 000,50`, `15,000.50`.

    Raises:
        UsageError: not an amount, not positive, finer than the minor unit, or absurdly large.
    """
    exponent: int = EXPONENTS.get(currency, 2)
    plain = _SPACES.sub("", text.translate(_DIGITS)).removesuffix(currency)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", plain):
        plain = plain.replace(",", "")
    if not _AMOUNT.match(plain):
        raise UsageError("base.amount-unreadable", text=text)
    whole, _, fraction = plain.replace(",", ".").partition(".")
    if len(fraction.rstrip("0")) > exponent:
        raise UsageError("base.amount-too-fine", text=text, currency=currency)
    rest = fraction[:exponent].ljust(exponent, "0") or "0"
    amount_minor: int = int(whole) * 10**exponent + int(rest)
    if amount_minor <= 0:
        raise UsageError("base.amount-not-positive", text=text)
    if amount_minor > AMOUNT_MINOR_MAX:
        raise UsageError("base.amount-too-large", text=text)
    return amount_minor


def show_amount(amount_minor: int, currency: str, *, group: str = "\u00a0") -> str:
    """An amount for people, with its currency: `15 000 KZT`; fractions only if there are any."""
    return f"{plain_amount(amount_minor, currency, group=group)}\u00a0{currency}"


def plain_amount(amount_minor: int, currency: str, *, group: str = "\u00a0") -> str:
    """An amount without its currency, thousands grouped."""
    scale = 10 ** EXPONENTS.get(currency, 2)
    whole, fraction = divmod(abs(amount_minor), scale)
    digits = f"{whole:,}".replace(",", group)
    if fraction:
        digits += f".{fraction:0{EXPONENTS.get(currency, 2)}d}"
    return f"-{digits}" if amount_minor < 0 else digits


_DIGITS = {
    zero + value: str(value) for zero in (0x0660, 0x06F0) for value in range(10)
}
