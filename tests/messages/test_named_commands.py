"""Every command that a text tells its reader to type is there, with the options it names."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from cbi.cli.command_context import CommandContext
from cbi.cli.commands import COMMANDS, build_root
from cbi.cli.globals import SWITCHES, VALUED, Globals, take_globals
from cbi.cli.run import USAGE_ERROR
from cbi.messages import LANGUAGES, texts
from cbi.messages.catalogue import TEXTS

DOCS = Path(__file__).parents[2] / "docs"
TOKEN = re.compile(r'"[^"]*"\S*|\S+')
ROOT = build_root()
PROSE = {"itself", "on"}
"""Words that stand after the program's name in a sentence about it."""


def told(words: str) -> Iterator[list[str]]:
    """What stands after each `cbi`, word by word, up to where its sentence goes on or ends."""
    for line in re.split(r"\bcbi (?=[a-z])", words)[1:]:
        tokens: list[str] = []
        for token in TOKEN.findall(line.replace("\u2069", " ").partition("\n")[0]):
            bare = re.match(r'"[^"]*"', token) or re.match(r".*?(?=[.,;:)»”'’。،؛]*\Z)", token)
            assert bare is not None
            tokens.append(bare[0].rstrip("`"))
            if bare[0] != token:
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

FILLED = {"date": "2022-08-16", "count": "3", "was": "3", "today": "2022-08-16",
          "port": "8765"}
"""Facts that stand where a command takes no word but a day or a number; for the rest any word does.
"""
NEEDS = {
    "people consent": [{"--consent-version"}, {"--withdraw"}],
    "city add": [{"--name"}, {"--file"}], "retailer add": [{"--name"}, {"--file"}],
    "store add": [{"--retailer", "--city", "--name"}, {"--file"}],
    "extend": [set[str](), {"--until", "--reason"}, {"--approve"}, {"--refuse"}],
    "redeem": [{"--store", "--receipt"}, {"--list", "--store"}],
}
"""Which options a command's function asks for, in one way or another, though the parser lets it be.
"""


def refused_in(tokens: list[str]) -> str | None:
    """Why a command as told could not be carried out by anybody; None where it could."""
    filled = re.sub(r"\{([a-z_]+)[^}]*\}", lambda found: FILLED.get(found[1], "X1"),
                    " ".join(tokens))
    _, rest = take_globals(shlex.split(filled), Globals())
    context = typer.Context(ROOT, obj=CommandContext(Globals()))
    command: Any = ROOT
    path: list[str] = []
    while hasattr(command, "commands"):
        if not rest or rest == ["--help"]:
            return None
        if rest[0].startswith("-") and getattr(command, "invoke_without_command", False):
            break
        command = command.get_command(context, rest[0])
        if command is None:
            return f"there is no {rest[0]}"
        path.append(rest.pop(0))
    if rest == ["--help"]:
        return None
    try:
        command.make_context(path[-1], list(rest), parent=context)
    except USAGE_ERROR as error:
        return str(error.format_message())
    given = {word for word in rest if word.startswith("-")}
    ways = NEEDS.get(" ".join(path), [set()])
    if path == ["extend"] and len(rest) > len(given):
        ways = ways[1:]
    return None if any(way <= given for way in ways) else f"it needs one of {ways}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_in_a_text_has_what_it_needs(language: str) -> None:
    """With its facts filled in: no option or argument is missing, and none is too many."""
    wrong = [
        (f"{file.stem}.{key}", tokens, why)
        for file in sorted((TEXTS / language).glob("*.json"))
        for key, words in texts(language, file.stem).items()
        for tokens in told(words) if (why := refused_in(tokens)) is not None
    ]
    assert wrong == []


def test_a_command_that_lacks_something_is_seen() -> None:
    seen = {line: refused_in(next(told(f"Type: cbi {line}"))) for line in (
        "people edit NUMBER", "batch cancel", "statement show S1 S2", "people consent {number}",
        "extend SERIAL --until DATE", "check and tell", "people find --colour red",
    )}
    assert all(seen.values())
    told_well = 'if wrong: cbi hand-over {serial} --undo --reason "on a wrong day". Else: cbi check'
    assert [refused_in(tokens) for tokens in told(told_well)] == [None, None]


def test_the_test_sees_what_is_not_there() -> None:
    assert wrong_in(["people", "find", "--colour", "red"]) == "--colour"
    assert wrong_in(["peeple", "find"]) == "peeple"
    assert wrong_in(["people", "lose"]) == "lose"
    assert wrong_in(["batch", "approve", "{batch}", "--yes"]) is None
    assert set(COMMANDS) >= {"people", "batch"}


def test_what_is_to_be_filled_in_is_said_in_russian_too() -> None:
    """`-o FILE` stands in a Russian text as its help has it, `-o ФАЙЛ`."""
    ours, known = texts("en", "metavars"), texts("ru", "metavars")
    foreign = {word for name, word in ours.items() if known[name] != word}
    left = re.compile(rf"(?<![\w{{-])({'|'.join(map(re.escape, foreign))})(?![\w}}-])")
    found = [
        f"{file.stem}.{name}: {word}" for file in sorted((TEXTS / "ru").glob("*.json"))
        for name, told in texts("ru", file.stem).items() for word in left.findall(told)
    ]
    assert not found
