"""What Typer says of itself is said in the reader's language: usage, headings, types, errors."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from cbi.cli.command_context import CommandContext
from cbi.cli.commands import COMMANDS, build_root
from cbi.cli.globals import Globals
from cbi.cli.run import run
from cbi.messages import texts

TYPERS = re.compile(
    r"Usage|Options|Arguments|Commands|Show this|OPTIONS|ARGS|\[required|\[default|<\w+>|range")
NAMES = re.compile(r"[A-Z][A-Z-]+[A-Z]")
TYPED_AS_THEY_STAND = {"URL"}


def told(line: str, capsys: pytest.CaptureFixture[str], language: str = "ru") -> str:
    """All that a line says, in a language."""
    run(["--lang", language, *line.split()])
    said = capsys.readouterr()
    return said.out + said.err


def commands(command: Any, path: str) -> Iterator[tuple[str, Any]]:
    """A command and all below it, each with its line."""
    yield path, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, f"{path} {name}")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_word_of_typers_is_left_in_a_russian_help(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root = build_root()
    context = typer.Context(root, obj=CommandContext(Globals(language="ru")))
    known = texts("ru", "metavars")
    for path, command in commands(root.get_command(context, name), name):
        said = told(f"{path} --help", capsys)
        assert not TYPERS.search(said), (path, said)
        for one in command.params:
            names = NAMES.findall(one.metavar or "")
            assert {word.lower() for word in names} <= {*known}, (path, one.metavar)


def test_the_help_of_a_group_cuts_no_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    for name in COMMANDS:
        for language in ("en", "ru"):
            for line in told(f"{name} --help", capsys, language).splitlines():
                assert not line.endswith("...") or "]..." in line, (name, line)
                assert len(line) <= 80


@pytest.mark.parametrize(("line", "said"), [
    ("batch foo", "У cbi batch нет команды foo"),
    ("people household list", "нет команды household, есть households"),
    ("batch list --limit x", "--limit должно быть целым числом, не меньше 1"),
    ("demo --people 5", "--people должно быть целым числом от 20"),
    ("whoami extra", "Для cbi whoami лишнее: extra"),
    ("batch show", "Для cbi batch show нужно ПАРТИЯ"),
    ("batch show --colour", "У cbi batch show нет параметра --colour"),
    ("log --limit", "После --limit должно что-то стоять"),
])
def test_a_usage_error_is_said_in_russian(
    line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    heard = told(line, capsys)
    assert said in heard
    assert not re.search(r"No such|Got unexpected|is not", heard)


def test_a_checkpoint_that_is_not_there_is_told_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before any ledger is looked for: the file is what was typed wrong."""
    line = f"--ledger {tmp_path}/none.db check --checkpoint {tmp_path}/nofile"
    assert "nofile" in told(line, capsys)
