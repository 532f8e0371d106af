"""How results leave: as words for people, drawn by `views` on a screen, or as JSON."""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from cbi.base.words import escaped_in_json, visible_lines
from cbi.cli.views.screen import console, is_screen, room

PLAIN_EVERY_SECONDS = 5.0


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


def as_json(value: object) -> str:
    """One JSON text; bytes as hexadecimal digits, sets sorted."""
    return escaped_in_json(json.dumps(plain(value), ensure_ascii=False, indent=2))


def plain(value: object) -> Any:
    """The value in JSON's own kinds."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    value = value.model_dump() if hasattr(value, "model_dump") else value
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(inner) for inner in value)
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, bytes | Path):
        return value.hex() if isinstance(value, bytes) else str(value)
    return value


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
