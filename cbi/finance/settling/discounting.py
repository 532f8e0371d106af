"""What a contract takes off a settlement's lines, to the minor unit. Pure.

The discount is taken of the sum, rounded to the nearest minor unit (a half goes up), and shared out
among the lines by largest remainder: so the lines less their discounts are what is paid, and a
reversal gives back just what was taken off its redemption.
"""

import re
from collections.abc import Sequence

from cbi.base.errors import UsageError
from cbi.finance.allotting import apportioned
from cbi.ledger.settling import SettledEntry
from cbi.messages.figures import decimal_figures, percent_sign

RATE_WHOLE = 100_000
"""A rate of discount is in parts of this: a hundredth of a per mille."""
_RATE = re.compile(r"(\d{1,3})(?:[.,](\d{1,3}))?\s*(%|‰|per mille|промилле)\Z")


def discount_on(amount_minor: int, rate: int) -> int:
    """A rate of an amount, to the nearest minor unit; a half goes up."""
    return (2 * amount_minor * rate + RATE_WHOLE) // (2 * RATE_WHOLE)


def discounted(lines: Sequence[SettledEntry], rate: int) -> list[SettledEntry]:
    """Lines of redemptions with what a rate takes off each of them."""
    whole = sum(line.settled_minor for line in lines)
    if not whole:
        return [*lines]
    parts = apportioned(discount_on(whole, rate), [line.settled_minor for line in lines])
    return [line._replace(discount_minor=part) for line, part in zip(lines, parts, strict=True)]


def read_rate(words: str) -> int:
    """A rate as a person types it: `2.5%`, `15‰`.

    Raises:
        UsageError: it is none, finer than a hundredth of a per mille, or the whole.
    """
    found = _RATE.match(words.strip())
    if found is None:
        raise UsageError("contract.rate-unfit", text=words)
    unit = RATE_WHOLE // (100 if found[3] == "%" else 1000)
    rate, rest = divmod(int(found[1] + (found[2] or "").ljust(3, "0")) * unit, 1000)
    if rest or rate >= RATE_WHOLE:
        raise UsageError("contract.rate-unfit", text=words)
    return rate


def rate_words(rate: int, language: str) -> str:
    """A rate as its reader writes it, in percent: `2.5 %`, `2,5 %`."""
    return decimal_figures(
        rate * 100 / RATE_WHOLE, language, places=3, shortest=True, unit=percent_sign(language)
    )
