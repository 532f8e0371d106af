"""`operator second-factor` and `second-reset`: the code that is asked over the network."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cbi.base.clock import at
from cbi.base.errors import UsageError
from cbi.cli.command_context import CommandContext, command_context
from cbi.cli.output import output_option
from cbi.cli.squares import square_of
from cbi.operators import second
from cbi.operators.owner_only import write_over

if TYPE_CHECKING:
    from cbi.operators.second import SecondMade
    from cbi.paper.blocks import Letter

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-operators.help")


@app.command("second-factor", help="help-second.set")
def set_second(
    ctx: typer.Context,
    output: Annotated[
        Path | None, output_option("help-second.output", metavar="FILE")
    ] = None,
) -> None:
    context = command_context(ctx)
    if output is not None and output.suffix.lower() != ".pdf":
        raise UsageError("help-second.pdf", file=output.name)
    who = context.session.operator.name
    proved = context.ledger_context.session(context.proved(who, context.passphrase()))
    proved.require("finance.read")
    with proved.ledger.read() as tx:
        known = second.has_second(tx, who)
    before = context.ask(context.say("help-second.ask-before")) if known else ""
    secret = second.new_secret(proved.entropy)
    _shown(context, secret, who)
    code = context.ask(context.say("help-second.ask-code"))
    made = second.set_second(proved, secret, code, before=before)
    if output is not None:
        _written(context, made, output)
    _told(context, made, output)


@app.command("second-reset", help="help-second.reset")
def reset_second(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="help-operators.name")],
    reason: Annotated[str, typer.Option("--reason", help="help-second.reason")],
) -> None:
    context = command_context(ctx)
    gone = second.reset_second(context.session, name, reason)
    context.show({"operator": gone}, context.say("help-second.reset-done", operator=gone))


def _shown(context: CommandContext, secret: bytes, who: str) -> None:
    """The secret as a square and in letters, on standard error beside the questions."""
    from cbi.cli import show

    show.give(square_of(second.address_of(secret, who)), err=True)
    show.put(context.say("help-second.scan", secret=second.shown_secret(secret)), err=True)


def _told(context: CommandContext, made: "SecondMade", output: Path | None) -> None:
    codes = () if output is not None else made.recovery
    told = {"operator": made.operator, "recovery": codes, "output": output and str(output)}
    key = "done-printed" if output is not None else "done"
    context.show(told, context.say(f"help-second.{key}", operator=made.operator,
                                   file=str(output)))
    for one in codes:
        context.exact(f"    {one}")


def _written(context: CommandContext, made: "SecondMade", path: Path) -> None:
    """The recovery codes on paper, in a file for their owner alone."""
    from cbi.paper.letters import draw_letter

    drawn = io.BytesIO()
    now = at(context.session.clock(), context.zone)
    draw_letter(drawn, _paper(context, made, now.date().isoformat()), created=now)
    write_over(path, drawn.getvalue())


def _paper(context: CommandContext, made: "SecondMade", day: str) -> "Letter":
    from cbi.messages.figures import date_words
    from cbi.paper.blocks import FactLines, Letter, Words

    def say(key: str) -> str:
        return context.say(f"help-second.paper-{key}")

    title = say("title")
    return Letter(title, title, [
        Words(title, "title"),
        FactLines([(say("name"), made.operator),
                   (say("date"), date_words(day, context.language))]),
        Words(say("how")),
        FactLines([(f"{number}.", f"{code}     ______")
                   for number, code in enumerate(made.recovery, 1)]),
        Words(say("lost"), "small"),
    ], context.language, practice=context.ledger_context.identity.practice)
