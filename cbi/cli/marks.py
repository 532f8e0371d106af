"""The decimal mark of a file's amounts, as an option of the commands that take files of shops."""

from typing import Annotated

import typer

from cbi.base.errors import UsageError

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
