"""The command reference is what the commands say, and every command has its words."""

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer

from cbi.cli.command_context import CommandContext
from cbi.cli.commands import COMMANDS, build_root, word_root
from cbi.cli.globals import Globals
from cbi.messages import text
from tests.command_reference import PAGE, reference
from tests.there import there

KEY = re.compile(r"[a-z]+(?:-[a-z]+)*\.[a-z-]+\Z")


def test_the_reference_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == reference(), "run: python -m tests.command_reference"


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_has_its_words(name: str, language: str) -> None:
    root = build_root()
    word_root(root, language)
    context = typer.Context(root, obj=CommandContext(Globals(language=language)))
    wordless = [
        (path, said) for path, said in told(root.get_command(context, name), name)
        if not said or KEY.match(said)
    ]
    assert not wordless


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_the_list_of_commands_says_of_each_what_its_own_help_says(name: str) -> None:
    root = build_root()
    context = typer.Context(root, obj=CommandContext(Globals(language="ru")))
    assert there(root.get_command(context, name)).help == text(COMMANDS[name][2], "ru")


def test_the_list_of_commands_imports_no_module_of_a_command() -> None:
    heard = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "cbi", "--help"],
        capture_output=True, text=True, check=True,
    )
    assert "support-bundle" in heard.stdout
    holders = {f"cbi.cli.{module}" for _, modules, _ in COMMANDS.values() for module in modules}
    assert holders.isdisjoint(re.findall(r"cbi\.cli[\w.]+", heard.stderr))


def told(command: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every help text of a command and what is below it."""
    yield path, command.help or ""
    for parameter in command.params:
        if parameter.name != "help":
            yield f"{path} {parameter.name}", parameter.help or ""
    for name, below in getattr(command, "commands", {}).items():
        yield from told(below, f"{path} {name}")
