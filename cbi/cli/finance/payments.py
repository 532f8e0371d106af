"""From a reconciled statement to money: `settle`, `pay`."""

from typing import Annotated

import typer

from cbi.cli.command_context import CommandContext, command_context
from cbi.finance import settlements
from cbi.ledger.settling import Settlement

settle_app = typer.Typer(add_completion=False, rich_markup_mode=None)
pay_app = typer.Typer(add_completion=False, rich_markup_mode=None)


@settle_app.command("settle", help="help-finance.settle")
def settle(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="STATEMENT", help="help-finance.number")],
) -> None:
    context = command_context(ctx)
    made = settlements.settle(context.session, number)
    amount = _amount(context, made)
    context.show(made, context.say("help-finance.settled", settlement=made.number, amount=amount))


@pay_app.command("pay", help="help-finance.pay")
def pay(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="SETTLEMENT", help="help-finance.settlement")],
    reference: Annotated[str, typer.Option(help="help-finance.payment-reference")],
) -> None:
    context = command_context(ctx)
    made = settlements.pay(context.session, number, reference)
    amount = _amount(context, made)
    context.show(made, context.say("help-finance.paid", settlement=made.number, amount=amount,
                             reference=reference))


def _amount(context: CommandContext, made: Settlement) -> str:
    with context.session.ledger.read() as tx:
        currency = tx.value("SELECT currency FROM statement WHERE id = :id", id=made.statement)
    return context.amount(made.accepted_minor, str(currency))
