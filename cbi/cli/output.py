"""The option `-o`: where a command writes a file for people, asked before anything is replaced."""

import sys
from pathlib import Path
from typing import Any

import typer

from cbi.base.errors import BadFile, Conflict
from cbi.cli.command_context import CommandContext, command_context


def output_option(help_key: str, *names: str, metavar: str | None = None) -> Any:
    """`-o` of a command; every command that writes a file declares it with this."""
    names = names or ("-o", "--output")
    return typer.Option(*names, metavar=metavar, help=help_key, callback=_may_be_written)


def _may_be_written(ctx: typer.Context, path: Path | None) -> Path | None:
    """Look before the work begins whether its file can be written at the end.

    A file of ours is refused outright, another that exists unless a person says that it may go.

    Raises:
        BadFile: nothing can be written there, or a link, a database, a keyring, a login, a kept
            checkpoint or a file that this command works with stands there.
        Conflict: another file stands there, and nobody said that it may go.
    """
    if path is None or ctx.resilient_parsing:
        return path
    from cbi.files.writing import place_for

    place = place_for(path)
    context = command_context(ctx)
    if not place.exists():
        return path
    for kind, ours in _worked_with(context):
        if ours.exists() and ours.samefile(place):
            raise BadFile(f"files.is-{kind}", file=str(path))
    if context.settings.force:
        return path
    if sys.stdin.isatty() and context.says_yes("cli.replace-file", file=str(path)):
        return path
    raise Conflict("cli.output-there", file=str(path))


def _worked_with(context: CommandContext) -> list[tuple[str, Path]]:
    """The files that this command itself works with, whatever stands in them."""
    from cbi.context import is_postgres

    paths, secret = context.paths, context.settings.passphrase_file
    named = [("database", one) for one in (paths.ledger, paths.vault) if not is_postgres(one)]
    named += [("keyring", str(paths.keyring))] if paths.keyring else []
    named += [("secret", secret)] if secret else []
    return [(kind, Path(one)) for kind, one in named]
