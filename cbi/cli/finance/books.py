"""`cbi report workbook`: finance's workbook, sealed first and balanced."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cbi.cli.care.reports import AsOfText
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.output import output_option

if TYPE_CHECKING:
    from cbi.finance.workbook.workbook import Wanted
    from cbi.reports.as_of import AsOf

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
    as_of: AsOfText = None,
) -> None:
    from cbi.finance.workbook.workbook import Wanted

    context = command_context(ctx)
    context.session.require("finance.read")
    seen = _seen(context, as_of)
    wanted = Wanted(statement=statement, programme=programme, round=round_code, stood=seen.stood)
    write_books(context, output, wanted)
    context.seen(seen)
    if plain:
        from cbi.finance.workbook.plain import write_plain

        for path in write_plain(context.session, output, wanted, context.language):
            context.line("help-finance.plain-done", path=path)


def _seen(context: CommandContext, asked: str | None) -> "AsOf":
    from cbi.reports.as_of import books_as_of

    with context.session.ledger.read() as tx:
        return books_as_of(tx, asked, context.session.clock())


def write_books(context: CommandContext, output: Path, wanted: "Wanted") -> None:
    """Write the workbook of a statement, a programme, a round or everything, and say so."""
    from cbi.finance.workbook.workbook import make_workbook, may_seal

    with context.progress("help-finance.writing-book", 0):
        made = make_workbook(context.session, output, wanted, language=context.language)
    key = "workbook-done" if made.balanced else "workbook-unbalanced"
    told = [context.say(f"help-finance.{key}", path=made.path, run=made.run), *made.split]
    if not may_seal(context.session):
        told.append(context.say("help-finance.workbook-without-seal"))
    context.show(made, *told)
