"""A till's answer as a panel: what it comes to at a glance, by colour, sign and word; then why."""

from rich import box
from rich.console import Group
from rich.panel import Panel
from rich.text import Text

from cbi.cli.views.cell import Cell
from cbi.cli.views.folding import apart
from cbi.cli.views.screen import console
from cbi.till.signs import Sign

WIDEST = 72


def draw_totals(title: str, words: str, *, to_left: bool) -> None:
    """Draw a shift's totals, a line each."""
    screen = console()
    screen.print(Panel(
        Group(*(Cell(line, to_left=to_left) for line in words.split("\n"))), box=box.HEAVY,
        padding=(0, 1), title=Text(f"Σ {apart(title)}", "bold"),
        title_align="right" if to_left else "left", width=min(screen.width, WIDEST),
    ))


def draw_answer(sign: Sign, word: str, words: str, serial: str, *, to_left: bool) -> None:
    """Draw it."""
    screen = console()
    style = f"bold {sign.colour}"
    screen.print(Panel(
        Cell(words, to_left=to_left), box=box.HEAVY, border_style=sign.colour, padding=(0, 1),
        title=Text(f"{sign.mark} {apart(word)}", style), title_align="right" if to_left else "left",
        subtitle=Text(serial) if serial else None,
        subtitle_align="left" if to_left else "right", width=min(screen.width, WIDEST),
    ))
