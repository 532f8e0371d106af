"""Programmes and rounds: `programme` and `round`, with a preview of what a round would give."""

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from cbi.base.money import parse_amount
from cbi.cli.city_said import city_said
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.output import output_option
from cbi.cli.setup.rule_words import (
    read_rule,
    read_takers,
    read_terms,
    show_rule,
    show_takers,
    show_terms,
)
from cbi.messages.figures import named_categories
from cbi.places import profile_of
from cbi.programmes import programmes, rounds
from cbi.programmes.rounds import Round
from cbi.programmes.tables import Programme
from cbi.storage.transactions import ReadTransaction

programme_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-programme.help")
round_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-programme.round")

Code = Annotated[str, typer.Argument(metavar="PROGRAMME", help="help-programme.code")]
RoundCode = Annotated[str, typer.Argument(metavar="ROUND", help="help-programme.round-code")]
Programmes = Annotated[str | None, typer.Option("--programme", help="help-programme.of")]


@programme_app.command("add", help="help-programme.add")
def add_programme(
    ctx: typer.Context, code: Code,
    name: Annotated[str, typer.Option(help="help-programme.name")],
    budget: Annotated[str, typer.Option(help="help-programme.budget")],
    currency: Annotated[str, typer.Option(help="help-programme.currency")] = "",
    zone: Annotated[str, typer.Option(help="help-programme.zone")] = "",
    short_name: Annotated[str, typer.Option(help="help-programme.short-name")] = "",
    hotline: Annotated[str, typer.Option(help="help-programme.hotline")] = "",
    web_address: Annotated[str | None, typer.Option(help="help-programme.web-address")] = None,
    reversal_alone_max: Annotated[str, typer.Option(help="help-programme.reversal")] = "",
    language: Annotated[str, typer.Option(help="help-programme.language")] = "",
    despite: Annotated[
        bool, typer.Option("--despite/--no-despite", help="help-programme.despite")
    ] = True,
    one_person: Annotated[bool, typer.Option("--one-person", help="help-programme.alone")] = False,
    lateness_days: Annotated[
        int, typer.Option(help="help-programme.lateness")
    ] = programmes.LATENESS_DAYS,
) -> None:
    context = command_context(ctx)
    with context.session.ledger.read() as tx:
        country = profile_of(tx)
    currency = currency or country.currency
    reversal = _amount_or_none(reversal_alone_max, currency) if reversal_alone_max else 0
    made = programmes.add_programme(
        context.session, code=code, name=name, currency=currency, zone=zone or country.zone,
        budget_minor=parse_amount(budget, currency), short_name=short_name, hotline=hotline,
        web_address=web_address, reversal_alone_max_minor=reversal, duties_apart=not one_person,
        lateness_days=lateness_days,
        language=language or country.language, despite_allowed=despite,
    )
    told = [
        context.say("help-programme.added", programme=made.code),
        context.say("help-programme.shown-language", programme=made.code,
                    language=_language(context, made)),
    ]
    if made.duties_apart and not made.reversal_alone_max_minor:
        told.append(context.say("help-programme.reverses-nothing-alone", programme=made.code))
    context.show(made, *told)


@programme_app.command("list", help="help-programme.list")
def list_programmes(ctx: typer.Context) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = programmes.programmes(tx)
    context.table(
        found, ("code", "name", "budget", "duties"), headings="help-programme", later=("duties",),
        shown=lambda one: (one.code, one.name, context.amount(one.budget_minor, one.currency),
                           context.say(f"help-programme.{duties(one)}")),
    )


@programme_app.command("show", help="help-programme.show")
def show_programme(ctx: typer.Context, code: Code) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = programmes.programme(tx, code)
        bound = programmes.issued_net_minor(tx, found.code)
        made = [one.code for one in rounds.rounds(tx, found.code)]
    value = {**found.model_dump(), "bound_minor": bound, "rounds": made}
    context.show(value, *_programme_lines(context, found, bound, made))


