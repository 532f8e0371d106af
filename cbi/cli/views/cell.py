"""Words as Rich is given them, wherever it lays something out: folded by us, drawn as they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.measure import Measurement
from rich.segment import Segment

from cbi.cli.views.folding import POP, RIGHT_TO_LEFT, fold, widest_unit


@dataclass(frozen=True, slots=True)
class Cell:
    """A paragraph within the width that Rich has for it.

    `right` moves it to the right, as numbers stand; `to_left` says that its language runs from
    right to left: each of its lines then does so by itself, whatever is drawn around it. `gap` is
    left free of that width, towards the next column.
    """

    words: str
    right: bool = False
    to_left: bool = False
    gap: int = 0

    def __rich_measure__(self, _console: Any, options: Any) -> Measurement:
        """From its widest word to all of it on one line."""
        return Measurement(widest_unit(self.words), cell_len(self.words)).clamp(
            max_width=options.max_width)

    def __rich_console__(self, _console: Any, options: Any) -> Iterator[Segment]:
        """Its lines."""
        wide = options.max_width - self.gap
        for line in fold(self.words, wide, chop=True):
            pad = " " * (wide - cell_len(line)) if self.right or self.to_left else ""
            yield Segment(f"{pad}{RIGHT_TO_LEFT}{line}{POP}" if self.to_left else f"{pad}{line}")
            yield Segment.line()
