"""`cbi report retailer` and `report note`: a page for each retailer, prices and stock of shops."""

from typing import Annotated

import typer

from cbi.cli import show
from cbi.cli.care.reports import AsOfText, Output, Programme
from cbi.cli.command_context import command_context

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("retailer", help="help-reports.retailer")
def retailer(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="help-reports.retailer-code")],
    programme: Programme = None, as_of: AsOfText = None, output: Output = None,
) -> None:
    from cbi.messages.figures import date_words
    from cbi.reports.shops.retailer_page import retailer_tables, write_retailer
    from cbi.reports.shops.retailer_sheet import retailer_sheet

    context = command_context(ctx)
    told = retailer_sheet(context.session, code, asked=as_of, programme_code=programme,
                          language=context.language)
    if output is not None:
        write_retailer(told, output, language=context.language)
        context.show({"file": output, **told.record()},
                     context.say("help-reports.retailer-written", file=output))
        return
    if context.json:
        context.show(told.record())
        return
    context.line("shops.as-of", retailer=told.retailer.name,
                 day=date_words(told.seen.day, context.language))
    for one in retailer_tables(told, context.language):
        show.give("")
        show.put(context.say(f"shops.table-{one.name}"), style="bold")
        context.grid([context.say(f"shops.column-{name}") for name in one.columns], one.rows)


@app.command("note", help="help-reports.note")
def note(
    ctx: typer.Context,
    store: Annotated[str, typer.Argument(metavar="STORE", help="help-reports.note-store")],
    item: Annotated[str, typer.Argument(metavar="NAME", help="help-reports.note-item")],
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="help-reports.note-month")],
    price: Annotated[str, typer.Option(metavar="AMOUNT", help="help-reports.note-price")] = "",
    stock: Annotated[str, typer.Option(help="help-reports.note-stock")] = "yes",
) -> None:
    from cbi.reports.shops.notes import note_shop

    context = command_context(ctx)
    made = note_shop(context.session, store, item, month=month, price=price, stock=stock)
    context.show(made._asdict(), context.say(
        "shops.noted", item=made.item, store=made.store, month=made.month))
