"""Money: integers of a currency's minor unit, read from and written for people.

Sums of money are never floating-point numbers. What a person types may carry spaces and a decimal
comma; what cannot be read exactly is refused, never rounded.
"""

import re

from cbi.base.currencies import EXPONENTS, WORDS
from cbi.base.errors import UsageError

__all__ = [
    "AMOUNT_MINOR_MAX", "EXPONENTS", "TWO_READINGS", "Amount", "checked_currency", "parse_amount",
    "plain_amount", "show_amount",
]

AMOUNT_MINOR_MAX = 10**15
"""Larger amounts are slips of the hand: ten trillion tenge."""

TWO_READINGS = "base.amount-two-readings"
"""The refusal of an amount that may mean two things."""

_SPACES = re.compile(r"[\s'\u00a0\u202f\u066c]")
_DIGITS = {
    zero + value: str(value) for zero in (0x0660, 0x06F0) for value in range(10)
} | {0x066B: "."}
"""Arabic and Persian digits and their decimal mark; their thousands sign is a space to us."""
_GROUPED = {
    ",": re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?\Z"),
    ".": re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?\Z"),
}
_AMOUNT = re.compile(r"(\d+)(?:[.,](\d+))?\Z")
_DRESSED = re.compile(r"([^\d.,+-]*\.?)(\d(?:.*\d)?)([^\d,+-]*)\Z")
_EITHER = re.compile(r"(\d{1,3})([.,])(\d{3})\Z")


def checked_currency(code: str) -> str:
    """The code of a currency that ISO 4217 knows.

    Raises:
        UsageError: there is no such currency.
    """
    if code not in EXPONENTS:
        raise UsageError("base.currency-unknown", text=code)
    return code


def parse_amount(text: str, currency: str, decimal: str | None = None) -> int:
    """Minor units of an amount as a person writes it: `15000`, `15 000,50`, `KZT 15,000.50`.

    `decimal` is the decimal mark of whoever wrote it, where that is known. Where it is not,
    a mark before exactly three digits may part thousands or fractions, and is asked for.

    Raises:
        UsageError: not an amount, not positive, finer than the minor unit, absurdly large, of an
            unknown currency or another one, or with two readings.
    """
    exponent = EXPONENTS[checked_currency(currency)]
    plain = _without_money(_SPACES.sub("", text.translate(_DIGITS)), text, currency)
    if decimal is None:
        _one_reading(plain, text, exponent)
    parting = "." if decimal == "," else ","
    if _GROUPED[parting].match(plain):
        plain = plain.replace(parting, "")
    found = _AMOUNT.match(plain)
    if found is None:
        raise UsageError("base.amount-unreadable", text=text)
    whole, fraction = found[1], found[2] or ""
    if len(whole) > 1 and whole.startswith("0"):
        raise UsageError("base.amount-leading-zeros", text=text)
    if len(fraction.rstrip("0")) > exponent:
        raise UsageError("base.amount-too-fine", text=text, currency=currency)
    minor: int = int(whole) * 10**exponent + int(fraction[:exponent].ljust(exponent, "0") or "0")
    if minor <= 0:
        raise UsageError("base.amount-not-positive", text=text)
    if minor > AMOUNT_MINOR_MAX:
        raise UsageError("base.amount-too-large", text=text)
    return minor


def _without_money(plain: str, text: str, currency: str) -> str:
    """The figures alone, where the words before or behind them name the currency."""
    dressed = _DRESSED.match(plain)
    if dressed is None:
        return plain
    before, figures, behind = dressed.groups()
    for word in filter(None, (before, behind)):
        named = word.casefold().rstrip(".")
        others = [code for code, words in WORDS.items() if named in words.split()]
        if named.upper() in EXPONENTS:
            others = [named.upper()]
        if others and currency not in others:
            raise UsageError("base.amount-other-currency", text=text, named=others[0],
                             currency=currency)
        if not others:
            return plain
    return figures


def _one_reading(plain: str, text: str, exponent: int) -> None:
    """Refuse `1,250`: a thousand or one? A point is the decimal mark of three decimals alone."""
    either = _EITHER.match(plain)
    if either is None or (either[2] == "." and exponent == len(either[3])):
        return
    whole, _, rest = either.groups()
    if whole == "0" and (rest.startswith("0") or not exponent):
        raise UsageError("base.amount-leading-zeros", text=text)
    if not exponent:
        return  # a currency without fractions leaves one reading
    raise UsageError(
        TWO_READINGS, text=text, thousands=str(int(whole + rest)),
        fraction=f"{whole}.{rest[:exponent]}",
    )


class Amount(str):
    """An amount as a machine reads it, `15 000 KZT`; who says it to a person writes it anew, in
    their language."""

    amount_minor: int
    currency: str


def show_amount(amount_minor: int, currency: str) -> Amount:
    """An amount with its currency; fractions only if there are any."""
    shown = Amount(f"{plain_amount(amount_minor, currency)}\u00a0{currency}")
    shown.amount_minor, shown.currency = amount_minor, currency
    return shown


def plain_amount(
    amount_minor: int, currency: str, *, group: str = "\u00a0", decimal: str = ".",
    fractions: bool = False,
) -> str:
    """An amount without its currency, thousands grouped; `fractions` says them even if none."""
    exponent = EXPONENTS.get(currency, 2)
    whole, fraction = divmod(abs(amount_minor), 10**exponent)
    digits = f"{whole:,}".replace(",", group)
    if fraction or (fractions and exponent):
        digits += f"{decimal}{fraction:0{exponent}d}"
    return f"-{digits}" if amount_minor < 0 else digits
