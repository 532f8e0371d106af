"""How results leave: as words for people, drawn by `views` on a screen, or as JSON."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from cbi.base.words import escaped_in_json, visible_lines
from cbi.cli.views.screen import console, is_screen, room

PLAIN_EVERY_SECONDS = 5.0
JSON_PIECES = 10_000
"""Names, values and marks of JSON that are held before they are written."""


def put(words: str, *, err: bool = False, style: str = "") -> None:
    """Words for people: on a screen folded to it, in a style of Rich's; elsewhere plain lines."""
    if is_screen(err=err):
        from cbi.cli.views.folding import folded

        words = folded(visible_lines(words), room(err=err))
    give(words, err=err, style=style)


def give(words: str, *, err: bool = False, style: str = "", end: str = "\n") -> None:
    """Words as they are, for who copies or reads them whole: JSON, rows, commands, a picture.

    The one place where words leave that no view draws; what would steer a terminal is replaced.
    """
    shown = visible_lines(words)
    if style and is_screen(err=err):
        from rich.text import Text

        console(err=err).print(Text(shown, style), soft_wrap=True, end=end)
    else:
        print(shown, file=sys.stderr if err else sys.stdout, end=end, flush=True)


def give_json(value: object) -> None:
    """A value as JSON, written as it is made: of a long list neither copy nor text is held."""
    for block in _json_blocks(value):
        give(block, end="")
    give("")


def as_json(value: object) -> str:
    """One JSON text; bytes as hexadecimal digits, sets sorted."""
    return "".join(_json_blocks(value))


class Each(list[object]):
    """A list for JSON whose items are made as they are written, once; `count` of them."""

    def __init__(self, items: Iterable[object], count: int) -> None:
        self._items, self._count = items, count

    def __iter__(self) -> Iterator[object]:
        return iter(self._items)

    def __len__(self) -> int:
        return self._count


def _json_blocks(value: object) -> Iterator[str]:
    """The same, so many letters at a time; at least one block."""
    pieces = json.JSONEncoder(ensure_ascii=False, indent=2, default=_plain).iterencode(value)
    held: list[str] = []
    for piece in pieces:
        held.append(piece)
        if len(held) >= JSON_PIECES:
            yield escaped_in_json("".join(held))
            held.clear()
    yield escaped_in_json("".join(held))


def _plain(value: object) -> Any:
    """What JSON has no kind for, in one that it has."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    if hasattr(value, "model_dump"):
        return value.model_dump()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, bytes | Path):
        return value.hex() if isinstance(value, bytes) else str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def setting(name: str, value: str) -> str:
    """The line that sets an environment's variable, as this system's shell takes it."""
    return f'$env:{name} = "{value}"' if os.name == "nt" else f'export {name}="{value}"'


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


def progress_lines(label: str, total: int) -> Callable[[int], None]:
    """What tells, now and then on a line of its own, how much is done."""
    last = time.monotonic()

    def tell(done: int) -> None:
        nonlocal last
        if time.monotonic() - last > PLAIN_EVERY_SECONDS:
            last = time.monotonic()
            put(f"{label}: {done} / {total}" if total else f"{label}: {done}", err=True)

    return tell
