"""`cbi training` and `cbi report training`: who was trained in what, plan against done."""

from pathlib import Path
from typing import Annotated

import typer

from cbi.base.errors import BadFile, UsageError
from cbi.cli.care.reports import AsOfText
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.field.person_words import today
from cbi.operators import training
from cbi.operators.cascade import CascadeStep, cascade
from cbi.operators.past import FOREVER
from cbi.operators.training import Trained

training_app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-training.help")
report_app = typer.Typer(add_completion=False, rich_markup_mode=None)

FIELDS = ("operator", "topic", "day", "trainer", "store")
NEEDED = frozenset({"operator", "topic", "trainer"})
HEADING_ROWS = 20
STEP = "· "

Topic = Annotated[str, typer.Option(help="help-training.topic")]


@training_app.command("add", help="help-training.add")
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="help-training.name")] = "",
    topic: Topic = "",
    trainer: Annotated[str, typer.Option(help="help-training.trainer")] = "",
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="help-training.date")] = "",
    store: Annotated[str, typer.Option(help="help-training.store")] = "",
    file: Annotated[Path | None, typer.Option("--file", help="help-training.file")] = None,
) -> None:
    context = command_context(ctx)
    context.session.require("training.keep")
    if bool(name) == (file is not None):
        raise UsageError("training.one-or-file")
    told = [Trained(name, topic, date, trainer, store)] if file is None else read_trainings(file)
    done = training.add_trainings(context.session, told, today(context))
    if file is None and done.refused:
        raise done.refused[0][1]
    context.show(
        {"added": done.added, "known": done.known, "refused": [place for place, _ in done.refused]},
        context.say("help-training.added", count=done.added, known=done.known),
        *(context.say("help-training.refused", place=place,
                      why=context.say(error.code, **error.facts)) for place, error in done.refused),
    )


def read_trainings(path: Path) -> list[Trained]:
    """Trainings of a list, its columns by their headings in English or Russian.

    Raises:
        BadFile: it cannot be read, or has not the columns.
    """
    from cbi.files import read_table, text_of
    from cbi.messages import text

    table = read_table(path)
    names = {
        word.casefold(): field for field in FIELDS
        for word in (field, *(text(f"help-training.column-{field}", language)
                              for language in ("en", "ru")))
    }
    for place, row in enumerate(table.rows[:HEADING_ROWS]):
        found = {
            names[word]: at for at, cell in enumerate(row.cells)
            if (word := text_of(cell).strip().casefold()) in names
        }
        if found.keys() >= NEEDED:
            return [
                Trained(**{
                    field: text_of(one.cells[at]) if at < len(one.cells) else ""
                    for field, at in ({"day": 10**6} | found).items()
                })
                for one in table.rows[place + 1:]
            ]
    raise BadFile("training.no-columns", file=path.name)


@training_app.command("list", help="help-training.list")
def list_trainings(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Option("--operator", help="help-training.name")] = None,
    topic: Annotated[str | None, typer.Option(help="help-training.topic")] = None,
) -> None:
    context = command_context(ctx)
    context.session.require("operator.read")
    with context.session.ledger.read() as tx:
        found = training.trainings(tx, operator=name, topic=topic)
    context.table(found, ("operator", "topic", "day", "trainer", "store"),
                  headings="help-training", later=("trainer", "store"))


@training_app.command("plan", help="help-training.plan")
def plan(
    ctx: typer.Context,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="help-training.role")],
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="help-training.topic")],
    drop: Annotated[bool, typer.Option("--drop", help="help-training.drop")] = False,
) -> None:
    context = command_context(ctx)
    training.plan_training(context.session, role, topic, drop=drop)
    context.show({"role": role, "topic": topic, "dropped": drop}, context.say(
        f"help-training.{'dropped' if drop else 'planned'}", role=_role(context, role),
        topic=topic))


@training_app.command("require", help="help-training.require")
def require(
    ctx: typer.Context,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="help-training.role")],
    topic: Annotated[str, typer.Argument(metavar="TOPIC", help="help-training.topic")],
    programme: Annotated[str, typer.Option(help="help-training.programme")],
    drop: Annotated[bool, typer.Option("--drop", help="help-training.drop-required")] = False,
) -> None:
    context = command_context(ctx)
    done = training.require_training(context.session, programme, role, topic, drop=drop)
    facts = {"role": _role(context, done.role), "topic": done.topic,
             "programme": programme.strip().upper()}
    lines = [context.say(
        f"help-training.{'required-no-more' if drop else 'required'}", **facts)]
    if done.asked and done.missing:
        lines.append(context.say("help-training.waits", names=", ".join(done.missing)))
    context.show(done, *lines)


@report_app.command("training", help="help-training.report")
def report(
    ctx: typer.Context,
    trainers: Annotated[bool, typer.Option("--trainers", help="help-training.trainers")] = False,
    down: Annotated[bool, typer.Option("--cascade", help="help-training.cascade")] = False,
    as_of: AsOfText = None,
) -> None:
    from cbi.reports.as_of import books_as_of

    context = command_context(ctx)
    context.session.require("operator.read")
    with context.session.ledger.read() as tx:
        seen = books_as_of(tx, as_of, context.session.clock())
        until = FOREVER if seen.kind == "now" else seen.until
        steps = cascade(tx, until) if down else []
        by_trainer = training.trainers_done(tx, until) if trainers else []
        done = training.plan_done(tx, until)
    context.seen(seen)
    if down:
        _show_cascade(context, steps)
        return
    if trainers:
        context.table(
            by_trainer, ("trainer", "topic", "trained", "was_trained"), headings="help-training",
        )
        return
    context.table(
        done, ("role", "topic", "needed", "trained", "missing", "asked"),
        headings="help-training", later=("missing", "asked"), shown=lambda one: (
            _role(context, one.role), one.topic, str(one.needed), str(one.trained),
            ", ".join(one.missing), ", ".join(one.asked),
        ),
    )


def _show_cascade(context: CommandContext, steps: list[CascadeStep]) -> None:
    context.table(
        steps, ("topic", "cascade", "day", "store"), headings="help-training", later=("store",),
        shown=lambda one: (
            one.topic, STEP * one.level + context.say(
                f"help-training.{'step-trained' if one.trained else 'step'}",
                operator=one.operator, count=one.trained),
            one.day, one.store,
        ),
    )


def _role(context: CommandContext, role: str) -> str:
    return context.say(f"log.value-{role}")
