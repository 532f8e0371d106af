"""`cbi distribution`: what a distributor takes out, and what came back at the end of the day."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cbi.base.errors import CbiError
from cbi.base.terms import term
from cbi.cli import show
from cbi.cli.city_said import city_said
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.field.hands import told
from cbi.distribution import dispatch as going_out
from cbi.distribution import returns as coming_back
from cbi.distribution.dispatch import Distribution, TakeOut
from cbi.distribution.returns import Back, Counted
from cbi.places import profile_of

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-outing.help")

Number = Annotated[str, typer.Argument(metavar="DISTRIBUTION", help="help-outing.number")]
COUNTS = ("taken", "given", "returned", "damaged", "missing", "out")


@app.command("open", help="help-outing.open")
def open_distribution(
    ctx: typer.Context,
    batch: Annotated[str, typer.Argument(metavar="BATCH", help="help-paper.batch")],
    distributor: Annotated[str, typer.Option("--to", help="help-outing.to")],
    city: Annotated[str | None, typer.Option(help="help-outing.city")] = None,
    point: Annotated[str | None, typer.Option(help="help-outing.point")] = None,
    serial: Annotated[list[str] | None, typer.Option(help="help-outing.serial")] = None,
) -> None:
    context = command_context(ctx)
    what = TakeOut(city_said(context, city), point, serial or ())
    made = going_out.open_distribution(context.session, batch, distributor, what)
    with context.session.ledger.read() as tx:
        holiday = profile_of(tx).holiday(made.day)
    context.show(made, context.next_step("help-outing.opened", number=made.number, taken=made.taken,
                             distributor=made.distributor, place=made.place or "–"))
    if holiday:
        context.line("help-outing.on-holiday", day=made.day, holiday=holiday)


@app.command("close", help="help-outing.close")
def close_distribution(
    ctx: typer.Context, number: Number,
    returned: Annotated[
        list[str] | None, typer.Argument(metavar="[CODE|SERIAL]...", help="help-outing.returned")
    ] = None,
    listed: Annotated[Path | None, typer.Option("--list", help="help-outing.list")] = None,
    damaged: Annotated[list[str] | None, typer.Option(help="help-outing.damaged")] = None,
    count: Annotated[int | None, typer.Option(min=0, help="help-outing.count")] = None,
    missing: Annotated[str, typer.Option("--missing", help="help-outing.missing")] = "",
) -> None:
    context = command_context(ctx)
    back = Back(_typed(context, returned or []), damaged or (), listed, count)
    try:
        made, found = coming_back.close_distribution(
            context.session, number, back, missing_reason=missing
        )
    except CbiError:
        _tell_problems(context, number, back)
        raise
    _tell_closed(context, made, found)


@app.command("list", help="help-outing.list-all")
def list_distributions(
    ctx: typer.Context,
    day: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="help-outing.day")
    ] = None,
    open_only: Annotated[bool, typer.Option("--open", help="help-outing.open-only")] = False,
    limit: Annotated[int, typer.Option(min=1, help="help-batch.limit")] = 100,
) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = going_out.distributions(tx, open_only=open_only, day=day, limit=limit)
    columns = ("number", "day", "place", "distributor", "state", *COUNTS)
    later = ("taken given out", "distributor", "returned damaged missing", "place")
    context.table([_value(one) for one in found], columns, headings="help-outing", later=later,
                  shown=lambda one: [
        term("help-outing.state", one[name]) if name == "state" else show.as_text(one[name])
        for name in columns
    ])


@app.command("show", help="help-outing.show")
def show_distribution(ctx: typer.Context, number: Number) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = going_out.distribution(tx, number)
        serials = going_out.serials_by_outcome(tx, found.number)
    lines = [_line(context, found)]
    lines += [f"{context.say(f'help-outing.column-{outcome}')}: {', '.join(named)}"
              for outcome, named in sorted(serials.items())]
    context.show({**_value(found), "serials": serials}, *lines)


@app.command("void", help="help-outing.void")
def void_returned(
    ctx: typer.Context, number: Number,
    reason: Annotated[str, typer.Option(help="help-voucher.reason")],
) -> None:
    context = command_context(ctx)
    serials = coming_back.void_returned(context.session, number, reason)
    context.show({"void": serials}, context.say("help-outing.voided", count=len(serials)))


def _typed(context: CommandContext, returned: list[str]) -> Sequence[str]:
    """What was named on the line, or with `-` what a scanner types line by line."""
    if returned != ["-"]:
        return returned
    if sys.stdin.isatty():
        show.put(context.say("help-hands.scan"), err=True)
    found = []
    for line in sys.stdin:
        if line.strip():
            found.append(line.strip())
        elif sys.stdin.isatty():
            break
    return found


def _tell_problems(context: CommandContext, number: str, back: Back) -> None:
    """Each thing that does not fit, in a line of its own, before the refusal."""
    if back.count is not None and not (back.returned or back.damaged or back.listed):
        return
    for problem in coming_back.count_distribution(context.session, number, back).problems:
        show.put(told(context, problem), err=True)


def _tell_closed(context: CommandContext, made: Distribution, found: Counted) -> None:
    lines = [_line(context, made)]
    if found.damaged:
        lines.append(context.say("help-outing.replace-damaged", serials=", ".join(found.damaged)))
    if found.returned:
        lines.append(context.say("help-outing.kept", count=len(found.returned), number=made.number))
    context.show({**_value(made), "damaged_serials": found.damaged,
               "returned_serials": found.returned, "missing_serials": found.missing}, *lines)


def _line(context: CommandContext, found: Distribution) -> str:
    return context.say("help-outing.balance", **{**_value(found), "place": found.place or "–"})


def _value(found: Distribution) -> dict[str, object]:
    return {name: getattr(found, name) for name in (
        "number", "round", "place", "distributor", "day", "state", "opened_by", "opened_at",
        "closed_by", "closed_at", "missing_reason", *COUNTS,
    )}
