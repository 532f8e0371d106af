"""The month's end: `close`, and `period list|show` with the lines that came too late for theirs."""

from typing import Annotated

import typer

from cbi.base.errors import NotFound
from cbi.cli.command_context import CommandContext, command_context
from cbi.finance import closing
from cbi.finance.closing import OpenWork, month_of, open_work
from cbi.ledger.periods import LateItem, late_items, periods
from cbi.ledger.tables import Period as PeriodRow

close_app = typer.Typer(add_completion=False, rich_markup_mode=None)
period_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-period.help")

Period = Annotated[str, typer.Argument(metavar="PERIOD", help="help-finance.period")]
LATE = ("serial", "kind", "amount", "happened", "recorded", "counts")


@close_app.command("close", help="help-finance.close")
def close(
    ctx: typer.Context, period: Period,
    despite: Annotated[str, typer.Option(help="help-period.despite")] = "",
) -> None:
    context = command_context(ctx)
    context.session.require("period.close")
    with context.session.ledger.read() as tx:
        left = open_work(tx, month_of(tx, period))
    if left.anything:
        _say_open(context, left)
    if context.confirmed("help-finance.close-ask", period=period):
        with context.progress("cli.at-work", 0):
            made = closing.close(context.session, period, despite)
        context.show(made, context.say("help-finance.closed", period=made.code))
        context.exact(made.checkpoint.strip())


@period_app.command("list", help="help-period.list")
def list_periods(ctx: typer.Context) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = periods(tx)
    context.table(
        [_record(one) for one in found], ("period", "seal", "closed", "by", "despite"),
        headings="help-period", later=("despite",), shown=lambda row: (
            row["period"], str(row["seal"]), context.instant(row["closed_at"]), row["closed_by"],
            row["despite"] or "–",
        ),
    )


@period_app.command("show", help="help-period.show")
def show_period(ctx: typer.Context, period: Period) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        month = month_of(tx, period)
        found = next((one for one in periods(tx) if one.code == month.code), None)
        everything_late = late_items(tx)
    late = [one for one in everything_late if context.instant(one.occurred_at)[:7] == month.code]
    if found is None:
        raise NotFound("finance.period-open", period=month.code)
    if context.json:
        context.show({**_record(found), "late": [one._asdict() for one in late]})
        return
    context.line("help-period.shown", period=found.code, seal=found.to_size, by=found.closed_by,
                 at=context.instant(found.closed_at))
    if found.despite:
        context.line("help-period.despite-said", reason=found.despite)
    context.line("help-period.late", count=len(late))
    if late:
        context.table(late, LATE, headings="help-period", shown=lambda one: _cells(context, one),
                      later=("recorded", "amount"))


def _say_open(context: CommandContext, left: OpenWork) -> None:
    context.line("help-finance.left-open", statements=", ".join(left.not_reconciled) or "–",
                 undecided=left.undecided, sales=", ".join(left.waiting_sales) or "–",
                 unpaid=", ".join(left.unpaid) or "–")


def _record(one: PeriodRow) -> dict[str, object]:
    """A period as `--json` gives it."""
    return {
        "period": one.code, "from_seal": one.from_size, "seal": one.to_size,
        "closed_by": one.closed_by, "closed_at": one.closed_at, "ends_at": one.ends_at,
        "despite": one.despite,
    }


def _cells(context: CommandContext, one: LateItem) -> tuple[str, ...]:
    return (
        f"{one.serial}/{one.seq}", context.say(f"workbook.kind-{one.kind}"),
        context.amount(one.amount_minor, one.currency), context.instant(one.occurred_at),
        context.instant(one.recorded_at), context.instant(one.counted_at)[:7],
    )
