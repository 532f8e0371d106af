"""QR squares for many codes, fast, and equal to the `qrcode` library bit for bit.

With version, level and mask fixed, a QR square is an affine function over GF(2) of its data bits:
interleaving, Reed-Solomon and the mask are all linear. So the library makes one square for the
code of all zeros and one for each single bit of each pair of characters (an alphanumeric segment
packs two characters into 11 bits); every other square is an XOR of those. What never changes
between codes is drawn once, in the static part of the voucher; per code only the rest is written,
looked up row by row.
"""

from typing import Any, Final

from cbi.base import UsageError

CODE_LENGTH: Final = 16
MASK: Final = 3
"""Any of the eight masks is valid; fixed, it spares the library's search for the best."""

OVERLAP: Final = "1.03"
"""Rectangles are 3 % too high (and wide at the seams), so that no hairline shows."""

_ALPHANUMERIC: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_CHUNK_WIDTH_MAX = 7


def library_square(payload_prefix: str, code: str, version: int | None = None) -> list[list[bool]]:
    """The square as the `qrcode` library makes it: level M, our mask, smallest version."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode
    from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

    segment: Any = QRData
    maker: Any = QRCode(
        version=version, error_correction=ERROR_CORRECT_M, mask_pattern=MASK
    )
    if payload_prefix:
        maker.add_data(segment(payload_prefix.encode(), mode=MODE_8BIT_BYTE))
    maker.add_data(segment(code.encode("ascii"), mode=MODE_ALPHA_NUM))
    maker.make(fit=version is None)
    return [[bool(module) for module in row] for row in maker.modules]


class QrPress:
    """Makes the squares of all codes behind one prefix; modules are counted from the top left."""

    def __init__(self, prefix: str = "") -> None:
        if len(prefix) > 100 or not prefix.isascii():
            raise UsageError("voucher.qr-prefix", prefix=prefix)
        zeros = "0" * CODE_LENGTH
        base = library_square(prefix, zeros)
        self.size = len(base)
        version = (self.size - 17) // 4
        self._base = _number(base)
        self._pairs: list[dict[str, int]] = []
        self._varying = 0
        for start in range(0, CODE_LENGTH, 2):
            bits = []
            for power in range(11):
                high, low = divmod(1 << power, 45)
                pair = _ALPHANUMERIC[high] + _ALPHANUMERIC[low]
                payload = zeros[:start] + pair + zeros[start + 2 :]
                bits.append(_number(library_square(prefix, payload, version)) ^ self._base)
            for bit in bits:
                self._varying |= bit
            self._pairs.append(_pair_table(bits))
        self._chunks = self._cut_chunks()

    def number(self, code: str) -> int:
        """The square as one integer, row by row, the last module in the lowest bit."""
        square = self._base
        for table, start in zip(self._pairs, range(0, CODE_LENGTH, 2), strict=True):
            square ^= table[code[start : start + 2]]
        return square

    def square(self, code: str) -> list[list[bool]]:
        """The square as rows of modules, True where dark."""
        number, last = self.number(code), self.size * self.size - 1
        return [
            [bool(number >> (last - row * self.size - column) & 1) for column in range(self.size)]
            for row in range(self.size)
        ]

    def fixed_path(self) -> str:
        """PDF rectangles of the dark modules that every code has, in module units, y downwards."""
        fixed = self._base & ~self._varying
        last = self.size - 1
        paths = []
        for row in range(self.size):
            bits = fixed >> ((last - row) * self.size) & ((1 << self.size) - 1)
            paths.append(_runs(bits, self.size, row, 0))
        return "".join(paths)

    def path(self, code: str) -> str:
        """PDF rectangles of the dark modules that belong to this code."""
        square = self.number(code)
        return "".join([table[square >> shift & mask] for shift, mask, table in self._chunks])

    def _cut_chunks(self) -> list[tuple[int, int, list[str]]]:
        """The varying modules as short horizontal pieces, each with its paths by bit pattern."""
        chunks = []
        last = self.size * self.size - 1
        for row in range(self.size):
            column = 0
            while column < self.size:
                width = 0
                while (
                    width < _CHUNK_WIDTH_MAX
                    and column + width < self.size
                    and self._varying >> (last - row * self.size - column - width) & 1
                ):
                    width += 1
                if width:
                    shift = last - row * self.size - column - width + 1
                    table = [_runs(bits, width, row, column) for bits in range(1 << width)]
                    chunks.append((shift, (1 << width) - 1, table))
                column += width or 1
        return chunks


def _number(square: list[list[bool]]) -> int:
    return int("".join("1" if module else "0" for row in square for module in row), 2)


def _pair_table(bits: list[int]) -> dict[str, int]:
    """What each pair of characters flips in the square."""
    table = {}
    for high, first in enumerate(_ALPHANUMERIC[:36]):
        for low, second in enumerate(_ALPHANUMERIC[:36]):
            value, flips = high * 45 + low, 0
            for power, bit in enumerate(bits):
                if value >> power & 1:
                    flips ^= bit
            table[first + second] = flips
    return table


def _runs(bits: int, width: int, row: int, column: int) -> str:
    """Rectangles of one row's dark runs; `bits` holds the leftmost module highest."""
    paths = []
    start = None
    for offset in range(width + 1):
        dark = offset < width and bits >> (width - 1 - offset) & 1
        if dark and start is None:
            start = offset
        elif not dark and start is not None:
            length = offset - start
            # A dark neighbour to the right can only stand beyond the end of this piece.
            wide = f"{length}{OVERLAP[1:]}" if offset == width else f"{length}"
            paths.append(f"{column + start} {row} {wide} {OVERLAP} re\n")
            start = None
    return "".join(paths)
