"""Bars of a report, each piece by colour and by sign, so that neither alone has to be seen."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from cbi.cli.views.cell import Cell
from cbi.cli.views.folding import apart
from cbi.cli.views.screen import CARDS_BELOW, console
from cbi.reports.progress import PARTS, Part
from cbi.reports.progress_sections import BarLine

SIGNS = {
    "redeemed": ("█", "green"), "in-hand": ("▓", "bright_cyan"), "waiting": ("░", "white"),
    "expired": ("▒", "yellow"), "void": ("╳", "bright_black"),
}
BAR_MIN = 10


def show_bars(bars: Sequence[BarLine]) -> None:
    """Draw them, all of one length at most; on a narrow screen each below its words."""
    screen = console()
    narrow = screen.width < CARDS_BELOW
    label = min(screen.width // 3, max((cell_len(one.label) for one in bars), default=0))
    figures = max((cell_len(one.figures) for one in bars), default=0)
    wide = screen.width if narrow else max(screen.width - label - figures - 4, BAR_MIN)
    if narrow:
        for one in bars:
            screen.print(Cell(f"{apart(one.label)}  {apart(one.figures)}"))
            screen.print(bar(one.parts, wide))
        return
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False, pad_edge=False)
    table.add_column(width=label)
    table.add_column(width=wide)
    table.add_column(width=figures)
    for one in bars:
        table.add_row(
            Cell(apart(one.label)), bar(one.parts, wide), Cell(apart(one.figures), right=True)
        )
    screen.print(table)


def show_legend(words: Sequence[Part]) -> None:
    """What each sign of the bars stands for."""
    pieces = [
        Text.assemble(SIGNS[part.kind], f" {apart(part.words)}") for part in words
    ]
    screen = console()
    line = Text("   ").join(pieces)
    if cell_len(line.plain) <= screen.width:
        screen.print(line)
    else:
        for piece in pieces:
            screen.print(piece)


def bar(parts: Sequence[Part], wide: int) -> Text:
    """One bar of at most this many columns; a little of something is one column."""
    drawn, ends, used = Text(), 0.0, 0
    for part in sorted(parts, key=lambda one: PARTS.index(one.kind)):
        ends += part.percent * wide / 100
        columns = max(round(ends) - used, 1 if part.percent > 0 else 0)
        columns = min(columns, wide - used)
        sign, colour = SIGNS[part.kind]
        drawn.append(sign * columns, colour)
        used += columns
    return drawn
