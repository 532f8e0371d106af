"""Rolls as a receipt printer takes them: ESC/POS, every voucher an image.

A receipt printer's own letters come from code pages, and those print Kazakh as `?` and nothing of
Dari or Pashto. So a page of the roll is drawn as for a PDF, turned into dots by PDFium, and sent as
raster bit images, as Epson's ESC/POS reference names them: `ESC @` sets the printer up, `GS v 0`
prints rows of dots, `GS V B` feeds and cuts (a printer without a knife passes that over).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from cbi.base import UsageError
from cbi.paper.sheets import draw_sheets
from cbi.paper.values import SheetCount, SheetLook, SheetVoucher

if TYPE_CHECKING:
    from PIL.Image import Image

DOTS: Final = {"roll": 576, "roll-58": 384}
"""The dots that printers of a roll have side by side, in its middle, by format."""
DOTS_PER_MM: Final = 8
BAND_ROWS: Final = 128
"""Rows in an image: what small printers hold in their memory."""
BLACK_BELOW: Final = 150
"""Grey levels under this are black; lighter ones become a pattern of dots."""

SET_UP: Final = b"\x1b@"
CUT: Final = b"\x1dVB\x00"


def draw_raster(
    out: BinaryIO, vouchers: Iterable[SheetVoucher], look: SheetLook, *, created: datetime,
    progress: Callable[[int], None] | None = None,
) -> SheetCount:
    """Write what is sent to the printer as it is: the cover's slip, then a slip for each voucher.

    Raises:
        UsageError: the format is none of a roll.
    """
    if look.format not in DOTS:
        raise UsageError("issuance.raster-of-rolls", format=look.format, known=", ".join(DOTS))
    drawing = BytesIO()
    count = draw_sheets(drawing, vouchers, look, created=created)

    def tell(slip: int) -> None:
        if progress is not None:
            progress(min(slip, count.vouchers))

    print_pages(out, drawing.getvalue(), look.format, patterns=look.practice, progress=tell)
    return count


def print_pages(
    out: BinaryIO, drawn: bytes, form: str, *, patterns: bool = False,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write each page of a PDF as a slip for a printer of this roll, and cut it off."""
    import pypdfium2

    pdfium: Any = pypdfium2
    document = pdfium.PdfDocument(drawn)
    out.write(SET_UP)
    try:
        for slip, page in enumerate(document):
            for band in _bands(page, DOTS[form], patterns=patterns):
                size = (band.width // 8).to_bytes(2, "little") + band.height.to_bytes(2, "little")
                out.write(b"\x1dv0\x00" + size + band.tobytes())
            out.write(CUT)
            if progress is not None:
                progress(slip)
    finally:
        document.close()


def _bands(page: Any, dots: int, *, patterns: bool) -> Iterator["Image"]:
    """A page's middle down to its last line, a band after the other; a dot that is set is black.

    With `patterns` a light grey, the word across a practice voucher, becomes single dots.
    """
    from PIL.Image import Dither

    drawn: Image = page.render(scale=DOTS_PER_MM * 25.4 / 72).to_pil().convert("L")
    left = (drawn.width - dots) // 2
    slip = drawn.crop((left, 0, left + dots, drawn.height))
    ink = slip.point(lambda grey: 255 - grey if grey >= BLACK_BELOW else 255)
    rows = ink.convert("1", dither=Dither.FLOYDSTEINBERG if patterns else Dither.NONE)
    _, _, _, foot = rows.getbbox() or (0, 0, 0, 1)
    for top in range(0, foot, BAND_ROWS):
        yield rows.crop((0, top, dots, min(top + BAND_ROWS, foot)))
