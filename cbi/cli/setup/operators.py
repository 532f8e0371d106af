"""Operators and logins: `operator`, `login`, `logout`, `whoami`, and the `log` of what was done."""

import os
import platform
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from cbi.base.clock import instant_on, typed_day
from cbi.base.errors import NotAllowed, UsageError
from cbi.base.terms import role_terms
from cbi.cli.care.waiting import tell_what_waits
from cbi.cli.command_context import CommandContext, command_context, read_secret
from cbi.cli.output import output_option
from cbi.cli.setup.ledger import known_roles
from cbi.operators import accounts, log
from cbi.operators.accounts import Account
from cbi.operators.confirming import standings
from cbi.operators.operator_session import Operator
from cbi.operators.passphrases import PassphraseChange, accepted
from cbi.operators.pins import set_pin
from cbi.operators.sessions import end_session
from cbi.operators.stretch_words import told

operator_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-operators.help")
login_app = typer.Typer(add_completion=False, rich_markup_mode=None)
logout_app = typer.Typer(add_completion=False, rich_markup_mode=None)
whoami_app = typer.Typer(add_completion=False, rich_markup_mode=None)
log_app = typer.Typer(add_completion=False, rich_markup_mode=None)

EVERY = 2**62

Name = Annotated[str, typer.Argument(metavar="NAME", help="help-operators.name")]
Roles = Annotated[list[str], typer.Option("--role", help="help-operators.role")]
Stores = Annotated[list[str] | None, typer.Option("--store", help="help-operators.store")]
NewFile = Annotated[
    Path | None, typer.Option("--new-passphrase-file", help="help-operators.new-passphrase-file")
]
Day = Annotated[str | None, typer.Option(metavar="DATE", help="help-operators.log-since")]


@operator_app.command("add", help="help-operators.add")
def add(
    ctx: typer.Context, name: Name, role: Roles, store: Stores = None,
    new_passphrase_file: NewFile = None,
) -> None:
    context = command_context(ctx)
    context.session.require("operator.manage")
    accounts.checked_name(name)  # before anybody thinks of a passphrase
    made = accounts.add_operator(
        context.session, name, known_roles(role), stores=store or (),
        passphrase=_new_passphrase(context, name, new_passphrase_file),
    )
    context.show(made, context.say("help-operators.add-done", **_told(made)))


@operator_app.command("list", help="help-operators.list")
def list_operators(ctx: typer.Context) -> None:
    context = command_context(ctx)
    context.session.require("operator.read")
    with context.session.ledger.read() as tx:
        found = accounts.operators(tx)
    context.table(
        found, ("name", "roles", "stores", "state"), headings="help-operators", later=("stores",),
        shown=lambda one: (*_told(one).values(), context.say(f"help-operators.{_state(one)}")),
    )


@operator_app.command("role", help="help-operators.role-command")
def role(ctx: typer.Context, name: Name, role: Roles, store: Stores = None) -> None:
    context = command_context(ctx)
    made = accounts.set_roles(context.session, name, known_roles(role), stores=store)
    context.show(made, context.say("help-operators.role-done", **_told(made)))


@operator_app.command("disable", help="help-operators.disable")
def disable(
    ctx: typer.Context, name: Name,
    reason: Annotated[str, typer.Option(help="help-operators.disable-reason")] = "",
) -> None:
    context = command_context(ctx)
    made = accounts.disable(context.session, name, reason=reason)
    context.show(made, context.say("help-operators.disable-done", **_told(made)))


@operator_app.command("enable", help="help-operators.enable")
def enable(ctx: typer.Context, name: Name) -> None:
    context = command_context(ctx)
    made = accounts.enable(context.session, name)
    context.show(made, context.say("help-operators.enable-done", **_told(made)))


