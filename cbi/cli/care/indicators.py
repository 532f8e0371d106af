"""`cbi report indicators`, `ministry`, `export`: figures for those who count, without people."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.care.reports import (
    AsOfText,
    Output,
    Programme,
    tell_kept_back,
    tell_whose_eyes,
)
from cbi.cli.command_context import command_context

app = typer.Typer(add_completion=False, rich_markup_mode=None)

First = Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="help-reports.from-month")]
Last = Annotated[str, typer.Option("--until", metavar="YYYY-MM", help="help-reports.until-month")]
Small = Annotated[int, typer.Option(help="help-reports.small")]


@app.command("indicators", help="help-reports.indicators")
def indicators(
    ctx: typer.Context, first: First, last: Last, small: Small = 10, as_of: AsOfText = None,
    output: Output = None,
) -> None:
    from cbi.reports.indicators import indicators, write_indicators

    context = command_context(ctx)
    told = indicators(context.session, first, last, least=small, asked=as_of)
    path = output or Path("indicators.csv")
    write_indicators(told, path, language=context.language)
    context.show(
        told.record(), context.say("help-reports.rows", file=path, count=len(told.rows))
    )
    context.seen(told.seen)
    tell_whose_eyes(context, small)


@app.command("ministry", help="help-reports.ministry")
def ministry(
    ctx: typer.Context, first: First, last: Last, small: Small = 10, as_of: AsOfText = None,
    output: Output = None,
) -> None:
    from cbi.reports.indicators import indicators, write_ministry

    context = command_context(ctx)
    told = indicators(context.session, first, last, least=small, asked=as_of)
    path = output or Path("ministry.xlsx")
    write_ministry(told, path)
    context.show(
        told.record(), context.say("help-reports.rows", file=path, count=len(told.rows))
    )
    context.seen(told.seen)
    tell_whose_eyes(context, small)


@app.command("export", help="help-reports.export")
def export(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="help-reports.folder")],
    programme: Programme = None, as_of: AsOfText = None,
    small: Annotated[int, typer.Option(help="help-reports.small-marked")] = 10,
    parquet: Annotated[bool, typer.Option("--parquet", help="help-reports.parquet")] = False,
) -> None:
    from cbi.reports.anonymous import export_ledger

    context = command_context(ctx)
    made = export_ledger(
        context.session, folder, programme_code=programme, asked=as_of, least=small,
        parquet=parquet,
    )
    context.show(made, context.say(
        "help-reports.exported", folder=folder, vouchers=made.vouchers, lines=made.lines,
        small=made.small_groups,
    ))
    context.seen(made.seen)


@app.command("efficiency", help="help-reports.efficiency")
def efficiency(
    ctx: typer.Context,
    first: Annotated[str, typer.Option("--from", help="help-reports.from")],
    last: Annotated[str, typer.Option("--until", help="help-reports.until")],
    cost: Annotated[list[str] | None, typer.Option(help="help-reports.cost")] = None,
    programme: Programme = None, small: Small = 10, as_of: AsOfText = None,
    output: Output = None,
) -> None:
    from cbi.reports.efficiency import efficiency, write_efficiency

    context = command_context(ctx)
    told = efficiency(context.session, (first, last), cost or [], programme_code=programme,
                      asked=as_of, least=small)
    if output is not None:
        write_efficiency(told, output, language=context.language)
        context.show(told.record(), context.say(
            "help-reports.rows", file=output, count=len(told.ratios)))
        tell_whose_eyes(context, small)
        return
    if context.json:
        context.show(told.record())
        return
    context.line("efficiency.title", **told.days(context.language))
    context.table(told.ratios, ("ratio", "upper", "lower", "value"), headings="efficiency",
                  shown=lambda one: told.cells(one, context.language))
    tell_kept_back(context, any(one.lower is None for one in told.ratios), small)
    tell_whose_eyes(context, small)
