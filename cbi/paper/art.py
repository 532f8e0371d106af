"""What every form of a voucher has: a static drawing per language, and what is printed over it.

A format says where things stand and draws what vouchers share. What is a voucher's own (serial,
code, square, microtext, its number on the list) is put together here from ready pieces, because it
is done twelve thousand times.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from cbi.messages import RIGHT_TO_LEFT, text
from cbi.messages.figures import isolated
from cbi.paper.canvas import Canvas, Style
from cbi.paper.ink import POINT_PER_MM, Ink
from cbi.paper.qr import QrPress
from cbi.paper.security import MICROTEXT_SIZE, Guilloche
from cbi.paper.values import SheetLook, SheetVoucher

Side = Literal["left", "center", "right"]
_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-/. №"
_GROUP_GAP = 0.75
"""The gap between groups of the code, in ems."""
_NAME_LINES = (1.9, 1.1)
"""How far above and below its line a name on two lines stands, in mm."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What vouchers share besides the language: the key by which their overprint is kept."""

    category: str
    amount_minor: int
    currency: str
    valid_from: str
    valid_until: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place for Latin figures: box from `left` (mm), baseline `y` from the top, size at most.

    A `turned` one is read upwards: `left` counts from the foot of the page, `y` from its left edge.
    """

    left: float
    y: float
    width: float
    size: float
    align: Side = "left"
    turned: bool = False


@dataclass(frozen=True, slots=True)
class Spots:
    """Where a voucher's own things stand: serials, code, square (left and top), and the rest."""

    serials: tuple[Spot, ...]
    code: Spot
    square: tuple[float, float]
    number: Spot | None = None
    microtext: Spot | None = None


