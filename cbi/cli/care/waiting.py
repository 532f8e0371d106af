"""`cbi waiting`: what waits for who asks, with the line to type; and the count after sign-in."""

from typing import Annotated

import typer

from cbi.cli import show
from cbi.cli.command_context import CommandContext, command_context
from cbi.messages import texts
from cbi.operators.operator_session import Operator

app = typer.Typer(add_completion=False, rich_markup_mode=None)

INDENT = "    "
LINE_STYLE = "bold green"


@app.command("waiting", help="waiting.help")
def waiting(
    ctx: typer.Context,
    everybody: Annotated[bool, typer.Option("--all", help="waiting.all")] = False,
) -> None:
    from cbi.reports.waiting import waiting_work, work_of

    context = command_context(ctx)
    context.session.require("ledger.read")
    apart, zone = context.duties_apart, context.zone
    with context.session.ledger.read() as tx:
        found = waiting_work(tx, context.session.clock(), zone=zone)
    if not everybody:
        found = work_of(found, context.session.operator, apart=apart)
    if context.json:
        context.show([
            {"what": one.what, "object": one.object, "count": one.things, "line": f"cbi {one.line}",
             "roles": one.roles, "since": one.since, "begun_by": one.begun_by,
             "given_by": one.given_by} for one in found
        ])
        return
    if not found:
        context.line(f"waiting.nothing{'-at-all' if everybody else ''}")
    for one in found:
        said = context.say(f"waiting.{one.what}", object=one.object, count=one.things)
        roles = ", ".join(context.say(f"log.value-{role}") for role in one.roles)
        show.put(context.say("waiting.who", what=said, roles=roles) if everybody else said)
        show.give(f"{INDENT}cbi {_typed(one.line, context.language)}", style=LINE_STYLE)


def _typed(line: str, language: str) -> str:
    """A line whose words to fill in (`REF`) are the reader's."""
    known = texts(language, "metavars")
    return " ".join(
        known.get(word.lower(), word) if word.isalpha() and word.isupper() else word
        for word in line.split(" ")
    )


def tell_what_waits(context: CommandContext, operator: Operator) -> None:
    """After sign-in, in one line; nothing for who works at a till alone."""
    if context.json or operator.roles <= {"cashier"}:
        return
    from cbi.programmes.programmes import programmes
    from cbi.reports.waiting import waiting_work, work_of

    ledger, now = context.ledger_context.ledger, context.ledger_context.clock()
    with ledger.read() as tx:
        apart = any(one.duties_apart for one in programmes(tx)) or not programmes(tx)
        found = work_of(waiting_work(tx, now), operator, apart=apart)
    if found:
        context.line("waiting.signed-in", count=len(found))
