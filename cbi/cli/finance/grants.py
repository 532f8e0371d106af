"""Donors' grants: `grant add|list|show|fund|rate`."""

from collections.abc import Sequence
from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.base.money import parse_amount
from cbi.cli.command_context import CommandContext, command_context
from cbi.finance.allotting import converted
from cbi.finance.grants import grants
from cbi.finance.grants.books import GrantBook, beyond_budget, books
from cbi.finance.grants.grants import Funded
from cbi.finance.grants.tables import Grant
from cbi.messages.figures import decimal_figures
from cbi.programmes.programmes import programme
from cbi.programmes.rounds import programme_of

grant_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-grant.help")

Code = Annotated[str, typer.Argument(metavar="GRANT", help="help-grant.code")]
_PERCENT = 100
"""A percent, in the hundredths that a share is said in."""


@grant_app.command("add", help="help-grant.add")
def add_grant(
    ctx: typer.Context, code: Code,
    donor: Annotated[str, typer.Option(help="help-grant.donor")],
    of: Annotated[str, typer.Option("--programme", help="help-grant.programme")],
    budget: Annotated[str, typer.Option(help="help-grant.budget")],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="help-grant.from")],
    last: Annotated[str, typer.Option("--until", metavar="DATE", help="help-grant.until")],
    currency: Annotated[str | None, typer.Option(help="help-grant.currency")] = None,
) -> None:
    context = command_context(ctx)
    with context.session.ledger.read() as tx:
        currency = (currency or programme(tx, of).currency).strip().upper()
    made = grants.add_grant(context.session, Grant(
        code=code, donor=donor, programme=of, currency=currency,
        budget_minor=parse_amount(budget, currency), valid_from=first, valid_until=last,
        made_by="", made_at=0,
    ))
    context.show(made, context.say("help-grant.added", grant=made.code))


@grant_app.command("fund", help="help-grant.fund")
def fund_round(
    ctx: typer.Context,
    round_code: Annotated[str, typer.Argument(metavar="ROUND", help="help-batch.round")],
    funded: Annotated[list[str], typer.Argument(
        metavar="GRANT[=SHARE%|=AMOUNT]...", help="help-grant.funded")],
) -> None:
    context = command_context(ctx)
    with context.session.ledger.read() as tx:
        currency = programme_of(tx, round_code).currency
    said = [_funded(words, currency) for words in funded]
    _checked_whole([one.share for one in said if one.share is not None], round_code)
    if not context.confirmed("help-grant.fund-ask", round=round_code, grants=", ".join(funded)):
        return
    made = grants.fund_round(context.session, round_code, said)
    context.show(made, context.say("help-grant.is-funded", round=made[0].round,
                                   grants=", ".join(funded)))
    tell_ends(context, round_code)


@grant_app.command("rate", help="help-grant.rate")
def add_rate(
    ctx: typer.Context,
    currency: Annotated[str, typer.Argument(metavar="CURRENCY", help="help-grant.rate-currency")],
    month: Annotated[str, typer.Argument(metavar="YYYY-MM", help="help-grant.month")],
    rate: Annotated[str, typer.Argument(metavar="AMOUNT", help="help-grant.rate-amount")],
    source: Annotated[str, typer.Option(help="help-grant.source")],
    other: Annotated[str | None, typer.Option("--other", help="help-grant.rate-other")] = None,
) -> None:
    context = command_context(ctx)
    with context.session.ledger.read() as tx:
        known = sorted({str(one) for one, in tx.tuples("SELECT currency FROM programme")})
    if other is None and len(known) != 1:
        raise UsageError("grant.other-needed", known=", ".join(known) or "–")
    made = grants.add_rate(context.session, currency, other or known[0], month, (rate, source))
    context.show(made, context.say("help-grant.rated", currency=made.currency, other=made.other,
                                   month=made.month, rate=rate))


@grant_app.command("list", help="help-grant.list")
def list_grants(ctx: typer.Context) -> None:
    context = command_context(ctx)
    context.session.require("finance.read")
    with context.session.ledger.read() as tx:
        found = books(tx, grants.grants(tx))
    context.table(
        [_record(one) for one in found] if context.json else found,
        ("grant", "donor", "until", "budget", "bound", "redeemed", "left"), headings="help-grant",
        later=("bound", "until", "donor"), shown=lambda one: (
            one.grant.code, one.grant.donor, one.grant.valid_until,
            context.amount(one.grant.budget_minor, one.grant.currency),
            _donor_amount(context, one, one.bound_donor_minor()), _redeemed(context, one),
            _left(context, one),
        ),
    )


@grant_app.command("show", help="help-grant.show")
def show_grant(ctx: typer.Context, code: Code) -> None:
    context = command_context(ctx)
    context.session.require("finance.read")
    with context.session.ledger.read() as tx:
        of = grants.grant(tx, code)
        book = books(tx, [of])[0]
        rates = grants.rates(tx, of.currency, book.currency)
    if context.json:
        context.show(_record(book))
        return
    context.line("help-grant.shown", grant=of.code, donor=of.donor, programme=of.programme,
                 first=of.valid_from, last=of.valid_until,
                 budget=context.amount(of.budget_minor, of.currency))
    context.table(
        book.months, ("month", "issued", "redeemed", "paid", "in-donor"), headings="help-grant",
        later=("paid", "issued"), shown=lambda one: (
            one.month, *(context.amount(one.amounts.get(kind, 0), book.currency)
                         for kind in ("issue", "redeem", "pay")),
            "–" if one.redeemed_donor_minor is None
            else context.amount(one.redeemed_donor_minor, of.currency),
        ),
    )
    if book.missing_rates:
        context.line("help-grant.rates-missing", currency=of.currency,
                     months=", ".join(book.missing_rates))
    for month in sorted(rates):
        context.line("help-grant.rate-said", month=month, currency=of.currency,
                     rate=_rate(rates[month].millionths, context.language), other=book.currency,
                     source=rates[month].source)
    _tell_rounding(context, book, {month: one.millionths for month, one in rates.items()})


