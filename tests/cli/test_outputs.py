"""Where `-o` may write: never over a file of ours, over another only if somebody says so."""

from pathlib import Path

import pytest
import typer

from cbi.cli.commands import COMMANDS, build_root
from cbi.messages import text


def outputs():
    """Every command with `-o`, and the option's own check."""
    root = build_root()
    context = typer.Context(root)
    waiting = [((name,), root.get_command(context, name)) for name in COMMANDS]
    while waiting:
        words, command = waiting.pop()
        for parameter in command.params:
            if "-o" in parameter.opts:
                yield words, parameter
        for name, child in getattr(command, "commands", {}).items():
            waiting.append(((*words, name), child))


FOUND = sorted(outputs(), key=lambda found: found[0])


@pytest.mark.parametrize(("words", "option"), FOUND, ids=[" ".join(words) for words, _ in FOUND])
def test_no_command_writes_over_a_ledger(words, option, tmp_path: Path) -> None:
    ledger = tmp_path / "books.xlsx"
    ledger.write_bytes(b"SQLite format 3\0")
    context = typer.Context(build_root())
    with pytest.raises(Exception, match="is-database"):
        option.callback(context, option, ledger)


def test_commands_that_write_are_known():
    assert len(FOUND) >= 12


@pytest.mark.parametrize(("standing", "code", "key"), [
    (b"SQLite format 3\0", 6, "files.is-database"),
    (b"my notes", 5, "cli.output-there"),
])
def test_a_file_that_stands_there_is_named_and_kept(cbi, tmp_path: Path, standing, code, key):
    path = tmp_path / "books.xlsx"
    path.write_bytes(standing)
    left, _, said = cbi("report", "workbook", "-o", str(path), who="finance1")
    assert (left, said) == (code, f"cbi: {text(key, file=str(path))}\n")
    assert path.read_bytes() == standing


def test_force_replaces_an_ordinary_file_and_nothing_of_ours(cbi, tmp_path: Path):
    path = tmp_path / "journal.beancount"
    path.write_bytes(b"my notes")
    assert cbi("report", "journal", "-o", str(path), "--force", who="finance1")[0] == 0
    assert path.read_bytes() != b"my notes"
    checkpoint = "cbi/0123\n4721\nCsUwZzPDzcaMgmJlBmvQ0g==\n\n\u2014 cbi/0123 dGVzdA==\n"
    path.write_text(checkpoint, "utf-8")
    left, _, said = cbi("report", "journal", "-o", str(path), "--force", who="finance1")
    assert (left, said) == (6, f"cbi: {text('files.is-checkpoint', file=str(path))}\n")
    assert path.read_text("utf-8") == checkpoint