@programme_app.command("set", help="help-programme.set")
def set_programme(
    ctx: typer.Context, code: Code,
    reason: Annotated[str, typer.Option(help="help-programme.set-reason")],
    apart: Annotated[
        bool | None, typer.Option("--duties-apart/--one-person", help="help-programme.set-duties")
    ] = None,
    budget: Annotated[str | None, typer.Option(help="help-programme.set-budget")] = None,
    reversal_alone_max: Annotated[str | None, typer.Option(help="help-programme.reversal")] = None,
    short_name: Annotated[str | None, typer.Option(help="help-programme.short-name")] = None,
    hotline: Annotated[str | None, typer.Option(help="help-programme.hotline")] = None,
    web_address: Annotated[str | None, typer.Option(help="help-programme.web-address")] = None,
    lateness_days: Annotated[int | None, typer.Option(help="help-programme.lateness")] = None,
    language: Annotated[str | None, typer.Option(help="help-programme.language")] = None,
    despite: Annotated[
        bool | None, typer.Option("--despite/--no-despite", help="help-programme.despite")
    ] = None,
) -> None:
    context = command_context(ctx)
    with context.session.ledger.read() as tx:
        currency = programmes.programme(tx, code).currency
    said = {
        "duties_apart": apart, "short_name": short_name, "hotline": hotline,
        "web_address": web_address, "lateness_days": lateness_days, "language": language,
        "despite_allowed": despite,
        "budget_minor": None if budget is None else parse_amount(budget, currency),
        "reversal_alone_max_minor":
            None if reversal_alone_max is None else _amount_or_none(reversal_alone_max, currency),
    }
    changed = cast(
        programmes.ProgrammeChange,
        {name: value for name, value in said.items() if value is not None},
    )
    made = programmes.change_programme(context.session, code, reason, **changed)
    context.show(made, context.say(
        "help-programme.set-done", programme=made.code,
        budget=context.amount(made.budget_minor, made.currency), hotline=made.hotline or "–",
        duties=context.say(f"help-programme.{duties(made)}"), language=_language(context, made),
    ))


@round_app.command("add", help="help-programme.round-add")
def add_round(
    ctx: typer.Context, code: RoundCode,
    programme: Annotated[str, typer.Option(help="help-programme.of")],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="help-programme.from")],
    last: Annotated[str, typer.Option("--until", metavar="DATE", help="help-programme.until")],
    entitlement: Annotated[list[str], typer.Option(help="help-programme.entitlement")],
    retailer: Annotated[list[str], typer.Option(help="help-programme.retailer")],
    terms: Annotated[list[str] | None, typer.Option(help="help-programme.terms")] = None,
    whole: Annotated[bool, typer.Option("--whole", help="help-programme.whole")] = False,
) -> None:
    context = command_context(ctx)
    with context.session.ledger.read() as tx:
        currency = programmes.programme(tx, programme).currency
    made = rounds.add_round(
        context.session, code, programme, first, last, in_parts=not whole,
        entitlements=[read_rule(text, currency) for text in entitlement],
        retailers=read_takers(retailer), terms=[read_terms(text, currency) for text in terms or ()],
    )
    context.show(made, context.say("help-programme.round-added", round=made.code))
    named = named_categories()
    nameless = sorted({one.category for one in made.entitlements}.difference(named))
    if nameless:
        context.line("help-programme.category-nameless", categories=", ".join(nameless),
                     known=", ".join(named))


@round_app.command("list", help="help-programme.round-list")
def list_rounds(ctx: typer.Context, programme: Programmes = None) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = rounds.rounds(tx, programme)
        currencies = {one.code: one.currency for one in programmes.programmes(tx)}
    context.table(
        found, ("code", "programme", "from", "until", "gives"), headings="help-programme",
        later=("programme",),
        shown=lambda one: (
            _round_name(context, one), one.programme, one.valid_from, one.valid_until,
            ", ".join(show_rule(rule, currencies[one.programme]) for rule in one.entitlements),
        ),
    )


