"""`cbi report workbook`: finance's workbook, sealed first and balanced."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.output import output_option

report_app = typer.Typer(add_completion=False, rich_markup_mode=None)


@report_app.command("workbook", help="help-finance.workbook")
def workbook(
    ctx: typer.Context,
    output: Annotated[
        Path, output_option("help-reports.output")
    ] = Path("workbook.xlsx"),
    statement: Annotated[str | None, typer.Option(help="help-finance.number")] = None,
    programme: Annotated[str | None, typer.Option(help="help-reports.programme")] = None,
    round_code: Annotated[str | None, typer.Option("--round", help="help-batch.round")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="help-finance.plain")] = False,
) -> None:
    context, about = command_context(ctx), {
        "statement": statement, "programme": programme, "round": round_code,
    }
    write_books(context, output, **about)
    if plain:
        from cbi.finance.plain import write_plain
        from cbi.finance.workbook import Wanted

        for path in write_plain(context.session, output, Wanted(**about), context.language):
            context.line("help-finance.plain-done", path=path)


def write_books(context: CommandContext, output: Path, **about: str | None) -> None:
    """Write the workbook of a statement, a programme, a round or everything, and say so."""
    from cbi.finance.workbook import Wanted, make_workbook

    made = make_workbook(context.session, output, Wanted(**about), language=context.language)
    key = "workbook-done" if made.balanced else "workbook-unbalanced"
    context.show(made, context.say(f"help-finance.{key}", path=made.path, run=made.run))
