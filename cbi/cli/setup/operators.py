"""Operators and logins: `operator`, `login`, `logout`, `whoami`, and the `log` of what was done."""

import os
import platform
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from cbi.base.clock import instant_on
from cbi.base.errors import NotAllowed, UsageError
from cbi.cli.here import Here, here_of, read_secret
from cbi.cli.setup.ledger import known_roles
from cbi.cli.show import as_text
from cbi.operators import accounts, log
from cbi.operators.accounts import Account
from cbi.operators.confirming import standings
from cbi.operators.desk import Operator
from cbi.operators.passphrases import PassphraseChange
from cbi.operators.sessions import end_session
from cbi.operators.stretch_words import told

operator_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-operators.help")
login_app = typer.Typer(add_completion=False, rich_markup_mode=None)
logout_app = typer.Typer(add_completion=False, rich_markup_mode=None)
whoami_app = typer.Typer(add_completion=False, rich_markup_mode=None)
log_app = typer.Typer(add_completion=False, rich_markup_mode=None)

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
    here = here_of(ctx)
    here.desk.require("operator.manage")
    made = accounts.add_operator(
        here.desk, name, known_roles(role), stores=store or (),
        passphrase=_new_passphrase(here, new_passphrase_file),
    )
    here.show(made, here.say("help-operators.add-done", **_told(made)))


@operator_app.command("list", help="help-operators.list")
def list_operators(ctx: typer.Context) -> None:
    here = here_of(ctx)
    here.desk.require("operator.read")
    with here.desk.ledger.read() as tx:
        found = accounts.operators(tx)
    here.table(
        found, ("name", "roles", "stores", "state"), headings="help-operators", later=("stores",),
        shown=lambda one: (*_told(one).values(), here.say(f"help-operators.{_state(one)}")),
    )


@operator_app.command("role", help="help-operators.role-command")
def role(ctx: typer.Context, name: Name, role: Roles, store: Stores = None) -> None:
    here = here_of(ctx)
    made = accounts.set_roles(here.desk, name, known_roles(role), stores=store)
    here.show(made, here.say("help-operators.role-done", **_told(made)))


@operator_app.command("disable", help="help-operators.disable")
def disable(
    ctx: typer.Context, name: Name,
    reason: Annotated[str, typer.Option(help="help-operators.disable-reason")] = "",
) -> None:
    here = here_of(ctx)
    made = accounts.disable(here.desk, name, reason=reason)
    here.show(made, here.say("help-operators.disable-done", **_told(made)))


@operator_app.command("enable", help="help-operators.enable")
def enable(ctx: typer.Context, name: Name) -> None:
    here = here_of(ctx)
    made = accounts.enable(here.desk, name)
    here.show(made, here.say("help-operators.enable-done", **_told(made)))


@operator_app.command("confirm", help="help-operators.confirm")
def confirm(ctx: typer.Context, name: Name) -> None:
    here = here_of(ctx)
    here.desk.require("operator.confirm")
    with here.desk.ledger.read() as tx:
        found, known = accounts.account(tx, name), standings(tx)
    stretch = known.stretch(found.name)
    if stretch is not None:
        if not here.json:
            here.show(None, told(known, stretch, here.language, here.instant))
        if not here.confirmed("help-operators.confirm-ask", operator=found.name):
            return
    made = accounts.confirm(here.desk, found.name)
    here.show(made, here.say("help-operators.confirm-done", **_told(made)))


@operator_app.command("reset", help="help-operators.reset")
def reset(ctx: typer.Context, name: Name, new_passphrase_file: NewFile = None) -> None:
    here = here_of(ctx)
    here.desk.require("operator.manage")
    passphrase = _new_passphrase(here, new_passphrase_file)
    made = accounts.reset_passphrase(here.desk, name, passphrase)
    here.show(made, here.say("help-operators.reset-done", **_told(made)))


@login_app.command("login", help="help-operators.login")
def login(
    ctx: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="help-operators.login-name")
    ] = None,
    change: Annotated[bool, typer.Option("--change", help="help-operators.login-change")] = False,
    new_passphrase_file: NewFile = None,
) -> None:
    here = here_of(ctx)
    who = name or here.settings.operator or here.ask(here.say("help-operators.ask-name"))
    operator = _proved(here, who, change, new_passphrase_file)
    ends_at = here.office.start_session(operator)
    told = {"operator": operator.name, "roles": operator.roles, "stores": operator.stores}
    here.show({**told, "ends_at": ends_at}, here.say(
        "help-operators.login-done", operator=operator.name, until=here.instant(ends_at),
        roles=", ".join(sorted(operator.roles)),
    ))


