"""A surface to draw on in millimetres from the top, the same code for both reading directions.

`x` counts from the side where reading starts: left for English, right for Dari. So a layout is
written once and mirrored by its canvas.
"""

import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from cbi.paper.ink import POINT_PER_MM, Ink

Align = Literal["start", "center", "end"]

_LEADING = 1.32
"""From baseline to baseline, in sizes."""

_SIZE_MIN = 4.0
"""Points; text that does not fit at this size runs over rather than becoming unreadable."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: size in points, weight, place in its box, grey from 0 black to 1.

    `own` words are read in the direction of their own first letter, whatever the page's: a name.
    """

    size: float
    bold: bool = False
    align: Align = "start"
    grey: float = 0.0
    own: bool = False


class Canvas:
    """Collects PDF operators for a region `left`..`right` (mm) of a surface `height` mm high."""

    def __init__(
        self, ink: Ink, *, height: float, left: float, right: float, rtl: bool = False
    ) -> None:
        self.ink = ink
        self.height, self.left, self.right, self.rtl = height, left, right, rtl
        self._parts: list[str] = []

    @property
    def width(self) -> float:
        """Width of the region in mm."""
        return self.right - self.left

    def content(self) -> str:
        """The operators collected so far."""
        return "".join(self._parts)

    def raw(self, operators: str) -> None:
        """Adds operators as they are."""
        self._parts.append(operators)

    def edge(self, x: float, width: float) -> float:
        """Where the left edge of a box stands on the page, in mm."""
        return self.right - x - width if self.rtl else self.left + x

    def text(self, words: str, x: float, y: float, width: float, style: Style) -> None:
        """One line in a box, its baseline `y` mm from the top; shrunk where it would not fit."""
        line, size = self.ink.fitted(
            words, style.size, width * POINT_PER_MM, bold=style.bold, rtl=self._rtl(words, style)
        )
        spare = width * POINT_PER_MM - line.width * size
        share = {"start": 0.0, "center": 0.5, "end": 1.0}[style.align]
        left = self.edge(x, width) * POINT_PER_MM
        at = left + spare * (1 - share if self.rtl else share)
        drawn = line.content(at, (self.height - y) * POINT_PER_MM, size)
        self._parts.append(f"{style.grey:g} g {drawn}0 g\n" if style.grey else drawn)

    def paragraph(
        self, words: str, x: float, y: float, width: float, style: Style, *, until: float = 1e6
    ) -> float:
        """Lines broken between words, made smaller until the last stands above `until` mm.

        Returns where the next baseline would stand, in mm from the top.
        """
        size, rtl = style.size, self._rtl(words, style)
        while True:
            lines = self.ink.wrapped(
                words, size, width * POINT_PER_MM, bold=style.bold, rtl=rtl
            )
            last = y + (len(lines) - 1) * size * _LEADING / POINT_PER_MM
            if last <= until or size < _SIZE_MIN:
                break
            size *= 0.97
        set_small = replace(style, size=size)
        for line in lines:
            self.text(line, x, y, width, set_small)
            y += size * _LEADING / POINT_PER_MM
        return y

    def _rtl(self, words: str, style: Style) -> bool:
        """Whether these words are read from the right."""
        if style.own:
            for letter in words:
                direction = unicodedata.bidirectional(letter)
                if direction in ("L", "R", "AL"):
                    return direction != "L"
        return self.rtl

    def rule(self, x: float, y: float, width: float, *, thick: float = 0.5) -> None:
        """A horizontal line, `thick` in points."""
        left = self.edge(x, width) * POINT_PER_MM
        top = (self.height - y) * POINT_PER_MM
        right = left + width * POINT_PER_MM
        self._parts.append(f"{thick:g} w {left:.2f} {top:.2f} m {right:.2f} {top:.2f} l S\n")

    def upright(self, x: float, top: float, bottom: float, *, thick: float = 0.4) -> None:
        """A vertical line, `thick` in points."""
        at = self.edge(x, 0) * POINT_PER_MM
        high, low = (self.height - top) * POINT_PER_MM, (self.height - bottom) * POINT_PER_MM
        self._parts.append(f"{thick:g} w {at:.2f} {high:.2f} m {at:.2f} {low:.2f} l S\n")

    def box(self, x: float, y: float, width: float, height: float, paint: str = "S") -> None:
        """A rectangle from its top; `paint` is the PDF operator: S a line, f filled."""
        left, bottom = self.edge(x, width) * POINT_PER_MM, (self.height - y - height) * POINT_PER_MM
        wide, high = width * POINT_PER_MM, height * POINT_PER_MM
        self._parts.append(f"{left:.2f} {bottom:.2f} {wide:.2f} {high:.2f} re {paint}\n")

    def watermark(
        self, words: str, size: float, *, slope: tuple[float, float], share: float = 1.0,
        middle: float | None = None,
    ) -> None:
        """Big pale words across the middle of the region, or of its first `share`.

        `slope` is (cosine, sine) of the angle, `middle` mm from the top; None is half way down.
        """
        cosine, sine = slope
        line, size = self.ink.fitted(
            words, size, self.width * POINT_PER_MM * 0.9 * share, bold=True, rtl=self.rtl
        )
        half = line.width * size / 2
        middle_x = (self.edge(0, self.width * share) + self.width * share / 2) * POINT_PER_MM
        middle_y = (self.height / 2 if middle is None else self.height - middle) * POINT_PER_MM
        drawn = line.content(-half, -size * 0.33, size)
        self._parts.append(
            f"q 0.9 g {cosine} {sine} {-sine} {cosine} {middle_x:.2f} {middle_y:.2f} cm "
            f"{drawn}Q\n"
        )
