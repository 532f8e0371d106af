"""`cbi people sample`: people drawn to be visited, and what the visits found."""

from typing import Annotated

import typer

from cbi.cli.field.person_words import apart, today
from cbi.cli.here import Here, here_of
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
    here = here_of(ctx)
    _tell(here, persons.draw_sample(
        here.desk, share_percent=share, frame=frame, city=city, seed=seed
    ))


@sample_app.command("list", help="help-people.sample-list")
def list_samples(ctx: typer.Context) -> None:
    here = here_of(ctx)
    here.desk.require("ledger.read")
    with here.desk.ledger.read() as tx:
        found = [persons.sample(tx, number) for number in persons.samples(tx)]
    columns = ("number", "frame", "city", "frame_count", "drawn_by")
    here.table(found, columns, headings="help-people")


@sample_app.command("show", help="help-people.sample-show")
def show(ctx: typer.Context, number: Check) -> None:
    here = here_of(ctx)
    here.desk.require("ledger.read")
    with here.desk.ledger.read() as tx:
        found = persons.sample(tx, number)
    _tell(here, found)


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
    here = here_of(ctx)
    _tell(here, persons.record_check(
        here.desk, number, person, result, date=date or today(here), note=note, apart=apart(here)
    ))


def _tell(here: Here, found: Sample) -> None:
    if here.json:
        here.show(found)
        return
    counts = ", ".join(f"{word} {count}" for word, count in found.counts.items())
    here.line(
        "help-people.sample-told", sample=found.number, people=len(found.members),
        of=found.frame_count, seed=found.seed, counts=counts,
    )
    here.table(
        found.members, ("person", "city", "result", "date", "checked_by"), headings="help-people"
    )
