"""What a later list says otherwise of people enrolled before: shown by field, taken over on a word.
"""

from collections.abc import Sequence

from cbi.base.errors import UsageError
from cbi.cli.command_context import CommandContext
from cbi.enrolment.changes import KINDS, FieldChange, changes_of, chosen, take_over
from cbi.enrolment.importing import ImportPreview

COLUMNS = ("number", "kind", "was", "became")
ASK, ALL = "ask", "all"


def show_changes(context: CommandContext, shown: ImportPreview) -> tuple[FieldChange, ...]:
    """What the list says otherwise, field by field, and how it is taken over."""
    found = changes_of(context.session, shown)
    if not found:
        return found
    rows = [[one.number, one.kind, one.was, one.became] for one in found]
    context.show({"changes": [dict(zip(COLUMNS, row, strict=True)) for row in rows]})
    if not context.json:
        context.line("help-import.changed", count=len(found))
        context.grid([context.say(f"help-import.change-{name}") for name in COLUMNS], rows)
        context.line("help-import.changes-how")
    return found


def take_changes(context: CommandContext, shown: ImportPreview, kinds: Sequence[str]) -> None:
    """Take over the changes of these kinds, all, or those that a person says yes to.

    Raises:
        UsageError: no such kind of change.
    """
    for kind in kinds:
        if kind not in (ASK, ALL, *KINDS.values()):
            known = ", ".join((ALL, ASK, *KINDS.values()))
            raise UsageError("help-import.changes-unknown", text=kind, known=known)
    found = show_changes(context, shown)
    agreed = chosen(found, kinds)
    if ASK in kinds:
        agreed += [
            one for one in found if one not in agreed and context.says_yes(
                "help-import.change-ask", number=one.number, kind=one.kind, was=one.was,
                became=one.became,
            )
        ]
    elif agreed and not context.confirmed("help-import.changes-confirm", count=len(agreed)):
        return
    if agreed:
        done = take_over(context.session, shown, agreed)
        refused = [
            context.say(
                "help-import.change-refused", number=number,
                why=context.say(refusal.code, **refusal.facts),
            )
            for number, refusal in done.refused
        ]
        context.show(
            {"changed": done.people, "refused": [number for number, _ in done.refused]},
            context.say("help-import.changes-done", count=done.people), *refused,
        )