@operator_app.command("confirm", help="help-operators.confirm")
def confirm(ctx: typer.Context, name: Name) -> None:
    context = command_context(ctx)
    context.session.require("operator.confirm")
    with context.session.ledger.read() as tx:
        found, known = accounts.account(tx, name), standings(tx)
    stretch = known.stretch(found.name)
    if stretch is not None:
        if not context.json:
            context.show(None, told(known, stretch, context.language, context.instant))
        if not context.confirmed("help-operators.confirm-ask", operator=found.name):
            return
    made = accounts.confirm(context.session, found.name)
    context.show(made, context.say("help-operators.confirm-done", **_told(made)))


@operator_app.command("reset", help="help-operators.reset")
def reset(ctx: typer.Context, name: Name, new_passphrase_file: NewFile = None) -> None:
    context = command_context(ctx)
    context.session.require("operator.manage")
    passphrase = _new_passphrase(context, name, new_passphrase_file)
    made = accounts.reset_passphrase(context.session, name, passphrase)
    context.show(made, context.say("help-operators.reset-done", **_told(made)))


@operator_app.command("pin", help="help-operators.pin")
def choose_pin(
    ctx: typer.Context,
    pin_file: Annotated[
        Path | None, typer.Option("--pin-file", help="help-operators.pin-file")
    ] = None,
) -> None:
    context = command_context(ctx)
    who = context.session.operator.name
    proved = context.ledger_context.session(context.proved(who, context.passphrase()))
    pin = read_secret(pin_file) if pin_file else context.secret_twice(
        "cli.ask-new-pin", option="--pin-file"
    )
    set_pin(proved, pin)
    context.show({"operator": who}, context.say("help-operators.pin-done", operator=who))


@login_app.command("login", help="help-operators.login")
def login(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="help-operators.login-name")
    ] = None,
    change: Annotated[bool, typer.Option("--change", help="help-operators.login-change")] = False,
    new_passphrase_file: NewFile = None,
) -> None:
    context = command_context(ctx)
    who = name or context.settings.operator or context.ask(context.say("help-operators.ask-name"))
    if not who.isascii():  # accounts have Latin names, made as `start` makes them
        from cbi.cli.setup.start_lines import code_of

        who = code_of(who)
    operator = _proved(context, who, change, new_passphrase_file)
    ends_at = context.ledger_context.start_session(operator)
    told = {"operator": operator.name, "roles": operator.roles, "stores": operator.stores}
    context.show({**told, "ends_at": ends_at}, context.say(
        "help-operators.login-done", operator=operator.name, until=context.instant(ends_at),
        roles=role_terms(operator.roles),
    ), *_missing(context, operator))
    tell_what_waits(context, operator)


@logout_app.command("logout", help="help-operators.logout")
def logout(ctx: typer.Context) -> None:
    context = command_context(ctx)
    ledger_context = context.ledger_context
    who = end_session(
        ledger_context.ledger, ledger_context.session_file, clock=ledger_context.clock,
        origin=platform.node()
    )
    key = "logout-nobody" if who is None else "logout-done"
    context.show({"operator": who}, context.say(f"help-operators.{key}"))


@whoami_app.command("whoami", help="help-operators.whoami")
def whoami(ctx: typer.Context) -> None:
    context = command_context(ctx)
    operator = context.session.operator
    lines = [context.say("help-operators.whoami-done", operator=operator.name,
                         roles=role_terms(operator.roles))]
    if operator.stores:
        lines.append(context.say("help-operators.whoami-stores",
                                 stores=", ".join(sorted(operator.stores))))
    context.show({"operator": operator.name, "roles": operator.roles, "stores": operator.stores,
               "ledger": context.paths.ledger}, *lines, *_missing(context, operator))


