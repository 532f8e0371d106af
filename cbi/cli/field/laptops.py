"""`cbi field`: laptops of offices without connection, as the main office pairs and serves them."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.city_said import city_said
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.output import output_option
from cbi.field import pairing
from cbi.field.conflicts import FieldConflict, conflicts, decide
from cbi.field.laptop import read_card
from cbi.field.pairing import LaptopStanding, laptops, main_fingerprint
from cbi.field.sending import send
from cbi.field.taking import TakenFile, read_back, take

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-field.help")

Laptop = Annotated[str, typer.Argument(metavar="LAPTOP", help="help-field.laptop")]
OUTCOMES = ("posted", "undone", "noted", "conflict")


@app.command("pair", help="help-field.pair")
def pair(
    ctx: typer.Context,
    card: Annotated[Path, typer.Argument(metavar="CARD", help="help-field.card")],
    holder: Annotated[str, typer.Option(metavar="NAME", help="help-field.holder")],
) -> None:
    context = command_context(ctx)
    context.session.require("field.pair")
    read = read_card(card)
    if not context.confirmed("help-field.same-card", laptop=read.name,
                             fingerprint=read.fingerprint):
        return
    made = pairing.pair(context.session, read, holder)
    main = main_fingerprint(context.session)
    context.show({**made._asdict(), "main_fingerprint": main}, context.say(
        "help-field.paired", laptop=made.name, holder=made.holder, main=main
    ))


@app.command("send", help="help-field.send")
def send_bundle(
    ctx: typer.Context, laptop: Laptop,
    output: Annotated[Path, output_option("help-field.send-output")],
    city: Annotated[list[str] | None, typer.Option(help="help-field.city")] = None,
) -> None:
    context = command_context(ctx)
    cities = [code for one in city or () if (code := city_said(context, one))]
    made = send(context.session, laptop, cities, output, language=context.language)
    context.show({**made._asdict(), "file": output}, context.say(
        "help-field.sent", laptop=made.name, number=made.sent, vouchers=made.vouchers,
        file=output,
    ))


@app.command("take", help="help-field.take")
def take_back(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="help-field.file")],
) -> None:
    context = command_context(ctx)
    read = read_back(context.session, file)
    with context.progress("help-field.taking", len(read.events)) as tell:
        found = take(context.session, read, progress=tell)
    lines = [
        context.say("help-field.one-conflict", name=f"{found.laptop}/{one.event.seq}",
                    serial=one.event.serial, why=_why(context, one.fate.reason))
        for one in found.conflicts
    ]
    counts = {name: found.count(name) for name in OUTCOMES}
    if found.conflicts:
        lines.append(context.say("help-field.look-at", laptop=found.laptop))
    context.show(_taken(found), context.say(
        "help-field.taken", laptop=found.laptop, events=len(found.events), **counts
    ), *lines)
    if found.conflicts:
        raise typer.Exit(5)


@app.command("conflicts", help="help-field.conflicts")
def list_conflicts(
    ctx: typer.Context,
    laptop: Annotated[str, typer.Argument(metavar="[LAPTOP]", help="help-field.laptop")] = "",
    everything: Annotated[bool, typer.Option("--all", help="help-field.conflicts-all")] = False,
) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = conflicts(tx, laptop=laptop, undecided=not everything)
    context.table(
        [_record(one) for one in found] if context.json else found,
        ("conflict", "serial", "why", "said", "taken", "now", "given", "decided"),
        headings="help-field", shown=lambda one: _cells(context, one),
        later=("decided", "given", "taken", "said"),
    )


@app.command("decide", help="help-field.decide")
def decide_conflict(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="CONFLICT", help="help-field.conflict")],
    reason: Annotated[str, typer.Option(help="help-field.decide-reason")],
) -> None:
    context = command_context(ctx)
    closed = decide(context.session, name, reason)
    context.show({"decided": [one.name for one in closed]}, context.say(
        "help-field.decided", name=closed[0].name, serial=closed[0].serial
    ))


@app.command("recall", help="help-field.recall")
def recall(
    ctx: typer.Context, laptop: Laptop,
    reason: Annotated[str, typer.Option(help="help-field.recall-reason")],
) -> None:
    context = command_context(ctx)
    context.session.require("field.recall")
    if context.confirmed("help-field.recall-sure", laptop=laptop):
        made = pairing.recall(context.session, laptop, reason)
        context.show(made._asdict(), context.say("help-field.recalled", laptop=made.name))


@app.command("list", help="help-field.list")
def list_laptops(ctx: typer.Context) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = laptops(tx)
    context.table(
        found, ("laptop", "holder", "state", "bundle", "sent", "events", "taken"),
        headings="help-field", later=("taken sent", "bundle events", "holder"),
        shown=lambda one: (
            one.name, one.holder, _state(context, one), str(one.sent),
            context.instant(one.sent_at), str(one.taken), context.instant(one.taken_at),
        ),
    )


def _state(context: CommandContext, one: LaptopStanding) -> str:
    if one.recalled_at is not None:
        return context.say("help-field.state-recalled")
    return context.say(f"help-field.state-{'out' if one.out else 'here'}")


def _why(context: CommandContext, reason: str | None) -> str:
    return context.say(f"field.why-{reason}")


def _cells(context: CommandContext, one: FieldConflict) -> tuple[str, ...]:
    given = f"{one.given_by} {context.instant(one.given_at)}" if one.given_by else ""
    decided = f"{one.decided_by}: {one.decision}" if one.decided_by else ""
    state = context.say(f"help-field.voucher-{one.state}") if one.state else ""
    return (
        one.name, one.serial, _why(context, one.reason), context.instant(one.said_at),
        context.instant(one.taken_at), state, given, decided,
    )


def _taken(found: TakenFile) -> dict[str, object]:
    """A file taken, as `--json` gives it."""
    return {
        "laptop": found.laptop, "holder": found.holder, "known": found.known,
        "recalled": found.recalled,
        "events": [
            {"seq": one.event.seq, "kind": one.event.kind, "serial": one.event.serial,
             "outcome": one.fate.outcome, "reason": one.fate.reason} for one in found.events
        ],
    }


def _record(one: FieldConflict) -> dict[str, object]:
    """A conflict as `--json` gives it; instants in microseconds UTC."""
    return {"conflict": one.name, **one._asdict(), "digest": one.digest.hex()}
