"""The codes in a photo of vouchers, read from their squares.

A photo comes from a stranger's phone: its size and its pixels are looked at before it is unpacked,
and only squares are read, because noise reads as other codes.
"""

import warnings
from io import BytesIO
from pathlib import Path
from typing import Final

from cbi.base.errors import BadFile
from cbi.files import Limits, read_bytes

FILE_BYTES_MAX: Final = 32 << 20
PIXELS_MAX: Final = 64_000_000


def codes_in(path: Path) -> list[str]:
    """What stands in each square, from the top down, as a scanner would type it.

    Raises:
        BadFile: missing, no photo, too large, or no square in it can be read.
    """
    import zxingcpp
    from PIL import Image, ImageOps

    content = read_bytes(path, limits=Limits(file_bytes_max=FILE_BYTES_MAX))
    large = BadFile("help-cashier.photo-large", file=path.name, millions=PIXELS_MAX // 1_000_000)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
            if picture.width * picture.height > PIXELS_MAX:
                raise large
            picture.draft("L", picture.size)
            grey = ImageOps.exif_transpose(picture).convert("L")
    except Image.DecompressionBombError as error:
        raise large from error
    except (OSError, SyntaxError, ValueError) as error:
        raise BadFile("help-cashier.photo-unreadable", file=path.name) from error
    squares = zxingcpp.read_barcodes(
        grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    )
    found = sorted(squares, key=lambda one: (one.position.top_left.y, one.position.top_left.x))
    if not found:
        raise BadFile("help-cashier.photo-empty", file=path.name)
    return list(dict.fromkeys(one.text for one in found))