def tell_ends(context: CommandContext, round_code: str, until: str | None = None) -> bool:
    """Before anything of a round is issued, or it is extended until a day: which of its grants are
    over before its vouchers; whether any is."""
    with context.session.ledger.read() as tx:
        found = grants.beyond_their_end(tx, round_code, context.session.clock(), until)
    for one in found:
        context.line("help-grant.ends-before", grant=one.code, last=one.valid_until,
                     round=round_code)
    return bool(found)


def tell_beyond_budget(context: CommandContext, round_code: str, more_minor: int) -> None:
    """Before so much more of a round is issued: which grants would have more to pay for than their
    budget."""
    with context.session.ledger.read() as tx:
        found = beyond_budget(tx, round_code, more_minor)
    for one, minor in found:
        context.line(
            "help-grant.beyond-budget", grant=one.code, round=round_code,
            **{name: context.amount(amount, one.currency) for name, amount in (
                ("bound", minor), ("budget", one.budget_minor),
                ("over", minor - one.budget_minor))},
        )


def tell_ended_in_rounds(context: CommandContext) -> None:
    """Before vouchers are handed over: which rounds' grants are over already."""
    with context.session.ledger.read() as tx:
        found = grants.ended_in_rounds(tx, context.session.clock())
    for round_code, one in found:
        context.line("help-grant.ended-in-round", grant=one.code, last=one.valid_until,
                     round=round_code)


def tell_ended(context: CommandContext, statement: str) -> None:
    """Before a statement is settled: which grants that pay for its vouchers are over."""
    with context.session.ledger.read() as tx:
        found = grants.ended_before(tx, statement, context.session.clock())
    for one in found:
        context.line("help-grant.ended", grant=one.code, last=one.valid_until)


def _funded(words: str, currency: str) -> Funded:
    code, equals, said = words.partition("=")
    if not equals:
        return Funded(code)
    if said.strip().endswith("%"):
        share = said.strip()[:-1].strip().replace(",", ".")
        whole, _, part = share.partition(".")
        figures = whole + part
        if not figures.isdecimal() or len(part) > 2 or len(whole) > 3 or not int(figures):
            raise UsageError("grant.share-unfit", text=words)
        return Funded(code, share=int(whole or 0) * _PERCENT + int(part.ljust(2, "0")))
    return Funded(code, limit_minor=parse_amount(said, currency))


def _checked_whole(shares: Sequence[int], round_code: str) -> None:
    """Refuse shares (hundredths of a percent) that leave some of a round to nobody, or pay some of
    it twice; three thirds of 33.33 % each are the whole.

    Raises:
        UsageError: by more than rounding each to its last figure explains.
    """
    missing = 100 * _PERCENT - sum(shares)
    if shares and 2 * abs(missing) > len(shares):
        whole, part = divmod(sum(shares), _PERCENT)
        told = f"{whole}.{part:02}".rstrip("0").rstrip(".")
        raise UsageError("grant.shares-not-whole", round=round_code, share=f"{told}%")


def _redeemed(context: CommandContext, one: GrantBook) -> str:
    """What was redeemed, in both currencies where they differ."""
    ours = context.amount(one.total("redeem"), one.currency)
    if one.grant.currency == one.currency:
        return ours
    return context.say("help-grant.in-both", ours=ours,
                       theirs=_donor_amount(context, one, one.redeemed_donor_minor))


def _left(context: CommandContext, one: GrantBook) -> str:
    spent = one.redeemed_donor_minor
    return _donor_amount(context, one, None if spent is None else one.grant.budget_minor - spent)


def _donor_amount(context: CommandContext, one: GrantBook, minor: int | None) -> str:
    return "–" if minor is None else context.amount(minor, one.grant.currency)


def _tell_rounding(context: CommandContext, book: GrantBook, rates: dict[str, int]) -> None:
    """What rounding each month made of the whole, where one rate held for all of it."""
    used = {rates[one.month] for one in book.months
            if one.amounts.get("redeem") and one.month in rates}
    if len(used) != 1 or book.redeemed_donor_minor is None:
        return
    at_once = converted(book.total("redeem"), used.pop(),
                        grants.exponents(book.currency, book.grant.currency))
    if at_once != book.redeemed_donor_minor:
        difference = book.redeemed_donor_minor - at_once
        context.line("help-grant.rounding", sign="-" if difference < 0 else "+",
                     amount=context.amount(abs(difference), book.grant.currency))


def _rate(millionths: int, language: str) -> str:
    return decimal_figures(millionths / 10**6, language, places=6, shortest=True)


def _record(one: GrantBook) -> dict[str, object]:
    """A grant as `--json` gives it."""
    kinds: Sequence[tuple[str, str]] = (
        ("issued", "issue"), ("redeemed", "redeem"), ("expired", "expire"), ("void", "void"),
        ("settled", "settle"), ("paid", "pay"),
    )
    return {
        **one.grant.model_dump(), "programme_currency": one.currency,
        **{f"{name}_minor": one.total(kind) for name, kind in kinds},
        "outstanding_minor": one.outstanding_minor,
        "redeemed_donor_minor": one.redeemed_donor_minor,
        "bound_donor_minor": one.bound_donor_minor(), "missing_rates": one.missing_rates,
        "months": [
            {"month": month.month, "redeemed_donor_minor": month.redeemed_donor_minor,
             **{f"{name}_minor": month.amounts.get(kind, 0) for name, kind in kinds}}
            for month in one.months
        ],
    }
