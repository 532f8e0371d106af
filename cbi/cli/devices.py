"""`cbi till pair`, `list`, `revoke`: the devices on which cashiers work in a browser; `shifts`."""

from typing import TYPE_CHECKING, Annotated

import typer

from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.squares import square_of
from cbi.till import devices
from cbi.till.devices import Device

if TYPE_CHECKING:
    from cbi.till.closing import ClosedShift

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-till.help")

Store = Annotated[str, typer.Argument(metavar="STORE", help="help-till.store")]


@app.command("pair", help="help-till.pair")
def pair(
    ctx: typer.Context, store: Store,
    cashier: Annotated[
        str | None, typer.Option(metavar="NAME", help="help-till.cashier")
    ] = None,
    address: Annotated[str, typer.Option(metavar="URL", help="help-till.address")] = "",
) -> None:
    context = command_context(ctx)
    made = devices.offer(context.session, store, cashier)
    link = f"{address.rstrip('/')}/#pair={made.code}" if address else made.code
    key = "pair-own-done" if cashier else "pair-done"
    context.show(
        {**made._asdict(), "link": link},
        context.say(f"help-till.{key}", device=made.number, store=made.store, code=made.code,
                    until=context.instant(made.pair_until)),
    )
    if not context.json and not cashier:
        context.exact(square_of(link))


@app.command("list", help="help-till.list")
def list_devices(
    ctx: typer.Context,
    store: Annotated[str | None, typer.Option(help="help-till.of-store")] = None,
) -> None:
    context = command_context(ctx)
    context.session.require("till.pair")
    with context.session.ledger.read() as tx:
        found = devices.devices(tx, store)
    context.table(
        found, ("number", "operator", "state", "since"), headings="help-till", later=("operator",),
        shown=lambda one: (one.number, one.operator or "", _state(context, one),
                           context.instant(one.revoked_at or one.claimed_at or one.made_at)),
    )


@app.command("revoke", help="help-till.revoke")
def revoke(
    ctx: typer.Context,
    device: Annotated[str, typer.Argument(metavar="DEVICE", help="help-till.device")],
) -> None:
    context = command_context(ctx)
    gone = devices.revoke(context.session, device)
    context.show(gone, context.say("help-till.revoke-done", device=gone.number))


@app.command("shifts", help="help-till.shifts")
def shifts(
    ctx: typer.Context,
    store: Annotated[str | None, typer.Option(help="help-till.shifts-of-store")] = None,
    limit: Annotated[int, typer.Option(min=1, help="help-till.shifts-limit")] = 100,
) -> None:
    from cbi.till.closing import closed_shifts

    context = command_context(ctx)
    context.session.require("finance.read")
    with context.session.ledger.read() as tx:
        found = closed_shifts(tx, store=store, limit=limit)
    context.table(
        found, ("shift", "closed", "receipts", "amount", "difference"), headings="help-till",
        later=("closed",),
        shown=lambda one: (
            one.name, context.instant(one.closed_at), _receipts(context, one),
            context.amount(one.amount_minor, one.currency),
            context.amount(one.difference_minor, one.currency) if one.difference_minor else "",
        ),
    )


def _receipts(context: CommandContext, one: "ClosedShift") -> str:
    """How many, and how many the cashier counted where that differs."""
    if one.counted_receipts == one.receipts:
        return str(one.receipts)
    return context.say("help-till.shift-receipts", count=one.receipts,
                       counted=one.counted_receipts)


def _state(context: CommandContext, one: Device) -> str:
    if one.revoked_at is not None:
        name = "revoked"
    elif one.claimed_at is not None:
        name = "paired"
    else:
        name = "waits" if one.pair_until > context.session.clock() else "lapsed"
    return context.say(f"help-till.state-{name}")
