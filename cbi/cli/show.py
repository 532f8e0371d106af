"""How results look: aligned tables in a terminal, tab-separated lines in a pipe, JSON if asked."""

import json
import re
import shutil
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from itertools import zip_longest
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import typer

from cbi.base.words import escaped_in_json, visible, visible_lines

PLAIN_EVERY_SECONDS = 5.0
GAP, NARROWEST = "  ", 12
_WORDS = re.compile(r"(?:[\u2066-\u2068][^\u2069]*\u2069|[^ ])+")
"""Words; a run that is isolated for its direction counts as one."""


def put(words: str, *, err: bool = False, nl: bool = True, **style: Any) -> None:
    """Write to the terminal: the one place where words leave, without what would steer it."""
    shown = visible_lines(words)
    typer.echo(typer.style(shown, **style) if style else shown, err=err, nl=nl)


def as_json(value: object) -> str:
    """One JSON text; bytes as hexadecimal digits, sets sorted."""
    return escaped_in_json(json.dumps(plain(value), ensure_ascii=False, indent=2))


def plain(value: object) -> Any:
    """The value in JSON's own kinds."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(inner) for inner in value)
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, bytes | Path):
        return value.hex() if isinstance(value, bytes) else str(value)
    return value


def field(row: object, name: str) -> object:
    """A record's value by name, of a mapping or an object."""
    return row[name] if isinstance(row, Mapping) else getattr(row, name)


def as_text(value: object) -> str:
    """A value as people see it in a table."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else "–"
    if isinstance(value, set | frozenset | list | tuple):
        return ", ".join(sorted(map(as_text, value)))
    return value.hex() if isinstance(value, bytes) else str(value)


def print_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns aligned by what a terminal shows of them; tabs where no terminal is.

    What is wider than the terminal is folded within its own column.
    """
    rows = [[visible(cell) for cell in cells] for cells in rows]
    if not sys.stdout.isatty():
        for cells in (titles, *rows):
            put("\t".join(cells))
        return
    widths = fitted(
        [max(map(width, column)) for column in zip(titles, *rows, strict=True)],
        shutil.get_terminal_size().columns,
    )
    for number, cells in enumerate((titles, *rows)):
        folded = [fold(cell, wide) for cell, wide in zip(cells, widths, strict=True)]
        for line in zip_longest(*folded, fillvalue=""):
            put(_aligned(line, widths), bold=number == 0)


def fitted(widths: Sequence[int], room: int) -> list[int]:
    """The columns' widths, the widest taken back until all fit beside each other."""
    fits = list(widths)
    while sum(fits) + len(GAP) * (len(fits) - 1) > room and max(fits) > NARROWEST:
        fits[fits.index(max(fits))] -= 1
    return fits


def fold(cell: str, wide: int) -> list[str]:
    """A cell's lines of at most this width; what is written in another direction stays whole."""
    lines = [""]
    for word in _WORDS.findall(cell):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if width(longer) <= wide or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def width(words: str) -> int:
    """How many places of a terminal these words take."""
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in words
        if not unicodedata.combining(letter) and unicodedata.category(letter) != "Cf"
    )


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        f"{' ' * (wide - width(cell))}{cell}" if _is_number(cell)
        else f"{cell}{' ' * (wide - width(cell))}"
        for cell, wide in zip(cells, widths, strict=True)
    )
    return GAP.join(padded).rstrip()


def _is_number(cell: str) -> bool:
    bare = cell.replace("\u00a0", "").replace(".", "").lstrip("-")
    return bare.rstrip(ascii_uppercase).isdecimal()


@contextmanager
def progress(label: str, total: int, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Tell how much is done: a bar in a terminal, a line now and then elsewhere."""
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _bar(label, total) as tell:
            yield tell
    else:
        last = time.monotonic()

        def tell_plainly(done: int) -> None:
            nonlocal last
            if time.monotonic() - last > PLAIN_EVERY_SECONDS:
                last = time.monotonic()
                put(f"{label}: {done} / {total}", err=True)

        yield tell_plainly


@contextmanager
def _bar(label: str, total: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda done: bar.update(task, completed=done)
