"""What makes a voucher tedious to copy: a tint, lines drawn from the serial, and microtext.

None of it stops a forger with time, and none of it is needed: a voucher is a code, and a copied
code is spent once. It lets a cashier see at once that a paper came from a copier, and it lets an
officer see that a counterfoil and a voucher were one (docs/voucher-security.md).
"""

import math
from typing import Final

from cbi.paper.ink import POINT_PER_MM

WAVES: Final = 6
"""One line for each of the serial's last characters."""

_TINT: Final = "0.86 0.93 0.95 RG 0.25 w\n"
_LINES: Final = "0.66 0.81 0.85 RG 0.25 w\n"
_PITCH_MM: Final = 1.1
_STEPS: Final = 30
_WIDE: Final = 198 * POINT_PER_MM
"""The width at which the waves were drawn by eye; narrower formats show fewer turns."""

MICROTEXT_SIZE: Final = 1.5
"""Points; about half a millimetre: a line to the eye, letters under a lens."""


class Guilloche:
    """Ten waves for each of six places of a serial: the superposition tells serials apart.

    Waves are forms of the file, drawn once; a voucher only names its six.
    """

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self._width, self._height = width_mm * POINT_PER_MM, height_mm * POINT_PER_MM

    def forms(self) -> dict[str, str]:
        """The content of every form by its name."""
        return {
            f"W{place}{figure}": f"{_LINES}{self._wave(place, figure)}S\n"
            for place in range(WAVES) for figure in range(10)
        }

    def of(self, serial: str) -> str:
        """The operators that draw a serial's own pattern; short serials repeat themselves."""
        tail = (serial * WAVES)[-WAVES:]
        return "".join([
            f"/W{place}{ord(character) % 10} Do " for place, character in enumerate(tail)
        ])

    def _wave(self, place: int, figure: int) -> str:
        """A sum of two sines across the whole width, as cubic curves."""
        turns = (2.0 + 0.55 * place + 0.37 * figure) * self._width / _WIDE
        phase = 0.9 * place + 0.63 * figure
        height = min(self._height, _WIDE / 4) * (0.17 + 0.025 * ((3 * figure + 2 * place) % 8))

        def at(share: float) -> tuple[float, float]:
            angle = 2 * math.pi * turns * share + phase
            swell = 2 * math.pi * (0.5 + 0.1 * figure) * share + 0.7 * place
            y = self._height / 2 + height * (0.75 * math.sin(angle) + 0.5 * math.sin(swell))
            slope = height * (
                0.75 * 2 * math.pi * turns * math.cos(angle)
                + 0.5 * 2 * math.pi * (0.5 + 0.1 * figure) * math.cos(swell)
            )
            return y, slope

        step = 1 / _STEPS
        y, slope = at(0)
        parts = [f"0 {y:.1f} m"]
        for number in range(1, _STEPS + 1):
            x = number * step
            end, end_slope = at(x)
            third = step / 3
            parts.append(
                f"{(x - 2 * third) * self._width:.1f} {y + slope * third:.1f} "
                f"{(x - third) * self._width:.1f} {end - end_slope * third:.1f} "
                f"{x * self._width:.1f} {end:.1f} c"
            )
            y, slope = end, end_slope
        return " ".join(parts) + "\n"


def tint(left_mm: float, right_mm: float, height_mm: float) -> str:
    """Fine pale slanted lines over a region as high as the voucher; a copier eats or thickens them.

    They are clipped to the region.
    """
    left, right, height = (mm * POINT_PER_MM for mm in (left_mm, right_mm, height_mm))
    lean, pitch = height * 0.5, _PITCH_MM * POINT_PER_MM
    parts = [f"q {left:.1f} 0 {right - left:.1f} {height:.1f} re W n {_TINT}"]
    x = left - lean
    while x < right:
        parts.append(f"{x:.1f} 0 m {x + lean:.1f} {height:.1f} l\n")
        x += pitch
    return "".join(parts) + "S Q\n"
