"""The option `-o`: where a command writes a file for people, asked before anything is replaced."""

import sys
from pathlib import Path
from typing import Any

import typer

from cbi.base.errors import Conflict
from cbi.cli.here import here_of


def output_option(help_key: str) -> Any:
    """`-o` of a command; every command that writes a file declares it with this."""
    return typer.Option("-o", "--output", help=help_key, callback=_may_be_written)


def _may_be_written(ctx: typer.Context, path: Path | None) -> Path | None:
    """Refuse a file of ours outright, and any other that exists unless a person says so.

    Raises:
        BadFile: a link, a database, a keyring or a kept checkpoint stands there.
        Conflict: another file stands there, and nobody said that it may go.
    """
    if path is None or ctx.resilient_parsing:
        return path
    from cbi.files.protected import refuse_protected

    refuse_protected(path)
    here = here_of(ctx)
    if not path.is_file() or here.settings.force:
        return path
    if sys.stdin.isatty() and here.says_yes("cli.replace-file", file=str(path)):
        return path
    raise Conflict("cli.output-there", file=str(path))