@round_app.command("show", help="help-programme.round-show")
def show_round(ctx: typer.Context, code: RoundCode) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = rounds.round_of(tx, code)
        currency = programmes.programme(tx, found.programme).currency
    context.show(found, *_round_lines(context, found, currency))


@round_app.command("cancel", help="help-programme.round-cancel")
def cancel_round(
    ctx: typer.Context, code: RoundCode,
    reason: Annotated[str, typer.Option(help="help-programme.set-reason")],
) -> None:
    from cbi.programmes.correcting import cancel_round as cancel

    context = command_context(ctx)
    if context.confirmed("help-programme.round-cancel-ask", round=code):
        done = cancel(context.session, code, reason)
        context.show(done, context.say("help-programme.round-cancelled", round=done.code))


@round_app.command("preview", help="help-programme.preview")
def preview_round(
    ctx: typer.Context, code: RoundCode,
    city: Annotated[str | None, typer.Option(help="help-programme.preview-city")] = None,
    who: Annotated[int, typer.Option(min=0, help="help-batch.who")] = 0,
    output: Annotated[
        Path | None, output_option("help-batch.who-output")
    ] = None,
) -> None:
    from cbi.cli.setup.round_preview import shown, written
    from cbi.issuance.drafting import preview

    context = command_context(ctx)
    city = city_said(context, city)
    seen = preview(context.session, code, city)
    with context.session.ledger.read() as tx:
        waiting = _waiting(tx, city)
    shown(context, seen, waiting, who)
    if output is not None:
        written(context, seen, output)


def duties(programme: Programme) -> str:
    """The word of the catalogue for how duties are kept."""
    return "duties-apart" if programme.duties_apart else "duties-one-person"


def _round_name(context: CommandContext, one: Round) -> str:
    if one.cancelled_at is None:
        return one.code
    return context.say("help-programme.is-cancelled", round=one.code)


def _amount_or_none(text: str, currency: str) -> int:
    """Minor units of an amount; unlike elsewhere it may be nothing at all."""
    return 0 if text.strip() == "0" else parse_amount(text, currency)


def _language(context: CommandContext, programme: Programme) -> str:
    return context.say(f"voucher.language-{programme.language}")


def _waiting(tx: ReadTransaction, city: str | None) -> dict[str, int]:
    from cbi.people.waiting import waiting

    return waiting(tx, city=city)


def _programme_lines(
    context: CommandContext, found: Programme, bound_minor: int, made: list[str]
) -> list[str]:
    told: dict[str, Any] = {
        "programme": found.code, "name": found.name, "zone": found.zone,
        "budget": context.amount(found.budget_minor, found.currency),
        "bound": context.amount(bound_minor, found.currency),
        "left": context.amount(found.budget_minor - bound_minor, found.currency),
        "duties": context.say(f"help-programme.{duties(found)}"),
        "hotline": found.hotline or "–", "rounds": ", ".join(made) or "–",
        "reversal": context.amount(found.reversal_alone_max_minor, found.currency),
        "lateness": found.lateness_days, "language": _language(context, found),
    }
    return [
        context.say(f"help-programme.shown-{line}", **told)
        for line in ("name", "budget", "duties", "lateness", "hotline", "language",
                     "despite" if found.despite_allowed else "no-despite", "rounds")
    ]


def _round_lines(context: CommandContext, found: Round, currency: str) -> list[str]:
    parts = "in-parts" if found.in_parts else "whole-only"
    lines = [context.say(
        "help-programme.shown-round", round=found.code, programme=found.programme,
        first=found.valid_from, last=found.valid_until,
        parts=context.say(f"help-programme.{parts}"),
    )]
    lines += [f"  {show_rule(rule, currency)}" for rule in found.entitlements]
    lines += [f"  {show_terms(terms, currency)}" for terms in found.terms]
    lines += [context.say("help-programme.shown-takers")]
    return lines + [f"  {line}" for line in show_takers(found.retailers)]
