"""`cbi till slip`: a redemption's slip for the shop's receipt, as PDF or for its printer."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.cashier import Store
from cbi.cli.command_context import command_context
from cbi.cli.output import output_option

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-till.help")

SlipFormat = Annotated[
    str, typer.Option("--format", metavar="roll|roll-58", help="help-till.slip-format")
]


@app.command("slip", help="help-till.slip")
def slip(
    ctx: typer.Context,
    redemption: Annotated[str, typer.Argument(help="help-cashier.redemption")],
    output: Annotated[Path, output_option("help-till.slip-output")],
    store: Store = None,
    form: SlipFormat = "roll-58",
) -> None:
    from cbi.files import atomic_file
    from cbi.till.slips import RASTER, slip_of, write_slip
    from cbi.till.typed import store_for

    context = command_context(ctx)
    session = context.session
    found = slip_of(session, redemption, store_for(session, store), context.language)
    with atomic_file(output) as file:
        write_slip(file, found, context.language, form=form, now=session.clock(),
                   raster=output.suffix.lower() == RASTER)
    context.show({"redemption": found.redemption, "file": output}, context.say(
        "help-till.slip-written", redemption=found.redemption, file=output))
