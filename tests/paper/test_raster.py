"""What a receipt printer is sent, read as the printer reads it and then as a scanner does."""

import dataclasses
import io
from collections.abc import Iterator

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops

from cbi.base import UsageError
from cbi.messages import LANGUAGES
from cbi.paper import draw_sheets
from cbi.paper.raster import DOTS, draw_raster
from tests.paper.test_paper_sheets import CREATED, LOOK, vouchers

HELD_ROWS = 256
"""The rows of one image that small printers take."""


def slips(sent: bytes, dots: int) -> Iterator[Image.Image]:
    """The slips that come out of a printer, by Epson's reference of the commands, white as 255."""
    assert sent.startswith(b"\x1b@")
    at, rows = 2, b""
    while at < len(sent):
        if sent[at : at + 4] == b"\x1dVB\x00":
            yield Image.frombytes("1", (dots, len(rows) * 8 // dots),
                                  bytes(255 - byte for byte in rows)).convert("L")
            at, rows = at + 4, b""
            continue
        assert sent[at : at + 4] == b"\x1dv0\x00", sent[at : at + 4]
        wide, high = (int.from_bytes(sent[at + k : at + k + 2], "little") for k in (4, 6))
        assert (wide * 8, 0 < high <= HELD_ROWS) == (dots, True)
        rows += sent[at + 8 : at + 8 + wide * high]
        at += 8 + wide * high
    assert rows == b""


@pytest.mark.parametrize("practice", [False, True])
@pytest.mark.parametrize("name", DOTS)
def test_a_printers_slips_are_read_by_a_scanner_in_every_language(
    name: str, practice: bool,
) -> None:
    given = [dataclasses.replace(one, language=language)
             for one, language in zip(vouchers(len(LANGUAGES)), LANGUAGES, strict=True)]
    look = dataclasses.replace(LOOK, format=name, practice=practice)
    out = io.BytesIO()
    count = draw_raster(out, given, look, created=CREATED)
    cover, *found = slips(out.getvalue(), DOTS[name])
    assert (count.vouchers, len(found), cover.height < 600) == (len(given), len(given), True)
    assert [code.text for slip in found
            for code in zxingcpp.read_barcodes(slip, try_invert=False, try_downscale=False)
            ] == [one.code for one in given]


@pytest.mark.parametrize("name", DOTS)
def test_nothing_of_the_page_is_cut_off_at_the_sides(name: str) -> None:
    look = dataclasses.replace(LOOK, format=name)
    drawing, out = io.BytesIO(), io.BytesIO()
    given = [dataclasses.replace(one, language="fa") for one in vouchers(1)]
    draw_sheets(drawing, given, look, created=CREATED)
    draw_raster(out, given, look, created=CREATED)
    for page, slip in zip(pypdfium2.PdfDocument(drawing.getvalue()),
                          slips(out.getvalue(), DOTS[name]), strict=True):
        whole = page.render(scale=8 * 25.4 / 72).to_pil().convert("L").point(
            lambda grey: 0 if grey < 150 else 255)
        spare = (whole.width - DOTS[name]) // 2
        middle = whole.crop((spare, 0, spare + DOTS[name], slip.height))
        assert slip.tobytes() == middle.tobytes()
        for left in (0, spare + DOTS[name]):
            beyond = ImageChops.invert(whole.crop((left, 0, left + spare, whole.height))).getbbox()
            assert beyond is None or beyond[3] - beyond[1] < 4  # the line to tear at


def test_a_sheet_is_no_roll() -> None:
    with pytest.raises(UsageError) as caught:
        draw_raster(io.BytesIO(), vouchers(1), LOOK, created=CREATED)
    assert caught.value.facts["known"] == "roll, roll-58"
