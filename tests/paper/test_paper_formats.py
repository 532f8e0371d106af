"""Formats, order, logos, calendars and letters: what a sheet, ticket, roll and picture show."""

import dataclasses
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from cbi.base import BadFile, UsageError
from cbi.messages import LANGUAGES, RIGHT_TO_LEFT, text
from cbi.messages.figures import category_word, named_categories
from cbi.paper import FORMATS, ListLook, draw_distribution_list, draw_sheets, read_logo
from cbi.paper import logo as logo_reading
from cbi.paper.dates import solar_hijri, validity_lines
from cbi.paper.ink import Ink
from cbi.paper.pictures import draw_pictures
from cbi.paper.qr import QrPress
from cbi.paper.security import Guilloche
from cbi.paper.squares import square_lines, square_png, square_svg
from cbi.paper.values import SheetLook
from tests.paper.test_paper_sheets import (
    CREATED,
    LOOK,
    PLAIN,
    listed,
    rows,
    sheets,
    texts_of,
    vouchers,
)

TICKET, ROLL = (dataclasses.replace(LOOK, format=name) for name in ("ticket", "roll"))


def read_back(pdf: bytes, dpi: int = 200) -> list[str]:
    """What a scanner reads of each page."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        picture = page.render(scale=dpi / 72, grayscale=True).to_numpy()
        found += [one.text for one in zxingcpp.read_barcodes(picture)]
    return found


def drawn(given: Any, look: SheetLook, **more: Any) -> tuple[bytes, Any]:
    out = io.BytesIO()
    count = draw_sheets(out, given, look, created=CREATED, **more)
    return out.getvalue(), count


@pytest.mark.parametrize("practice", [False, True])
@pytest.mark.parametrize("name", sorted(FORMATS))
def test_every_format_is_read_back_in_five_languages(name: str, practice: bool) -> None:
    look = dataclasses.replace(LOOK, format=name, practice=practice, second_language="ru")
    assert set(read_back(sheets(10, look))) == {one.code for one in vouchers(10)}


@pytest.mark.parametrize(("look", "millimetres"), [(TICKET, (85, 54)), (ROLL, (80, 186))])
def test_a_single_voucher_is_a_page_of_its_size_behind_a_cover_of_the_same(
    look: SheetLook, millimetres: tuple[int, int],
) -> None:
    pdf = sheets(3, look)
    pages = pikepdf.open(io.BytesIO(pdf)).pages
    assert len(pages) == 4
    for page in pages:
        width, height = (float(side) / 72 * 25.4 for side in page.MediaBox[2:])
        assert (round(width), round(height)) == millimetres
    cover = texts_of(pdf)[0]
    for told in ("Round 3, batch 12", "Vouchers: 3", "KZ22-000000 to KZ22-000002", "aigerim"):
        assert told in cover


def test_a_ticket_shows_serial_code_value_shops_and_hotline() -> None:
    page = " ".join(texts_of(sheets(3, dataclasses.replace(TICKET, plain=True)))[1].split())
    (one, *_) = vouchers(3)
    for told in (one.serial, "15,000\u00a0tenge", "Food", "Magnum", "+7 700 000 00 00",
                 "16 Aug 2022 to 15 Sep 2022"):
        assert told.replace("\u00a0", " ") in page.replace("\u00a0", " ")


@pytest.mark.parametrize("name", ["a4", "ticket", "roll"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_has_a_counterfoil_with_serial_worth_and_number(name: str, language: str) -> None:
    look = dataclasses.replace(LOOK, format=name, plain=True, second_language=None)
    (one, *_) = placed("Almaty")
    pdf, _ = drawn([dataclasses.replace(one, language=language)], look)
    page = pypdfium2.PdfDocument(pdf)[1].get_textpage().get_text_bounded()
    assert page.count(one.serial) == 2
    assert "№ 1" in page
    if language not in RIGHT_TO_LEFT:
        assert len(re.findall(r"15[,\s]000", page)) == 2
        assert text("voucher.signature", language) in page
        assert text("voucher.counterfoil", language) in page


def inside(pdf: Any, page_number: int) -> bool:
    """Whether every word of a page stands on it whole, with a margin that no printer cuts."""
    page = pypdfium2.PdfDocument(pdf)[page_number]
    width, height = page.get_size()
    words = page.get_textpage()
    boxes = [words.get_rect(n) for n in range(words.count_rects())]
    return all(left > 1 and bottom > 1 and right < width - 1 and top < height - 1
               for left, bottom, right, top in boxes)


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_words_stay_on_the_paper(name: str, language: str) -> None:
    look = dataclasses.replace(
        LOOK, format=name, plain=True, practice=True,
        second_language="ru" if language != "ru" else "kk",
        programme="Multi-purpose assistance for families 2022/2023",
        shops={"en": "Magnum\u00a0Cash&Carry\u00a0Supermarkets, Tulpar Market, Small, Ramstore"},
    )
    (one, *_) = placed("Almaty")
    longest = dataclasses.replace(
        one, language=language, amount_minor=774_777_700, list_order=1234,
        category=max(named_categories(), key=lambda name: len(category_word(name, language))),
    )
    pdf, _ = drawn([longest], look)
    page = 0 if name == "picture" else 1
    assert inside(pdf, page)
    assert read_back(pdf) == [one.code]


def test_a_roll_knows_black_alone() -> None:
    pdf = pikepdf.open(io.BytesIO(sheets(3, ROLL)))
    forms = pdf.pages[1].Resources.XObject.values()
    content = b"".join(form.read_bytes() for form in forms)
    assert b" RG" not in content
    assert b" rg" not in content


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match=r"voucher\.format-unknown"):
        sheets(1, dataclasses.replace(LOOK, format="a3"))


def placed(*places: str) -> list[Any]:
    """Vouchers of these places in turn, numbered on their lists."""
    return [
        dataclasses.replace(one, city=place, language="en", list_order=at)
        for at, (one, place) in enumerate(zip(vouchers(len(places)), places, strict=True), 1)
    ]


def serials_on(pages: list[str]) -> list[list[str]]:
    """The serials of each page in the order they stand, the cover left out."""
    return [[word[-2:] for word in page.split() if word.startswith("KZ22-0000")][::2]
            for page in pages[1:]]


def test_every_place_begins_a_sheet_and_its_name_stands_at_the_foot() -> None:
    pdf, _ = drawn(placed(*["Almaty"] * 3, *["Almaty School 5"] * 9), PLAIN)
    pages = texts_of(pdf)
    assert serials_on(pages) == [["00", "01", "02"], [f"{n:02d}" for n in range(3, 11)], ["11"]]
    assert ["School 5" in page for page in pages[1:]] == [False, True, True]
    assert ["Almaty" in page for page in pages[1:]] == [True, True, True]


def test_the_cover_says_where_each_places_sheets_lie_and_what_they_are_worth() -> None:
    pdf, _ = drawn(placed(*["Almaty"] * 3, *["Almaty School 5"] * 9), PLAIN)
    cover = " ".join(texts_of(pdf)[0].replace("\u00a0", " ").split())
    assert "Almaty (sheets 1 to 1) 3 45,000 tenge" in cover
    assert "Almaty School 5 (sheets 2 to 3) 9 135,000 tenge" in cover


def test_cut_as_a_pile_the_vouchers_lie_in_order() -> None:
    look = dataclasses.replace(PLAIN, stack=True)
    pdf, count = drawn(placed(*["Almaty"] * 20, "Astana"), look)
    sheet_by_sheet = serials_on(texts_of(pdf))
    assert [len(page) for page in sheet_by_sheet] == [7, 7, 6, 1]
    piles = [[page[slot] for page in sheet_by_sheet[:3] if slot < len(page)] for slot in range(8)]
    assert [serial for pile in piles for serial in pile] == [f"{n:02d}" for n in range(20)]
    assert "uppermost" in " ".join(texts_of(pdf)[0].split())
    assert count.vouchers == 21


def test_the_persons_number_on_the_list_stands_on_the_counterfoil() -> None:
    pdf, _ = drawn(placed("Almaty", "Almaty"), PLAIN)
    assert "№ 1" in texts_of(pdf)[1]
    assert "№ 2" in texts_of(pdf)[1]


def test_a_replacement_says_on_its_cover_what_it_replaces() -> None:
    for look in (LOOK, TICKET):
        pdf = sheets(1, dataclasses.replace(look, replaces="KZ22-000777"))
        assert "KZ22-000777" in texts_of(pdf)[0]


@pytest.fixture
def logo_file(tmp_path: Path) -> Path:
    path = tmp_path / "logo.png"
    Image.new("RGBA", (900, 300), (0, 90, 160, 0)).save(path)
    return path


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_logo_is_in_the_file_once_and_only_as_large_as_it_is_seen(
    logo_file: Path, name: str,
) -> None:
    look = dataclasses.replace(LOOK, format=name, logo=read_logo(logo_file))
    pdf = pikepdf.open(io.BytesIO(sheets(10, look)))
    images = [one for one in pdf.objects
              if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
    assert [(int(one.Width), int(one.Height)) for one in images] == [(600, 200)]


def test_what_is_transparent_in_a_logo_is_white(logo_file: Path) -> None:
    assert set(read_logo(logo_file).rgb) == {255}


def test_a_logo_may_be_a_photograph(tmp_path: Path) -> None:
    path = tmp_path / "logo.jpg"
    Image.new("RGB", (80, 40), "red").save(path)
    assert (read_logo(path).width, read_logo(path).height) == (80, 40)


def large_file(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(2_000))


def many_pixels(path: Path) -> None:
    Image.new("1", (40, 60)).save(path)


def cut_off(path: Path) -> None:
    out = io.BytesIO()
    Image.effect_noise((200, 200), 80).save(out, "PNG")
    path.write_bytes(out.getvalue()[:9_000])


@pytest.mark.parametrize(("make", "code"), [
    (large_file, "voucher.logo-large"), (many_pixels, "voucher.logo-pixels"),
    (cut_off, "voucher.logo-unreadable"),
    (lambda path: path.write_text("<svg/>"), "voucher.logo-unreadable"),
    (lambda path: None, "files.missing"),
])
def test_a_logo_that_asks_for_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object], code: str,
) -> None:
    monkeypatch.setattr(logo_reading, "PIXELS_MAX", 2_399 if make is many_pixels else 50_000)
    monkeypatch.setattr(logo_reading, "FILE_BYTES_MAX", 1_000 if make is large_file else 20_000)
    path = tmp_path / "logo.png"
    make(path)
    with pytest.raises(BadFile) as caught:
        read_logo(path)
    assert caught.value.code == code
    assert "{" not in text(code, "en", **caught.value.facts)


def test_afghan_readers_get_their_calendar_and_everybody_the_cashiers() -> None:
    assert solar_hijri("2021-03-21", "fa") == "۱ حمل ۱۴۰۰"
    assert solar_hijri("2025-03-20", "fa") == "۳۰ حوت ۱۴۰۳"
    assert solar_hijri("2018-01-01", "ps") == "۱۱ مرغومی ۱۳۹۶"
    for language in LANGUAGES:
        lines = validity_lines("2022-08-16", "2022-09-15", language)
        assert len(lines) == (2 if language in RIGHT_TO_LEFT else 1)
        assert any("16 Aug 2022" in line or "16.08.2022" in line or "۲۰۲۲" in line
                   for line in lines)
    assert validity_lines("2022-08-16", "2022-09-05", "fa")[1] == (
        "از ۱۶ اگست ۲۰۲۲ تا ۵ سپتمبر ۲۰۲۲ (میلادی)")
    assert validity_lines("2022-08-16", "2022-09-05", "ru") == (
        "Действует с 16.08.2022 по 05.09.2022",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_month_has_a_name_of_one_word(language: str) -> None:
    assert len(text("voucher.solar-months", language).split()) == 12
    assert len(text("voucher.months", language).split()) == 12


def test_a_letter_that_no_font_has_is_marked_and_told() -> None:
    ink = Ink()
    assert ink.line("A漢B").width > ink.line("AB").width
    assert ink.unknown("Gul 漢字漢\u200c گل") == "漢字"


def test_the_list_says_whose_name_could_not_be_drawn_whole() -> None:
    given = [dataclasses.replace(row, name="李 Gul") if at == 1 else row
             for at, row in enumerate(rows(3))]
    given = [dataclasses.replace(row, beneficiary=f"B{at}") for at, row in enumerate(given)]
    out = io.BytesIO()
    count = draw_distribution_list(out, given, ListLook("KZ", "R", "a", "b"), created=CREATED)
    assert count.missing == {"B1": "李"}
    assert "\ufffd" in texts_of(out.getvalue())[0]
    assert listed(3)[0] == 1


def test_neighbouring_serials_have_different_lines() -> None:
    guilloche = Guilloche(198, 34.75)
    drawn_lines = {guilloche.of(f"KZ22-{number:06d}") for number in range(2_000)}
    assert len(drawn_lines) == 2_000
    assert len(set(guilloche.forms().values())) == 60


def test_microtext_repeats_the_serial_and_plain_leaves_it_out() -> None:
    (one,) = vouchers(1)
    assert texts_of(sheets(1))[1].count(one.serial) > 10
    assert texts_of(sheets(1, PLAIN))[1].count(one.serial) == 2


def pictures(count: int, *, archive: bool = True) -> tuple[bytes, Any]:
    out = io.BytesIO()
    made = draw_pictures(out, vouchers(count), LOOK, created=CREATED, archive=archive)
    return out.getvalue(), made


def test_pictures_are_named_by_serial_and_read_back() -> None:
    packed, count = pictures(5)
    assert count.vouchers == 5
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for one in vouchers(5):
            picture = Image.open(io.BytesIO(archive.read(f"{one.serial}.png")))
            assert picture.width == 1080
            assert [read.text for read in zxingcpp.read_barcodes(picture.convert("L"))] == [
                one.code]


def test_the_same_pictures_twice_are_the_same_bytes() -> None:
    assert pictures(2) == pictures(2)


def test_a_picture_survives_a_messenger() -> None:
    packed, _ = pictures(1, archive=False)
    picture = Image.open(io.BytesIO(packed)).convert("RGB")
    small = io.BytesIO()
    picture.resize((picture.width // 3, picture.height // 3)).save(small, "JPEG", quality=30)
    assert [one.text for one in zxingcpp.read_barcodes(Image.open(small))] == [
        vouchers(1)[0].code]


def test_two_vouchers_are_not_one_picture() -> None:
    with pytest.raises(UsageError, match="one-picture"):
        pictures(2, archive=False)


SQUARE = QrPress().square("7K3M9QXT2BCD4FGH")


def test_a_square_by_itself_is_read_as_png_and_in_a_terminal() -> None:
    picture = Image.open(io.BytesIO(square_png(SQUARE))).convert("L")
    assert [one.text for one in zxingcpp.read_barcodes(picture)] == ["7K3M9QXT2BCD4FGH"]
    lines = square_lines(SQUARE)
    assert len({len(line) for line in lines}) == 1
    terminal = Image.new("L", (len(lines[0]), 2 * len(lines)), 0)
    for row, line in enumerate(lines):
        for column, block in enumerate(line):
            for half, lit in enumerate({"█": (255, 255), "▀": (255, 0), "▄": (0, 255),
                                        " ": (0, 0)}[block]):
                terminal.putpixel((column, 2 * row + half), lit)
    large = terminal.resize((terminal.width * 8, terminal.height * 8), Image.Resampling.NEAREST)
    assert [one.text for one in zxingcpp.read_barcodes(large)] == ["7K3M9QXT2BCD4FGH"]


def test_a_square_as_svg_has_a_unit_for_each_dark_module(tmp_path: Path) -> None:
    told = square_svg(SQUARE).decode()
    assert told.count("h1v1h-1z") == sum(map(sum, SQUARE))
    assert 'viewBox="0 0 29 29"' in told
