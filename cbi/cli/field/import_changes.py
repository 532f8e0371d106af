"""What a later list says otherwise of people enrolled before: shown by field, taken over on a word.
"""

from collections.abc import Sequence

from cbi.base.errors import UsageError
from cbi.cli import show as showing
from cbi.cli.command_context import CommandContext
from cbi.enrolment.importing.changes import KINDS, FieldChange, changes_of, chosen, take_over
from cbi.enrolment.importing.importing import ImportPreview

COLUMNS = ("number", "kind", "was", "became")
ASK, ALL = "ask", "all"


def as_data(found: Sequence[FieldChange]) -> dict[str, object]:
    """The changes as plain data, beside the rest of what the list says; nothing where none are."""
    rows = [(one.number, one.kind, one.was, one.became) for one in found]
    return {"changes": [dict(zip(COLUMNS, row, strict=True)) for row in rows]} if rows else {}


def changes(context: CommandContext, shown: ImportPreview) -> tuple[FieldChange, ...]:
    """What the list says otherwise of people enrolled before."""
    return changes_of(context.session, shown)


def show_changes(context: CommandContext, found: Sequence[FieldChange]) -> None:
    """What the list says otherwise, field by field, and how it is taken over."""
    if not found or context.json:
        return
    rows = [[one.number, one.kind, one.was, one.became] for one in found]
    context.line("help-import.changed", count=len(found))
    context.grid([context.say(f"help-import.change-{name}") for name in COLUMNS], rows)
    context.line("help-import.changes-how")


def checked_kinds(kinds: Sequence[str]) -> None:
    """Refuse a kind of change that there is not, before anything is done.

    Raises:
        UsageError: no such kind.
    """
    for kind in kinds:
        if kind not in (ASK, ALL, *KINDS.values()):
            known = ", ".join((ALL, ASK, *KINDS.values()))
            raise UsageError("help-import.changes-unknown", text=kind, known=known)


def take_changes(
    context: CommandContext, shown: ImportPreview, found: Sequence[FieldChange],
    kinds: Sequence[str],
) -> None:
    """Take over the changes of these kinds, all, or those that a person says yes to."""
    show_changes(context, found)
    agreed = chosen(found, kinds)
    if ASK in kinds:
        agreed += [
            one for one in found if one not in agreed and context.says_yes(
                "help-import.change-ask", number=one.number, kind=one.kind, was=one.was,
                became=one.became,
            )
        ]
    elif agreed and not context.agreed("help-import.changes-confirm", count=len(agreed)):
        agreed = []
    if found and kinds and not agreed:
        context.line("help-import.changes-none")
    if agreed:
        done = take_over(context.session, shown, agreed)
        refused = [
            context.say(
                "help-import.change-refused", number=number,
                why=context.say(refusal.code, **refusal.facts),
            )
            for number, refusal in done.refused
        ]
        for line in (context.say("help-import.changes-done", count=done.people), *refused):
            showing.put(line)
