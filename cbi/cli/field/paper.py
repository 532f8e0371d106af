"""Paper: `print` makes a batch's voucher sheets, or with `--list` its distribution list."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.here import Here, here_of
from cbi.issuance.distribution import distribution_list
from cbi.issuance.printing import PrintOptions, print_batch
from cbi.ledger.batches import batch

print_app = typer.Typer(add_completion=False, rich_markup_mode=None)


@print_app.command("print", help="help-paper.print")
def print_sheets(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="BATCH", help="help-paper.batch")],
    output: Annotated[Path, typer.Option("-o", "--output", help="help-paper.output")],
    serial: Annotated[list[str] | None, typer.Option(help="help-paper.serial")] = None,
    reason: Annotated[str | None, typer.Option(help="help-paper.reason")] = None,
    second_language: Annotated[
        str, typer.Option("--second-language", help="help-paper.second-language")
    ] = "ru",
    password: Annotated[bool, typer.Option("--password", help="help-paper.password")] = False,
    listed: Annotated[bool, typer.Option("--list", help="help-paper.list")] = False,
    city: Annotated[str | None, typer.Option(help="help-paper.city")] = None,
) -> None:
    here = here_of(ctx)
    if listed:
        _print_list(here, number, output, city)
        return
    lock = here.secret("help-paper.ask-password") if password else None
    with here.desk.ledger.read() as tx:
        total = len(serial) if serial else batch(tx, number).voucher_count
    with here.progress("help-paper.printing", total) as progress:
        options = PrintOptions(serial or (), here.language, second_language, progress)
        made = print_batch(
            here.desk, number, output, reason=reason, password=lock, options=options
        )
    facts = {name: getattr(made, name) for name in (
        "batch", "path", "vouchers", "sheets", "first_serial", "last_serial", "reprint"
    )}
    here.show(facts, here.say("help-paper.printed", **facts))


def _print_list(here: Here, number: str, output: Path, city: str | None) -> None:
    with here.desk.ledger.read() as tx:
        total = batch(tx, number).voucher_count
    with here.progress("help-paper.listing", total) as progress:
        made = distribution_list(
            here.desk, number, output, city=city, language=here.language, progress=progress
        )
    here.show(made, here.say("help-paper.listed", **asdict(made)))
