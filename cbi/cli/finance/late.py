"""`cbi late`: sales that came in too late to be redeemed by themselves; a manager decides."""

from typing import Annotated

import typer

from cbi.base.clock import minute_at
from cbi.cli.command_context import CommandContext, command_context
from cbi.ledger.vouchers.late import LateSale, late_sales
from cbi.ledger.vouchers.late_deciding import accept_late, refuse_late

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-late.help")

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="help-late.number")]
COLUMNS = ("number", "serial", "store", "receipt", "amount", "sold", "brought", "why", "verdict")


@app.command("list", help="help-late.list")
def list_late(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="help-late.all")] = False,
) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = late_sales(tx, waiting=not everything)
    context.table(
        [_record(one) for one in found] if context.json else found, COLUMNS, headings="help-late",
        shown=lambda one: _cells(context, one), later=("sold", "why", "store receipt", "brought"),
    )


@app.command("accept", help="help-late.accept")
def accept(ctx: typer.Context, number: Number) -> None:
    context = command_context(ctx)
    made = accept_late(context.session, number)
    context.show(_record(made), context.say(
        "help-late.accepted", number=made.number, redemption=made.redemption,
        amount=context.amount(made.amount_minor, made.currency),
    ))


@app.command("refuse", help="help-late.refuse")
def refuse(
    ctx: typer.Context, number: Number,
    reason: Annotated[str, typer.Option(help="help-late.reason")] = "",
) -> None:
    context = command_context(ctx)
    made = refuse_late(context.session, number, reason)
    context.show(_record(made), context.say("help-late.refused", number=made.number))


def _cells(context: CommandContext, one: LateSale) -> tuple[str, ...]:
    verdict = one.redemption or (f"{one.decided_by}: {one.reason}" if one.verdict else "–")
    return (
        one.number, one.serial, one.store, one.receipt,
        context.amount(one.amount_minor, one.currency), _shown(one.occurred_at, one.zone),
        f"{_shown(one.brought_at, one.zone)} {one.brought_by}",
        context.say(f"help-late.why-{one.why}"), verdict,
    )


def _shown(instant_us: int, zone: str) -> str:
    return minute_at(instant_us, zone)


def _record(one: LateSale) -> dict[str, object]:
    """A sale as `--json` gives it; amounts in minor units, instants in microseconds UTC."""
    return {
        "number": one.number, "serial": one.serial, "store": one.store, "receipt": one.receipt,
        "amount": one.amount_minor, "currency": one.currency, "occurred_at": one.occurred_at,
        "brought_at": one.brought_at, "brought_by": one.brought_by, "why": one.why,
        "verdict": one.verdict, "reason": one.reason, "decided_by": one.decided_by,
        "decided_at": one.decided_at, "redemption": one.redemption,
    }
