"""The slip that a shop staples to its receipt: what was taken off a voucher, and what is left.

On a roll as vouchers are, 80 or 58 mm wide. It names nobody and holds no code: whoever finds it
can spend nothing with it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final

from cbi.base import UsageError
from cbi.messages import RIGHT_TO_LEFT, text
from cbi.paper.assemble import PdfDocument, write
from cbi.paper.canvas import Canvas, Style
from cbi.paper.ink import Ink
from cbi.paper.raster import DOTS
from cbi.paper.roll import NarrowRollArt, RollArt

WIDTHS: Final = {"roll": RollArt, "roll-58": NarrowRollArt}
HEIGHT_MM: Final = 72.0
ROWS: Final = ("when", "receipt", "taken", "left")


@dataclass(frozen=True, slots=True)
class RedemptionSlip:
    """What a slip says, in its reader's words; `redemption` is the proof, `SERIAL/LINE`."""

    store: str
    when: str
    receipt: str
    taken: str
    left: str
    redemption: str


def draw_slip(
    out: BinaryIO, slip: RedemptionSlip, language: str, *, form: str = "roll-58", created: datetime
) -> None:
    """Write a slip as a PDF of one page.

    Raises:
        UsageError: the format is none of a roll.
    """
    art = WIDTHS.get(form.strip().lower())
    if art is None:
        raise UsageError("issuance.raster-of-rolls", format=form, known=", ".join(DOTS))
    ink, inner = Ink(), art.width_mm - 2 * art.pad
    page = Canvas(ink, height=HEIGHT_MM, left=0, right=art.width_mm, rtl=language in RIGHT_TO_LEFT)

    def say(name: str) -> str:
        return text(f"till-page.slip-{name}", language)

    page.text(say("title"), art.pad, 7, inner, Style(12, bold=True, align="center"))
    y = page.paragraph(slip.store, art.pad, 13, inner, Style(9, align="center", own=True), until=18)
    y += 2.5
    for name in ROWS:
        page.text(say(name), art.pad, y, inner * 0.4, Style(8))
        page.text(getattr(slip, name), art.pad + inner * 0.4, y, inner * 0.6,
                  Style(10, bold=True, align="end"))
        y += 5.5
    page.rule(art.pad, y - 2, inner)
    page.text(say("proof"), art.pad, y + 2.5, inner, Style(8, align="center"))
    page.text(slip.redemption, art.pad, y + 8.5, inner, Style(14, bold=True, align="center"))
    page.paragraph(say("keep"), art.pad, y + 14, inner, Style(8, align="center"),
                   until=HEIGHT_MM - 2)
    document = PdfDocument(ink, slip.redemption, language, (art.width_mm, HEIGHT_MM))
    document.add(page.content())
    write(document, out, created=created)
