"""In which languages people's vouchers speak, in one line: how many, and of whom nobody said it."""

from collections.abc import Sequence

from cbi.cli.here import Here
from cbi.people.languages import Spoken


def language_lines(here: Here, spoken: Sequence[Spoken], programmes: str = "") -> list[str]:
    """`language: Dari for 40 (not in the list), Russian for 3`; no line if there is nobody."""
    if not spoken:
        return []
    told = ", ".join(
        here.say(
            f"help-batch.language-{'said' if one.said else 'unsaid'}", people=one.people,
            language=here.say(f"voucher.language-{one.language}"),
        )
        for one in spoken
    )
    if programmes:
        return [here.say("help-batch.languages-in", languages=told, programmes=programmes)]
    return [here.say("help-batch.languages", languages=told)]
