"""Listings: a table of the columns that fit; on a narrow screen, a card for each record.

Columns have ranks. Those of the first always show; a later rank comes in only if all of it fits,
and what is left out is named beneath. Where not even the first fits, each record is a card: what it
is called, and its other facts after their titles.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.table import Table
from rich.text import Text

from cbi.cli.views.cell import Cell
from cbi.cli.views.folding import apart, fold, widest_unit
from cbi.cli.views.screen import CARDS_BELOW, console

GAP, PROSE = 2, 28
"""Columns between columns; what a column of sentences is glad of, at most."""
BLOCK = 200
CARD_LINES, CELL_LINES = 2, 3
"""The lines of a card, and of a cell of a later rank, at most."""
DIGEST = re.compile(r"\b[0-9a-f]{24,}\b")
DIGEST_SHOWN = 8
NUMBER = re.compile(r"[\u2066-]*\d[\d\u00a0.,\u066b\u066c]*\u2069?(?:\u00a0?[%٪]|\u00a0\w+)?")
"""A count, an amount with the word or the code of its currency, or a share."""
MARKS = ("*", "–")
"""What stands among figures where there is none: kept back, not to be had."""

Cells = Sequence[str]


class Card(NamedTuple):
    """A record's lines; `name` is what the first of them begin with."""

    name: list[str]
    lines: list[str]


def show_listing(
    titles: Cells, rows: Sequence[Cells], ranks: Sequence[int], left_out: Callable[[str], str],
) -> None:
    """Draw these rows as this screen can hold them.

    `ranks` are the columns' own, 0 for those that always show; `left_out` words which titles did
    not come in.
    """
    screen = console()
    titles = [title[:1].upper() + title[1:] for title in titles]
    columns = [[apart(title), *map(apart, cells)] for title, cells in zip(
        titles, map(_short_digests, zip(*rows, strict=True)), strict=True)]
    chosen = _that_fit(columns, ranks, screen.width)
    if chosen is None:
        chosen = _on_cards(columns, ranks, screen.width)
        screen.print(Cards(_cards([columns[place] for place in chosen], screen.width)))
    else:
        for table in _tables([columns[place] for place in chosen], screen.width):
            screen.print(table)
    missing = [title for place, title in enumerate(titles) if place not in chosen]
    if missing:
        for line in fold(left_out(", ".join(missing)), screen.width):
            screen.print(Text(line, "dim"), soft_wrap=True)


def _that_fit(columns: Sequence[Cells], ranks: Sequence[int], room: int) -> list[int] | None:
    """The columns that a table here has room for; None where it has none for the first rank."""
    for last in sorted(set(ranks), reverse=True):
        chosen = [place for place, rank in enumerate(ranks) if rank <= last]
        if _sum(_wanted(columns[place]) for place in chosen) > room:
            continue
        widths = _widths([columns[place] for place in chosen], room)
        if not any(
            len(fold(cell, wide, chop=True)) > CELL_LINES
            for place, wide in zip(chosen, widths, strict=True) if ranks[place]
            for cell in columns[place]
        ):
            return chosen
    if room >= CARDS_BELOW and _sum(_least(columns[place]) for place in chosen) <= room:
        return chosen
    return None


def _sum(widths: Iterator[int]) -> int:
    return sum(wide + GAP for wide in widths) - GAP


def _wanted(column: Cells) -> int:
    """The width at which a column reads well."""
    return max(_least(column), min(PROSE, max(map(cell_len, column))))


def _least(column: Cells) -> int:
    return max(map(widest_unit, column))


def _widths(columns: Sequence[Cells], room: int) -> list[int]:
    """Each column as wide as it wants to be or, where there is no room for that, as it must; what
    is left over goes to those that could use it, first to whom the least makes whole."""
    widths = [_wanted(column) for column in columns]
    if _sum(iter(widths)) > room:
        widths = [_least(column) for column in columns]
    left = room - _sum(iter(widths))
    wishes = [max(map(cell_len, column)) - wide
              for column, wide in zip(columns, widths, strict=True)]
    for place in sorted(range(len(columns)), key=wishes.__getitem__):
        more = min(wishes[place], left)
        widths[place] += more
        left -= more
    return widths


def _tables(columns: Sequence[Cells], room: int) -> Iterator[Table]:
    """The rows under their titles, in blocks, so that a long listing begins to show at once."""
    widths = _widths(columns, room)
    gaps = [GAP] * (len(columns) - 1) + [0]
    rights = [_of_numbers(column[1:]) for column in columns]
    titles, *rows = (
        [Cell(cell, right=right, gap=gap) for cell, right, gap in zip(
            cells, rights, gaps, strict=True)]
        for cells in zip(*columns, strict=True)
    )
    for begin in range(0, len(rows), BLOCK):
        table = Table(box=None, padding=0, show_header=begin == 0)
        for title, wide, gap in zip(titles, widths, gaps, strict=True):
            table.add_column(title, header_style="bold", width=wide + gap)
        for row in rows[begin:begin + BLOCK]:
            table.add_row(*row)
        yield table


def _of_numbers(cells: Cells) -> bool:
    told = [cell for cell in cells if cell and cell not in MARKS]
    return bool(told) and all(map(_is_number, told))


def _is_number(cell: str) -> bool:
    return NUMBER.fullmatch(cell) is not None


def _on_cards(columns: Sequence[Cells], ranks: Sequence[int], room: int) -> list[int]:
    """The columns that cards show: later ranks only while no card outgrows its lines."""
    for last in sorted(set(ranks), reverse=True):
        chosen = [place for place, rank in enumerate(ranks) if rank <= last]
        cards = _cards([columns[place] for place in chosen], room)
        if all(len(card.lines) <= CARD_LINES for card in cards):
            return chosen
    return chosen


@dataclass(frozen=True, slots=True)
class Cards:
    """Records one below the other, each with its name in bold."""

    cards: Iterable[Card]

    def __rich_console__(self, _console: Any, _options: Any) -> Iterator[Segment]:
        """Their lines."""
        bold = Style(bold=True)
        for card in self.cards:
            for place, line in enumerate(card.lines):
                named = len(card.name[place]) if place < len(card.name) else 0
                yield Segment(line[:named], bold)
                yield Segment(f"{line[named:]}\n")


def _cards(columns: Sequence[Cells], room: int) -> Iterator[Card]:
    """Each record on a few lines: its name first, then what else is known of it."""
    titles = [column[0] for column in columns]
    for name, *facts in zip(*(column[1:] for column in columns), strict=True):
        named = fold(name, room, chop=True)
        lines = list(named)
        for title, fact in zip(titles[1:], facts, strict=True):
            if fact:
                _go_on(lines, f"{title}: {fact}", room)
        yield Card(named, lines)


def _go_on(lines: list[str], fact: str, room: int) -> None:
    """Put a fact on the last line if it has room for it, else on new ones."""
    longer = f"{lines[-1]}{' ' * GAP}{fact}"
    if cell_len(longer) <= room:
        lines[-1] = longer
    else:
        lines += fold(f"  {fact}", room, chop=True)


def _short_digests(cells: Cells) -> list[str]:
    """Digests cut to what tells one from another within the column."""
    whole = {digest for cell in cells for digest in DIGEST.findall(cell)}
    shown = DIGEST_SHOWN
    while len({digest[:shown] for digest in whole}) < len(whole):
        shown += 1
    return [DIGEST.sub(lambda found: f"{found[0][:shown]}…", cell) for cell in cells]
