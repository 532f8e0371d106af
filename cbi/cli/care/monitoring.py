"""`cbi monitoring`: households asked after a round, and what they answered."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cbi.cli.care.reports import AsOfText, tell_kept_back
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.output import output_option

if TYPE_CHECKING:
    from cbi.reports.monitoring.results import MonitoringAnswer

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-monitoring.help")

SampleNumber = Annotated[str, typer.Argument(metavar="SAMPLE", help="help-monitoring.sample")]


@app.command("draw", help="help-monitoring.draw")
def draw(
    ctx: typer.Context,
    round_code: Annotated[str, typer.Argument(metavar="ROUND", help="help-monitoring.round")],
    margin: Annotated[int, typer.Option(help="help-monitoring.margin")] = 5,
    confidence: Annotated[int, typer.Option(help="help-monitoring.confidence")] = 95,
    each_city: Annotated[
        bool, typer.Option("--each-city", help="help-monitoring.each-city")
    ] = False,
    seed: Annotated[str, typer.Option(help="help-monitoring.seed")] = "",
) -> None:
    from cbi.reports.monitoring.drawing import SampleWanted, draw_monitoring

    context = command_context(ctx)
    found = draw_monitoring(context.session, round_code, SampleWanted(
        margin_percent=margin, confidence_percent=confidence, each_city=each_city, seed=seed))
    asked = [one.city for one in found.members]
    context.show(
        found.record(),
        context.say("help-monitoring.drawn", sample=found.number, count=len(found.members),
                    of=found.households, round=found.round, seed=found.seed),
        *(f"  {city}: {asked.count(city)}/{count}" for city, count in found.cities.items()),
        context.say("help-monitoring.next", sample=found.number),
    )


@app.command("list", help="help-monitoring.list")
def list_samples(ctx: typer.Context) -> None:
    from cbi.reports.monitoring.drawing import monitoring_samples

    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = monitoring_samples(tx)
    if context.json:
        context.show([one.record() for one in found])
        return
    context.table(
        found, ("number", "round", "drawn", "open", "of", "margin"), headings="help-monitoring",
        shown=lambda one: (one.number, one.round, str(len(one.members)), str(one.open),
                           str(one.households), f"{one.margin_percent} %"),
        later=("of", "margin"),
    )


@app.command("form", help="help-monitoring.form")
def form(
    ctx: typer.Context, number: SampleNumber,
    output: Annotated[Path, output_option("help-monitoring.output")],
    kobo: Annotated[bool, typer.Option("--kobo", help="help-monitoring.kobo")] = False,
    names_for: Annotated[
        str, typer.Option("--names-for", metavar="PURPOSE", help="help-monitoring.names-for")
    ] = "",
) -> None:
    from cbi.base.errors import UsageError
    from cbi.reports.monitoring.forms import write_form, write_xlsform

    context = command_context(ctx)
    if kobo and names_for:
        raise UsageError("monitoring.no-names-online")
    found = write_xlsform(context.session, number, output) if kobo else write_form(
        context.session, number, output, purpose=names_for, language=context.language)
    context.show(
        {"file": output, "households": len(found.members)},
        context.say("help-monitoring.form-written", file=output, count=len(found.members)),
        context.say("help-monitoring.form-next", sample=found.number),
    )


@app.command("take", help="help-monitoring.take")
def take(
    ctx: typer.Context, number: SampleNumber,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="help-monitoring.file")],
) -> None:
    from cbi.reports.monitoring.taking import take_answers

    context = command_context(ctx)
    told = take_answers(context.session, number, file)
    context.show(told._asdict(), context.say("help-monitoring.taken", **told._asdict()))


@app.command("results", help="help-monitoring.results")
def results(
    ctx: typer.Context, number: SampleNumber,
    city: Annotated[str, typer.Option(help="help-monitoring.city")] = "",
    small: Annotated[int, typer.Option(help="help-reports.small")] = 10,
    as_of: AsOfText = None,
    output: Annotated[Path | None, output_option("help-reports.output")] = None,
) -> None:
    from cbi.cli import show
    from cbi.reports.monitoring.results import head, monitoring_results, write_results

    context = command_context(ctx)
    told = monitoring_results(
        context.session, number, least=small, asked=as_of, language=context.language)
    if output is not None:
        write_results(told, output, language=context.language)
        context.show(told.record(), context.say(
            "help-reports.rows", file=output, count=len(told.answers)))
        return
    if context.json:
        context.show(told.record())
        return
    show.put(head(told, context.language))
    chosen = [one for one in told.answers if one.city == city]
    _tell(context, chosen)
    tell_kept_back(context, any(one.count is None for one in chosen), small)


def _tell(context: CommandContext, answers: "list[MonitoringAnswer]") -> None:
    """Question by question, an answer a row."""
    from cbi.cli import show
    from cbi.reports.monitoring.questions import answer_words, question_words

    for question in dict.fromkeys(one.question for one in answers):
        show.give("")
        show.put(question_words(question, context.language), style="bold")
        context.table(
            [one for one in answers if one.question == question],
            ("answer", "count", "share", "interval"), headings="help-monitoring",
            shown=lambda one: (
                answer_words(one.answer, context.language),
                "*" if one.count is None else f"{one.count}/{one.answered}",
                percent(one.share, context.language),
                "" if one.low is None else
                f"{percent(one.low, context.language)} – {percent(one.high, context.language)}",
            ),
        )


def percent(share: float | None, language: str) -> str:
    """A share as people read it; a star is kept back."""
    from cbi.messages.figures import share_figures

    return "*" if share is None else share_figures(share, language, places=1)
