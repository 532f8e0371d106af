"""`cbi people roster`: lists of people as a workbook, with names for who may see them."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.city_said import city_said
from cbi.cli.command_context import command_context
from cbi.cli.output import output_option

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("roster", help="help-roster.help")
def write(
    ctx: typer.Context,
    output: Annotated[Path, output_option("help-roster.output")],
    city: Annotated[str | None, typer.Option(help="help-roster.city")] = None,
    status: Annotated[str | None, typer.Option(help="help-roster.status")] = None,
    waiting: Annotated[bool, typer.Option("--waiting", help="help-roster.waiting")] = False,
    not_collected: Annotated[
        bool, typer.Option("--not-collected", help="help-roster.not-collected")
    ] = False,
    not_spent: Annotated[bool, typer.Option("--not-spent", help="help-roster.not-spent")] = False,
    names_for: Annotated[
        str, typer.Option("--names-for", metavar="PURPOSE", help="help-roster.names-for")
    ] = "",
) -> None:
    from cbi.reports.roster import RosterWanted, write_roster

    context = command_context(ctx)
    wanted = RosterWanted(
        city=city_said(context, city), status=status, waiting=waiting, not_collected=not_collected,
        not_spent=not_spent,
    )
    count = write_roster(
        context.session, wanted, output, purpose=names_for, language=context.language
    )
    context.show(
        {"people": count, "file": str(output)},
        context.say("help-roster.done", count=count, path=output),
    )
