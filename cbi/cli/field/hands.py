"""`cbi hand-over`: from here on a voucher can be spent."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from cbi.cli.here import Here, here_of
from cbi.issuance import handing_over
from cbi.issuance.handing_over import HandOverProblem, HandOverResult

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("hand-over", help="help-hands.help")
def hand_over(
    ctx: typer.Context,
    items: Annotated[
        list[str] | None, typer.Argument(metavar="[CODE|SERIAL]...", help="help-hands.items")
    ] = None,
    listed: Annotated[Path | None, typer.Option("--list", help="help-hands.list")] = None,
    witness: Annotated[str | None, typer.Option(help="help-hands.witness")] = None,
    acknowledged: Annotated[str, typer.Option(help="help-hands.acknowledged")] = "signature",
) -> None:
    here = here_of(ctx)
    how = {"witness": witness, "acknowledged": acknowledged}
    if listed is not None:
        result = handing_over.hand_over_list(here.desk, listed, **how)  # type: ignore[arg-type]
    elif items in (None, [], ["-"]):
        result = _scanned(here, witness, acknowledged)
    else:
        result = handing_over.hand_over_codes_or_serials(
            here.desk, items or [], witness=witness, acknowledged=acknowledged
        )
    _tell(here, result)
    if result.problems:
        raise typer.Exit(5)


def _scanned(here: Here, witness: str | None, acknowledged: str) -> HandOverResult:
    """One after the other as a scanner types them; each is done before the next is read."""
    here.desk.require("voucher.hand-over")
    given: list[str] = []
    problems: list[HandOverProblem] = []
    for text in _typed(here):
        one = handing_over.hand_over_codes_or_serials(
            here.desk, [text], witness=witness, acknowledged=acknowledged
        )
        given += one.given
        problems += one.problems
        for serial in one.given:
            here.line("help-hands.one", serial=serial, count=len(given))
        for problem in one.problems:
            typer.echo(f"{problem.item}: {problem.describe(here.language)}", err=True)
    return HandOverResult(tuple(given), tuple(problems))


def _typed(here: Here) -> Iterator[str]:
    if sys.stdin.isatty():
        typer.echo(here.say("help-hands.scan"), err=True)
    for line in sys.stdin:
        if not line.strip():
            if sys.stdin.isatty():
                return
            continue
        yield line.strip()


def _tell(here: Here, result: HandOverResult) -> None:
    problems = [
        {"item": one.item, "row": one.row, "code": one.error.code,
         "problem": one.describe(here.language)}
        for one in result.problems
    ]
    here.show(
        {"given": result.given, "problems": problems},
        *(f"{problem['item']}: {problem['problem']}" for problem in problems),
        here.say("help-hands.done", given=len(result.given), problems=len(problems)),
    )
