"""The voucher as a single ticket of a bank card's size, 85 × 54 mm, one to a page.

It has no counterfoil: the signature stands on the distribution list alone.
"""

from typing import ClassVar

from cbi.issuance.paper.art import Spot, Spots, Variant, VoucherArt
from cbi.issuance.paper.canvas import Align, Canvas, Style
from cbi.issuance.paper.dates import SOLAR_HIJRI, validity_lines
from cbi.issuance.paper.security import tint
from cbi.issuance.paper.words import amount_words
from cbi.messages import RIGHT_TO_LEFT
from cbi.messages.figures import amount_figures, category_word, isolated, validity

_PAD = 3.5
_COLUMN = 49.0
_SIDE = 54.5
_SIDE_WIDTH = 27.0
_LOGO_MM = (12.0, 5.5)


class TicketArt(VoucherArt):
    """The drawing of tickets in one language."""

    width_mm: ClassVar[float] = 85.0
    height_mm: ClassVar[float] = 54.0
    square_mm: ClassVar[float] = 21.0

    def placed(self) -> Spots:
        """Where a voucher's own things stand."""
        body = self.canvas(0, self.width_mm)
        square = body.edge(_SIDE + (_SIDE_WIDTH - self.square_mm) / 2, self.square_mm)
        return Spots(
            serials=(Spot(body.edge(_SIDE, _SIDE_WIDTH), 31.8, _SIDE_WIDTH, 7.5, "center"),),
            code=Spot(body.edge(_PAD, self.width_mm - 2 * _PAD), 51, self.width_mm - 2 * _PAD,
                      15.5, "center"),
            square=(square, 4.8),
            microtext=Spot(_PAD, 52.9, self.width_mm - 2 * _PAD, 0),
        )

    def draw_static(self) -> str:
        """Everything without what differs."""
        body, look, start = self.canvas(0, self.width_mm), self.look, 0.0
        if not self.plain:
            body.raw(tint(0, self.width_mm, self.height_mm))
        if look.practice:
            body.watermark(self.say("practice"), 40, slope=(0.94, 0.342))
        if look.logo is not None:
            start = look.logo.draw(body, _PAD, 2.6, _LOGO_MM) + 1.5
        body.text(look.programme, _PAD + start, 6.8, _COLUMN - start - 16, Style(9, bold=True))
        note = self.say("practice") if look.practice else self.say("title")
        body.text(note, _PAD + _COLUMN - 15, 6.8, 15, Style(6.5, look.practice, "end"))
        shops = look.shops.get(self.language) or look.shops.get("en", "")
        y = 30.6 if self.language in SOLAR_HIJRI else 28.8
        y = body.paragraph(self.say("shops", shops=shops), _PAD, y, _COLUMN,
                           Style(6.8, bold=True), until=33.6)
        body.paragraph(self.say("how"), _PAD, y + 0.4, _COLUMN, Style(6), until=40.6)
        hotline = isolated(look.hotline) if self.rtl else look.hotline
        body.text(self.say("hotline", hotline=hotline), _PAD, 44.2, _COLUMN, Style(7.5, bold=True))
        return body.content()

    def draw_variant(self, key: Variant) -> str:
        """Value in figures and words, category and dates."""
        body = self.canvas(0, self.width_mm)
        value = amount_figures(key.amount_minor, key.currency, self.language)
        body.text(value, _PAD, 14.2, _COLUMN, Style(18, bold=True))
        words = amount_words(key.amount_minor, key.currency, self.language)
        if words:
            body.text(words, _PAD, 17.8, _COLUMN, Style(6, grey=0.25))
        category = category_word(key.category, self.language)
        body.text(category, _PAD, 21.4, _COLUMN, Style(8.5, bold=True))
        dates = validity_lines(key.valid_from, key.valid_until, self.language)
        for row, line in enumerate(dates):
            body.text(line, _PAD, 24.6 + 2.7 * row, _COLUMN, Style(6 if row else 7))
        return body.content() + self._second_language(key)

    def _second_language(self, key: Variant) -> str:
        """Three small lines for a reader of another language, under the square."""
        other = self.look.second_language
        if other is None or other == self.language:
            return ""
        rtl = other in RIGHT_TO_LEFT
        left = self.canvas(0, self.width_mm).edge(_SIDE, _SIDE_WIDTH)
        small = Canvas(self.ink, height=self.height_mm, left=left, right=left + _SIDE_WIDTH,
                       rtl=rtl)
        align: Align = "center"
        for row, line in enumerate((
            amount_figures(key.amount_minor, key.currency, other),
            category_word(key.category, other),
            validity(key.valid_from, key.valid_until, other, "valid-short"),
        )):
            small.text(line, 0, 36.2 + 2.8 * row, _SIDE_WIDTH, Style(6, align=align))
        return small.content()
