"""The lines that add the cities which a list names and the ledger does not know."""

from collections import Counter

from cbi.cli import show as showing
from cbi.cli.command_context import CommandContext
from cbi.cli.field.as_typed import typed
from cbi.cli.setup.start_lines import by_script, code_of, named
from cbi.enrolment.importing.importing import ImportPreview

CODES = frozenset({"enrolment.city-unknown", "enrolment.city-unknown-near"})
SHOWN = 10


def city_lines(shown: ImportPreview) -> list[tuple[str, int]]:
    """For each unknown city, the most frequent first: the line that adds it, and its rows."""
    told = Counter(
        " ".join(str(one.facts["text"]).split()) for one in shown.problems if one.code in CODES
    )
    return [
        (" ".join(map(typed, ("cbi", "city", "add", code, *named("name", by_script(name))))), count)
        for name, count in told.most_common() if (code := code_of(name))
    ]


def show_cities(context: CommandContext, shown: ImportPreview) -> None:
    """Whole lines to copy, for who may add a city; nothing where every city is known."""
    lines = city_lines(shown)
    if not lines:
        return
    context.line("help-import.cities")
    for line, count in lines[:SHOWN]:
        showing.put(f"  {context.say('help-import.city-line', line=line, count=count)}")
    if len(lines) > SHOWN:
        context.line("help-import.more", count=len(lines) - SHOWN)
