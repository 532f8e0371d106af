"""From a reconciled statement to money: `settle`, `pay`; `settlement list` with what is owed."""

from typing import Annotated

import typer

from cbi.cli.command_context import CommandContext, command_context
from cbi.finance import settlements
from cbi.finance.settlements import SettlementForeseen
from cbi.ledger import settling
from cbi.ledger.settling import Settlement

settle_app = typer.Typer(add_completion=False, rich_markup_mode=None)
pay_app = typer.Typer(add_completion=False, rich_markup_mode=None)
settlement_app = typer.Typer(
    add_completion=False, rich_markup_mode=None, help="help-finance.settlements"
)


@settle_app.command("settle", help="help-finance.settle")
def settle(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="STATEMENT", help="help-finance.number")],
) -> None:
    context = command_context(ctx)
    seen = settlements.foresee(context.session, number)
    _show_foreseen(context, seen)
    if context.confirmed("help-finance.settle-ask", statement=seen.statement):
        made = settlements.settle(context.session, number)
        amount = context.amount(made.accepted_minor, seen.currency)
        context.show(
            made, context.say("help-finance.settled", settlement=made.number, amount=amount)
        )


@pay_app.command("pay", help="help-finance.pay")
def pay(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="SETTLEMENT", help="help-finance.settlement")],
    reference: Annotated[str, typer.Option(help="help-finance.payment-reference")],
) -> None:
    context = command_context(ctx)
    context.session.require("settlement.pay")
    with context.session.ledger.read() as tx:
        found = settling.settlement(tx, number)
    amount = context.amount(found.accepted_minor, _currency(context, found))
    if context.confirmed("help-finance.pay-ask", settlement=found.number, amount=amount,
                         retailer=found.retailer, reference=reference):
        made = settlements.pay(context.session, number, reference)
        context.show(made, context.say("help-finance.paid", settlement=made.number, amount=amount,
                                       reference=reference))


@settlement_app.command("list", help="help-finance.settlement-list")
def list_settlements(
    ctx: typer.Context,
    retailer: Annotated[str | None, typer.Option(help="help-finance.retailer")] = None,
    unpaid: Annotated[bool, typer.Option("--unpaid", help="help-finance.unpaid")] = False,
) -> None:
    context = command_context(ctx)
    context.session.require("finance.read")
    with context.session.ledger.read() as tx:
        found = [
            one for one in settling.settlements(tx, retailer=retailer)
            if not unpaid or (one.reference is None and one.accepted_minor)
        ]
        bills = dict(tx.tuples("SELECT id, number || ' ' || currency FROM statement"))
        owed = [one for one in settling.credits_due(tx) if retailer in (None, one.retailer)]
    context.table(
        [_record(one, bills) for one in found] if context.json else found,
        ("settlement", "retailer", "number", "accepted", "made", "paid"),
        headings="help-finance", later=("made", "number"), shown=lambda one: (
            one.number, one.retailer, *_of(bills, one)[:1],
            context.amount(one.accepted_minor, _of(bills, one)[1]),
            f"{context.instant(one.made_at)} {one.made_by}",
            f"{context.instant(one.paid_at)} {one.reference}" if one.reference else "–",
        ),
    )
    for one in owed:
        context.line("help-finance.credit", retailer=one.retailer, count=one.reversals,
                     amount=context.amount(one.amount_minor, one.currency))


@settlement_app.command("show", help="help-finance.settlement-show")
def show_settlement(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="SETTLEMENT", help="help-finance.settlement")],
) -> None:
    context = command_context(ctx)
    context.session.require("finance.read")
    with context.session.ledger.read() as tx:
        found = settling.settlement(tx, number)
        bills = dict(tx.tuples("SELECT id, number || ' ' || currency FROM statement"))
        lines, back = settling.lines_and_taken_back(tx, found)
    statement, currency = _of(bills, found)
    paid = f"{context.instant(found.paid_at)} {found.paid_by} {found.reference}"
    context.show(
        {**_record(found, bills), "lines": lines, "taken_back_minor": back},
        context.say("help-finance.settlement-shown", settlement=found.number, lines=lines,
                    statement=statement, retailer=found.retailer,
                    amount=context.amount(found.accepted_minor, currency),
                    back=context.amount(back, currency), made_by=found.made_by,
                    made=context.instant(found.made_at), paid=paid if found.reference else "–"),
    )


def _show_foreseen(context: CommandContext, seen: SettlementForeseen) -> None:
    """What would be accepted, and what is taken off it."""
    context.line("help-finance.foreseen", statement=seen.statement, retailer=seen.retailer,
                 lines=seen.lines, claims=context.amount(seen.claims_minor, seen.currency),
                 waived=context.amount(seen.waived_minor, seen.currency))
    if seen.credit_minor or seen.credit_left_minor:
        context.line("help-finance.foreseen-credit",
                     credit=context.amount(seen.credit_minor, seen.currency),
                     left=context.amount(seen.credit_left_minor, seen.currency))
    context.line("help-finance.foreseen-pays",
                 amount=context.amount(seen.accepted_minor, seen.currency))


def _of(bills: dict[bytes, str], one: Settlement) -> list[str]:
    """Its statement's number and currency."""
    return bills[one.statement].split(" ")


def _record(one: Settlement, bills: dict[bytes, str]) -> dict[str, object]:
    """A settlement as `--json` gives it."""
    number, currency = _of(bills, one)
    return {
        "settlement": one.number, "retailer": one.retailer, "statement": number,
        "accepted_minor": one.accepted_minor, "currency": currency, "made_by": one.made_by,
        "made_at": one.made_at, "reference": one.reference, "paid_by": one.paid_by,
        "paid_at": one.paid_at,
    }


def _currency(context: CommandContext, made: Settlement) -> str:
    with context.session.ledger.read() as tx:
        return str(tx.value("SELECT currency FROM statement WHERE id = :id", id=made.statement))