@logout_app.command("logout", help="help-operators.logout")
def logout(ctx: typer.Context) -> None:
    here = here_of(ctx)
    office = here.office
    who = end_session(
        office.ledger, office.session_file, clock=office.clock, origin=platform.node()
    )
    key = "logout-nobody" if who is None else "logout-done"
    here.show({"operator": who}, here.say(f"help-operators.{key}"))


@whoami_app.command("whoami", help="help-operators.whoami")
def whoami(ctx: typer.Context) -> None:
    here = here_of(ctx)
    operator = here.desk.operator
    roles, stores = (", ".join(sorted(names)) for names in (operator.roles, operator.stores))
    lines = [here.say("help-operators.whoami-done", operator=operator.name, roles=roles)]
    if stores:
        lines.append(here.say("help-operators.whoami-stores", stores=stores))
    here.show({"operator": operator.name, "roles": operator.roles, "stores": operator.stores,
               "ledger": here.places.ledger}, *lines)


@log_app.command("log", help="help-operators.log")
def show_log(
    ctx: typer.Context,
    operator: Annotated[str | None, typer.Option(help="help-operators.log-operator")] = None,
    action: Annotated[str | None, typer.Option(help="help-operators.log-action")] = None,
    of: Annotated[str | None, typer.Option("--object", help="help-operators.log-object")] = None,
    since: Day = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="help-operators.log-until")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="help-operators.log-limit")] = 100,
) -> None:
    here = here_of(ctx)
    here.desk.require("log.read")
    first, end = _day(here, since), _day(here, until, after=1)
    with here.desk.ledger.read() as tx:
        found = log.entries(
            tx, operator=operator, action=action, object=of, since=first, until=end, limit=limit
        )
    columns = ("seq", "at", "operator", "action", "object", "detail", "origin")
    here.table(found, columns, headings="help-operators", later=("origin",),
               shown=lambda line: (
        str(line.seq), here.instant(line.at), line.operator, line.action, line.object,
        "; ".join(f"{name}: {as_text(value)}" for name, value in line.detail.items()),
        line.origin,
    ))


def _proved(here: Here, who: str, change: bool, new_file: Path | None) -> Operator:
    """The operator who types this passphrase; one given by another is changed on the way."""
    passphrase, office = here.passphrase(), here.office
    if not change:
        try:
            return office.by_passphrase(who, passphrase)
        except NotAllowed as refused:
            if refused.code != "operators.passphrase-must-change":
                raise
        here.line("help-operators.must-change")
    new = _new_passphrase(here, new_file)
    accounts.change_passphrase(
        office.ledger, who, PassphraseChange(passphrase, new), clock=office.clock,
        origin=platform.node(), entropy=office.entropy,
    )
    with office.ledger.read() as tx:
        return accounts.operator_of(tx, who)


def _new_passphrase(here: Here, file: Path | None) -> str:
    """A new passphrase: from a file, the environment, or typed twice."""
    if file is not None:
        return read_secret(file)
    return os.environ.get("CBI_NEW_PASSPHRASE") or here.secret_twice("cli.ask-new-passphrase")


def _told(one: Account) -> dict[str, Any]:
    return {"operator": one.name, "roles": ", ".join(sorted(one.roles)),
            "stores": ", ".join(sorted(one.stores))}


def _state(one: Account) -> str:
    if one.disabled_at is not None:
        return "state-disabled"
    if one.confirmation == "waits":
        return "state-waits"
    if one.must_change:
        return "state-new"
    return "state-alone" if one.confirmation == "alone" else "state-active"


def _day(here: Here, day: str | None, *, after: int = 0) -> int | None:
    """The first instant of a day, or of so many days after it, in the programme's zone."""
    if day is None:
        return None
    try:
        found = date.fromisoformat(day.strip()) + timedelta(days=after)
    except (ValueError, OverflowError) as error:
        raise UsageError("ledger.date-unreadable", text=day) from error
    return instant_on(found.isoformat(), 0, here.zone)
