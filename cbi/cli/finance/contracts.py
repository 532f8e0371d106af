"""Retailers' contracts: `contract set|list`, the terms on which a settlement is paid."""

from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.base.money import parse_amount
from cbi.cli.command_context import CommandContext, command_context
from cbi.finance.settling import contracts
from cbi.finance.settling.contract_tables import ContractTerms
from cbi.finance.settling.contract_words import contract_name, terms_words
from cbi.finance.settling.contracts import TermsSaid
from cbi.finance.settling.discounting import rate_words, read_rate

contract_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="contract.help")


@contract_app.command("set", help="contract.help-set")
def set_terms(
    ctx: typer.Context,
    retailer: Annotated[str, typer.Argument(metavar="RETAILER", help="contract.help-retailer")],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="contract.help-from")],
    contract: Annotated[str | None, typer.Option(
        "--contract", metavar="NUMBER", help="contract.help-number")] = None,
    signed: Annotated[str | None, typer.Option(
        "--date", metavar="DATE", help="contract.help-date")] = None,
    discount: Annotated[str | None, typer.Option(
        metavar="RATE", help="contract.help-discount")] = None,
    fee: Annotated[str | None, typer.Option(metavar="AMOUNT", help="contract.help-fee")] = None,
    days: Annotated[int | None, typer.Option(help="contract.help-days")] = None,
    currency: Annotated[str | None, typer.Option(help="contract.help-currency")] = None,
) -> None:
    context = command_context(ctx)
    context.session.require("contract.manage")
    paid_in = _currency(context, currency)
    said = TermsSaid(
        retailer=retailer, currency=paid_in, valid_from=first, contract=contract,
        contract_date=signed, days=days,
        discount_rate=None if discount is None else read_rate(discount),
        fee_minor=None if fee is None else 0 if fee.strip() == "0" else parse_amount(fee, paid_in),
    )
    with context.session.ledger.read() as tx:
        seen = contracts.foreseen_terms(tx, said, context.session)
    if context.confirmed("contract.set-ask", **_said(context, seen)):
        made = contracts.set_terms(context.session, said)
        context.show(made, context.say("contract.is-set", **_said(context, made)))


@contract_app.command("list", help="contract.help-list")
def list_terms(
    ctx: typer.Context,
    retailer: Annotated[str | None, typer.Argument(
        metavar="[RETAILER]", help="contract.help-retailer")] = None,
) -> None:
    context = command_context(ctx)
    context.session.require("finance.read")
    with context.session.ledger.read() as tx:
        found = contracts.contract_terms(tx, retailer)
    context.table(
        found, ("retailer", "from", "contract", "discount", "fee", "days", "by"),
        headings="contract", later=("by", "contract", "fee"), shown=lambda one: (
            one.retailer, one.valid_from, contract_name(one, context.language),
            rate_words(one.discount_rate, context.language),
            context.amount(one.fee_minor, one.currency),
            "–" if one.days is None else str(one.days), one.made_by,
        ),
    )


def _currency(context: CommandContext, asked: str | None) -> str:
    """The one that was said, or the one that programmes have.

    Raises:
        UsageError: programmes have several.
    """
    if asked is not None:
        return asked.strip().upper()
    with context.session.ledger.read() as tx:
        known = sorted({str(one) for one, in tx.tuples("SELECT currency FROM programme")})
    if len(known) != 1:
        raise UsageError("contract.currency-needed", known=", ".join(known) or "–")
    return known[0]


def _said(context: CommandContext, terms: ContractTerms) -> dict[str, object]:
    return {
        "retailer": terms.retailer, "day": terms.valid_from,
        "contract": contract_name(terms, context.language),
        "terms": terms_words(terms, context.language),
    }
