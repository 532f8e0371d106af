"""Sheets are rendered and scanned: what is printed is what was issued, and nobody's name."""

import dataclasses
import io
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from cbi.messages import LANGUAGES, text
from cbi.paper import (
    DistributionListRow,
    ListedVoucher,
    ListLook,
    SheetLook,
    SheetVoucher,
    draw_distribution_list,
    draw_sheets,
)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CREATED = datetime(2022, 8, 15, 4, 30, tzinfo=UTC)
LOOK = SheetLook(
    programme="KZ CASH 2022", shops={"en": "Magnum, all stores"}, hotline="+7 700 000 00 00",
    batch_label="Round 3, batch 12", printed_by="aigerim", printed_at="2022-08-15 10:30",
)
PLAIN = dataclasses.replace(LOOK, plain=True)
"""Without microtext, which repeats serials."""


def vouchers(count: int) -> list[SheetVoucher]:
    dice = random.Random(count)
    return [
        SheetVoucher(
            serial=f"KZ22-{number:06d}", code="".join(dice.choice(ALPHABET) for _ in range(16)),
            category=("food", "non-food")[number % 2], amount_minor=1_500_000, currency="KZT",
            valid_from="2022-08-16", valid_until="2022-09-15", city="Almaty",
            language=LANGUAGES[number * len(LANGUAGES) // count],
        )
        for number in range(count)
    ]


def sheets(count: int, look: SheetLook = LOOK, **more: Any) -> bytes:
    out = io.BytesIO()
    draw_sheets(out, vouchers(count), look, created=CREATED, **more)
    return out.getvalue()


def texts_of(pdf: bytes, password: str | None = None) -> list[str]:
    document = pypdfium2.PdfDocument(pdf, password=password)
    return [page.get_textpage().get_text_bounded() for page in document]


def scanned(pdf: bytes, dpi: int = 300) -> Iterator[list[str]]:
    document = pypdfium2.PdfDocument(pdf)
    for number in range(1, len(document)):
        picture = document[number].render(scale=dpi / 72, grayscale=True).to_numpy()
        found = zxingcpp.read_barcodes(
            picture, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
        )
        yield [one.text for one in sorted(found, key=lambda one: one.position.top_left.y)]


@pytest.mark.parametrize("practice", [False, True])
@pytest.mark.parametrize("prefix", ["", "https://example.org/v#"])
def test_every_square_is_read_back_in_five_languages(practice: bool, prefix: str) -> None:
    look = dataclasses.replace(LOOK, practice=practice, qr_prefix=prefix, second_language="ru")
    read = [one for page in scanned(sheets(40, look)) for one in page]
    assert read == [prefix + one.code for one in vouchers(40)]


@pytest.mark.long
def test_every_square_of_twelve_thousand_is_read_back() -> None:
    read = [one for page in scanned(sheets(12_000)) for one in page]
    assert read == [one.code for one in vouchers(12_000)]


def test_the_same_vouchers_give_the_same_bytes() -> None:
    assert sheets(9) == sheets(9)


def test_serials_and_codes_are_printed_in_latin_on_every_voucher() -> None:
    told = "".join("".join(page.split()) for page in texts_of(sheets(40, PLAIN))[1:])
    for one in vouchers(40):
        assert told.count(one.serial) == 2
        assert one.code in told


def test_a_last_page_that_is_not_full_shows_no_empty_voucher() -> None:
    pages = texts_of(sheets(10, PLAIN))
    assert len(pages) == 3
    assert [page.count("KZ22-0000") for page in pages[1:]] == [16, 4]
    assert [page.count("KZ CASH 2022") for page in pages[1:]] == [16, 4]


def test_the_cover_counts_vouchers_and_value_and_names_the_printer() -> None:
    out = io.BytesIO()
    count = draw_sheets(out, vouchers(10), LOOK, created=CREATED)
    assert (count.vouchers, count.pages) == (10, 3)
    assert count.value_minor == {("food", "KZT"): 7_500_000, ("non-food", "KZT"): 7_500_000}
    cover = texts_of(out.getvalue())[0]
    for told in ("KZ22-000000 to KZ22-000009", "150,000", "aigerim", "2022-08-15 10:30", "Almaty"):
        assert told in cover.replace("\u00a0", " ")
    assert "REPRINT" not in cover


def test_a_reprint_says_so_on_every_page_with_its_reason() -> None:
    look = dataclasses.replace(LOOK, reprint_reason="printer jam")
    assert all("REPRINT: printer jam" in page for page in texts_of(sheets(10, look)))


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_practice_stands_on_every_voucher_in_its_language(language: str) -> None:
    look = dataclasses.replace(LOOK, practice=True)
    out = io.BytesIO()
    mine = [dataclasses.replace(one, language=language) for one in vouchers(8)]
    draw_sheets(out, mine, look, created=CREATED)
    page = texts_of(out.getvalue())[1]
    assert page.count(text("voucher.practice-note", language)) >= 8


def test_practice_changes_the_page_in_right_to_left_languages_too() -> None:
    practice = dataclasses.replace(LOOK, practice=True)
    assert sheets(40, practice) != sheets(40)


def test_no_voucher_has_room_for_a_persons_data() -> None:
    fields = {field.name for field in dataclasses.fields(SheetVoucher)}
    assert fields == {
        "serial", "code", "category", "amount_minor", "currency", "valid_from", "valid_until",
        "language", "city", "list_order",
    }
    with pytest.raises(TypeError):
        SheetVoucher(name="Gulnur", **dataclasses.asdict(vouchers(1)[0]))  # type: ignore[call-arg]  # it has no name


def test_a_password_locks_the_file() -> None:
    locked = sheets(3, password="maple-river-9")
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(locked))
    assert "KZ22-000001" in texts_of(locked, "maple-river-9")[1]