@log_app.command("log", help="help-operators.log")
def show_log(
    ctx: typer.Context,
    operator: Annotated[str | None, typer.Option(help="help-operators.log-operator")] = None,
    action: Annotated[str | None, typer.Option(help="help-operators.log-action")] = None,
    of: Annotated[str | None, typer.Option("--object", help="help-operators.log-object")] = None,
    person: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="help-operators.log-person")
    ] = None,
    amount: Annotated[
        str | None, typer.Option(metavar="AMOUNT", help="help-operators.log-amount")
    ] = None,
    day: Annotated[
        str | None, typer.Option(metavar="DATE", help="help-operators.log-day")
    ] = None,
    since: Day = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="help-operators.log-until")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="help-operators.log-limit")] = 100,
    output: Annotated[Path | None, output_option("help-operators.log-output")] = None,
) -> None:
    from cbi.cli.setup import log_words
    from cbi.people.persons import facts_of
    from cbi.places import profile_of
    from cbi.programmes.programmes import programmes

    context = command_context(ctx)
    context.session.require("log.read")
    first, end = _day(context, day or since), _day(context, day or until, after=1)
    searched = limit if person is None and amount is None else EVERY
    with context.session.ledger.read() as tx:
        currency = next((one.currency for one in programmes(tx)), profile_of(tx).currency)
        found = log.entries(
            tx, operator=operator, action=action, object=of, since=first, until=end, limit=searched
        )
        number = None if person is None else facts_of(tx, person).number
    if number is not None:
        found = log_words.of_person(found, number)
    if amount is not None:
        found = log_words.of_amount(found, amount, currency)
    found = found[:limit]
    context.table(found, log_words.COLUMNS, headings="help-operators",
                  later=("origin", "detail"), shown=log_words.cells(context, currency))
    if output is not None:
        log_words.written(context, found, currency, output)
        context.line("help-operators.log-written", lines=len(found), path=output)


def _proved(context: CommandContext, who: str, change: bool, new_file: Path | None) -> Operator:
    """The operator who types this passphrase; one given by another is changed on the way."""
    passphrase, ledger_context = context.passphrase(), context.ledger_context
    if not change:
        try:
            return ledger_context.by_passphrase(who, passphrase)
        except NotAllowed as refused:
            if refused.code != "operators.passphrase-must-change":
                raise
        context.line("help-operators.must-change")
    new = _new_passphrase(context, who, new_file)
    accounts.change_passphrase(
        ledger_context.ledger, who, PassphraseChange(passphrase, new), clock=ledger_context.clock,
        origin=platform.node(), entropy=ledger_context.entropy,
    )
    with ledger_context.ledger.read() as tx:
        return accounts.operator_of(tx, who)


def _new_passphrase(context: CommandContext, name: str, file: Path | None) -> str:
    """An operator's new passphrase: from a file, the environment, or typed twice."""
    if file is not None:
        return read_secret(file)
    return os.environ.get("CBI_NEW_PASSPHRASE") or context.secret_twice(
        "cli.ask-new-passphrase", option="--new-passphrase-file",
        accepted=partial(accepted, name=name.strip().casefold()),
    )


def _told(one: Account) -> dict[str, Any]:
    return {"operator": one.name, "roles": role_terms(one.roles),
            "stores": ", ".join(sorted(one.stores))}


def _missing(context: CommandContext, operator: Operator) -> list[str]:
    """Trainings without which a role is not honoured."""
    return [
        context.say("help-operators.untrained", role=context.say(f"log.value-{one.role}"),
                    topic=one.topic, programme=one.programme)
        for one in operator.untrained
    ]


def _state(one: Account) -> str:
    if one.disabled_at is not None:
        return "state-disabled"
    if one.confirmation == "waits":
        return "state-waits"
    if one.must_change:
        return "state-new"
    return "state-alone" if one.confirmation == "alone" else "state-active"


def _day(context: CommandContext, day: str | None, *, after: int = 0) -> int | None:
    """The first instant of a day, or of so many days after it, in the programme's zone."""
    if day is None:
        return None
    try:
        found = date.fromisoformat(typed_day(day)) + timedelta(days=after)
    except (ValueError, OverflowError) as error:
        raise UsageError("ledger.date-unreadable", text=day) from error
    return instant_on(found.isoformat(), 0, context.zone)
