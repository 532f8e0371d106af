"""What `cbi people import` does with lists taken in before: shows their rows, takes them back."""

from collections.abc import Sequence
from pathlib import Path

from cbi.base.errors import UsageError
from cbi.cli import show as showing
from cbi.cli.command_context import CommandContext
from cbi.enrolment.importing.undoing import undo, undoing, write_fates


def show_rows(context: CommandContext, list_name: str, output: Path | None) -> None:
    """Write what became of every row of a list.

    Raises:
        UsageError: no file to write is named.
    """
    if output is None:
        raise UsageError("help-import.show-no-output")
    run, fates = write_fates(context.session, list_name, output, language=context.language)
    counts: dict[str, int] = {}
    for one in fates:
        counts[one.fate] = counts.get(one.fate, 0) + 1
    context.show(
        {"list": run.list_hash, "rows": len(fates), "fates": counts, "file": str(output)},
        context.say("help-import.shown-rows", count=len(fates), path=output),
    )


def would_take_back(context: CommandContext, list_name: str, only: Sequence[str]) -> None:
    """Say how many would be taken back, and do nothing."""
    meant = undoing(context.session, list_name, only)
    context.show(
        {"list": meant.list_hash, "would_take_back": len(meant.numbers),
         "approved": meant.approved_count},
        context.say("help-import.undo-would", count=len(meant.numbers),
                    approved=meant.approved_count),
    )


def take_back(
    context: CommandContext, list_name: str, only: Sequence[str], *, alone: bool
) -> bool:
    """Take a list back, once a person agrees; whether it was done. Not `alone`, another is taken in
    right after."""
    meant = undoing(context.session, list_name, only)
    if not context.confirmed("help-import.undo-confirm", count=len(meant.numbers)):
        return False
    done = undo(context.session, meant)
    told = {"list": meant.list_hash, "taken_back": done, "approved": meant.approved_count}
    line = context.say("help-import.undone", count=done, approved=meant.approved_count)
    if alone:
        context.show(told, line)
    elif not context.json:
        showing.put(line)
    return True
