"""`cbi hand-over`: from here on a voucher can be spent; on the same day it can be taken back."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.cli import show
from cbi.cli.here import Here, here_of, typed_lines
from cbi.issuance.handing_over import (
    HandOverHow,
    HandOverProblem,
    HandOverResult,
    hand_over_codes_or_serials,
    hand_over_list,
)
from cbi.ledger.changes import take_back

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
    day: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="help-hands.day")
    ] = None,
    despite: Annotated[
        str | None, typer.Option(metavar="REASON", help="help-hands.despite")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="help-hands.undo")] = False,
    reason: Annotated[str, typer.Option(help="help-hands.reason")] = "",
) -> None:
    here = here_of(ctx)
    if undo:
        _take_back(here, items or [], reason)
        return
    how = HandOverHow(witness, acknowledged, day, despite)
    _tell(here, _handed_over(here, items or [], listed, how))


def told(here: Here, problem: HandOverProblem) -> str:
    """One line that names the voucher once."""
    words = problem.describe(here.language)
    return words if problem.item in words else f"{problem.item}: {words}"


def _handed_over(
    here: Here, items: list[str], listed: Path | None, how: HandOverHow
) -> HandOverResult:
    if listed is not None:
        return hand_over_list(here.desk, listed, how)
    if items in ([], ["-"]):
        return _scanned(here, how)
    return hand_over_codes_or_serials(here.desk, items, how)


def _scanned(here: Here, how: HandOverHow) -> HandOverResult:
    """One after the other as a scanner types them; each is done before the next is read.

    What the scanner reads twice was handed over once, and is no problem.
    """
    here.desk.require("voucher.hand-over")
    given: list[str] = []
    problems: list[HandOverProblem] = []
    for text in _typed(here):
        one = hand_over_codes_or_serials(here.desk, [text], how)
        given += one.given
        for serial in one.given:
            here.line("help-hands.one", serial=serial, count=len(given))
        for problem in one.problems:
            serial = str(problem.error.facts.get("serial"))
            if serial in given:
                here.line("help-hands.again", serial=serial, count=len(given))
                continue
            problems.append(problem)
            show.put(told(here, problem), err=True)
    return HandOverResult(tuple(given), tuple(problems))


def _typed(here: Here) -> Iterator[str]:
    if sys.stdin.isatty():
        show.put(here.say("help-hands.scan"), err=True)
    for line in typed_lines():
        if not line:
            if sys.stdin.isatty():
                return
            continue
        yield line


def _take_back(here: Here, serials: list[str], reason: str) -> None:
    if not serials:
        raise UsageError("issuance.nothing-to-hand-over")
    done = take_back(here.desk, serials, reason)
    here.show({"taken_back": done}, here.say("help-hands.undone", count=len(done)))


def _tell(here: Here, result: HandOverResult) -> None:
    problems = [
        {"item": one.item, "sheet": one.sheet, "row": one.row, "column": one.column,
         "code": one.error.code, "problem": one.describe(here.language)}
        for one in result.problems
    ]
    lines = [told(here, problem) for problem in result.problems]
    if result.known:
        lines.append(here.say("help-hands.known", known=len(result.known)))
    here.show(
        {"given": result.given, "known": result.known, "problems": problems}, *lines,
        here.say("help-hands.done", given=len(result.given), problems=len(problems)),
    )
    if result.problems:
        raise typer.Exit(5)
