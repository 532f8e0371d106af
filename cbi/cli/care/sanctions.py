"""`cbi sanctions`: lists that the office brings, who is like an entry, and what was decided."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.command_context import CommandContext, command_context
from cbi.people.sanctions import opening, screening
from cbi.people.sanctions.tables import SanctionsHit
from cbi.storage.transactions import ReadTransaction

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-sanctions.help")

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="help-sanctions.number")]


@app.command("policy", help="help-sanctions.policy")
def policy(
    ctx: typer.Context,
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help="help-sanctions.programme")],
    families: Annotated[bool, typer.Option("--families", help="help-sanctions.families")] = False,
    off: Annotated[bool, typer.Option("--off", help="help-sanctions.off")] = False,
) -> None:
    context = command_context(ctx)
    made = screening.set_policy(context.session, programme, asked=not off, families=families)
    which = "off" if not made.asked else "families" if made.families else "on"
    context.show(made, context.say(f"help-sanctions.policy-{which}", programme=made.programme))


@app.command("load", help="help-sanctions.load")
def load(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="help-sanctions.file")],
    label: Annotated[str, typer.Option("--list", help="help-sanctions.label")],
) -> None:
    from cbi.people.sanctions.entries import read_list

    context = command_context(ctx)
    context.session.require("sanctions.screen")
    made = screening.take_list(context.session, label, read_list(file))
    context.show(
        {"list": made.label, "entries": made.entry_count, "dated": made.dated,
         "sha256": made.digest},
        context.say("help-sanctions.loaded", count=made.entry_count, label=made.label),
        *([context.say("help-sanctions.dated", date=made.dated)] if made.dated else []),
        context.say("help-sanctions.load-next"),
    )


@app.command("name", help="help-sanctions.name")
def name(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="retailer|operator",
                                        help="help-sanctions.kind")],
    subject: Annotated[str, typer.Argument(metavar="CODE", help="help-sanctions.subject")],
    full_name: Annotated[str, typer.Argument(metavar="NAME", help="help-sanctions.full-name")],
    drop: Annotated[bool, typer.Option("--drop", help="help-sanctions.drop")] = False,
) -> None:
    context = command_context(ctx)
    screening.give_name(context.session, kind, subject, full_name, drop=drop)
    context.show(
        {"kind": kind, "subject": subject, "name": full_name, "dropped": drop},
        context.say(f"help-sanctions.{'name-dropped' if drop else 'named'}", name=full_name,
                    subject=subject),
    )


@app.command("screen", help="help-sanctions.screen")
def screen(ctx: typer.Context) -> None:
    context = command_context(ctx)
    done = screening.screen(context.session)
    lines = [context.say("help-sanctions.screened", subjects=done.subjects, found=done.found)]
    if done.undecided:
        lines.append(context.say("help-sanctions.undecided", count=done.undecided))
    context.show(done, *lines)


@app.command("list", help="help-sanctions.list")
def list_hits(
    ctx: typer.Context,
    undecided: Annotated[bool, typer.Option("--undecided",
                                            help="help-sanctions.only-undecided")] = False,
) -> None:
    context = command_context(ctx)
    context.session.require("sanctions.read")
    with context.session.ledger.read() as tx:
        found = [_listed(tx, one) for one in screening.hits(tx, open_only=undecided)]
    context.table(
        found, ("number", "who", "entry", "label", "decision"), headings="help-sanctions",
        later=("label",), shown=lambda one: (
            one["number"], f"{_kind(context, one['kind'])}: {one['subject']}", one["entry"],
            one["list"], _decision(context, one["decision"]),
        ),
    )


def _listed(tx: ReadTransaction, one: SanctionsHit) -> dict[str, str | int | None]:
    return {
        "number": f"S-{one.counted}", "kind": one.kind,
        "subject": opening.known_by(tx, one), "list": one.label, "uid": one.entry,
        "entry": opening.entry_of(tx, one).names[0], "decision": one.decision,
        "reason": one.reason, "decided_by": one.decided_by, "decided_at": one.decided_at,
    }


@app.command("show", help="help-sanctions.show")
def show_hit(ctx: typer.Context, number: Number) -> None:
    context = command_context(ctx)
    told = opening.open_hit(context.session, number)
    one = told.hit
    lines = [
        context.say("help-sanctions.ours", kind=_kind(context, one.kind), subject=told.known_by,
                    names="; ".join(told.names)),
        context.say("help-sanctions.theirs", label=one.label, uid=one.entry,
                    names="; ".join(told.entry.names)),
    ]
    if told.entry.births:
        lines.append(context.say("help-sanctions.births",
                                 years=", ".join(map(str, told.entry.births))))
    lines += [_decided(context, earlier, "before") for earlier in told.earlier]
    if one.decision:
        lines.append(_decided(context, one, "decided"))
    else:
        lines.append(context.say("help-sanctions.show-next", number=f"S-{one.counted}"))
    context.show({
        "number": f"S-{one.counted}", "kind": one.kind, "subject": told.known_by,
        "names": told.names, "list": one.label, "uid": one.entry,
        "entry_names": told.entry.names, "births": told.entry.births, "decision": one.decision,
        "reason": one.reason,
    }, *lines)


@app.command("decide", help="help-sanctions.decide")
def decide(
    ctx: typer.Context, number: Number,
    decision: Annotated[str, typer.Argument(metavar="same|different",
                                            help="help-sanctions.decision")],
    reason: Annotated[str, typer.Option(help="help-sanctions.reason")],
) -> None:
    context = command_context(ctx)
    made = screening.decide(context.session, number, decision, reason)
    with context.session.ledger.read() as tx:
        subject = opening.known_by(tx, made)
    lines = [context.say(f"help-sanctions.done-{decision}", number=f"S-{made.counted}",
                         subject=subject)]
    if decision == "same":
        lines.append(context.say(f"help-sanctions.then-{made.kind}", subject=subject))
    context.show({"number": f"S-{made.counted}", "decision": decision, "subject": subject}, *lines)


def _decided(context: CommandContext, one: SanctionsHit, key: str) -> str:
    return context.say(
        f"help-sanctions.{key}", decision=_decision(context, one.decision), reason=one.reason,
        operator=one.decided_by, at=context.instant(one.decided_at),
    )


def _kind(context: CommandContext, kind: str) -> str:
    return context.say(f"help-sanctions.kind-{kind}")


def _decision(context: CommandContext, decision: str | None) -> str:
    return context.say(f"help-sanctions.is-{decision or 'open'}")