class VoucherArt:
    """The drawing of vouchers of one format in one language."""

    width_mm: ClassVar[float]
    height_mm: ClassVar[float]
    square_mm: ClassVar[float]
    thermal: ClassVar[bool] = False
    """Whether it is printed in black alone: no tint, no lines, no microtext."""

    def __init__(self, ink: Ink, press: QrPress, look: SheetLook, language: str) -> None:
        self.ink, self.press, self.look, self.language = ink, press, look, language
        self.rtl = language in RIGHT_TO_LEFT
        self._variants: dict[Variant, str] = {}
        self._bold = ink.glyphs(_CHARACTERS, bold=True)
        self._fine = ink.glyphs(_CHARACTERS)
        self._fonts = ink.font_number(bold=True), ink.font_number()
        self.spots = self.placed()
        self.plain = look.plain or self.thermal
        self._guilloche = None if self.plain else Guilloche(self.width_mm, self.height_mm)

    def placed(self) -> Spots:
        """Where a voucher's own things stand."""
        raise NotImplementedError

    def draw_static(self) -> str:
        """What all vouchers of this language share, below the square."""
        raise NotImplementedError

    def draw_variant(self, key: Variant) -> str:
        """What vouchers of one value, category and validity share."""
        raise NotImplementedError

    def canvas(self, left: float, right: float) -> Canvas:
        """A region of the voucher to draw on, as high as it is."""
        return Canvas(self.ink, height=self.height_mm, left=left, right=right, rtl=self.rtl)

    def say(self, name: str, **facts: object) -> str:
        """A text of the vouchers' in this language."""
        return text(f"voucher.{name}", self.language, **facts)

    def shops(self) -> str:
        """The line of the shops that take the voucher."""
        line = self.look.shops.get(self.language) or self.look.shops.get("en", "")
        return self.say("shops", shops=line)

    def draw_name(self, body: Canvas, x: float, y: float, width: float, size: float) -> None:
        """The programme's name, on two lines where it is too long for one at this size."""
        line = self.ink.line(self.look.programme, bold=True, rtl=self.rtl)
        style = Style(size, bold=True)
        if line.width * size <= width * POINT_PER_MM:
            body.text(self.look.programme, x, y, width, style)
        else:
            above, below = _NAME_LINES
            body.paragraph(self.look.programme, x, y - above, width, style, until=y + below)

    def hotline(self) -> str:
        """The help line's number in words; nothing where the programme has none."""
        number = isolated(self.look.hotline) if self.rtl else self.look.hotline
        return self.say("hotline", hotline=number) if self.look.hotline.strip() else ""

    def static(self) -> str:
        """The content of the form that lies under every voucher of this language."""
        return self.draw_static() + self._draw_square()

    def shared_forms(self) -> Mapping[str, str]:
        """Forms that the vouchers of every language use."""
        return {} if self._guilloche is None else self._guilloche.forms()

    def variant(self, voucher: SheetVoucher) -> str:
        """The overprint that vouchers of one value, category and validity share."""
        key = Variant(
            voucher.category, voucher.amount_minor, voucher.currency,
            voucher.valid_from, voucher.valid_until,
        )
        drawn = self._variants.get(key)
        if drawn is None:
            drawn = self._variants[key] = self.draw_variant(key)
        return drawn

    def whole(self, voucher: SheetVoucher) -> str:
        """Everything of one voucher, from the back to the front."""
        lines = "" if self._guilloche is None else self._guilloche.of(voucher.serial)
        return f"{lines}/V{self.language} Do\n{self.variant(voucher)}{self.own(voucher)}"

    def own(self, voucher: SheetVoucher) -> str:
        """The overprint of this voucher alone: serials, code in four groups, square."""
        spots = self.spots
        parts = [self._figures(voucher.serial, spot) for spot in spots.serials]
        parts.append(self._code(voucher.code, spots.code))
        if spots.number is not None and voucher.list_order:
            parts.append(self._figures(f"№ {voucher.list_order}", spots.number))
        if spots.microtext is not None and not self.plain:
            parts.append(self._microtext(f"{voucher.serial} ", spots.microtext))
        return (
            f"BT {''.join(parts)}ET\n{self._square_frame()}{self.press.path(voucher.code)}f Q\n"
        )

    def _draw_square(self) -> str:
        """The white ground with its quiet zone, and the dark modules that every code has."""
        side = self.press.size + 8
        return (
            f"{self._square_frame()}1 g -4 -4 {side} {side} re f 0 g\n"
            f"{self.press.fixed_path()}f Q\n"
        )

    def _square_frame(self) -> str:
        """Coordinates in modules, from the square's top left corner downwards."""
        module = self.square_mm * POINT_PER_MM / self.press.size
        left, top = self.spots.square
        x, y = left * POINT_PER_MM, (self.height_mm - top) * POINT_PER_MM
        return f"q {module:.4f} 0 0 {-module:.4f} {x:.2f} {y:.2f} cm\n"

    def _figures(self, words: str, spot: Spot) -> str:
        """Latin figures at a spot, smaller where they are too wide."""
        glyphs, width = self._plain(words, self._bold)
        size = min(spot.size, spot.width * POINT_PER_MM / width)
        x = spot.left * POINT_PER_MM
        if spot.align != "left":
            spare = spot.width * POINT_PER_MM - width * size
            x += spare if spot.align == "right" else spare / 2
        if spot.turned:
            matrix = f"0 1 -1 0 {spot.y * POINT_PER_MM:.2f} {x:.2f}"
        else:
            matrix = f"1 0 0 1 {x:.2f} {(self.height_mm - spot.y) * POINT_PER_MM:.2f}"
        return f"/F{self._fonts[0]} {size:.4g} Tf {matrix} Tm <{glyphs}> Tj "

    def _code(self, code: str, spot: Spot) -> str:
        """Four groups of four, smaller where the letters are wide."""
        glyphs, width = self._plain(code, self._bold)
        width += 3 * _GROUP_GAP
        size = min(spot.size, spot.width * POINT_PER_MM / width)
        x = spot.left * POINT_PER_MM
        if spot.align != "left":
            spare = spot.width * POINT_PER_MM - width * size
            x += spare if spot.align == "right" else spare / 2
        y = (self.height_mm - spot.y) * POINT_PER_MM
        gap = f"> {-1000 * _GROUP_GAP:.0f} <"
        groups = gap.join((glyphs[:16], glyphs[16:32], glyphs[32:48], glyphs[48:]))
        return f"/F{self._fonts[0]} {size:.4g} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm [<{groups}>] TJ "

    def _microtext(self, words: str, spot: Spot) -> str:
        """The serial again and again on one fine line."""
        glyphs, width = self._plain(words, self._fine)
        wide = spot.width * POINT_PER_MM
        times = int(wide / (width * MICROTEXT_SIZE))
        x, y = spot.left * POINT_PER_MM, (self.height_mm - spot.y) * POINT_PER_MM
        if spot.align == "right":
            x += wide - times * width * MICROTEXT_SIZE
        return (
            f"/F{self._fonts[1]} {MICROTEXT_SIZE} Tf 1 0 0 1 {x:.2f} {y:.2f} Tm "
            f"<{glyphs * times}> Tj "
        )

    def _plain(self, latin: str, table: dict[str, tuple[str, float]]) -> tuple[str, float]:
        try:
            found = [table[character] for character in latin]
        except KeyError:
            table.update(self.ink.glyphs(latin, bold=table is self._bold))
            found = [table[character] for character in latin]
        return "".join([glyph for glyph, _ in found]), sum([width for _, width in found])
