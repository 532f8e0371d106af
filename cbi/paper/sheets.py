"""Vouchers as pages of a format, behind a cover page that counts them.

A4 sheets hold eight with cut marks. Each place (city or distribution point) begins a sheet of its
own, so that its stack can be taken away. For stack cutting vouchers lie through the pile instead of
down the sheet: cut the pile in one go, put the eight stacks on each other, and they are in order.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from itertools import groupby, islice
from typing import BinaryIO

from cbi.messages import RIGHT_TO_LEFT, text
from cbi.paper.art import VoucherArt
from cbi.paper.assemble import PdfDocument, PdfForm, write
from cbi.paper.canvas import Canvas, Style
from cbi.paper.cover import CoverTally, cover_pages, small_cover
from cbi.paper.formats import A4_MM, LEFT_MM, PER_A4, TOP_MM, Format, format_named
from cbi.paper.ink import POINT_PER_MM, Ink
from cbi.paper.qr import QrPress
from cbi.paper.strip import STUB_MM, StripArt
from cbi.paper.values import SheetCount, SheetLook, SheetVoucher

Slots = list[tuple[int, SheetVoucher]]


def draw_sheets(
    out: BinaryIO,
    vouchers: Iterable[SheetVoucher],
    look: SheetLook,
    *,
    created: datetime,
    password: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> SheetCount:
    """Draws the vouchers in the order given, in the look's format, behind a cover page.

    `created` stands in the file's own data; the same arguments give the same bytes, unless a
    `password` locks the file. `progress` hears, page by page, how many vouchers are drawn.

    Raises:
        UsageError: the prefix of the square cannot be printed, or the format is unknown.
    """
    drawing = _Drawing(look, format_named(look.format))
    for slots in _pages(vouchers, drawing.format, stack=look.stack):
        drawing.page(slots)
        if progress is not None:
            progress(drawing.tally.vouchers)
    document = drawing.finished()
    tally = drawing.tally
    count = SheetCount(
        tally.vouchers, len(document.pages), dict(tally.value_minor),
        frozenset(document.ink.missing),
    )
    write(document, out, created=created, password=password)
    return count


class _Drawing:
    """A file being drawn, page after page."""

    def __init__(self, look: SheetLook, page_format: Format) -> None:
        self.look, self.format = look, page_format
        self.ink, self.tally = Ink(), CoverTally()
        self._press = QrPress(look.qr_prefix)
        self.document = PdfDocument(
            self.ink, f"{look.programme} {look.batch_label}", look.cover_language,
            page_format.page_mm,
        )
        if look.logo is not None:
            self.document.images["Logo"] = look.logo
        self._arts: dict[str, VoucherArt] = {}
        self._figures = self.ink.glyphs("0123456789")
        self._place_label = cache(self._draw_place)

    def page(self, slots: Slots) -> None:
        """Add a page with these vouchers."""
        parts = [self._placed(slot, one) for slot, one in slots]
        if self.format.is_sheet:
            number = _page_number(
                self._figures, self.ink.font_number(), len(self.document.pages) + 1
            )
            parts = ["/Frame Do\n", *parts, number, self._place_label(slots[0][1].city)]
        self.document.add("".join(parts))

    def finished(self) -> PdfDocument:
        """The file with what its pages share, and its cover."""
        for language, drawer in self._arts.items():
            self._form(f"V{language}", drawer.static())
            for name, content in drawer.shared_forms().items():
                if name not in self.document.forms:
                    self._form(name, content)
        sheets = len(self.document.pages)
        if self.format.is_sheet:
            frame = _frame(self.ink, self.look, sheets=sheets)
            self.document.forms["Frame"] = PdfForm(frame, *A4_MM)
            covers = cover_pages(self.ink, self.look, self.tally, sheets=sheets)
        elif self.format.name == "picture":
            covers = []
        else:
            covers = [small_cover(self.ink, self.look, self.tally, self.format.page_mm)]
        for place, content in enumerate(covers):
            self.document.add(content, at=place)
        return self.document

    def _form(self, name: str, content: str) -> None:
        art = self.format.art
        self.document.forms[name] = PdfForm(content, art.width_mm, art.height_mm)

    def _placed(self, slot: int, one: SheetVoucher) -> str:
        drawer = self._arts.get(one.language)
        if drawer is None:
            drawer = self._arts[one.language] = self.format.art(
                self.ink, self._press, self.look, one.language
            )
        self.tally.add(one, len(self.document.pages) + 1)
        left, top = self.format.places[slot]
        x = left * POINT_PER_MM
        y = (self.format.page_mm[1] - top - drawer.height_mm) * POINT_PER_MM
        return f"q 1 0 0 1 {x:.2f} {y:.2f} cm {drawer.whole(one)}Q\n"

    def _draw_place(self, place: str) -> str:
        """Where these vouchers go, at the foot of the sheet."""
        rtl = self.look.cover_language in RIGHT_TO_LEFT
        foot = Canvas(self.ink, height=A4_MM[1], left=LEFT_MM, right=LEFT_MM + STUB_MM, rtl=rtl)
        foot.text(place, 0, 293, STUB_MM - 2, Style(7.5, bold=True))
        return foot.content()


def _pages(
    vouchers: Iterable[SheetVoucher], page_format: Format, *, stack: bool
) -> Iterator[Slots]:
    """Vouchers on the slots of each page; every place begins a page."""
    per_page = len(page_format.places)
    for _, here in groupby(vouchers, key=lambda one: one.city):
        if stack:
            yield from _stacked(list(here), per_page)
            continue
        while group := list(islice(here, per_page)):
            yield list(enumerate(group))


def _stacked(vouchers: list[SheetVoucher], per_page: int) -> Iterator[Slots]:
    """The first slot of all sheets comes first, then the second of all, and so on."""
    sheets = -(-len(vouchers) // per_page)
    for sheet in range(sheets):
        yield list(enumerate(vouchers[sheet::sheets]))


def _frame(ink: Ink, look: SheetLook, *, sheets: int) -> str:
    """What lies under every page: cut lines, ticks in the margin, who printed, how many sheets."""
    rtl = look.cover_language in RIGHT_TO_LEFT
    page = Canvas(ink, height=A4_MM[1], left=LEFT_MM, right=A4_MM[0] - LEFT_MM, rtl=rtl)
    page.raw("0.55 G [2 3] 0 d ")
    for row in range(PER_A4 + 1):
        page.rule(0, TOP_MM + row * StripArt.height_mm, page.width, thick=0.3)
    for x in (0.0, STUB_MM, StripArt.width_mm):
        page.raw(_upright(LEFT_MM + x, TOP_MM, A4_MM[1] - TOP_MM))
    page.raw("[] 0 d 0 G 0.5 w\n")
    for x in (0.0, STUB_MM, StripArt.width_mm):
        page.raw(_upright(LEFT_MM + x, TOP_MM - 3.5, TOP_MM - 1))
        page.raw(_upright(LEFT_MM + x, A4_MM[1] - TOP_MM + 1, A4_MM[1] - TOP_MM + 3.5))
    for row in range(PER_A4 + 1):
        y = TOP_MM + row * StripArt.height_mm
        page.raw(_level(y, LEFT_MM - 3.5, LEFT_MM - 1))
        page.raw(_level(y, A4_MM[0] - LEFT_MM + 1, A4_MM[0] - LEFT_MM + 3.5))
    say = text("voucher.printed", look.cover_language, batch=look.batch_label,
               by=look.printed_by, at=look.printed_at)
    page.text(say, 48, 293, 120, Style(6, grey=0.3))
    if look.reprint_reason is not None:
        page.text(text("voucher.cover-reprint", look.cover_language, reason=look.reprint_reason),
                  48, 6.2, 100, Style(7, bold=True))
    if look.practice:
        page.text(text("voucher.practice-note", look.cover_language), 2, 6.2, 42, Style(7, True))
    total = ink.line(f"/ {sheets}")
    page.raw(total.content(_NUMBER_X, _NUMBER_Y, 7))
    return page.content()


_NUMBER_X, _NUMBER_Y = 190 * POINT_PER_MM, 11.0
"""The page's own number ends here and the number of sheets follows, in figures alone."""


def _page_number(figures: dict[str, tuple[str, float]], font: int, number: int) -> str:
    found = [figures[figure] for figure in str(number)]
    x = _NUMBER_X - 2 - 7 * sum(width for _, width in found)
    glyphs = "".join(glyph for glyph, _ in found)
    return f"BT /F{font} 7 Tf 1 0 0 1 {x:.2f} {_NUMBER_Y} Tm <{glyphs}> Tj ET\n"


def _upright(x: float, top: float, bottom: float) -> str:
    x, top, bottom = (n * POINT_PER_MM for n in (x, A4_MM[1] - top, A4_MM[1] - bottom))
    return f"{x:.2f} {top:.2f} m {x:.2f} {bottom:.2f} l S\n"


def _level(y: float, left: float, right: float) -> str:
    y, left, right = (n * POINT_PER_MM for n in (A4_MM[1] - y, left, right))
    return f"{left:.2f} {y:.2f} m {right:.2f} {y:.2f} l S\n"
