"""The voucher on a receipt printer's roll, 80 or 58 mm wide, and as a picture for a messenger.

Both are read on a narrow upright surface: everything stands in the middle, one thing below the
other. A thermal printer knows black alone, so a roll has no tint and no lines; the picture has
them. The roll ends with a counterfoil to tear off; a picture needs none.
"""

from typing import ClassVar

from cbi.messages import RIGHT_TO_LEFT
from cbi.messages.figures import amount_figures, category_word, validity
from cbi.paper.art import Spot, Spots, Variant, VoucherArt
from cbi.paper.canvas import Canvas, Style
from cbi.paper.dates import validity_lines
from cbi.paper.security import tint
from cbi.paper.words import amount_words

_LOGO_MM = (30.0, 10.0)
_HEAD_MM = 6.0
"""What a logo needs at the head."""


class PictureArt(VoucherArt):
    """The drawing of upright vouchers in one language, without a counterfoil."""

    width_mm: ClassVar[float] = 80.0
    height_mm: ClassVar[float] = 150.0
    square_mm: ClassVar[float] = 36.0
    pad: ClassVar[float] = 4.5
    """Left free on both sides, in mm: no receipt printer reaches its paper's edges."""

    @property
    def inner(self) -> float:
        """How wide what is drawn may be, in mm."""
        return self.width_mm - 2 * self.pad

    def placed(self) -> Spots:
        """Where a voucher's own things stand."""
        square, up = (self.width_mm - self.square_mm) / 2, self._up()
        return Spots(
            serials=(Spot(self.pad, 112.2 - up, self.inner, 10, "center"), *self.stub_serials()),
            code=Spot(self.pad, 107 - up, self.inner, 17, "center"), square=(square, 59.5 - up),
            microtext=Spot(self.pad, 148.4, self.inner, 0), number=self.stub_number(),
        )

    def stub_serials(self) -> tuple[Spot, ...]:
        """Where the serial stands again on a counterfoil."""
        return ()

    def stub_number(self) -> Spot | None:
        """Where the person's number on the list stands, if there is a counterfoil."""
        return None

    def _up(self) -> float:
        """How far all moves up where no logo stands at the head, in mm."""
        return 0.0 if self.look.logo is not None else _HEAD_MM

    def draw_static(self) -> str:
        """Everything without what differs."""
        body, look, up = self.canvas(0, self.width_mm), self.look, self._up()
        if not self.plain:
            body.raw(tint(0, self.width_mm, self.height_mm))
        if look.practice:
            for height in (30.0, 126.0):  # above and below the square, which would hide it
                body.watermark(self.say("practice"), 46, slope=(0.966, 0.259), middle=height)
        y = 9.0
        if look.logo is not None:
            scale = min(_LOGO_MM[0] / look.logo.width, _LOGO_MM[1] / look.logo.height)
            look.logo.draw(body, (self.width_mm - look.logo.width * scale) / 2, 3, _LOGO_MM)
            y = 16.6
        middle = Style(12, bold=True, align="center")
        body.text(look.programme, self.pad, y, self.inner, middle)
        note = self.say("practice-note") if look.practice else self.say("title")
        body.text(note, self.pad, y + 5, self.inner, Style(9, look.practice, "center"))
        y = body.paragraph(self.shops(), self.pad, 118.4 - up, self.inner,
                           Style(9, bold=True, align="center"), until=122.8 - up)
        y = body.paragraph(self.say("how"), self.pad, y + 0.8, self.inner, Style(8, align="center"),
                           until=132.6)
        body.text(self.hotline(), self.pad, 145, self.inner,
                  Style(10, bold=True, align="center"))
        self.draw_stub(body)
        return body.content()

    def draw_stub(self, body: Canvas) -> None:
        """Draw a counterfoil, where the format has one."""

    def draw_variant(self, key: Variant) -> str:
        """Value in figures and words, category and dates."""
        body, up = self.canvas(0, self.width_mm), self._up()
        value = amount_figures(key.amount_minor, key.currency, self.language)
        body.text(value, self.pad, 31 - up, self.inner, Style(26, bold=True, align="center"))
        words = amount_words(key.amount_minor, key.currency, self.language)
        if words:
            body.text(words, self.pad, 36.4 - up, self.inner, Style(8.5, align="center", grey=0.2))
        category = category_word(key.category, self.language)
        body.text(category, self.pad, 42.6 - up, self.inner, Style(12, bold=True, align="center"))
        dates = validity_lines(key.valid_from, key.valid_until, self.language)
        for row, line in enumerate(dates):
            body.text(line, self.pad, 48 - up + 4.2 * row, self.inner,
                      Style(8 if row else 10, align="center"))
        self.draw_stub_variant(body, f"{value} · {category}")
        return body.content() + self._second_language(key)

    def draw_stub_variant(self, body: Canvas, worth: str) -> None:
        """Draw value and category on a counterfoil, where the format has one."""

    def _second_language(self, key: Variant) -> str:
        """Two lines for a reader of another language, usually the cashier."""
        other = self.look.second_language
        if other is None or other == self.language:
            return ""
        small = Canvas(self.ink, height=self.height_mm, left=0, right=self.width_mm,
                       rtl=other in RIGHT_TO_LEFT)
        value = amount_figures(key.amount_minor, key.currency, other)
        for row, line in enumerate((
            f"{value} · {category_word(key.category, other)}",
            validity(key.valid_from, key.valid_until, other),
        )):
            small.text(line, self.pad, 136.8 + 3.3 * row, self.inner, Style(7.5, align="center"))
        return small.content()


class RollArt(PictureArt):
    """The drawing of a roll's vouchers in one language, with a counterfoil to tear off."""

    height_mm: ClassVar[float] = 186.0
    thermal: ClassVar[bool] = True

    def stub_number(self) -> Spot | None:
        """The person's number on the list, beside the serial."""
        return Spot(self.pad, 160, self.inner, 9, "left" if self.rtl else "right")

    def stub_serials(self) -> tuple[Spot, ...]:
        """The serial at the start of the counterfoil."""
        return (Spot(self.pad, 160, self.inner, 11, "right" if self.rtl else "left"),)

    def draw_stub_variant(self, body: Canvas, worth: str) -> None:
        """What was received, above the signature."""
        body.text(worth, self.pad, 164.4, self.inner, Style(8))

    def draw_stub(self, body: Canvas) -> None:
        """A line to tear at, and where the beneficiary signs."""
        body.raw("[2 2] 0 d 0.4 G ")
        body.rule(0, 150, self.width_mm, thick=0.5)
        body.raw("[] 0 d 0 G\n")
        body.text(self.say("counterfoil"), self.pad, 154.6, self.inner / 2, Style(7))
        body.text(self.look.programme, self.pad + self.inner / 2, 154.6, self.inner / 2,
                  Style(7, align="end"))
        body.raw("0.5 w 0 G\n")
        body.box(self.pad, 166.4, self.inner, 11.6)
        body.text(self.say("signature"), self.pad + 1, 169.2, self.inner - 2, Style(6.5))
        body.text(self.say("received-on"), self.pad, 182, 12, Style(7))
        body.rule(self.pad + 13, 182.2, self.inner - 13, thick=0.4)


class NarrowRollArt(RollArt):
    """The same on a roll of 58 mm, of which a printer reaches 48; lines that are too wide are set
    smaller."""

    width_mm: ClassVar[float] = 58.0
    pad: ClassVar[float] = 5.4
