"""What the page says, in one language and in one file, so that it is there without a connection."""

from typing import Any

import msgspec

from cbi.base.currencies import EXPONENTS
from cbi.messages.catalogue import RIGHT_TO_LEFT, texts
from cbi.messages.figures import plain_digits, plain_figures

PARTS = ("till-account", "till-office", "till-offline", "till-page", "till-pending", "till-shift")
WITH_CENTS = "USD"
"""Any currency of two decimals shows the language's decimal mark."""

NAMED = ("currency-", "category-")
"""Words of vouchers that the page says too."""


def page_texts(language: str) -> bytes:
    """Every text of the page, and how amounts are written, as JSON."""
    said: dict[str, Any] = {}
    for part in PARTS:
        said |= texts("en", part) | texts(language, part)
    vouchers = texts("en", "voucher") | texts(language, "voucher")
    said |= {key: words for key, words in vouchers.items() if key.startswith(NAMED)}
    return msgspec.json.encode(said | {"figures": _figures(language)})


def _figures(language: str) -> dict[str, object]:
    """How this language writes an amount: see `cbi.messages.figures`."""
    thousand = plain_figures(1_000, "", language, scaled=False)
    fraction = plain_figures(125, WITH_CENTS, language)
    digits = plain_digits("0123456789", language)

    def mark(figures: str) -> str:
        return "".join(one for one in figures if not one.isdigit() and one not in "\u2066\u2069")

    return {"digits": digits, "group": mark(thousand), "decimal": mark(fraction),
            "isolated": language in RIGHT_TO_LEFT}


def exponent_of(currency: str | None) -> int:
    """How many digits of a currency's amounts stand after its decimal mark."""
    return EXPONENTS.get(currency or "", 2)
