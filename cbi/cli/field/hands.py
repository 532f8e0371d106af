"""`cbi hand-over`: from here on a voucher can be spent; on the same day it can be taken back."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cbi.base.errors import UsageError
from cbi.cli import show
from cbi.cli.command_context import CommandContext, command_context, typed_lines
from cbi.cli.field.hand_words import sheet_lines
from cbi.cli.finance.grants import tell_ended_in_rounds
from cbi.distribution.handover import (
    HandOverHow,
    HandOverProblem,
    HandOverResult,
    hand_over_codes_or_serials,
    hand_over_list,
)
from cbi.distribution.naming import discreet
from cbi.field.conflicts import out_with
from cbi.ledger.vouchers.changes import take_back

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
    witness_file: Annotated[
        Path | None, typer.Option("--witness-passphrase-file", help="help-hands.witness-file")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="help-hands.undo")] = False,
    reason: Annotated[str, typer.Option(help="help-hands.reason")] = "",
) -> None:
    context = command_context(ctx)
    if undo:
        _take_back(context, items or [], reason)
        return
    tell_ended_in_rounds(context)
    how = HandOverHow(witness, acknowledged, day, despite)
    if despite is not None:
        if listed is not None or items in (None, [], ["-"]):
            raise UsageError("issuance.despite-unnamed")
        how = _answered_for(context, items, how, witness_file)
    done = _handed_over(context, items or [], listed, how)
    _tell_out(context, done.given)
    if items not in (None, [], ["-"]) and not context.json:
        context.show(None, *sheet_lines(context, done.given))
    _tell(context, done)


def _tell_out(context: CommandContext, given: Sequence[str]) -> None:
    """What a laptop may have given meanwhile, for who gives it here."""
    with context.session.ledger.read() as tx:
        out = out_with(tx, given)
    for serial, laptop in out.items():
        show.put(context.say("help-field.out-with", serial=serial, laptop=laptop), err=True)


def _answered_for(
    context: CommandContext, items: list[str], how: HandOverHow, file: Path | None
) -> HandOverHow:
    """The manager sees what they answer for, and enters a passphrase of their own."""
    context.session.require("voucher.hand-over")
    if not how.witness:
        raise UsageError("issuance.despite-alone")
    show.put(context.say(
        "help-hands.answering", witness=how.witness, by=context.session.operator.name,
        items=", ".join(discreet(item) for item in items), reason=how.despite,
    ), err=True)
    return replace(how, second=context.second_person(
        how.witness, file, option="--witness-passphrase-file"
    ))


def told(context: CommandContext, problem: HandOverProblem) -> str:
    """One line that names the voucher once."""
    words = problem.describe(context.language)
    return words if problem.item in words else f"{problem.item}: {words}"


def _handed_over(
    context: CommandContext, items: list[str], listed: Path | None, how: HandOverHow
) -> HandOverResult:
    if listed is not None:
        with context.progress("cli.at-work", 0):
            return hand_over_list(context.session, listed, how)
    if items in ([], ["-"]):
        return _scanned(context, how)
    return hand_over_codes_or_serials(context.session, items, how)


def _scanned(context: CommandContext, how: HandOverHow) -> HandOverResult:
    """One after the other as a scanner types them; each is done before the next is read.

    What the scanner reads twice was handed over once, and is no problem.
    """
    context.session.require("voucher.hand-over")
    given: list[str] = []
    problems: list[HandOverProblem] = []
    for text in _typed(context):
        one = hand_over_codes_or_serials(context.session_again(), [text], how)
        given += one.given
        for serial, sheet in zip(one.given, sheet_lines(context, one.given), strict=True):
            context.line("help-hands.one", sheet=sheet, count=given.index(serial) + 1)
        for problem in one.problems:
            serial = str(problem.error.facts.get("serial"))
            if serial in given:
                context.line("help-hands.again", serial=serial, count=len(given))
                continue
            problems.append(problem)
            show.put(told(context, problem), err=True)
    return HandOverResult(tuple(given), tuple(problems))


def _typed(context: CommandContext) -> Iterator[str]:
    if sys.stdin.isatty():
        show.put(context.say("help-hands.scan"), err=True)
    for line in typed_lines():
        if not line:
            if sys.stdin.isatty():
                return
            continue
        yield line


def _take_back(context: CommandContext, serials: list[str], reason: str) -> None:
    if not serials:
        raise UsageError("issuance.nothing-to-hand-over")
    done = take_back(context.session, serials, reason)
    context.show({"taken_back": done}, context.say("help-hands.undone", count=len(done)))


def _tell(context: CommandContext, result: HandOverResult) -> None:
    problems = [
        {"item": one.item, "sheet": one.sheet, "row": one.row, "column": one.column,
         "code": one.error.code, "problem": one.describe(context.language)}
        for one in result.problems
    ]
    lines = [told(context, problem) for problem in result.problems]
    if result.known:
        lines.append(context.say("help-hands.known", known=len(result.known)))
    context.show(
        {"given": result.given, "known": result.known, "problems": problems}, *lines,
        context.say("help-hands.done", given=len(result.given), problems=len(problems)),
    )
    if result.problems:
        raise typer.Exit(5)
