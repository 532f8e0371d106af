"""The forms in which vouchers are printed: the page, and where on it vouchers stand."""

from dataclasses import dataclass

from cbi.base import UsageError
from cbi.paper.art import VoucherArt
from cbi.paper.roll import NarrowRollArt, PictureArt, RollArt
from cbi.paper.strip import StripArt
from cbi.paper.ticket import TicketArt

A4_MM = (210.0, 297.0)
PER_A4 = 8
LEFT_MM = (A4_MM[0] - StripArt.width_mm) / 2
TOP_MM = (A4_MM[1] - PER_A4 * StripArt.height_mm) / 2


@dataclass(frozen=True, slots=True)
class Format:
    """A page of `page_mm` with vouchers at `places`, each from the left and from the top in mm."""

    name: str
    art: type[VoucherArt]
    page_mm: tuple[float, float]
    places: tuple[tuple[float, float], ...] = ((0.0, 0.0),)

    @property
    def is_sheet(self) -> bool:
        """Whether several vouchers stand on a page, to be cut apart."""
        return len(self.places) > 1


def _single(name: str, art: type[VoucherArt]) -> Format:
    return Format(name, art, (art.width_mm, art.height_mm))


FORMATS = {
    "a4": Format("a4", StripArt, A4_MM, tuple(
        (LEFT_MM, TOP_MM + row * StripArt.height_mm) for row in range(PER_A4)
    )),
    "ticket": _single("ticket", TicketArt),
    "roll": _single("roll", RollArt),
    "roll-58": _single("roll-58", NarrowRollArt),
    "picture": _single("picture", PictureArt),
}


def format_named(name: str) -> Format:
    """The format of this name.

    Raises:
        UsageError: there is none.
    """
    found = FORMATS.get(name.strip().lower())
    if found is None:
        raise UsageError("voucher.format-unknown", text=name, known=", ".join(FORMATS))
    return found
