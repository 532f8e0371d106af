"""A till's answer as a panel: what it comes to at a glance, by colour, sign and word; then why."""

from typing import NamedTuple

from rich import box
from rich.panel import Panel
from rich.text import Text

from cbi.cli.views.cell import Cell
from cbi.cli.views.folding import apart
from cbi.cli.views.screen import console
from cbi.ledger.vouchers.answers import Answer

WIDEST = 72


class Sign(NamedTuple):
    """What an answer comes to: its colour, its sign, and its word in the catalogue's `till`."""

    colour: str
    mark: str
    word: str


GOOD = Sign("green", "✓", "sign-good")
DONE = Sign("green", "✓", "sign-done")
BEFORE = Sign("cyan", "=", "sign-before")
AGAIN = Sign("yellow", "!", "sign-again")
NO = Sign("red", "✗", "sign-no")

_AGAIN = frozenset({"mistyped", "unknown", "too-much", "wrong-category", "throttled"})


def sign_of(given: Answer, *, done: bool) -> Sign:
    """What one of the fixed answers comes to; `done` where an `ok` means that it was done."""
    if given.answer == "ok":
        return BEFORE if given.replayed else DONE if done else GOOD
    over_its_total = given.answer == "receipt-used" and given.redemption is None
    return AGAIN if given.answer in _AGAIN or over_its_total else NO


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
