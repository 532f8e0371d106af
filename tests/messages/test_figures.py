"""Amounts and dates are written one way a language, and that way is CLDR's."""

from datetime import date

import pytest
from babel import Locale
from babel.dates import format_date
from babel.numbers import get_currency_name

from cbi.base.clock import instant_on
from cbi.base.money import show_amount
from cbi.messages import LANGUAGES, RIGHT_TO_LEFT, text, texts
from cbi.messages.figures import (
    MARKS,
    amount_figures,
    category_word,
    date_words,
    decimal_figures,
    moment_words,
    named_categories,
    plain_digits,
    plain_figures,
    share_figures,
)

CLDR = {code: Locale.parse("fa_AF" if code == "fa" else code) for code in LANGUAGES}
"""Ours is the Dari of Afghanistan."""
WORDS_OF_OUR_OWN = {("ps", "KZT")}
"""CLDR writes the plural of English there, `tenges`, in Pashto letters."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_parts_figures_is_what_cldr_says(language: str) -> None:
    system = "arabext" if language in RIGHT_TO_LEFT else "latn"
    said = CLDR[language].number_symbols[system]
    assert MARKS[language] == (said["group"], said["decimal"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_months_are_named_as_cldr_names_them(language: str) -> None:
    ours = text("voucher.months", language).split()
    wide = "abbreviated" if language == "en" else "wide"
    theirs = list(CLDR[language].months["format"][wide].values())
    assert ours == ([f"{month:02}" for month in range(1, 13)] if ours[0].isdigit() else theirs)


@pytest.mark.parametrize("language", ["ru", "fa", "ps"])
def test_a_day_is_written_as_cldr_writes_it(language: str) -> None:
    width = "short" if language == "ru" else "medium"
    theirs = format_date(date(2022, 8, 16), width, locale=CLDR[language])
    assert date_words("2022-08-16", language) == plain_digits(theirs, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_word_of_a_currency_is_part_of_its_name(language: str) -> None:
    named = {key[9:]: word for key, word in texts(language, "voucher").items()
             if key.startswith("currency-")}
    assert {"KZT", "KGS", "TJS", "UZS", "AFN"} <= set(named)
    for code, word in named.items():
        theirs = get_currency_name(code, 5, locale=CLDR[language]).casefold().replace("‘", "ʻ")
        stem = word.removesuffix("е").removesuffix("ге")  # teñge takes an ending in Kazakh
        assert stem in theirs or (language, code) in WORDS_OF_OUR_OWN, (word, theirs)


def test_a_fraction_follows_the_readers_mark() -> None:
    shown = [plain_figures(1_500_050, "KZT", one) for one in ("en", "ru", "ps")]
    assert shown == ["15,000.50", "15\u00a0000,50", "\u2066۱۵٬۰۰۰٫۵۰\u2069"]
    assert plain_figures(1_500_000, "KZT", "ru", fractions=True) == "15\u00a0000,00"


def test_a_number_that_is_no_amount_has_the_same_marks() -> None:
    ratios = [decimal_figures(1_250.5974, one, places=3) for one in ("en", "ru", "ps")]
    assert ratios == ["1,250.597", "1\u00a0250,597", "\u2066۱٬۲۵۰٫۵۹۷\u2069"]
    assert [decimal_figures(number, "ru", places=6, shortest=True)
            for number in (0.0021, 480.0)] == ["0,0021", "480"]
    assert [share_figures(0.25, one, places=1) for one in ("en", "ru", "fa")] == [
        "25.0\u202f%", "25,0\u202f%", "\u2066۲۵٫۰٪\u2069"]


def test_the_marks_of_a_language_from_a_package_are_cldrs() -> None:
    assert plain_figures(1_500_050, "EUR", "de") == "15.000,50"
    assert plain_figures(1_500_050, "EUR", "xx-nobody") == "15\u00a0000,50"


def test_an_instant_has_the_day_of_paper_and_the_hour_of_its_zone() -> None:
    at = instant_on("2022-08-16", 14, "Asia/Almaty", 3)
    assert moment_words(at, "Asia/Almaty", "ru") == "16.08.2022 14:03"
    assert moment_words(at, "Asia/Almaty", "fa") == "۱۶ اگست ۲۰۲۲ \u2066۱۴:۰۳\u2069"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_writes_an_amount_as_paper_does(language: str) -> None:
    said = text("base.amount-unreadable", language, text=show_amount(-1_500_050, "KZT"))
    assert amount_figures(-1_500_050, "KZT", language) in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_category_is_called_by_its_name_or_as_it_was_typed(language: str) -> None:
    assert {"food", "non-food", "hygiene", "winter", "school"} <= set(named_categories())
    words = [category_word(one, language) for one in named_categories()]
    assert len({*words}) == len(words)
    assert not {*words} & {*named_categories()}
    assert category_word("tools", language) == "tools"
