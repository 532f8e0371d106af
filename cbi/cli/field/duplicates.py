"""`cbi duplicates`: pairs that may be one person: look for them, see both sides, decide, undo."""

from typing import Annotated

import typer

from cbi.cli.command_context import command_context
from cbi.cli.field import duplicate_words as words
from cbi.cli.field import merging_words
from cbi.people.matching import review
from cbi.people.matching.bulk import bulk
from cbi.people.matching.deciding import decide, decisions, undo
from cbi.people.matching.duplicates import side_by_side
from cbi.people.matching.merging import foresee

app = typer.Typer(add_completion=False, rich_markup_mode=None, help="help-duplicates.help")

One = Annotated[str, typer.Argument(metavar="NUMBER", help="help-duplicates.one")]
Other = Annotated[str, typer.Argument(metavar="NUMBER", help="help-duplicates.other")]
Reason = Annotated[str, typer.Option(help="help-duplicates.reason")]


@app.command("list", help="help-duplicates.list")
def list_pairs(
    ctx: typer.Context,
    state: Annotated[str | None, typer.Option(help="help-duplicates.state")] = None,
    strength: Annotated[str | None, typer.Option(help="help-duplicates.strength")] = None,
    number: Annotated[str | None, typer.Option(help="help-duplicates.number")] = None,
    limit: Annotated[int, typer.Option(min=1, help="help-duplicates.limit")] = 100,
) -> None:
    context = command_context(ctx)
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        found = review.pairs(tx, state=state, strength=strength, number=number, limit=limit)
    words.table(context, found)


@app.command("show", help="help-duplicates.show")
def show(ctx: typer.Context, one: One, other: Other) -> None:
    context = command_context(ctx)
    told = side_by_side(context.session, one, other)
    words.show(context, told, decisions(context.session, one, other))


@app.command("search", help="help-duplicates.search")
def search(ctx: typer.Context) -> None:
    context = command_context(ctx)
    with context.progress("help-duplicates.searching", 0) as tell:
        done = bulk(context.session, progress=tell)
    words.searched(context, done)


@app.command("decide", help="help-duplicates.decide")
def decide_pair(
    ctx: typer.Context, one: One, other: Other,
    decision: Annotated[
        str, typer.Argument(metavar="same|different|later", help="help-duplicates.decision")
    ],
    reason: Reason,
    keep: Annotated[str | None, typer.Option(help="help-duplicates.keep")] = None,
    vouchers: Annotated[
        str, typer.Option(metavar="keep|void", help="help-duplicates.vouchers")
    ] = "keep",
) -> None:
    context = command_context(ctx)
    words.check_choice(context, vouchers)
    if decision == "same":
        with context.session.ledger.read() as tx:
            plan = foresee(tx, one, other, keep)
        merging_words.show(context, plan)
        keep = plan.keeps.facts.number if plan else keep
    if decision != "same" or context.confirmed("help-duplicates.sure", one=one, other=other):
        done = decide(context.session, one, other, decision, reason=reason, keep=keep)
        words.decided(context, done, words.voided(context, done, vouchers, reason))


@app.command("undo", help="help-duplicates.undo")
def undo_pair(ctx: typer.Context, one: One, other: Other, reason: Reason) -> None:
    context = command_context(ctx)
    words.decided(context, undo(context.session, one, other, reason=reason), [])
