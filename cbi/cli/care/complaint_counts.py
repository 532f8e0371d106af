"""`cbi report complaints`: how many, of what, and how fast they were answered."""

from typing import Annotated

import typer

from cbi.cli.care.reports import Output
from cbi.cli.command_context import command_context
from cbi.cli.field.person_words import today

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
    output: Output = None,
) -> None:
    from cbi.reports.complaints import complaint_counts, shown_name, write_complaint_counts

    context = command_context(ctx)
    found = complaint_counts(context.session, today(context), first=first, last=last)
    if output is not None:
        write_complaint_counts(found, output, language=context.language)
        context.show({"file": output, "counts": found}, context.say(
            "help-reports.rows", file=output, count=len(found)))
        return
    context.table(
        found, COLUMNS, headings="help-complaint", later=("days", "late", "in_time"),
        shown=lambda one: (
            shown_name(one, context.language), *(str(getattr(one, name)) for name in COLUMNS[1:6]),
            "" if one.days is None else f"{one.days:g}",
        ),
    )
