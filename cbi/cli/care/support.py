"""`cbi support-bundle`: what whoever helps needs to know, and nothing of anybody's.

Versions, engine, schema, how many rows each table has, how many things break each rule of `check`,
and where the last faults of our own stood in the code. No name, code, serial, operator or path.
"""

import platform
import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from cbi import __version__
from cbi.base.clock import at, system_clock
from cbi.base.errors import CbiError
from cbi.cli import faults, show
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.output import output_option
from cbi.context import check_everything, ledger_metadata
from cbi.storage import Database, ReadTransaction
from cbi.storage.migrate import version_of

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("support-bundle", help="help-care.support-bundle")
def support_bundle(
    ctx: typer.Context,
    output: Annotated[Path | None, output_option("help-care.support-output")] = None,
    no_check: Annotated[bool, typer.Option("--no-check", help="help-care.no-check")] = False,
) -> None:
    context = command_context(ctx)
    told = {**_program(), **_of_ledger(context, checked=not no_check), "faults": faults.last()}
    written = show.as_json(told)
    if output is None:
        show.give(written)
        return
    from cbi.files import atomic_file

    with atomic_file(output) as file:
        file.write(f"{written}\n".encode())
    context.show({"file": output}, context.say("help-care.support-written", file=output))


def _program() -> dict[str, object]:
    """What runs, and on what."""
    names = sorted({
        found[0] for line in metadata.requires("cbi") or ()
        if "extra ==" not in line and (found := re.match(r"[\w.-]+", line))
    })
    return {
        "made_at": f"{at(system_clock()):%Y-%m-%dT%H:%M:%SZ}", "cbi": __version__,
        "python": platform.python_version(), "system": sys.platform,
        "machine": platform.machine(), "libraries": {name: _version(name) for name in names},
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _of_ledger(context: CommandContext, *, checked: bool) -> dict[str, object]:
    """What can be said of ledger and vault; where one cannot be used, the key of the reason."""
    told: dict[str, object] = {}
    try:
        ledger = context.ledger_context.ledger
        told["engine"] = ledger.engine
        with ledger.read() as tx:
            told["engine_version"] = _engine_version(ledger, tx)
            told["schema"] = version_of(tx)
            told["practice"] = bool(tx.value("SELECT practice FROM ledger_identity"))
            told["rows"] = {
                name: tx.value(f"SELECT count(*) FROM {name}")
                for name in sorted(ledger_metadata().tables)
            }
        keys = _keys(context, told)
        with ledger.read() as tx:
            if checked:
                found = check_everything(tx, keys=keys)
                told["check"] = [{"rule": one.name, "wrong": len(one.wrong)} for one in found]
    except CbiError as error:
        told["refused"] = error.code
    try:
        with context.ledger_context.vault.read() as tx:
            told["vault_schema"] = version_of(tx)
    except CbiError as error:
        told["vault_refused"] = error.code
    return told


def _keys(context: CommandContext, told: dict[str, object]) -> dict[str, bytes] | None:
    """What lines are held to, where this machine has a keyring that opens without a passphrase."""
    try:
        return context.ledger_context.vouching[1]
    except CbiError as error:
        told["keyring_refused"] = error.code
        return None


def _engine_version(ledger: Database, tx: ReadTransaction) -> str:
    if ledger.engine == "postgresql":
        return str(tx.value("SELECT current_setting('server_version')"))
    return str(tx.value("SELECT sqlite_version()"))
