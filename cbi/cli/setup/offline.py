"""`cbi programme offline`: whether tills may work without a connection, and within what bounds."""

from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.base.money import parse_amount
from cbi.cli.command_context import command_context
from cbi.programmes import programmes
from cbi.programmes.offline import RETAILER, OfflineBounds, offline_terms, set_offline

programme_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-programme.help")


@programme_app.command("offline", help="help-offline.help")
def offline(
    ctx: typer.Context,
    code: Annotated[str, typer.Argument(metavar="PROGRAMME", help="help-programme.code")],
    per_voucher: Annotated[str | None, typer.Option(help="help-offline.per-voucher")] = None,
    per_device: Annotated[str | None, typer.Option(help="help-offline.per-device")] = None,
    per_day: Annotated[str | None, typer.Option(help="help-offline.per-day")] = None,
    list_hours: Annotated[int, typer.Option(help="help-offline.list-hours")] = 24,
    charged_to: Annotated[
        str, typer.Option(metavar="retailer|programme", help="help-offline.charged-to")
    ] = RETAILER,
    off: Annotated[bool, typer.Option("--off", help="help-offline.off")] = False,
    reason: Annotated[str, typer.Option(help="help-programme.set-reason")] = "",
) -> None:
    context = command_context(ctx)
    session = context.session
    session.require("ledger.read")
    with session.ledger.read() as tx:
        found = programmes.programme(tx, code)
        terms = offline_terms(tx, found.code, session.clock())
    limits = (per_voucher, per_device, per_day)
    if off or any(limits):
        bounds = None
        if not off:
            said = [parse_amount(one, found.currency) for one in limits if one is not None]
            if len(said) < len(limits):
                raise UsageError("help-offline.all-three")
            bounds = OfflineBounds(said[0], said[1], said[2], list_hours, charged_to)
        terms = set_offline(session, found.code, bounds, reason)
    if terms is None:
        context.show({"programme": found.code, "offline": None},
                     context.say("help-offline.online-only", programme=found.code))
        return
    limits_shown = {
        name: context.amount(getattr(terms, f"{name}_minor"), found.currency)
        for name in ("per_voucher", "per_device", "per_day")
    }
    context.show(
        {"programme": found.code, "offline": terms.bounds._asdict(),
         "currency": found.currency, "set_by": terms.set_by, "set_at": terms.set_at},
        context.say(
            f"help-offline.shown-{terms.charged_to}", programme=found.code,
            hours=terms.list_hours, **limits_shown,
        ),
    )
