"""The screen: whether somebody looks, how wide it is, a console that takes words as they are."""

import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console

CARDS_BELOW = 60
"""Columns; on a narrower screen a record that does not fit its line is a card."""
USUAL, NARROWEST = 80, 20


def is_screen(*, err: bool = False) -> bool:
    """Whether a person looks at standard output, or at standard error."""
    return _stream(err=err).isatty()


def room(*, err: bool = False) -> int:
    """How many columns there are."""
    said = os.environ.get("COLUMNS", "")
    if said.isdecimal() and int(said):
        return max(int(said), NARROWEST)
    try:
        columns = os.get_terminal_size(_stream(err=err).fileno()).columns
    except (OSError, ValueError):
        columns = 0
    return max(columns or USUAL, NARROWEST)


def console(*, err: bool = False) -> "Console":
    """Rich's console; `NO_COLOR` takes its colours."""
    from rich.console import Console

    return Console(stderr=err, markup=False, emoji=False, highlight=False, width=room(err=err))


def _stream(*, err: bool) -> TextIO:
    return sys.stderr if err else sys.stdout
