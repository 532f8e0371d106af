"""The voucher as a single ticket of a bank card's size, 85 × 54 mm, one to a page.

A counterfoil is torn off its left edge. It is written across, so that it is narrow and the line for
the signature is long; whoever signs turns the ticket by a quarter.
"""

from typing import ClassVar

from cbi.messages import RIGHT_TO_LEFT
from cbi.messages.figures import amount_figures, category_word, validity
from cbi.paper.art import Spot, Spots, Variant, VoucherArt
from cbi.paper.canvas import Canvas, Style
from cbi.paper.dates import validity_lines
from cbi.paper.ink import POINT_PER_MM
from cbi.paper.security import tint
from cbi.paper.words import amount_words

_STUB = 18.0
_PAD = 3.0
_COLUMN = 36.5
_LOGO_MM = (12.0, 4.6)
_STUB_PAD = 3.0
_SIGN = 34.0
_DATE = 12.0


class TicketArt(VoucherArt):
    """The drawing of tickets in one language."""

    width_mm: ClassVar[float] = 85.0
    height_mm: ClassVar[float] = 54.0
    square_mm: ClassVar[float] = 19.5

    def placed(self) -> Spots:
        """Where a voucher's own things stand."""
        body = self._body()
        inner = body.width - 2 * _PAD
        quiet = 4 * self.square_mm / self.press.size
        square = body.edge(body.width - 0.6 - quiet - self.square_mm, self.square_mm)
        return Spots(
            serials=(
                Spot(self._stub().edge(_STUB_PAD, _SIGN), 4.4, _SIGN, 9,
                     "right" if self.rtl else "left", turned=True),
                Spot(square - 3, 30.4, self.square_mm + 6, 7.5, "center"),
            ),
            code=Spot(body.edge(_PAD, inner), 51.4, inner, 13.5, "center"),
            square=(square, quiet + 0.8),
            number=Spot(self._stub().edge(_STUB_PAD + _SIGN + 2, _DATE), 4.4, _DATE, 7,
                        "left" if self.rtl else "right", turned=True),
            microtext=Spot(body.edge(_PAD, inner), 53.2, inner, 0),
        )

    def draw_static(self) -> str:
        """Everything without what differs."""
        body, look, start = self._body(), self.look, 0.0
        inner = body.width - 2 * _PAD
        if not self.plain:
            body.raw(tint(_STUB, self.width_mm, self.height_mm))
        if look.practice:
            body.watermark(self.say("practice"), 36, slope=(0.94, 0.342))
        if look.logo is not None:
            start = look.logo.draw(body, _PAD, 2.6, _LOGO_MM) + 1.5
        note = self.say("practice") if look.practice else "" if start else self.say("title")
        body.text(note, _PAD + _COLUMN - 11, 6.2, 11, Style(6.5, look.practice, "end"))
        self.draw_name(body, _PAD + start, 6.2, _COLUMN - start - (12 if note else 0), 8.5)
        y = body.paragraph(self.shops(), _PAD, 34.8, inner, Style(6.8, bold=True), until=37.6)
        body.paragraph(self.say("how"), _PAD, y, inner, Style(6), until=43.2)
        body.text(self.hotline(), _PAD, 46, inner, Style(7.5, bold=True))
        return body.content() + self._draw_stub()

    def draw_variant(self, key: Variant) -> str:
        """Value in figures and words, category and dates; on the counterfoil value and category."""
        body, stub = self._body(), self._stub()
        value = amount_figures(key.amount_minor, key.currency, self.language)
        category = category_word(key.category, self.language)
        body.text(value, _PAD, 12.8, _COLUMN, Style(17, bold=True))
        y = 15.8
        words = amount_words(key.amount_minor, key.currency, self.language)
        if words:
            y = body.paragraph(words, _PAD, y, _COLUMN, Style(6, grey=0.25), until=18.4)
        body.text(category, _PAD, y + 1.1, _COLUMN, Style(8.5, bold=True))
        y += 4.2
        for row, line in enumerate(validity_lines(key.valid_from, key.valid_until, self.language)):
            body.text(line, _PAD, y, _COLUMN, Style(6 if row else 7))
            y += 2.7
        self._second_language(key, body, y)
        stub.text(f"{value} · {category}", _STUB_PAD, 7.3, _SIGN, Style(6.5))
        return body.content() + _turned(stub)

    def _body(self) -> Canvas:
        return self.canvas(_STUB, self.width_mm)

    def _stub(self) -> Canvas:
        """The counterfoil as whoever signs it holds it."""
        return Canvas(self.ink, height=_STUB, left=0, right=self.height_mm, rtl=self.rtl)

    def _draw_stub(self) -> str:
        """A line to tear at, and where the beneficiary signs."""
        stub = self._stub()
        date = _STUB_PAD + _SIGN + 2
        if self.look.practice:
            stub.watermark(self.say("practice"), 20, slope=(0.985, 0.174))
        stub.text(self.say("counterfoil"), date, 7.3, _DATE, Style(6, align="end", grey=0.35))
        stub.raw("0.4 G 0.4 w 1 g\n")
        stub.box(_STUB_PAD, 9.1, _SIGN, 7.3, "B")
        stub.rule(date, 16.2, _DATE, thick=0.4)
        stub.raw("0 G 0 g\n")
        stub.text(self.say("signature"), _STUB_PAD + 0.8, 11.2, _SIGN - 1.6, Style(5, grey=0.35))
        stub.text(self.say("received-on"), date, 11.2, _DATE, Style(5.5, grey=0.35))
        stub.raw("[2 2] 0 d 0.4 G ")
        stub.rule(0, _STUB, self.height_mm, thick=0.5)
        stub.raw("[] 0 d 0 G\n")
        return _turned(stub)

    def _second_language(self, key: Variant, body: Canvas, y: float) -> None:
        """Two small lines for a reader of another language, under the dates."""
        other = self.look.second_language
        if other is None or other == self.language:
            return
        left = body.edge(_PAD, _COLUMN)
        small = Canvas(self.ink, height=self.height_mm, left=left, right=left + _COLUMN,
                       rtl=other in RIGHT_TO_LEFT)
        value = amount_figures(key.amount_minor, key.currency, other)
        for row, line in enumerate((
            f"{value} · {category_word(key.category, other)}",
            validity(key.valid_from, key.valid_until, other),
        )):
            small.text(line, 0, y + 2.4 * row, _COLUMN,
                       Style(5.8, align="start" if small.rtl == self.rtl else "end"))
        body.raw(small.content())


def _turned(stub: Canvas) -> str:
    """The counterfoil's drawing, standing on its end at the left edge."""
    return f"q 0 1 -1 0 {_STUB * POINT_PER_MM:.2f} 0 cm\n{stub.content()}Q\n"
