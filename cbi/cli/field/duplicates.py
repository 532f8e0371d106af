"""`cbi duplicates`: pairs that may be one person: look for them, see both sides, decide, undo."""

from typing import Annotated

import typer

from cbi.cli.field import duplicate_words as words
from cbi.cli.field import merging_words
from cbi.cli.here import here_of
from cbi.people import review
from cbi.people.bulk import bulk
from cbi.people.deciding import decide, decisions, undo
from cbi.people.duplicates import side_by_side
from cbi.people.merging import foresee

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
    here = here_of(ctx)
    here.desk.require("ledger.read")
    with here.desk.ledger.read() as tx:
        found = review.pairs(tx, state=state, strength=strength, number=number, limit=limit)
    words.table(here, found)


@app.command("show", help="help-duplicates.show")
def show(ctx: typer.Context, one: One, other: Other) -> None:
    here = here_of(ctx)
    told = side_by_side(here.desk, one, other)
    words.show(here, told, decisions(here.desk, one, other))


@app.command("search", help="help-duplicates.search")
def search(ctx: typer.Context) -> None:
    here = here_of(ctx)
    with here.progress("help-duplicates.searching", 0) as tell:
        done = bulk(here.desk, progress=tell)
    words.searched(here, done)


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
    here = here_of(ctx)
    words.check_choice(here, vouchers)
    if decision == "same":
        with here.desk.ledger.read() as tx:
            plan = foresee(tx, one, other, keep)
        merging_words.show(here, plan)
        keep = plan.keeps.facts.number if plan else keep
    if decision != "same" or here.confirmed("help-duplicates.sure", one=one, other=other):
        done = decide(here.desk, one, other, decision, reason=reason, keep=keep)
        words.decided(here, done, words.voided(here, done, vouchers, reason))


@app.command("undo", help="help-duplicates.undo")
def undo_pair(ctx: typer.Context, one: One, other: Other, reason: Reason) -> None:
    here = here_of(ctx)
    words.decided(here, undo(here.desk, one, other, reason=reason), [])
