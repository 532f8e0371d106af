"""Amounts as shops write them, signed, in any dress; one style a column. Pure.

`17 000,00 ₸`, `17.000,00`, `(500)`, `500-`, `15000=`, `15’000.00`, `۱۵٬۰۰۰`,
`15 000 тенге 00 тиын`. A mark before three digits may part thousands or fractions: what the
other amounts of the column show decides, and where none does it is asked.
"""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from math import isfinite
from typing import NamedTuple

from cbi.base.errors import UsageError
from cbi.base.money import AMOUNT_MINOR_MAX, EXPONENTS, TWO_READINGS, parse_amount
from cbi.files import Cell, text_of

_DIGITS = {
    zero + value: str(value) for zero in (0x0660, 0x06F0) for value in range(10)
} | {0x066C: " ", 0xFF0E: ".", 0xFF0C: ","} | {0xFF10 + value: str(value) for value in range(10)}
_QUOTES = re.compile("(?<=\\d)['’‘`´ʼ](?=\\d)")
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f\u200b\u200e\u200f\u2060\ufeff]+")
_GROUPED = re.compile(r"\d{1,3}(?: \d{3})+(?![ \d])")
_MINUS = "-−–—"
_MINOR_WORD = r"(?:тиын|тиин|тыйын|tiy[iı]?n|коп(?:еек|ейки|ейка)?|cents?|дирам|diram)"
_SPELT = re.compile(rf"(?i)^(\D*[\d\s.,]*\d)\D*?[\s.]+(\d{{2}})\s*{_MINOR_WORD}\.?$")
_DASHED = re.compile(rf"^([\d ]+)[{_MINUS}=](\d{{2}})$")
_PLAIN = re.compile(r"[\d ]*\d(?:[.,]\d+)*\Z")
_EITHER = re.compile(r"\d{1,3}([.,])(\d{3})\Z")


class AmountStyle(NamedTuple):
    """How a column writes its amounts: its decimal mark, None where nothing shows it, and whether
    some of its amounts show one mark and some the other."""

    decimal: str | None = None
    mixed: bool = False


class _Dressed(NamedTuple):
    """An amount's text without its dress: its sign, its figures, its own decimal mark if sure."""

    sign: int
    figures: str
    decimal: str | None = None


def style_of(
    cells: Iterable[Cell], currency: str, money: frozenset[str] = frozenset()
) -> AmountStyle:
    """The style that a column's texts show, each voting with what can be read in one way only."""
    votes: set[str] = set()
    for cell in cells:
        if isinstance(cell, str):
            dressed = _undressed(cell, currency, money)
            vote = _vote(dressed.figures, EXPONENTS.get(currency, 2))
            if vote and dressed.decimal is None:
                votes.add(vote)
    return AmountStyle(votes.pop() if len(votes) == 1 else None, len(votes) > 1)


def signed_amount(
    cell: Cell, currency: str, decimal: str | None = None, money: frozenset[str] = frozenset()
) -> int:
    """Minor units of an amount, below zero for a return; `decimal` is the column's mark if known.

    Raises:
        UsageError: not an amount, zero, finer than the minor unit, absurdly large, two readings.
    """
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        dressed = _undressed(text_of(cell), currency, money)
        try:
            return dressed.sign * parse_amount(
                dressed.figures, currency, dressed.decimal or decimal
                or _vote(dressed.figures, EXPONENTS.get(currency, 2)) or None
            )
        except UsageError as error:
            if error.code == TWO_READINGS:
                raise
            raise UsageError(error.code, **{**error.facts, "text": text_of(cell)}) from error
    if not isfinite(cell):
        raise UsageError("base.amount-unreadable", text=cell)
    minor = Decimal(repr(cell)).scaleb(EXPONENTS.get(currency, 2))
    whole = minor.to_integral_value()
    if abs(minor - whole) > Decimal("0.0001"):  # a computed cell is off by less
        raise UsageError("base.amount-too-fine", text=cell, currency=currency)
    if not whole:
        raise UsageError("base.amount-not-positive", text=text_of(cell))
    if abs(whole) > AMOUNT_MINOR_MAX:
        raise UsageError("base.amount-too-large", text=text_of(cell))
    return int(whole)


