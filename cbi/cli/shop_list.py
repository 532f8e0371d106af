"""`cbi redeem --list`: shown first, asked, carried out, told row by row."""

from pathlib import Path

import typer

from cbi.base.money import show_amount
from cbi.cli import show
from cbi.cli.command_context import CommandContext
from cbi.cli.marks import mark_hint
from cbi.ledger.vouchers.late import LATE
from cbi.till import lists
from cbi.till.lists import ListResult
from cbi.till.words import store_name

SHOWN_MAX = 30


def redeem_list(
    context: CommandContext, result: ListResult, *, dry_run: bool, output: Path | None
) -> None:
    """Carry out a shop's list that was looked at; ends with 1 if a row was or would be refused."""
    if dry_run or not result.count("ok", LATE):
        _tell(context, result, "seen")
        done_before = not dry_run and result.count("before")
        context.line("redeem-list.nothing-to-do" if done_before else "redeem-list.left")
    else:
        _announce(context, result)
        ask = "ask-late" if result.count(LATE) else "ask"
        if not context.confirmed(f"redeem-list.{ask}", **_facts(context, result)):
            context.line("redeem-list.left")
            raise typer.Exit(1)
        with context.progress("redeem-list.progress", len(result.lines)) as tell:
            result = lists.carry_out(context.session, result, progress=tell)
        _tell(context, result, "done")
    _write(context, result, output)
    if result.troubles:
        raise typer.Exit(1)


def _announce(context: CommandContext, result: ListResult) -> None:
    """What would be done, before the question; nothing with `--json`."""
    context.line("redeem-list.seen", **_facts(context, result))
    if not context.json:
        for line in _problems(context, result):
            show.put(line)


def _tell(context: CommandContext, result: ListResult, key: str) -> None:
    """The outcome; the problems before it were shown with the question, if there was one."""
    lines = _problems(context, result) if key == "seen" or context.settings.yes else []
    summary = context.say(f"redeem-list.{key}", **_facts(context, result))
    rows = [
        {"row": line.row, "answer": line.answer, "serial": line.serial, "receipt": line.receipt,
         "amount": line.amount_minor, "redemption": line.said.redemption if line.said else None,
         "problem": line.describe(context.language) if line.in_trouble else None,
         **({"late": line.waits.number} if line.waits else {})}
        for line in result.lines
    ]
    context.show(
        {"file": result.file, "digest": result.digest, "store": result.store, "done": result.done,
         "currency": result.currency, "rows": rows},
        *([summary, *lines] if key == "seen" else [*lines, summary]),
    )


def _problems(context: CommandContext, result: ListResult) -> list[str]:
    found = [warning.describe(context.language) for warning in result.warnings]
    found += result.problems(context.language)
    rest = len(found) - SHOWN_MAX
    hint = mark_hint(context, (one for line in result.lines for one in line.problems))
    if rest <= 0:
        return [*found, *hint]
    return [*found[:SHOWN_MAX], context.say("redeem-list.more", count=rest), *hint]


def _write(context: CommandContext, result: ListResult, output: Path | None) -> None:
    if output is None:
        return
    from cbi.till.outcome import write_outcome

    with context.session.ledger.read() as tx:
        store = store_name(tx, result.store, context.language)
    write_outcome(
        result, output, language=context.language, store=store, made_at=context.session.clock()
    )
    context.line("redeem-list.written", file=output)


def _facts(context: CommandContext, result: ListResult) -> dict[str, object]:
    ready = result.amount("redeemed") if result.done else result.amount("ok")
    return {
        "file": result.file, "rows": len(result.lines), "ready": result.count("ok"),
        "amount": show_amount(ready, result.currency), "before": result.count("before"),
        "troubles": len(result.troubles), "late": result.count(LATE),
        "redeemed": result.count("redeemed"), "store": result.store,
    }
