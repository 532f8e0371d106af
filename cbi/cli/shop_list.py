"""`cbi redeem --list`: shown first, asked, carried out, told row by row."""

from pathlib import Path

import typer

from cbi.base.money import show_amount
from cbi.cli import show
from cbi.cli.here import Here
from cbi.ledger.late import LATE
from cbi.till import lists
from cbi.till.lists import ListResult
from cbi.till.words import store_name

SHOWN_MAX = 30


def redeem_list(
    here: Here, result: ListResult, *, dry_run: bool, output: Path | None
) -> None:
    """Carry out a shop's list that was looked at; ends with 1 if a row was or would be refused."""
    if dry_run or not result.count("ok", LATE):
        _tell(here, result, "seen")
        here.line("redeem-list.left" if dry_run else "redeem-list.nothing-to-do")
    else:
        _announce(here, result)
        ask = "ask-late" if result.count(LATE) else "ask"
        if not here.confirmed(f"redeem-list.{ask}", **_facts(here, result)):
            here.line("redeem-list.left")
            raise typer.Exit(1)
        with here.progress("redeem-list.progress", len(result.lines)) as tell:
            result = lists.carry_out(here.desk, result, progress=tell)
        _tell(here, result, "done")
    _write(here, result, output)
    if result.troubles:
        raise typer.Exit(1)


def _announce(here: Here, result: ListResult) -> None:
    """What would be done, before the question; nothing with `--json`."""
    here.line("redeem-list.seen", **_facts(here, result))
    if not here.json:
        for line in _problems(here, result):
            show.put(line)


def _tell(here: Here, result: ListResult, key: str) -> None:
    """The outcome; the problems before it were shown with the question, if there was one."""
    lines = _problems(here, result) if key == "seen" or here.settings.yes else []
    summary = here.say(f"redeem-list.{key}", **_facts(here, result))
    rows = [
        {"row": line.row, "answer": line.answer, "serial": line.serial, "receipt": line.receipt,
         "amount": line.amount_minor, "redemption": line.said.redemption if line.said else None,
         "problem": line.describe(here.language) if line in result.troubles else None,
         **({"late": line.waits.number} if line.waits else {})}
        for line in result.lines
    ]
    here.show(
        {"file": result.file, "digest": result.digest, "store": result.store, "done": result.done,
         "currency": result.currency, "rows": rows},
        *([summary, *lines] if key == "seen" else [*lines, summary]),
    )


def _problems(here: Here, result: ListResult) -> list[str]:
    found = [warning.describe(here.language) for warning in result.warnings]
    found += result.problems(here.language)
    rest = len(found) - SHOWN_MAX
    return found if rest <= 0 else [*found[:SHOWN_MAX], here.say("redeem-list.more", count=rest)]


def _write(here: Here, result: ListResult, output: Path | None) -> None:
    if output is None:
        return
    from cbi.till.outcome import write_outcome

    with here.desk.ledger.read() as tx:
        store = store_name(tx, result.store, here.language)
    write_outcome(
        result, output, language=here.language, store=store, made_at=here.desk.clock()
    )
    here.line("redeem-list.written", file=output)


def _facts(here: Here, result: ListResult) -> dict[str, object]:
    ready = result.amount("redeemed") if result.done else result.amount("ok")
    return {
        "file": result.file, "rows": len(result.lines), "ready": result.count("ok"),
        "amount": show_amount(ready, result.currency), "before": result.count("before"),
        "troubles": len(result.troubles), "late": result.count(LATE),
        "redeemed": result.count("redeemed"), "store": result.store,
    }
