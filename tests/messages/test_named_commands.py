"""Every command that a text tells its reader to type is there, with the options it names."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from cbi.cli.commands import COMMANDS, build_root
from cbi.cli.globals import SWITCHES, VALUED
from cbi.messages import LANGUAGES, texts
from cbi.messages.catalogue import TEXTS

DOCS = Path(__file__).parents[2] / "docs"
ENDS = re.compile(r"[.,;:)»”\"'`’。،؛]+\Z")
ROOT = build_root()
PROSE = {"itself", "on"}
"""Words that stand after the program's name in a sentence about it."""


def told(words: str) -> Iterator[list[str]]:
    """What stands after each `cbi`, word by word, up to where its sentence goes on or ends."""
    for line in re.split(r"\bcbi (?=[a-z])", words)[1:]:
        tokens: list[str] = []
        for token in line.replace("\u2069", " ").split():
            tokens.append(ENDS.sub("", token))
            if ENDS.search(token) and not token.endswith(("…", "\"…\"")):
                break
        if tokens[0] not in PROSE:
            yield tokens


def wrong_in(tokens: list[str]) -> str | None:
    """What of a command as told is not there."""
    context = typer.Context(ROOT)
    command: Any = ROOT
    rest = list(tokens)
    while rest and hasattr(command, "commands"):
        found = command.get_command(context, rest[0])
        if found is None:
            placeholder = rest[0][0] in "-[<{" or not rest[0].islower()
            return None if placeholder and command is not ROOT else rest[0]
        command = found
        rest.pop(0)
    known = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    known |= {*VALUED, *SWITCHES, "--help"}
    for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", " ".join(rest)):
        if option not in known:
            return str(option)
    return None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_in_a_text_can_be_typed(language: str) -> None:
    wrong = [
        (f"{file.stem}.{key}", tokens, bad)
        for file in sorted((TEXTS / language).glob("*.json"))
        for key, words in texts(language, file.stem).items()
        for tokens in told(words) if (bad := wrong_in(tokens)) is not None
    ]
    assert wrong == []


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_every_command_in_a_page_can_be_typed(page: Path) -> None:
    blocks = re.findall(r"`(cbi [^`]+)`|^(?: {4}|\$ )(cbi [^#\n]+)", page.read_text("utf-8"), re.M)
    wrong = [
        (tokens, bad)
        for block in blocks for tokens in told("".join(block))
        if (bad := wrong_in(tokens)) is not None
    ]
    assert wrong == []


def test_the_test_sees_what_is_not_there() -> None:
    assert wrong_in(["people", "find", "--colour", "red"]) == "--colour"
    assert wrong_in(["peeple", "find"]) == "peeple"
    assert wrong_in(["people", "lose"]) == "lose"
    assert wrong_in(["batch", "approve", "{batch}", "--yes"]) is None
    assert set(COMMANDS) >= {"people", "batch"}