def test_drawing_tells_how_far_it_is() -> None:
    heard: list[int] = []
    out = io.BytesIO()
    draw_sheets(out, vouchers(10), LOOK, created=CREATED, progress=heard.append)
    assert heard == [8, 10]
    assert out.getvalue() == sheets(10)


def test_fonts_are_embedded_and_hold_only_what_is_used() -> None:
    pdf = pikepdf.open(io.BytesIO(sheets(40)))
    for font in pdf.pages[1].Resources.Font.values():
        held = font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
        assert 1_000 < len(held) < 60_000


def rows(count: int) -> list[DistributionListRow]:
    return [
        DistributionListRow(
            city="Almaty" if number < 20 else "Shymkent", number=number + 1,
            beneficiary="B-1",
            name="سید\u200cعلی میرزایی", name_latin="Sayed Ali Mirzayi", document_tail="4417",
            household_size=5,
            vouchers=(
                ListedVoucher(f"KZ22-{number:05d}A", "food", 1_500_000, "KZT"),
                ListedVoucher(f"KZ22-{number:05d}B", "non-food", 500_000, "KZT"),
            ),
        )
        for number in range(count)
    ]


def listed(count: int, **look: Any) -> tuple[int, bytes]:
    out = io.BytesIO()
    made = ListLook("KZ CASH 2022", "Round 3", "aigerim", "2022-08-15 10:30",
                    **look)
    drawn = draw_distribution_list(out, rows(count), made, created=CREATED)
    return drawn.pages, out.getvalue()


def test_the_list_repeats_its_headings_counts_its_pages_and_totals_each() -> None:
    pages, pdf = listed(30)
    told = [page.replace("\u00a0", " ") for page in texts_of(pdf)]
    assert len(told) == pages == 3
    for number, page in enumerate(told, 1):
        assert f"Page {number} of 3" in page
        assert "Signature or thumbprint" in page
        assert "Personal data" in page
    assert "This page: people 10, vouchers 20, 200,000 tenge" in told[0]
    assert "Almaty, all pages: people 20, vouchers 40, 400,000 tenge" in told[1]
    assert "all pages" not in told[0]
    assert "Shymkent, all pages: people 10" in told[2]


def test_the_list_names_vouchers_by_serial_and_documents_by_their_end() -> None:
    page = texts_of(listed(1)[1])[0]
    assert "KZ22-00000A" in page
    assert "Sayed Ali Mirzayi" in page
    assert "4417" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_is_drawn_the_same_twice_in_every_language(language: str) -> None:
    first, again = (listed(12, language=language, practice=True)[1] for _ in range(2))
    assert first == again


def test_a_person_with_more_vouchers_than_a_page_holds_goes_on_on_the_next() -> None:
    (row,) = rows(1)
    many = tuple(ListedVoucher(f"KZ22-{n:06d}", "food", 100_000, "KZT") for n in range(80))
    out = io.BytesIO()
    look = ListLook("KZ CASH 2022", "Round 3", "aigerim", "2022-08-15 10:30")
    heard: list[int] = []
    drawn = draw_distribution_list(
        out, [dataclasses.replace(row, vouchers=many)], look, created=CREATED,
        progress=heard.append,
    )
    told = [page.replace("\u00a0", " ") for page in texts_of(out.getvalue())]
    assert drawn.pages == len(told) == 3
    assert heard[-1] == 80
    for page in told:
        assert row.name_latin in page
    assert [page.count("KZ22-0000") for page in told] == [34, 34, 12]
    assert "Almaty, all pages: people 1, vouchers 80, 80,000 tenge" in told[-1]
    page = pypdfium2.PdfDocument(out.getvalue())[0].get_textpage()
    assert all(page.get_rect(n)[1] > 20 for n in range(page.count_rects()))


def test_a_list_of_nobody_is_a_file_that_opens() -> None:
    pages, pdf = listed(0)
    assert pages == len(pypdfium2.PdfDocument(pdf)) == 1
