"""A square of letters that a phone's camera reads off a terminal."""

from io import StringIO
from typing import Any


def square_of(words: str) -> str:
    """The words as a square."""
    from qrcode.main import QRCode

    code: Any = QRCode(border=2)
    drawn = StringIO()
    code.add_data(words)
    code.print_ascii(out=drawn, invert=True)
    return drawn.getvalue().rstrip("\n")
