"""A programme's logo: a small picture, read with care, put into the file once.

Whatever comes is looked at before it is unpacked: a picture of forty megabytes, or of a few
kilobytes that unpack to gigabytes, is refused by its size and its pixels.
"""

import warnings
import zlib
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cbi.base import BadFile
from cbi.files import Limits, read_bytes
from cbi.paper.ink import POINT_PER_MM

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

    from cbi.paper.canvas import Canvas

FILE_BYTES_MAX: Final = 2 << 20
PIXELS_MAX: Final = 16_000_000
_SHOWN_PIXELS: Final = (600, 300)
"""Enough for 14 millimetres at any printer; more would only make every reader slow."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture ready to print: pixels in rows, three bytes each."""

    width: int
    height: int
    rgb: bytes = field(repr=False)

    def draw(self, canvas: "Canvas", x: float, y: float, box: tuple[float, float]) -> float:
        """Put it into a box (mm, from its top), as large as fits; returns the width it takes."""
        scale = min(box[0] / self.width, box[1] / self.height)
        wide, high = self.width * scale, self.height * scale
        left = canvas.edge(x, wide) * POINT_PER_MM
        bottom = (canvas.height - y - high) * POINT_PER_MM
        canvas.raw(
            f"q {wide * POINT_PER_MM:.2f} 0 0 {high * POINT_PER_MM:.2f} {left:.2f} {bottom:.2f} cm"
            " /Logo Do Q\n"
        )
        return wide

    def stream(self, pdf: "Pdf") -> "Object":
        """The picture as an object of a PDF file."""
        from pikepdf import Name

        return pdf.make_stream(
            zlib.compress(self.rgb, 9), Type=Name.XObject, Subtype=Name.Image, Width=self.width,
            Height=self.height, ColorSpace=Name.DeviceRGB, BitsPerComponent=8,
            Filter=Name.FlateDecode,
        )


def read_logo(path: Path) -> Logo:
    """A PNG or JPEG file as a logo; what is transparent becomes white.

    Raises:
        BadFile: missing, too large, too many pixels, or not such a picture.
    """
    from PIL import Image

    if path.is_file() and path.stat().st_size > FILE_BYTES_MAX:
        raise BadFile("voucher.logo-large", file=path.name, megabytes=FILE_BYTES_MAX >> 20)
    content = read_bytes(path, limits=Limits(file_bytes_max=FILE_BYTES_MAX))
    large = BadFile("voucher.logo-pixels", file=path.name, millions=PIXELS_MAX // 1_000_000)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
        if picture.width * picture.height > PIXELS_MAX:
            raise large
        rgba = picture.convert("RGBA")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise large from error
    except (OSError, SyntaxError, ValueError) as error:
        raise BadFile("voucher.logo-unreadable", file=path.name) from error
    rgba.thumbnail(_SHOWN_PIXELS)
    ground = Image.new("RGBA", rgba.size, "white")
    ground.alpha_composite(rgba)
    return Logo(rgba.width, rgba.height, ground.convert("RGB").tobytes())
