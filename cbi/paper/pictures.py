"""Vouchers as pictures: for a messenger, for programmes that send instead of print.

A picture is the upright voucher, drawn as on paper and turned into pixels by PDFium, so that every
script is right. It is 1080 pixels wide: a phone shows it whole, and after a messenger has squeezed
it the square is still four times larger than a reader needs.
"""

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any, BinaryIO, Final

from cbi.base import UsageError
from cbi.paper.sheets import draw_sheets
from cbi.paper.values import SheetCount, SheetLook, SheetVoucher

WIDTH_PIXELS: Final = 1080
_COLOURS: Final = 64
_SLICE: Final = 50
_DATE: Final = (1980, 1, 1, 0, 0, 0)


def draw_pictures(
    out: BinaryIO, vouchers: Sequence[SheetVoucher], look: SheetLook, *, created: datetime,
    archive: bool, progress: Callable[[int], None] | None = None,
) -> SheetCount:
    """Write one PNG, or an archive with a PNG for each voucher by its serial.

    Raises:
        UsageError: several vouchers and no archive.
    """
    if not archive and len(vouchers) != 1:
        raise UsageError("voucher.one-picture", vouchers=len(vouchers))
    upright = replace(look, format="picture", stack=False)
    count = SheetCount(0, 0, {})
    if not archive:
        count, (picture,) = _drawn(vouchers, upright, created)
        out.write(picture)
        return count
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        for start in range(0, len(vouchers), _SLICE):
            here = vouchers[start : start + _SLICE]
            more, pictures = _drawn(here, upright, created)
            for one, picture in zip(here, pictures, strict=True):
                packed.writestr(zipfile.ZipInfo(f"{one.serial}.png", _DATE), picture)
            count = _sum(count, more)
            if progress is not None:
                progress(count.vouchers)
    return count


def _drawn(
    vouchers: Sequence[SheetVoucher], look: SheetLook, created: datetime
) -> tuple[SheetCount, list[bytes]]:
    import pypdfium2

    drawing = BytesIO()
    count = draw_sheets(drawing, vouchers, look, created=created)
    pdfium: Any = pypdfium2
    document = pdfium.PdfDocument(drawing.getvalue())
    try:
        return count, [_pixels(page) for page in document]
    finally:
        document.close()


def _pixels(page: Any) -> bytes:
    """A page as a PNG of few colours: a quarter of the bytes, and nobody sees a difference."""
    picture = page.render(scale=WIDTH_PIXELS / page.get_width()).to_pil()
    made = BytesIO()
    picture.convert("RGB").quantize(_COLOURS, method=2).save(made, "PNG", compress_level=6)
    return made.getvalue()


def _sum(one: SheetCount, other: SheetCount) -> SheetCount:
    value_minor = dict(one.value_minor)
    for key, amount_minor in other.value_minor.items():
        value_minor[key] = value_minor.get(key, 0) + amount_minor
    return SheetCount(
        one.vouchers + other.vouchers, one.pages + other.pages, value_minor,
        one.missing | other.missing,
    )
