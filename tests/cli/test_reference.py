"""The command reference is what the commands say, and every command has its words."""

import re

import pytest
import typer

from cbi.cli.commands import COMMANDS, build_root, word_root
from cbi.cli.globals import Globals
from cbi.cli.here import Here
from tests.command_reference import PAGE, reference

KEY = re.compile(r"[a-z]+(?:-[a-z]+)*\.[a-z-]+\Z")


def test_the_reference_is_up_to_date():
    assert PAGE.read_text("utf-8") == reference(), "run: python -m tests.command_reference"


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_option_has_its_words(name, language):
    root = build_root()
    word_root(root, language)
    context = typer.Context(root, obj=Here(Globals(language=language)))
    wordless = [
        (path, said) for path, said in told(root.get_command(context, name), name)
        if not said or KEY.match(said)
    ]
    assert not wordless


def told(command, path):
    """Every help text of a command and what is below it."""
    yield path, command.help or ""
    for parameter in command.params:
        if parameter.name != "help":
            yield f"{path} {parameter.name}", parameter.help or ""
    for name, below in getattr(command, "commands", {}).items():
        yield from told(below, f"{path} {name}")
