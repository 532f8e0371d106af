"""Squares equal the library's, and their paths cover exactly their dark modules."""

import random
import re

import pytest

from cbi.base import UsageError
from cbi.paper.qr import QrPress, library_square

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIXES = ["", "https://example.org/v#"]


def codes(count: int) -> list[str]:
    dice = random.Random(7)
    drawn = ["".join(dice.choice(ALPHABET) for _ in range(16)) for _ in range(count)]
    return ["0" * 15 + "1", "Z" * 16, *drawn]


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_square_equals_the_library_bit_for_bit(prefix: str) -> None:
    press = QrPress(prefix)
    for code in codes(100):
        assert press.square(code) == library_square(prefix, code)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_the_drawn_rectangles_cover_the_dark_modules_and_nothing_else(prefix: str) -> None:
    press = QrPress(prefix)
    for code in codes(20):
        drawn = set()
        for x, y, width, _ in re.findall(
            r"(\d+) (\d+) ([\d.]+) ([\d.]+) re", press.fixed_path() + press.path(code)
        ):
            drawn |= {(int(y), int(x) + step) for step in range(int(float(width)))}
        square = press.square(code)
        dark = {(r, c) for r, row in enumerate(square) for c, module in enumerate(row) if module}
        assert drawn == dark


def test_sixteen_characters_alone_fit_the_smallest_square() -> None:
    assert QrPress().size == 21


@pytest.mark.parametrize("prefix", ["https://пример.kz/#", "h" * 101])
def test_a_prefix_that_cannot_be_printed_is_refused(prefix: str) -> None:
    with pytest.raises(UsageError, match=r"voucher\.qr-prefix"):
        QrPress(prefix)
