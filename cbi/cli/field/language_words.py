"""In which languages people's vouchers speak, in one line: how many, and of whom nobody said it."""

from collections.abc import Sequence

from cbi.cli.command_context import CommandContext
from cbi.people.records.languages import Spoken


def language_lines(
    context: CommandContext, spoken: Sequence[Spoken], programmes: str = ""
) -> list[str]:
    """`language: Dari for 40 (not in the list), Russian for 3`; no line if there is nobody."""
    if not spoken:
        return []
    told = ", ".join(
        context.say(
            f"help-batch.language-{'said' if one.said else 'unsaid'}", people=one.people,
            language=context.say(f"voucher.language-{one.language}"),
        )
        for one in spoken
    )
    if programmes:
        return [context.say("help-batch.languages-in", languages=told, programmes=programmes)]
    return [context.say("help-batch.languages", languages=told)]