def foreign_money(text: str, currency: str) -> str:
    """The currency that an amount, a heading or a letterhead names and that is another one."""
    for word in _CODES.findall(text):
        if word in _KNOWN and word != currency:
            return str(word)
    for sign, code in _SIGNS.items():
        if sign in text.casefold() and code != currency:
            return code
    return ""


_CODES = re.compile(r"(?<![A-Za-z])[A-Z]{3}(?![A-Za-z])")
_KNOWN = frozenset({
    "USD", "EUR", "RUB", "KZT", "UZS", "KGS", "TJS", "AFN", "CNY", "GBP", "TRY", "IRR", "PKR",
    "AZN", "GEL", "AMD", "BYN", "UAH", "CHF", "JPY", "INR", "AED", "TMT", "MNT",
}) & frozenset(EXPONENTS)
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP", "₽": "RUB", "руб.": "RUB", "рублей": "RUB",
          "рублях": "RUB", "в евро": "EUR",
          "долл": "USD", "₸": "KZT", "тенге": "KZT", "теңге": "KZT", "сум.": "UZS",
          "so‘m": "UZS", "сомони": "TJS", "؋": "AFN"}


def _undressed(text: str, currency: str, money: frozenset[str]) -> _Dressed:
    plain = text.translate(_DIGITS)
    decimal = None
    if "٫" in plain:
        plain, decimal = plain.replace("٫", "."), "."
    plain = _SPACES.sub(" ", _QUOTES.sub(" ", plain)).strip()
    if found := _SPELT.match(plain):
        plain, decimal = f"{found[1]}.{found[2]}", "."
    plain = _words(money | {currency.casefold()}).sub("", plain).strip()
    sign = 1
    if plain.startswith("(") and plain.endswith(")"):
        sign, plain = -1, plain[1:-1].strip()
    if plain[:1] in _MINUS and plain:
        sign, plain = -1, plain[1:].strip()
    elif plain[-1:] in _MINUS and plain:
        sign, plain = -1, plain[:-1].strip()
    plain = _words(money | {currency.casefold()}).sub("", plain).strip().removeprefix("+")
    plain = plain.removesuffix("=").strip()
    if found := _DASHED.match(plain):
        plain, decimal = f"{found[1]}.{found[2]}", "."
    if " " in plain:
        whole = re.split(r"[.,]", plain)[0]
        if not _GROUPED.fullmatch(whole):
            return _Dressed(sign, "?", decimal)  # figures with a gap in them are no amount
        plain = plain.replace(" ", "")
    return _Dressed(sign, plain, decimal)


@cache
def _words(money: frozenset[str]) -> re.Pattern[str]:
    """What a country writes for its currency, before or behind the figures."""
    words = "|".join(re.escape(word) for word in sorted(money, key=len, reverse=True) if word)
    return re.compile(rf"(?i)^(?:{words or '(?!)'})\.?\s*(?=[\d(−–-])|\s*(?:{words or '(?!)'})\.?$")


def _vote(figures: str, exponent: int) -> str:
    """The decimal mark that an amount shows beyond doubt, or nothing."""
    if not _PLAIN.match(figures):
        return ""
    marks = [letter for letter in figures if letter in ".,"]
    if not marks:
        return ""
    last = marks[-1]
    other = "," if last == "." else "."
    if len(set(marks)) > 1:
        return last if marks.count(last) == 1 else ""
    if len(marks) > 1:
        return other
    if found := _EITHER.match(figures):
        is_thousands = exponent < 3 and found[2][exponent:].strip("0")
        return other if is_thousands and not figures.startswith("0") else ""
    return last
