"""`cbi report flags` and `report decide`: what is worth a question, and what was found out."""

from typing import Annotated

import typer

from cbi.cli import show
from cbi.cli.care.reports import AsOfText, Programme
from cbi.cli.command_context import command_context

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("flags", help="help-reports.flags")
def flags(
    ctx: typer.Context, programme: Programme = None, as_of: AsOfText = None,
    kind: Annotated[str | None, typer.Option(help="help-reports.flags-kind")] = None,
    everything: Annotated[bool, typer.Option("--all", help="help-reports.flags-all")] = False,
) -> None:
    from cbi.reports.flags.showing import find_flags

    context = command_context(ctx)
    found = find_flags(context.session, programme, as_of)
    wanted = [one for one in (found.flags if everything else found.open)
              if kind in (None, one.kind)]
    if context.json:
        context.show([one.record() for one in wanted])
        return
    context.line("flags.head" if wanted else "flags.none", count=len(wanted))
    context.seen(found.seen)
    for one in wanted:
        show.give("")
        for number, line in enumerate(one.words(context.language)):
            show.put(line, style="" if number else "bold")
    looked_at = len(found.flags) - len(found.open)
    if looked_at and not everything:
        context.line("flags.decided", count=looked_at)
    if not found.phones:
        context.line("flags.no-phones")


@app.command("decide", help="help-reports.decide")
def decide(
    ctx: typer.Context,
    flag: Annotated[str, typer.Argument(metavar="FLAG", help="help-reports.flag")],
    verdict: Annotated[str, typer.Argument(metavar="VERDICT", help="help-reports.verdict")],
    reason: Annotated[str, typer.Option(help="help-reports.reason")] = "",
    programme: Programme = None,
) -> None:
    from cbi.reports.flags.deciding import decide_flag

    context = command_context(ctx)
    found = decide_flag(context.session, flag, verdict, reason, programme)
    said = context.say(f"flags.verdict-{verdict}")
    context.show({**found.record(), "verdict": verdict, "reason": reason},
                 context.say("flags.done", flag=found.id[:10], verdict=said))
