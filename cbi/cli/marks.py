"""The decimal mark of a file's amounts, as an option of the commands that take files of shops."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from cbi.base.errors import UsageError
from cbi.base.money import TWO_READINGS
from cbi.cli.command_context import CommandContext

if TYPE_CHECKING:
    from cbi.files.values import Problem

Decimal = Annotated[
    str | None, typer.Option("--decimal", metavar="comma|point", help="help-cashier.decimal")
]
_MARKS = {"comma": ",", "point": "."}


def decimal_mark(word: str | None) -> str | None:
    """The mark that a word names; none if none was given.

    Raises:
        UsageError: the word names no mark.
    """
    if word is None:
        return None
    if word not in _MARKS:
        raise UsageError("help-cashier.decimal-unknown", text=word)
    return _MARKS[word]


def mark_hint(context: CommandContext, problems: "Iterable[Problem]") -> list[str]:
    """The option that reads all of a file's amounts at once, where one of them has two readings."""
    asked = any(one.code == TWO_READINGS for one in problems)
    return [context.say("help-cashier.decimal-hint")] if asked else []
