"""The voucher as a strip 198 mm wide, eight to an A4 page.

The counterfoil stands on the left (so that one cut takes all eight off), then the voucher, mirrored
for right-to-left languages. The square stands at the end of the reading direction with its quiet
zone kept white. The lines drawn from the serial run across the cut between the two.
"""

from typing import ClassVar

from cbi.messages import RIGHT_TO_LEFT
from cbi.messages.figures import amount_figures, category_word, validity
from cbi.paper.art import Side, Spot, Spots, Variant, VoucherArt
from cbi.paper.canvas import Align, Canvas, Style
from cbi.paper.dates import validity_lines
from cbi.paper.security import tint
from cbi.paper.words import amount_words

STUB_MM = 46.0
_PAD = 3.5
_INNER = STUB_MM - 2 * _PAD
_LEFT_COLUMN = 68.0
_RIGHT_COLUMN = 75.0
_RIGHT_WIDTH = 45.0
_MARGIN = 4.6
"""Beside the square, so that the lines can be seen to run on across the cut."""

_LOGO_MM = (14.0, 6.0)


class StripArt(VoucherArt):
    """The drawing of strips in one language."""

    width_mm: ClassVar[float] = 198.0
    height_mm: ClassVar[float] = 34.75
    square_mm: ClassVar[float] = 19.5

    def placed(self) -> Spots:
        """Where a voucher's own things stand."""
        body = self._body()
        quiet = 4 * self.square_mm / self.press.size
        square = body.edge(body.width - _MARGIN - quiet - self.square_mm, self.square_mm)
        end: Side = "right" if self.rtl else "left"
        return Spots(
            serials=(
                Spot(_PAD, 9.8, _INNER, 10, end),
                Spot(square - 3, 32, self.square_mm + 6, 7.5, "center"),
            ),
            code=Spot(body.edge(_PAD, 69), 31.7, 69, 14, end),
            square=(square, quiet + 1),
            number=Spot(_PAD, 32, _INNER, 6.5, "left" if self.rtl else "right"),
            microtext=Spot(body.edge(_PAD, _LEFT_COLUMN), 33.7, _LEFT_COLUMN, 0, end),
        )

    def draw_static(self) -> str:
        """Counterfoil and body without what differs."""
        stub, body = self._stub(), self._body()
        if not self.plain:
            body.raw(tint(STUB_MM, self.width_mm, self.height_mm))
        if self.look.practice:
            body.watermark(self.say("practice"), 52, slope=(0.9925, 0.122), share=0.81)
            stub.watermark(self.say("practice"), 30, slope=(0.94, 0.342))
        self._draw_stub(stub)
        self._draw_body(body)
        return stub.content() + body.content()

    def draw_variant(self, key: Variant) -> str:
        """Value in figures and words, category and dates."""
        stub, body = self._stub(), self._body()
        value = amount_figures(key.amount_minor, key.currency, self.language)
        category = category_word(key.category, self.language)
        stub.text(value, _PAD, 13.6, _INNER, Style(9, bold=True))
        stub.text(category, _PAD, 16.6, _INNER, Style(6.5))
        dates = validity_lines(key.valid_from, key.valid_until, self.language)
        up = 0.0 if len(dates) == 1 else 1.0
        body.text(value, _PAD, 13.2 - 0.6 * up, _LEFT_COLUMN, Style(20, bold=True))
        words = amount_words(key.amount_minor, key.currency, self.language)
        if words:
            body.text(words, _PAD, 17.0 - up, _LEFT_COLUMN, Style(6.5, grey=0.25))
        body.text(category, _PAD, 21.2 - 1.4 * up, _LEFT_COLUMN, Style(9, bold=True))
        for row, line in enumerate(dates):
            body.text(line, _PAD, 25.2 - 1.9 * up + 3.4 * row, _LEFT_COLUMN,
                      Style(6.5 if row else 8))
        return stub.content() + body.content() + self._second_language(key)

    def _body(self) -> Canvas:
        return self.canvas(STUB_MM, self.width_mm)

    def _stub(self) -> Canvas:
        return self.canvas(0, STUB_MM)

    def _draw_stub(self, stub: Canvas) -> None:
        stub.text(self.say("counterfoil"), _PAD, 5.5, _INNER / 2, Style(6.5, grey=0.35))
        stub.text(self.look.programme, _PAD + _INNER / 2, 5.5, _INNER / 2,
                  Style(6.5, align="end"))
        stub.raw("0.4 G 0.4 w 1 g\n")
        stub.box(_PAD, 18.2, _INNER, 10.2, "B")
        stub.raw("0 G 0 g\n")
        stub.text(self.say("signature"), _PAD + 0.8, 20.6, _INNER - 1.6, Style(5, grey=0.35))
        stub.text(self.say("received-on"), _PAD, 32, 9, Style(6, grey=0.35))
        stub.raw("0.4 G ")
        stub.rule(_PAD + 9, 32.2, _INNER - 19, thick=0.4)
        stub.raw("0 G\n")
        if self.look.practice:
            stub.text(self.say("practice"), _PAD + _INNER / 2, 2.9, _INNER / 2,
                      Style(5.5, bold=True, align="end"))

    def _draw_body(self, body: Canvas) -> None:
        say, start = self.say, 0.0
        if self.look.logo is not None:
            start = self.look.logo.draw(body, _PAD, 1.4, _LOGO_MM) + 1.5
        self.draw_name(body, _PAD + start, 5.6, 38 - start, 9.5)
        note = say("practice-note") if self.look.practice else say("title")
        body.text(note, 42, 5.6, _LEFT_COLUMN - 42 + _PAD, Style(7.5, self.look.practice, "end"))
        x, width = _RIGHT_COLUMN, _RIGHT_WIDTH
        y = body.paragraph(self.shops(), x, 5.6, width, Style(7.5, bold=True),
                           until=9.2)
        alone = self.look.second_language in (None, self.language)
        body.paragraph(say("how"), x, y + 0.6, width, Style(6.8), until=27.8 if alone else 22.4)
        body.text(self.hotline(), x, 32, width, Style(8.5, bold=True))

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
            self.ink, height=self.height_mm, left=left, right=left + _RIGHT_WIDTH, rtl=rtl
        )
        align: Align = "start" if rtl == self.rtl else "end"
        for row, line in enumerate(lines):
            small.text(line, 0, 25.5 + 2.7 * row, _RIGHT_WIDTH, Style(6.4, align=align))
        return small.content()
