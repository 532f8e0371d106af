"""The help of every command at 80 and at 40 columns: no word of it is cut, no line is too long."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from cbi.cli.command_context import CommandContext
from cbi.cli.commands import COMMANDS, build_root, word_root
from cbi.cli.globals import Globals

UNBROKEN = 4
"""What is one word, a path or `one|two|three`, may stand out of the line by itself."""


def helps(language: str, width: int) -> Iterator[tuple[str, str, list[str]]]:
    """Each command's path, its help as it is shown, and the texts that must stand in it."""
    root: Any = build_root()
    word_root(root, language)
    root.context_settings["terminal_width"] = width - 2
    top = root.make_context("cbi", [], obj=CommandContext(Globals(language=language)),
                            resilient_parsing=True)
    waits: list[tuple[Any, str, Any]] = [
        (root.get_command(top, name), name, top) for name in COMMANDS
    ]
    while waits:
        command, name, parent = waits.pop()
        context = command.make_context(name, [], parent=parent, resilient_parsing=True)
        below = getattr(command, "commands", {})
        said = [command.help, *(one.short_help or "" for one in below.values()),
                *(one.help for one in command.params if getattr(one, "help", None))]
        yield context.command_path, command.get_help(context), [one for one in said if one]
        waits += [(one, under, context) for under, one in below.items()]


def plain(words: str) -> str:
    return "".join(words.split())


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_help_is_cut(language: str, width: int) -> None:
    seen = 0
    for path, shown, said in helps(language, width):
        seen += 1
        cut = [one for one in said if plain(one) not in plain(shown)]
        assert not cut, path
        wide = [line for line in shown.splitlines()
                if len(line) > width and len(line.split()) > UNBROKEN]
        assert not wide, path
        assert not re.search(r"[a-zа-я]\.\.\.(\s|$)", shown), path
    assert seen > 150
