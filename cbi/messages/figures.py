"""Amounts and dates as their reader writes them: digits, grouping, direction, and in words.

The one place that writes them for people, on a screen, a page and on paper; `text` brings amounts
here. The marks stand ready for our languages, since a till starts without Babel; a test compares
them with CLDR's. In a terminal the office's days stay as its commands take them, `2022-08-16`.

Dari and Pashto readers get Persian digits and the Arabic thousands sign. Dates are of the Gregorian
calendar, so that the cashier and the beneficiary read the same day. Figures inside right-to-left
text are isolated (U+2066 to U+2069), else a date in figures is drawn back to front.
"""

import re
from functools import cache
from typing import Final

from cbi.base.clock import at
from cbi.base.money import Amount, plain_amount
from cbi.base.terms import Term
from cbi.messages.catalogue import RIGHT_TO_LEFT, text, texts

_PERSIAN: Final = {ord("0") + value: 0x06F0 + value for value in range(10)}
MARKS: Final = {
    "en": (",", "."), "ru": ("\u00a0", ","), "kk": ("\u00a0", ","), "uz": ("\u00a0", ","),
    "fa": ("\u066c", "\u066b"), "ps": ("\u066c", "\u066b"),
}
"""What parts thousands, and what begins the fraction, by language."""


def digits(figures: str, language: str) -> str:
    """Figures in the reader's digits, kept in one piece inside right-to-left text."""
    if language not in RIGHT_TO_LEFT:
        return figures
    return isolated(plain_digits(figures, language))


def isolated(piece: str) -> str:
    """A left-to-right piece that keeps its order inside right-to-left text."""
    return f"\u2066{piece}\u2069"


def amount_figures(amount_minor: int, currency: str, language: str) -> str:
    """`15 000 тенге`, `15,000 tenge`; a currency without a word of ours keeps its ISO code."""
    figures = plain_figures(amount_minor, currency, language)
    return f"{figures}\u00a0{currency_word(currency, language)}"


def as_said(shown: str, language: str) -> str:
    """A piece of a sentence or table as its reader writes it: an amount anew, codes as words."""
    if isinstance(shown, Term) and language != "en":  # codes are English words as they stand
        file, _, name = shown.words.partition(".")
        known = texts(language, file)
        return ", ".join(known.get(f"{name}-{code}", code) for code in shown.codes)
    if isinstance(shown, Amount):
        return amount_figures(shown.amount_minor, shown.currency, language)
    return shown


def plain_figures(
    number: int, currency: str, language: str, *, scaled: bool = True, fractions: bool = False,
) -> str:
    """An amount without its currency, or (not `scaled`) a count, grouped as the reader does."""
    group, decimal = MARKS.get(language) or _marks(language)
    figures = plain_amount(number, currency, group=group, decimal=decimal, fractions=fractions) \
        if scaled else f"{number:,}".replace(",", group)
    return digits(figures, language)


def decimal_figures(
    number: float, language: str, *, places: int, shortest: bool = False, unit: str = "",
) -> str:
    """A number that is no amount, to so many places, and its unit in one piece with it: `0,597`;
    `shortest` leaves out noughts at the end."""
    group, decimal = MARKS.get(language) or _marks(language)
    whole, _, fraction = f"{number:,.{places}f}".partition(".")
    fraction = fraction.rstrip("0") if shortest else fraction
    figures = whole.replace(",", group) + (decimal + fraction if fraction else "")
    return digits(figures + unit, language)


def share_figures(share: float, language: str, *, places: int) -> str:
    """A share of one in percent: `59.7 %`, `59,7 %`, `۵۹٫۷٪`."""
    return decimal_figures(share * 100, language, places=places, unit=percent_sign(language))


def percent_sign(language: str) -> str:
    """What follows a number of percent, with its space where one is written."""
    return "\u066a" if language in RIGHT_TO_LEFT else "\u202f%"


@cache
def _marks(language: str) -> tuple[str, str]:
    """The marks of a language that a package brings, as CLDR has them."""
    from babel import Locale, UnknownLocaleError

    try:
        known = Locale.parse(language).number_symbols["latn"]
    except (UnknownLocaleError, ValueError):
        return "\u00a0", ","
    return known["group"], known["decimal"]


def currency_word(currency: str, language: str) -> str:
    """The currency's name in a language, or its ISO code."""
    return texts(language, "voucher").get(f"currency-{currency}", currency)


def category_word(category: str, language: str) -> str:
    """The category's name in a language, or the category as the programme calls it."""
    return texts(language, "voucher").get(f"category-{category}", category)


def named_categories() -> tuple[str, ...]:
    """The categories that have a name in every language."""
    return tuple(
        key.removeprefix("category-") for key in texts("en", "voucher")
        if key.startswith("category-")
    )


def date_words(day: str, language: str) -> str:
    """A date (ISO text) as on a package in the shop: `16 Aug 2022`, `16.08.2022`, `۱۶ اگست ۲۰۲۲`.

    Where the month is a word, each number stands for itself and the line keeps its own order.
    """
    year, number, of_month = day.split("-")
    month = text("voucher.months", language).split()[int(number) - 1]
    if month.isdigit():
        return text("voucher.date", language, day=of_month, month=month, year=year)
    return text(
        "voucher.date", language, day=plain_digits(str(int(of_month)), language), month=month,
        year=plain_digits(year, language),
    )


def month_words(month: str, language: str) -> str:
    """A month (`2022-08`): `Aug 2022`, `08.2022`."""
    return re.split(r"[ .]", date_words(f"{month}-01", language), maxsplit=1)[1]


def days_between(first: str, last: str, language: str) -> str:
    """A period's first and last day (ISO text): the first stands where the reader begins."""
    return f"{date_words(first, language)} – {date_words(last, language)}"


def day_of_month(day: str, language: str) -> str:
    """A date without its year, as under a chart: `16 Aug`, `16.08`."""
    return date_words(day, language)[:-len("2022")].rstrip(" .")


def moment_words(instant_us: int, zone: str, language: str) -> str:
    """An instant to the minute on the wall clock of a zone: `16 Aug 2022 14:03`."""
    moment = at(instant_us, zone)
    day = date_words(moment.date().isoformat(), language)
    return f"{day} {digits(moment.strftime('%H:%M'), language)}"


def plain_digits(figures: str, language: str) -> str:
    """Figures in the reader's digits, as they are: a number of one piece between words."""
    return figures.translate(_PERSIAN) if language in RIGHT_TO_LEFT else figures


def validity(valid_from: str, valid_until: str, language: str, key: str = "valid") -> str:
    """`Valid 16 Aug 2022 to 15 Sep 2022` in a language."""
    return text(
        f"voucher.{key}", language,
        valid_from=date_words(valid_from, language), valid_until=date_words(valid_until, language),
    )
