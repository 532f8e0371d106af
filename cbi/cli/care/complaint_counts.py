"""`cbi report complaints`: how many, of what, and how fast they were answered."""

from typing import Annotated

import typer

from cbi.cli.care.reports import AsOfText, Output
from cbi.cli.command_context import command_context

app = typer.Typer(add_completion=False, rich_markup_mode=None)

COLUMNS = ("name", "taken", "in_time", "late", "open", "overdue", "days")


@app.command("complaints", help="help-complaint.report")
def complaints(
    ctx: typer.Context,
    first: Annotated[
        str, typer.Option("--from", metavar="YYYY-MM-DD", help="help-complaint.from")
    ] = "",
    last: Annotated[
        str, typer.Option("--until", metavar="YYYY-MM-DD", help="help-complaint.until")
    ] = "",
    as_of: AsOfText = None, output: Output = None,
) -> None:
    from cbi.messages.figures import decimal_figures
    from cbi.reports.complaints import complaint_counts, shown_name, write_complaint_counts

    context = command_context(ctx)
    told = complaint_counts(context.session, first=first, last=last, asked=as_of)
    found = told.counts
    if output is not None:
        write_complaint_counts(found, output, language=context.language)
        context.show({"file": output, "as_of": told.seen.record(), "counts": found}, context.say(
            "help-reports.rows", file=output, count=len(found)))
        context.seen(told.seen)
        return
    context.seen(told.seen)
    context.table(
        found, COLUMNS, headings="help-complaint", later=("days", "late", "in_time"),
        shown=lambda one: (
            shown_name(one, context.language), *(str(getattr(one, name)) for name in COLUMNS[1:6]),
            "" if one.days is None else decimal_figures(
                one.days, context.language, places=1, shortest=True),
        ),
    )
