"""From a reconciled statement to money: `settle`, `pay`; `settlement list` with what is owed."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from cbi.base.money import parse_amount
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.finance.grants import tell_ended
from cbi.finance.intake import statements
from cbi.finance.settling import settlements
from cbi.finance.settling.contract_tables import ContractTerms
from cbi.finance.settling.contract_words import contract_name, terms_words
from cbi.finance.settling.contracts import contract_terms
from cbi.finance.settling.payers import payers
from cbi.finance.settling.settlements import SettlementForeseen
from cbi.ledger import settling
from cbi.ledger.paying import Transfer
from cbi.ledger.settling import PartPaid, Settlement

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
    with context.progress("cli.at-work", 0):
        seen = settlements.foresee(context.session, number)
    _show_foreseen(context, seen)
    tell_ended(context, seen.statement)
    with context.session.ledger.read() as tx:
        bill = statements.statement(tx, seen.statement)
        paying = payers(tx, bill.id, bill.retailer, context.session.operator.name)
    if not paying:
        context.line("help-finance.nobody-pays")
    if context.confirmed("help-finance.settle-ask", statement=seen.statement):
        with context.progress("cli.at-work", 0):
            made = settlements.settle(context.session, number)
        lines = [context.next_step("help-finance.settled", settlement=made.number,
                                   who=", ".join(paying) or "–",
                                   amount=context.amount(made.payable_minor, seen.currency))]
        if made.due_on:
            lines.append(context.say("contract.pay-by", day=made.due_on))
        context.show(made, *lines)


@pay_app.command("pay", help="help-finance.pay")
def pay(
    ctx: typer.Context,
    numbers: Annotated[list[str], typer.Argument(
        metavar="SETTLEMENT [SETTLEMENT]...", help="help-finance.settlements-paid")],
    reference: Annotated[str, typer.Option(help="help-finance.payment-reference")],
    amount: Annotated[str | None, typer.Option(help="help-finance.pay-amount")] = None,
    fee: Annotated[str | None, typer.Option(help="help-finance.pay-fee")] = None,
) -> None:
    context = command_context(ctx)
    context.session.require("settlement.pay")
    with context.session.ledger.read() as tx:
        found = list({(one := settling.settlement(tx, name)).number: one for name in numbers}
                     .values())
    currency = _currency(context, found[0])
    sent = Transfer(reference, currency, None if amount is None else parse_amount(amount, currency),
                    0 if fee is None else parse_amount(fee, currency))
    whole = sent.amount_minor or sum(one.left_minor for one in found)
    for statement in sorted({_statement(context, one) for one in found}):
        tell_ended(context, statement)
    if context.confirmed(
        "help-finance.pay-ask", settlement=", ".join(one.number for one in found),
        amount=context.amount(whole, currency), retailer=found[0].retailer, reference=reference,
    ):
        made = settlements.transfer(
            context.session, [one.number for one in found], reference,
            amount_minor=sent.amount_minor, fee_minor=sent.fee_minor,
        )
        _show_paid(context, found, made, currency)


@settlement_app.command("approve", help="approvals.help-settlement")
def approve_settlement(
    ctx: typer.Context,
    number: Annotated[str, typer.Argument(metavar="SETTLEMENT", help="help-finance.settlement")],
) -> None:
    context = command_context(ctx)
    context.session.require("settlement.approve")
    with context.session.ledger.read() as tx:
        found = settling.settlement(tx, number)
    amount = context.amount(found.payable_minor, _currency(context, found))
    if context.confirmed("approvals.settlement-ask", settlement=found.number,
                         retailer=found.retailer, amount=amount, by=found.made_by):
        made, stands = settlements.approve(context.session, number)
        context.show({"settlement": made.number, "people": stands.people, "left": stands.left,
                      "given_by": stands.given_by},
                     context.say("approvals.left-settlement", count=stands.left,
                                 object=made.number, names=", ".join(stands.given_by)))


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
            if not unpaid or one.left_minor
        ]
        bills = dict(tx.tuples("SELECT id, number || ' ' || currency FROM statement"))
        owed = [one for one in settling.credits_due(tx) if retailer in (None, one.retailer)]
    context.table(
        [_record(one, bills) for one in found] if context.json else found,
        ("settlement", "retailer", "number", "accepted", "payable", "made", "due", "paid"),
        headings="help-finance", later=("due", "made", "number", "accepted"), shown=lambda one: (
            one.number, one.retailer, *_of(bills, one)[:1],
            context.amount(one.accepted_minor, _of(bills, one)[1]),
            context.amount(one.payable_minor, _of(bills, one)[1]),
            f"{context.instant(one.made_at)} {one.made_by}", _due_cell(context, one),
            _paid_cell(context, one, _of(bills, one)[1]),
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
        parts = settling.parts_paid(tx, found)
        terms = next((one for one in contract_terms(tx, found.retailer)
                      if one.number == found.terms), None)
    statement, currency = _of(bills, found)
    paid = f"{context.instant(found.paid_at)} {found.paid_by} {found.reference}"
    if found.reference and found.left_minor:
        left = context.amount(found.left_minor, currency)
        paid = f"{paid}; {context.say('help-finance.left-to-pay', amount=left)}"
    context.show(
        {**_record(found, bills), "lines": lines, "taken_back_minor": back, "payments": [
            one._asdict() for one in parts]},
        context.say("help-finance.settlement-shown", settlement=found.number, lines=lines,
                    statement=statement, retailer=found.retailer,
                    amount=context.amount(found.accepted_minor, currency),
                    back=context.amount(back, currency), made_by=found.made_by,
                    made=context.instant(found.made_at), paid=paid if found.reference else "–"),
        *_parts_paid(context, parts, currency),
        *_terms_lines(context, found, currency, terms),
    )


def _show_paid(
    context: CommandContext, before: list[Settlement], made: list[Settlement], currency: str
) -> None:
    """What was paid of each, and what is left."""
    lines = []
    for was, now in zip(before, made, strict=True):
        lines.append(context.say(
            "help-finance.paid", settlement=now.number, reference=now.reference,
            amount=context.amount(was.left_minor - now.left_minor, currency),
        ))
        if now.left_minor:
            left = context.amount(now.left_minor, currency)
            lines.append(context.say("help-finance.left-to-pay", amount=left))
    context.show(made if len(made) > 1 else made[0], *lines)


def _paid_cell(context: CommandContext, one: Settlement, currency: str) -> str:
    """When and under which reference it was paid, and what is left where it was paid in part."""
    if not one.reference:
        return "–"
    told = f"{context.instant(one.paid_at)} {one.reference}"
    if not one.left_minor:
        return told
    left = context.say("help-finance.left-to-pay", amount=context.amount(one.left_minor, currency))
    return f"{told} ({left})"


def _show_foreseen(context: CommandContext, seen: SettlementForeseen) -> None:
    """What would be accepted, and what is taken off it."""
    context.line("help-finance.foreseen", statement=seen.statement, retailer=seen.retailer,
                 lines=seen.lines, claims=context.amount(seen.claims_minor, seen.currency),
                 waived=context.amount(seen.waived_minor, seen.currency))
    if seen.terms:
        context.line("contract.by-terms", contract=contract_name(seen.terms, context.language),
                     terms=terms_words(seen.terms, context.language))
    if seen.discount_minor:
        context.line("contract.takes-off",
                     amount=context.amount(seen.discount_minor, seen.currency))
    if seen.credit_minor or seen.credit_left_minor:
        context.line("help-finance.foreseen-credit",
                     credit=context.amount(seen.credit_minor, seen.currency),
                     left=context.amount(seen.credit_left_minor, seen.currency))
    if seen.agreed.fee_minor:
        context.line("contract.takes-fee",
                     amount=context.amount(seen.agreed.fee_minor, seen.currency))
    context.line("help-finance.foreseen-pays",
                 amount=context.amount(seen.payable_minor, seen.currency))
    if seen.agreed.due_on:
        context.line("contract.pay-by", day=seen.agreed.due_on)


def _parts_paid(
    context: CommandContext, parts: Sequence[PartPaid], currency: str
) -> Iterator[str]:
    """Each transfer, with its own reference, where it was not one that paid all."""
    for one in parts if len(parts) > 1 or any(one.left_minor for one in parts) else ():
        yield "  " + context.say(
            "help-finance.part-paid", at=context.instant(one.paid_at), by=one.paid_by,
            reference=one.reference, amount=context.amount(one.amount_minor, currency),
        )


def _terms_lines(
    context: CommandContext, one: Settlement, currency: str, terms: ContractTerms | None
) -> list[str]:
    """Which terms a settlement followed, what they took off, by which day it is paid."""
    if terms is None:
        return []
    lines = [
        context.say("contract.by-terms", contract=contract_name(terms, context.language),
                    terms=terms_words(terms, context.language)),
        context.say("contract.came-to", discount=context.amount(one.discount_minor, currency),
                    fee=context.amount(one.fee_minor, currency),
                    amount=context.amount(one.payable_minor, currency)),
    ]
    return [*lines, context.say("contract.pay-by", day=one.due_on)] if one.due_on else lines


def _due_cell(context: CommandContext, one: Settlement) -> str:
    """By which day it is paid by contract, and that this day is over."""
    if one.due_on is None:
        return "–"
    is_late = one.left_minor and one.due_on < context.instant(context.session.clock())[:10]
    return context.say("contract.overdue", day=one.due_on) if is_late else one.due_on


def _of(bills: dict[bytes, str], one: Settlement) -> list[str]:
    """Its statement's number and currency."""
    return bills[one.statement].split(" ")


def _record(one: Settlement, bills: dict[bytes, str]) -> dict[str, object]:
    """A settlement as `--json` gives it."""
    number, currency = _of(bills, one)
    return {
        "settlement": one.number, "retailer": one.retailer, "statement": number,
        "accepted_minor": one.accepted_minor, "discount_minor": one.discount_minor,
        "fee_minor": one.fee_minor, "payable_minor": one.payable_minor,
        "left_minor": one.left_minor, "due_on": one.due_on, "terms": one.terms,
        "currency": currency, "made_by": one.made_by, "made_at": one.made_at,
        "reference": one.reference, "paid_by": one.paid_by, "paid_at": one.paid_at,
    }


def _statement(context: CommandContext, made: Settlement) -> str:
    with context.session.ledger.read() as tx:
        return str(tx.value("SELECT number FROM statement WHERE id = :id", id=made.statement))


def _currency(context: CommandContext, made: Settlement) -> str:
    with context.session.ledger.read() as tx:
        return str(tx.value("SELECT currency FROM statement WHERE id = :id", id=made.statement))
