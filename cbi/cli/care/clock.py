"""`cbi clock`: what this machine and the ledger say it is, and a manager's word on who is right.

On a practice ledger it is whatever day somebody says.
"""

from typing import Annotated

import typer

from cbi.cli.command_context import command_context
from cbi.ledger import clocks

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-care.clock")

Today = Annotated[str, typer.Argument(metavar="YYYY-MM-DD", help="help-care.clock-today")]


@app.command("show", help="help-care.clock-show")
def show(ctx: typer.Context) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = clocks.standing(tx, context.session.clock())
    last = context.instant(min(found.last, clocks.EVER_US) or None) or "–"
    context.show(
        found._asdict(),
        context.say("help-care.clock-stands", now=context.instant(found.now), last=last),
    )


@app.command("confirm", help="help-care.clock-confirm")
def confirm(ctx: typer.Context, today: Today) -> None:
    context = command_context(ctx)
    made = clocks.confirm(context.session, today)
    context.show(made._asdict(), context.say("help-care.clock-confirmed", day=made.day))


@app.command("mend", help="help-care.clock-mend")
def mend(ctx: typer.Context, today: Today) -> None:
    context = command_context(ctx)
    made = clocks.mend(context.session, today)
    told = {"day": made.day, "at": made.at, "from": made.earliest, "until": made.latest,
            "lines": made.lines}
    context.show(told, context.say("help-care.clock-mended", **told))


@app.command("move", help="help-care.clock-move")
def move(
    ctx: typer.Context,
    day: Annotated[str, typer.Argument(metavar="YYYY-MM-DD", help="help-care.clock-practice-day")],
) -> None:
    context = command_context(ctx)
    clocks.move(context.session, day, context.zone)
    context.show({"day": day}, context.say("help-care.clock-moved", day=day))
