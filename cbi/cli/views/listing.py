"""Listings: a table of the columns that fit; on a narrow screen, a card for each record.

Columns have ranks. Those of the first always show; a later rank comes in only if all of it fits,
and what is left out is named beneath. Where not even the first fits, each record is a card: what it
is called, and its other facts after their titles.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from string import ascii_uppercase

from rich.cells import cell_len
from rich.table import Column, Table
from rich.text import Text

from cbi.cli.views.cell import Cell
from cbi.cli.views.folding import apart, fold, widest_unit
from cbi.cli.views.screen import CARDS_BELOW, console

GAP, PROSE = 2, 28
"""Columns between columns; what a column of sentences is glad of, at most."""
CARD_LINES, CELL_LINES = 2, 3
"""The lines of a card, and of a cell of a later rank, at most."""
DIGEST = re.compile(r"\b[0-9a-f]{24,}\b")
DIGEST_SHOWN = 8

Cells = Sequence[str]


def show_listing(
    titles: Cells, rows: Sequence[Cells], ranks: Sequence[int], left_out: Callable[[str], str],
) -> None:
    """Draw these rows as this screen can hold them.

    `ranks` are the columns' own, 0 for those that always show; `left_out` words which titles did
    not come in.
    """
    screen = console()
    columns = [[apart(title), *map(apart, cells)] for title, cells in zip(
        titles, map(_short_digests, zip(*rows, strict=True)), strict=True)]
    chosen = _that_fit(columns, ranks, screen.width)
    if chosen is None:
        chosen = _on_cards(columns, ranks, screen.width)
        for card in _cards([columns[place] for place in chosen], screen.width):
            for text in card:
                screen.print(text, soft_wrap=True)
    else:
        screen.print(_table([columns[place] for place in chosen]))
    missing = [title for place, title in enumerate(titles) if place not in chosen]
    if missing:
        for line in fold(left_out(", ".join(missing)), screen.width):
            screen.print(Text(line, "dim"), soft_wrap=True)


def _that_fit(columns: Sequence[Cells], ranks: Sequence[int], room: int) -> list[int] | None:
    """The columns that a table here has room for; None where it has none for the first rank."""
    for last in sorted(set(ranks), reverse=True):
        chosen = [place for place, rank in enumerate(ranks) if rank <= last]
        left = room - _sum(_wanted(columns[place]) for place in chosen)
        if left >= 0 and not any(
            _too_long(columns[place], left) for place in chosen if ranks[place]
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


def _too_long(column: Cells, left: int) -> bool:
    """Whether sentences of a later rank would stretch over too many lines."""
    wide = _wanted(column) + left
    return any(len(fold(cell, wide, chop=True)) > CELL_LINES for cell in column)


def _least(column: Cells) -> int:
    return max(map(widest_unit, column))


def _table(columns: Sequence[Cells]) -> Table:
    heads = [
        Column(
            Cell(column[0], right=right), header_style="bold", min_width=_least(column),
            justify="right" if right else "left",
        )
        for column in columns for right in (_of_numbers(column[1:]),)
    ]
    table = Table(*heads, box=None, pad_edge=False, padding=(0, GAP, 0, 0))
    for cells in zip(*(column[1:] for column in columns), strict=True):
        table.add_row(*(
            Cell(cell, right=head.justify == "right")
            for head, cell in zip(heads, cells, strict=True)
        ))
    return table


def _of_numbers(cells: Cells) -> bool:
    told = [cell for cell in cells if cell]
    return bool(told) and all(map(_is_number, told))


def _is_number(cell: str) -> bool:
    bare = cell.replace("\u00a0", "").replace(".", "").lstrip("-")
    return bare.rstrip(ascii_uppercase).isdecimal()


def _on_cards(columns: Sequence[Cells], ranks: Sequence[int], room: int) -> list[int]:
    """The columns that cards show: later ranks only while no card outgrows its lines."""
    for last in sorted(set(ranks), reverse=True):
        chosen = [place for place, rank in enumerate(ranks) if rank <= last]
        cards = _cards([columns[place] for place in chosen], room)
        if all(len(card) <= CARD_LINES for card in cards):
            return chosen
    return chosen


def _cards(columns: Sequence[Cells], room: int) -> Iterator[list[Text]]:
    """Each record on a few lines: its name first, then what else is known of it."""
    titles = [column[0] for column in columns]
    for name, *facts in zip(*(column[1:] for column in columns), strict=True):
        named = fold(name, room, chop=True)
        lines = list(named)
        for title, fact in zip(titles[1:], facts, strict=True):
            if fact:
                _go_on(lines, f"{title}: {fact}", room)
        texts = list(map(Text, lines))
        for text, part in zip(texts, named, strict=False):
            text.stylize("bold", 0, len(part))
        yield texts


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
