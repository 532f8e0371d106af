"""How one voucher looks: the static part, drawn once, and what is printed over it.

A strip 198 mm wide, eight to a page: the counterfoil on the left (so that one cut takes all eight
off), then the voucher, mirrored for right-to-left languages. The square stands at the end of the
reading direction with its quiet zone kept white.
"""

from dataclasses import dataclass

from cbi.issuance.paper.canvas import Align, Canvas, Style
from cbi.issuance.paper.ink import POINT_PER_MM, Ink
from cbi.issuance.paper.qr import QrPress
from cbi.issuance.paper.values import SheetLook, SheetVoucher
from cbi.issuance.paper.words import amount_words
from cbi.messages import RIGHT_TO_LEFT, text
from cbi.messages.figures import amount_figures, category_word, isolated, validity

WIDTH_MM = 198.0
HEIGHT_MM = 34.75
STUB_MM = 46.0
SQUARE_MM = 21.0
"""The printed side of the QR square without its quiet zone."""

_PAD = 3.5
_LEFT_COLUMN = 68.0
_RIGHT_COLUMN = 76.0
_RIGHT_WIDTH = 46.0
_CODE_SIZE = 14.5
_CODE_WIDTH = 69 * POINT_PER_MM
_GROUP_GAP = 0.75
"""The gap between groups of the code, in ems."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What vouchers share besides the language: the key by which their overprint is kept."""

    category: str
    amount_minor: int
    currency: str
    valid_from: str
    valid_until: str


