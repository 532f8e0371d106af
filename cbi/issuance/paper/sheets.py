"""Voucher sheets: eight to an A4 page with cut marks, behind a cover page that counts them."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from cbi.issuance.paper import voucher as art
from cbi.issuance.paper.assemble import A4_MM, Document, Form, write
from cbi.issuance.paper.canvas import Canvas, Style
from cbi.issuance.paper.cover import Tally, cover_pages
from cbi.issuance.paper.ink import POINT_PER_MM, Ink
from cbi.issuance.paper.qr import QrPress
from cbi.issuance.paper.values import SheetCount, SheetLook, SheetVoucher
from cbi.messages import RIGHT_TO_LEFT, text

PER_PAGE = 8
_LEFT_MM = (A4_MM[0] - art.WIDTH_MM) / 2
_TOP_MM = (A4_MM[1] - PER_PAGE * art.HEIGHT_MM) / 2


def draw_sheets(
    out: BinaryIO | Path,
    vouchers: Iterable[SheetVoucher],
    look: SheetLook,
    *,
    created: datetime,
    password: str | None = None,
    progress: Callable[[int], None] | None = None,
) -> SheetCount:
    """Draws the vouchers in the order given, eight to a page, behind a cover page.

    `created` stands in the file's own data; the same arguments give the same bytes, unless a
    `password` locks the file. `progress` hears, page by page, how many vouchers are drawn.

    Raises:
        UsageError: the prefix of the square cannot be printed.
    """
    ink, press, tally = Ink(), QrPress(look.qr_prefix), Tally()
    document = Document(ink, f"{look.programme} {look.batch_label}", look.cover_language)
    arts: dict[str, art.VoucherArt] = {}
    figures = ink.glyphs("0123456789")
    for group in _pages(vouchers):
        parts: list[str] = []
        for row, one in enumerate(group):
            if one.language not in arts:
                arts[one.language] = art.VoucherArt(ink, press, look, one.language)
            parts.append(_placed(arts[one.language], one, row))
            tally.add(one)
        number = _page_number(figures, ink.font_number(), len(document.pages) + 1)
        document.add(f"/Frame Do\n{''.join(parts)}{number}")
        if progress is not None:
            progress(tally.vouchers)
    _add_forms(document, arts, look)
    covers = cover_pages(ink, look, tally, sheets=len(document.pages))
    for place, content in enumerate(covers):
        document.add(content, at=place)
    count = SheetCount(tally.vouchers, len(document.pages), dict(tally.value_minor))
    write(document, out, created=created, password=password)
    return count


def _pages(vouchers: Iterable[SheetVoucher]) -> Iterator[list[SheetVoucher]]:
    rest = iter(vouchers)
    while group := list(islice(rest, PER_PAGE)):
        yield group


def _placed(drawer: art.VoucherArt, one: SheetVoucher, place: int) -> str:
    x = _LEFT_MM * POINT_PER_MM
    y = (A4_MM[1] - _TOP_MM - (place + 1) * art.HEIGHT_MM) * POINT_PER_MM
    return (
        f"q 1 0 0 1 {x:.2f} {y:.2f} cm /V{drawer.language} Do\n"
        f"{drawer.variant(one)}{drawer.own(one)}Q\n"
    )


def _add_forms(document: Document, arts: dict[str, art.VoucherArt], look: SheetLook) -> None:
    for language, drawer in arts.items():
        document.forms[f"V{language}"] = Form(drawer.static(), art.WIDTH_MM, art.HEIGHT_MM)
    frame = _frame(document.ink, look, sheets=len(document.pages))
    document.forms["Frame"] = Form(frame, *A4_MM)


def _frame(ink: Ink, look: SheetLook, *, sheets: int) -> str:
    """What lies under every page: cut lines, ticks in the margin, who printed, how many sheets."""
    rtl = look.cover_language in RIGHT_TO_LEFT
    page = Canvas(ink, height=A4_MM[1], left=_LEFT_MM, right=A4_MM[0] - _LEFT_MM, rtl=rtl)
    page.raw("0.55 G [2 3] 0 d ")
    for row in range(PER_PAGE + 1):
        page.rule(0, _TOP_MM + row * art.HEIGHT_MM, page.width, thick=0.3)
    for x in (0.0, art.STUB_MM, art.WIDTH_MM):
        page.raw(_upright(_LEFT_MM + x, _TOP_MM, A4_MM[1] - _TOP_MM))
    page.raw("[] 0 d 0 G 0.5 w\n")
    for x in (0.0, art.STUB_MM, art.WIDTH_MM):
        page.raw(_upright(_LEFT_MM + x, _TOP_MM - 3.5, _TOP_MM - 1))
        page.raw(_upright(_LEFT_MM + x, A4_MM[1] - _TOP_MM + 1, A4_MM[1] - _TOP_MM + 3.5))
    for row in range(PER_PAGE + 1):
        y = (_TOP_MM + row * art.HEIGHT_MM)
        page.raw(_level(y, _LEFT_MM - 3.5, _LEFT_MM - 1))
        page.raw(_level(y, A4_MM[0] - _LEFT_MM + 1, A4_MM[0] - _LEFT_MM + 3.5))
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
