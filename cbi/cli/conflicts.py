"""`cbi till conflicts`: what was taken without a connection and no voucher covered."""

from typing import Annotated

import typer

from cbi.base.clock import minute_at
from cbi.cli.command_context import CommandContext, command_context
from cbi.ledger.vouchers.offline_conflicts import OfflineConflict, offline_conflicts

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-till.help")

COLUMNS = (
    "serial", "store", "receipt", "amount", "posted", "rest", "reason", "charged", "sold", "before",
)


@app.command("conflicts", help="help-offline.conflicts")
def conflicts(
    ctx: typer.Context,
    store: Annotated[str | None, typer.Option(help="help-offline.conflicts-store")] = None,
) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = offline_conflicts(tx, store=store and store.strip().lower())
    context.table(
        [_record(one) for one in found] if context.json else found, COLUMNS,
        headings="help-offline", shown=lambda one: _cells(context, one),
        later=("before", "sold", "store receipt", "amount posted"),
    )


def _cells(context: CommandContext, one: OfflineConflict) -> tuple[str, ...]:
    money = [
        context.amount(minor, one.currency or "")
        for minor in (one.amount_minor, one.posted_minor, one.rest_minor)
    ]
    zone = one.zone or "UTC"
    before = "–" if one.spent_at is None else f"{_shown(one.spent_at, zone)} {one.spent_store}"
    return (
        one.serial or "–", one.store, one.receipt, *money,
        context.say(f"help-offline.why-{one.reason}"),
        context.say(f"help-offline.charged-{one.charged_to}"),
        f"{_shown(one.occurred_at, zone)} {one.taken_by}", before,
    )


def _shown(instant_us: int, zone: str) -> str:
    return minute_at(instant_us, zone)


def _record(one: OfflineConflict) -> dict[str, object]:
    """A conflict as `--json` gives it; amounts in minor units, instants in microseconds UTC."""
    said = one._asdict()
    return {
        **{name.removesuffix("_minor"): value for name, value in said.items()},
        "rest": one.rest_minor,
    }
