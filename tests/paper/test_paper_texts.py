"""What stands on vouchers can be drawn: every character has a glyph, every script its order."""

import pytest

from cbi.messages import LANGUAGES, RIGHT_TO_LEFT, texts
from cbi.messages.figures import amount_figures, date_words, digits, validity
from cbi.paper.canvas import Canvas, Style
from cbi.paper.ink import Ink, _in_visual_order
from cbi.paper.words import amount_words

KAZAKH_DARI_PASHTO = "әғқңөұүһі گچپژ ښځڅډړټڼېۍ"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_character_of_the_voucher_texts_is_in_the_fonts(language: str) -> None:
    ink = Ink()
    rtl = language in RIGHT_TO_LEFT
    words = [amount_words(n * 100, "KZT", language) for n in (*range(1, 130), 345_678, 9_876_543)]
    figures = [amount_figures(123_456_789, "KZT", language), KAZAKH_DARI_PASHTO,
               validity("2022-08-16", "2022-09-15", language)]
    for bold in (False, True):
        for line in [*texts(language, "voucher").values(), *words, *figures]:
            ink.line(line, bold=bold, rtl=rtl)
    assert ink.missing == set()


def test_a_character_without_a_glyph_is_noticed() -> None:
    ink = Ink()
    ink.line("漢")
    assert ink.missing == {"漢"}


@pytest.mark.parametrize(
    ("tenge", "language", "said"),
    [
        (15_000, "en", "fifteen thousand tenge"),
        (1_342_121, "en", "one million three hundred and forty-two thousand "
                          "one hundred and twenty-one tenge"),
        (21_002, "ru", "двадцать одна тысяча два тенге"),
        (2_500, "ru", "две тысячи пятьсот тенге"),
        (11_014, "ru", "одиннадцать тысяч четырнадцать тенге"),
        (1_100, "kk", "мың жүз теңге"),
        (45_236, "kk", "қырық бес мың екі жүз отыз алты теңге"),
        (15_250, "fa", "پانزده هزار و دوصد و پنجاه تنگه"),
        (1_000, "fa", "هزار تنگه"),
        (25_000, "ps", "پنځه ویشت زره تنګه"),
        (1_100, "uz", "bir ming bir yuz tenge"),
        (39_414, "uz", "oʻttiz toʻqqiz ming toʻrt yuz oʻn toʻrt tenge"),
    ],
)
def test_an_amount_is_said_in_words(tenge: int, language: str, said: str) -> None:
    assert amount_words(tenge * 100, "KZT", language) == said


def test_an_amount_with_a_fraction_is_not_said_in_words() -> None:
    assert amount_words(1_050, "KZT", "en") == ""


def test_figures_have_the_readers_digits_and_grouping() -> None:
    assert amount_figures(1_500_000, "KZT", "ru") == "15\u00a0000\u00a0тенге"
    assert amount_figures(1_500_000, "KZT", "fa") == "\u2066۱۵٬۰۰۰\u2069\u00a0تنگه"
    assert amount_figures(1_500_050, "USD", "en") == "15,000.50\u00a0USD"


def test_a_date_inside_right_to_left_text_keeps_its_order() -> None:
    line = f"از {digits('2022-08-16', 'fa')} تا {digits('2022-09-15', 'fa')}"
    parts = [part for part, _ in _in_visual_order(line, True)]
    assert parts.index("۲۰۲۲-۰۹-۱۵") < parts.index("۲۰۲۲-۰۸-۱۶")


def test_a_date_in_words_is_read_from_the_right() -> None:
    parts = [part.strip() for part, _ in _in_visual_order(date_words("2022-08-16", "fa"), True)]
    assert parts == ["۲۰۲۲", "اگست", "۱۶"]


def test_latin_letters_look_the_same_on_every_page() -> None:
    ink = Ink()
    latin = ink.font_number()
    for rtl in (False, True):
        fonts = {run.font for run in ink.line("Magnum Cash&Carry 2022", rtl=rtl).runs}
        assert fonts == {latin}


def test_a_joined_name_stays_one_piece_in_left_to_right_text() -> None:
    assert _in_visual_order("سید\u200cعلی میرزایی", False) == [("سید\u200cعلی میرزایی", True)]


def test_a_name_in_two_scripts_is_drawn_in_its_order() -> None:
    parts = _in_visual_order("کوپن KZ22 خوب", True)
    assert [part.strip() for part, _ in parts] == ["خوب", "KZ22", "کوپن"]


def test_arabic_letters_are_joined() -> None:
    ink = Ink()
    joined, apart = ink.line("بببب", rtl=True), ink.line("ب ب ب ب", rtl=True)
    assert joined.width < apart.width - 3 * ink.line(" ", rtl=True).width


@pytest.mark.parametrize(("words", "rtl"), [
    ("Hamed Tajik (Mohammad Raza Jan)", False), ("علی تاجک (اقبال)", True),
])
@pytest.mark.parametrize("page_rtl", [False, True])
def test_a_name_is_drawn_in_its_own_direction_whatever_the_pages(
    words: str, rtl: bool, page_rtl: bool,
) -> None:
    ink = Ink()
    page = Canvas(ink, height=20, left=0, right=100, rtl=page_rtl)
    page.text(words, 0, 5, 100, Style(10, align="start", own=True))
    assert page.content().split("Tm ")[1] == ink.line(words, rtl=rtl).content(0, 0, 10).split(
        "Tm ")[1]