class VoucherArt:
    """The drawing of vouchers in one language."""

    def __init__(self, ink: Ink, press: QrPress, look: SheetLook, language: str) -> None:
        self.ink, self.press, self.look, self.language = ink, press, look, language
        self.rtl = language in RIGHT_TO_LEFT
        self._variants: dict[Variant, str] = {}
        self._serial_glyphs = ink.glyphs(_SERIAL_CHARACTERS, bold=True)
        self._bold = ink.font_number(bold=True)
        body = self._body()
        quiet = 4 * SQUARE_MM / press.size
        self._square_x = body.edge(body.width - SQUARE_MM - quiet, SQUARE_MM)
        self._square_y = HEIGHT_MM - quiet - 0.2
        self._code_x = body.edge(_PAD, 69) * POINT_PER_MM

    def _body(self) -> Canvas:
        return Canvas(
            self.ink, height=HEIGHT_MM, left=STUB_MM, right=WIDTH_MM, rtl=self.rtl
        )

    def _stub(self) -> Canvas:
        return Canvas(self.ink, height=HEIGHT_MM, left=0, right=STUB_MM, rtl=self.rtl)

    def static(self) -> str:
        """The content of the form that lies under every voucher of this language."""
        stub, body = self._stub(), self._body()
        if self.look.practice:
            body.watermark(self._say("practice"), 52, slope=(0.9925, 0.122), share=0.81)
            stub.watermark(self._say("practice"), 30, slope=(0.94, 0.342))
        self._draw_stub(stub)
        self._draw_body(body)
        return stub.content() + body.content() + self._draw_square()

    def variant(self, voucher: SheetVoucher) -> str:
        """The overprint that vouchers of one value, category and validity share."""
        key = Variant(
            voucher.category, voucher.amount_minor, voucher.currency,
            voucher.valid_from, voucher.valid_until,
        )
        drawn = self._variants.get(key)
        if drawn is None:
            drawn = self._variants[key] = self._draw_variant(key)
        return drawn

    def own(self, voucher: SheetVoucher) -> str:
        """The overprint of this voucher alone: serial twice, code in four groups, square."""
        serial = self._serial(voucher.serial)
        code = self._code(voucher.code)
        module = SQUARE_MM * POINT_PER_MM / self.press.size
        left, top = self._square_x * POINT_PER_MM, self._square_y * POINT_PER_MM
        return (
            f"BT {serial}{code}ET\n"
            f"q {module:.4f} 0 0 {-module:.4f} {left:.2f} {top:.2f} cm\n"
            f"{self.press.path(voucher.code)}f Q\n"
        )

    def _say(self, name: str, **facts: object) -> str:
        return text(f"voucher.{name}", self.language, **facts)

    def _draw_stub(self, stub: Canvas) -> None:
        inner = STUB_MM - 2 * _PAD
        stub.text(self._say("counterfoil"), _PAD, 5.5, inner / 2, Style(6.5, grey=0.35))
        stub.text(self.look.programme, _PAD + inner / 2, 5.5, inner / 2, Style(6.5, align="end"))
        stub.raw("0.4 G 0.4 w\n")
        stub.box(_PAD, 18.2, inner, 10.2)
        stub.raw("0 G\n")
        stub.text(self._say("signature"), _PAD + 0.8, 20.6, inner - 1.6, Style(5, grey=0.35))
        stub.text(self._say("received-on"), _PAD, 32, 12, Style(6, grey=0.35))
        stub.raw("0.4 G ")
        stub.rule(_PAD + 12, 32.2, inner - 12, thick=0.4)
        stub.raw("0 G\n")
        if self.look.practice:
            stub.text(self._say("practice"), _PAD + inner / 2, 8.2, inner / 2,
                      Style(6.5, bold=True, align="end"))

    def _draw_body(self, body: Canvas) -> None:
        say = self._say
        body.text(self.look.programme, _PAD, 5.6, 38, Style(9.5, bold=True))
        note = say("practice-note") if self.look.practice else say("title")
        body.text(note, 42, 5.6, _LEFT_COLUMN - 42 + _PAD, Style(7.5, self.look.practice, "end"))
        x, width = _RIGHT_COLUMN, _RIGHT_WIDTH
        shops = self.look.shops.get(self.language) or self.look.shops.get("en", "")
        y = body.paragraph(say("shops", shops=shops), x, 5.6, width, Style(7.5, bold=True),
                           until=9.2)
        alone = self.look.second_language in (None, self.language)
        body.paragraph(say("how"), x, y + 0.6, width, Style(6.8), until=27.8 if alone else 22.4)
        hotline = isolated(self.look.hotline) if self.rtl else self.look.hotline
        body.text(say("hotline", hotline=hotline), x, 32, width, Style(8.5, bold=True))

    def _draw_square(self) -> str:
        """The white ground with its quiet zone, and the dark modules that every code has."""
        module = SQUARE_MM * POINT_PER_MM / self.press.size
        left, top = self._square_x * POINT_PER_MM, self._square_y * POINT_PER_MM
        side = self.press.size + 8
        return (
            f"q {module:.4f} 0 0 {-module:.4f} {left:.2f} {top:.2f} cm\n"
            f"1 g -4 -4 {side} {side} re f 0 g\n{self.press.fixed_path()}f Q\n"
        )

    def _draw_variant(self, key: Variant) -> str:
        stub, body = self._stub(), self._body()
        value = amount_figures(key.amount_minor, key.currency, self.language)
        category = category_word(key.category, self.language)
        inner = STUB_MM - 2 * _PAD
        stub.text(value, _PAD, 14.2, inner, Style(9, bold=True))
        stub.text(category, _PAD, 17.2, inner, Style(6.5))
        body.text(value, _PAD, 13.4, _LEFT_COLUMN, Style(20, bold=True))
        words = amount_words(key.amount_minor, key.currency, self.language)
        if words:
            body.text(words, _PAD, 17.2, _LEFT_COLUMN, Style(6.5, grey=0.25))
        body.text(category, _PAD, 21.4, _LEFT_COLUMN, Style(9, bold=True))
        dates = validity(key.valid_from, key.valid_until, self.language)
        body.text(dates, _PAD, 25.2, _LEFT_COLUMN, Style(8))
        return stub.content() + body.content() + self._second_language(key)

    def _second_language(self, key: Variant) -> str:
        """Two small lines for a reader of another language, usually the cashier."""
        other = self.look.second_language
        if other is None or other == self.language:
            return ""
        rtl = other in RIGHT_TO_LEFT
        value = amount_figures(key.amount_minor, key.currency, other)
        lines = (
            f"{value} · {category_word(key.category, other)}",
            validity(key.valid_from, key.valid_until, other),
        )
        body = self._body()
        left = body.edge(_RIGHT_COLUMN, _RIGHT_WIDTH)
        small = Canvas(
            self.ink, height=HEIGHT_MM, left=left, right=left + _RIGHT_WIDTH, rtl=rtl
        )
        align: Align = "start" if rtl == self.rtl else "end"
        for row, line in enumerate(lines):
            small.text(line, 0, 25.9 + 2.6 * row, _RIGHT_WIDTH, Style(6.4, align=align))
        return small.content()

    def _serial(self, serial: str) -> str:
        """The serial on the counterfoil and under the square, in Latin figures."""
        glyphs, width = self._plain(serial)
        stub_size = min(10.0, (STUB_MM - 2 * _PAD) * POINT_PER_MM / width)
        size = min(7.5, (SQUARE_MM + 4) * POINT_PER_MM / width)
        stub_x = _PAD * POINT_PER_MM
        if self.rtl:
            stub_x = (STUB_MM - _PAD) * POINT_PER_MM - width * stub_size
        x = (self._square_x + SQUARE_MM / 2) * POINT_PER_MM - width * size / 2
        return (
            f"/F{self._bold} {stub_size:.4g} Tf 1 0 0 1 {stub_x:.2f} {_UP_10} Tm <{glyphs}> Tj "
            f"/F{self._bold} {size:.4g} Tf 1 0 0 1 {x:.2f} {_UP_32} Tm <{glyphs}> Tj "
        )

    def _code(self, code: str) -> str:
        """Four groups of four at the start of the line, smaller where the letters are wide."""
        glyphs, width = self._plain(code)
        size = min(_CODE_SIZE, _CODE_WIDTH / (width + 3 * _GROUP_GAP))
        x = self._code_x
        if self.rtl:
            x += _CODE_WIDTH - (width + 3 * _GROUP_GAP) * size
        gap = f"> {-1000 * _GROUP_GAP:.0f} <"
        groups = gap.join((glyphs[:16], glyphs[16:32], glyphs[32:48], glyphs[48:]))
        return (
            f"/F{self._bold} {size:.4g} Tf 1 0 0 1 {x:.2f} {_UP_32} Tm [<{groups}>] TJ "
        )

    def _plain(self, latin: str) -> tuple[str, float]:
        try:
            found = [self._serial_glyphs[character] for character in latin]
        except KeyError:
            self._serial_glyphs.update(self.ink.glyphs(latin, bold=True))
            found = [self._serial_glyphs[character] for character in latin]
        return "".join([glyph for glyph, _ in found]), sum([width for _, width in found])


_SERIAL_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-/."


def _up(y: float) -> str:
    """A distance from the top of the voucher as a PDF coordinate."""
    return f"{(HEIGHT_MM - y) * POINT_PER_MM:.2f}"


_UP_10, _UP_32 = _up(10.2), _up(32)
