"""`cbi people sample`: people drawn to be visited, and what the visits found."""

from typing import Annotated

import typer

from cbi.base.terms import term
from cbi.cli.city_said import city_said
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.field.person_words import apart, today
from cbi.people import persons
from cbi.people.persons import Sample

sample_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-people.sample")

Check = Annotated[str, typer.Argument(metavar="SAMPLE", help="help-people.sample-number")]


@sample_app.command("draw", help="help-people.sample-draw")
def draw(
    ctx: typer.Context,
    share: Annotated[int, typer.Option(help="help-people.sample-share")] = 10,
    frame: Annotated[str, typer.Option("--of", help="help-people.sample-frame")] = "enrolled",
    city: Annotated[str | None, typer.Option(help="help-people.city")] = None,
    seed: Annotated[str | None, typer.Option(help="help-people.sample-seed")] = None,
) -> None:
    context = command_context(ctx)
    _tell(context, persons.draw_sample(
        context.session, share_percent=share, frame=frame, city=city_said(context, city), seed=seed
    ))


@sample_app.command("list", help="help-people.sample-list")
def list_samples(ctx: typer.Context) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = [persons.sample(tx, number) for number in persons.samples(tx)]
    columns = ("number", "frame", "city", "frame_count", "drawn_by")
    context.table(found, columns, headings="help-people", shown=lambda one: (
        one.number, term("help-people.frame", one.frame), one.city or "", str(one.frame_count),
        one.drawn_by,
    ))


@sample_app.command("show", help="help-people.sample-show")
def show(ctx: typer.Context, number: Check) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = persons.sample(tx, number)
    _tell(context, found)


@sample_app.command("record", help="help-people.sample-record")
def record(
    ctx: typer.Context, number: Check,
    person: Annotated[str, typer.Argument(metavar="NUMBER", help="help-people.number")],
    result: Annotated[str, typer.Argument(metavar="RESULT", help="help-people.sample-result")],
    note: Annotated[str, typer.Option(help="help-people.sample-note")] = "",
    date: Annotated[
        str, typer.Option("--date", metavar="YYYY-MM-DD", help="help-people.date")
    ] = "",
) -> None:
    context = command_context(ctx)
    _tell(context, persons.record_check(
        context.session, number, person, result, date=date or today(context), note=note,
        apart=apart(context)
    ))


def _tell(context: CommandContext, found: Sample) -> None:
    if context.json:
        context.show(found)
        return
    counts = ", ".join(
        f"{context.say(f'help-people.check-{word}')} {count}"
        for word, count in found.counts.items()
    )
    context.line(
        "help-people.sample-told", sample=found.number, people=len(found.members),
        of=found.frame_count, seed=found.seed, counts=counts,
    )
    context.table(
        found.members, ("person", "city", "result", "date", "checked_by"), headings="help-people",
        shown=lambda one: (
            one.person, one.city, term("help-people.check", one.result or ""), one.date or "",
            one.checked_by or "",
        ),
    )
