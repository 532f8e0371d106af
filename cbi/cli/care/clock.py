"""`cbi clock`: what this machine and the ledger say it is, and a manager's word on who is right."""

from typing import Annotated

import typer

from cbi.cli.here import here_of
from cbi.ledger import clocks

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-care.clock")

Today = Annotated[str, typer.Argument(metavar="YYYY-MM-DD", help="help-care.clock-today")]


@app.command("show", help="help-care.clock-show")
def show(ctx: typer.Context) -> None:
    here = here_of(ctx)
    here.desk.require("ledger.read")
    with here.desk.ledger.read() as tx:
        found = clocks.standing(tx, here.desk.clock())
    last = here.instant(min(found["last"], clocks.EVER_US) or None) or "–"
    here.show(found, here.say("help-care.clock-stands", now=here.instant(found["now"]), last=last))


@app.command("confirm", help="help-care.clock-confirm")
def confirm(ctx: typer.Context, today: Today) -> None:
    here = here_of(ctx)
    made = clocks.confirm(here.desk, today)
    here.show(made, here.say("help-care.clock-confirmed", day=made["day"]))


@app.command("mend", help="help-care.clock-mend")
def mend(ctx: typer.Context, today: Today) -> None:
    here = here_of(ctx)
    made = clocks.mend(here.desk, today)
    here.show(made, here.say("help-care.clock-mended", **made))
