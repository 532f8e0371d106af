"""The progress report on a terminal: sections with bars and tables, or plain lines in a pipe."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from cbi.cli import show
from cbi.cli.command_context import CommandContext
from cbi.cli.views.screen import is_screen

if TYPE_CHECKING:
    from cbi.places import City
    from cbi.reports.overview import Overview
    from cbi.reports.progress_sections import Section


def show_progress(context: CommandContext, view: "Overview", cities: "Iterable[City]") -> None:
    """Show it, as JSON where that was asked for."""
    from cbi.reports.progress_sections import progress_sections

    if context.json:
        context.show(view.record())
        return
    for number, section in enumerate(
        progress_sections(view, language=context.language, cities=cities)
    ):
        if number:
            show.give("")
        show.put(section.title, style="bold")
        show_section(context, section)


def show_section(context: CommandContext, section: "Section") -> None:
    """A section's bars, table and sentences."""
    if section.bars and is_screen():
        from cbi.cli.views.bars import show_bars, show_legend

        show_bars(section.bars)
        known = {part.kind: part for bar in section.bars for part in bar.parts}
        if section.legend and len(known) > 1:
            show_legend(list(known.values()))
    for bar in () if is_screen() else section.bars:
        show.give(f"{bar.label}\t{bar.figures}")
    if section.rows:
        context.grid(section.titles, section.rows)
    for line in section.lines:
        show.put(line)
