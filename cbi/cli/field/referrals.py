"""`cbi referral`: people in danger, referred in confidence. For the role `protection` alone."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.cli.command_context import CommandContext, command_context, read_secret
from cbi.cli.field.person_words import today
from cbi.cli.output import output_option
from cbi.people.protection import referral_keys, referrals
from cbi.people.protection.referral_keys import ACTION, OpenedKey
from cbi.people.protection.referrals import SHOWN, Ending, NewReferral, Referral, Step
from cbi.people.records.reading import Person

referral_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-referral.help")

Key = Annotated[
    Path | None, typer.Option("--key", envvar="CBI_REFERRAL_KEY", help="help-referral.key")
]
KeyWords = Annotated[
    Path | None, typer.Option("--key-passphrase-file", help="help-referral.key-passphrase-file")
]
Id = Annotated[str, typer.Argument(metavar="REFERRAL", help="help-referral.id")]
On = Annotated[str, typer.Option("--date", metavar="YYYY-MM-DD", help="help-referral.date")]
COLUMNS = ("id", "state", "opened_on", "kind", "person", "to", "keep_until")


@referral_app.command("key", help="help-referral.make-key")
def make_key(
    ctx: typer.Context,
    output: Annotated[Path, output_option("help-referral.key-output")],
    key: Key = None, key_passphrase_file: KeyWords = None,
    new_passphrase_file: Annotated[
        Path | None, typer.Option("--new-passphrase-file", help="help-referral.new-passphrase-file")
    ] = None,
    anew: Annotated[bool, typer.Option("--anew", help="help-referral.anew")] = False,
) -> None:
    from cbi.operators.passphrases import accepted

    context = command_context(ctx)
    context.session.require(ACTION)
    before = opened_key(context, key, key_passphrase_file) if key else None
    allowed = partial(accepted, name=context.session.operator.name)
    words = allowed(read_secret(new_passphrase_file)) if new_passphrase_file else (
        context.secret_twice("help-referral.ask-new", option="--new-passphrase-file",
                             accepted=allowed)
    )
    if before is not None:
        referral_keys.copy_key(context.session, output, before, words)
    else:
        referral_keys.make_key(context.session, output, words, anew=anew)
    context.show({"file": output}, context.say(
        f"help-referral.key-{'copied' if before else 'made'}", file=output))


@referral_app.command("add", help="help-referral.add")
def add(
    ctx: typer.Context,
    about: Annotated[
        str, typer.Argument(metavar="[NUMBER|SERIAL]", help="help-referral.about")
    ] = "",
    kind: Annotated[str, typer.Option(help="help-referral.kind")] = "other",
    to: Annotated[str, typer.Option(help="help-referral.to")] = "",
    text: Annotated[str, typer.Option(help="help-referral.text")] = "",
    consent: Annotated[bool, typer.Option("--consent", help="help-referral.consent")] = False,
    without_consent: Annotated[
        str, typer.Option("--without-consent", metavar="REASON",
                          help="help-referral.without-consent")
    ] = "",
    date: On = "", key: Key = None, key_passphrase_file: KeyWords = None,
) -> None:
    context = command_context(ctx)
    opened = opened_key(context, key, key_passphrase_file)
    made = referrals.add_referral(context.session, opened, NewReferral(
        about or context.ask(context.say("help-referral.ask-about")), kind,
        to or context.ask(context.say("help-referral.ask-to")),
        text or context.ask(context.say("help-referral.ask-text")),
        consent, without_consent, date,
    ))
    context.show(made, context.say("help-referral.added", referral=made.id[:SHOWN]))


@referral_app.command("list", help="help-referral.list")
def list_referrals(
    ctx: typer.Context, key: Key = None, key_passphrase_file: KeyWords = None,
    open_only: Annotated[bool, typer.Option("--open", help="help-referral.open")] = False,
) -> None:
    context = command_context(ctx)
    opened, day = opened_key(context, key, key_passphrase_file), today(context)
    found = referrals.referrals(context.session, opened, open_only=open_only)
    context.table(
        found, COLUMNS, headings="help-referral", later=("kind", "person", "to", "keep_until"),
        shown=lambda one: (
            f"{one.id[:SHOWN]} !" if one.due(day) else one.id[:SHOWN],
            context.say(f"help-referral.state-{one.state}"), one.opened_on,
            context.say(f"help-referral.kind-{one.kind}"), one.person, one.to,
            one.keep_until,
        ),
    )
    if any(one.due(day) for one in found):
        context.line("help-referral.some-due")


@referral_app.command("show", help="help-referral.show")
def show(
    ctx: typer.Context, named: Id, key: Key = None, key_passphrase_file: KeyWords = None,
) -> None:
    context = command_context(ctx)
    opened = opened_key(context, key, key_passphrase_file)
    one = referrals.one_referral(referrals.referrals(context.session, opened), named)
    person = referrals.referred(context.session, [one]).get(one.person)
    told = {**asdict(one), "data": asdict(person.data) if person else None}
    context.show(told, *_lines(context, one, person))


def _lines(context: CommandContext, one: Referral, person: Person | None) -> Iterator[str]:
    say = context.say
    yield say("help-referral.headed", referral=one.id[:SHOWN], person=one.person,
              kind=say(f"help-referral.kind-{one.kind}"),
              state=say(f"help-referral.state-{one.state}"))
    if person is None:
        yield "  " + say("help-referral.was-erased")
    else:
        names = " / ".join(name.text for name in person.data.names)
        yield "  " + say("help-referral.who", names=names,
                         phones=", ".join(person.data.phones) or "–")
    yield "  " + say("help-referral.opened", date=one.opened_on, operator=one.opened_by, to=one.to)
    yield "  " + (say("help-referral.no-consent", reason=one.without_consent)
                  if one.without_consent else say("help-referral.consented"))
    yield "  " + say("help-referral.told", text=one.text)
    for note in one.notes:
        yield "  " + say("help-referral.noted", date=note.on, operator=note.by,
                         state=say(f"help-referral.state-{note.state}"), text=note.text)
    if one.outcome:
        yield "  " + say("help-referral.ended", keep=one.keep_until,
                         outcome=say(f"help-referral.outcome-{one.outcome}"))


@referral_app.command("update", help="help-referral.update")
def update(
    ctx: typer.Context, named: Id,
    state: Annotated[str, typer.Option(help="help-referral.state")] = "sent",
    text: Annotated[str, typer.Option(help="help-referral.note")] = "",
    date: On = "", key: Key = None, key_passphrase_file: KeyWords = None,
) -> None:
    context = command_context(ctx)
    opened = opened_key(context, key, key_passphrase_file)
    words = text or context.ask(context.say("help-referral.ask-note"))
    done = referrals.update_referral(context.session, opened, named, Step(state, words, date))
    context.show(done, context.say("help-referral.updated", referral=done.id[:SHOWN]))


@referral_app.command("close", help="help-referral.close")
def close(
    ctx: typer.Context, named: Id,
    outcome: Annotated[str, typer.Option(help="help-referral.outcome")],
    text: Annotated[str, typer.Option(help="help-referral.note")] = "",
    keep_until: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="help-referral.keep-until")
    ] = "",
    date: On = "", key: Key = None, key_passphrase_file: KeyWords = None,
) -> None:
    context = command_context(ctx)
    opened = opened_key(context, key, key_passphrase_file)
    done = referrals.close_referral(
        context.session, opened, named, Ending(outcome, text, date, keep_until)
    )
    context.show(done, context.say("help-referral.closed", referral=done.id[:SHOWN],
                                   keep=done.keep_until))


@referral_app.command("erase", help="help-referral.erase")
def erase(
    ctx: typer.Context,
    named: Annotated[
        str, typer.Argument(metavar="[REFERRAL]", help="help-referral.id")
    ] = "",
    due: Annotated[bool, typer.Option("--due", help="help-referral.due")] = False,
    key: Key = None, key_passphrase_file: KeyWords = None,
) -> None:
    context = command_context(ctx)
    if due == bool(named):
        raise UsageError("protection.erase-which")
    opened, day = opened_key(context, key, key_passphrase_file), today(context)
    found = referrals.referrals(context.session, opened)
    wanted = [one for one in found if one.due(day)] if due else [
        referrals.one_referral(found, named)
    ]
    if not wanted:
        context.show({"erased": 0}, context.say("help-referral.none-due"))
    elif context.confirmed("help-referral.erase-ask", count=len(wanted)):
        gone = referrals.erase_referrals(context.session, opened, [one.id for one in wanted])
        context.show({"erased": gone}, context.say("help-referral.erased", count=gone))


def opened_key(context: CommandContext, path: Path | None, words: Path | None) -> OpenedKey:
    """The key of referrals, its passphrase from a file or asked.

    Raises:
        NotAllowed: the operator does not keep referrals.
        UsageError: no key was named, or nobody is there to ask.
        Unusable: it opens nothing here.
    """
    context.session.require(ACTION)
    if path is None:
        raise UsageError("protection.key-unnamed")
    return referral_keys.open_key(
        context.session, path,
        lambda: read_secret(words) if words else context.secret(
            "help-referral.ask-key", option="--key-passphrase-file"
        ),
    )
