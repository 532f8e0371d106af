"""Every refusal of this room has its words, with the same places, in English and Russian."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import cbi.operators
from cbi.messages.catalogue import texts

PLACE = re.compile(r"{(\w+)(?::#[^}]*)?}")
ROOM = Path(cbi.operators.__file__).parent


def raised() -> Iterator[tuple[str, set[str]]]:
    """Every refusal that this room raises, and the facts that it gives."""
    for path in sorted(ROOM.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                code = str(node.args[0].value)
                if code.startswith("operators."):
                    yield code.partition(".")[2], {str(word.arg) for word in node.keywords}


RAISED = list(raised())
CODES = sorted({name for name, _ in RAISED})
SAID_ELSEWHERE = {"not-signed-in"}


def test_there_are_refusals_to_look_at() -> None:
    assert len(CODES) > 30


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_refusal_has_its_words_and_no_words_are_left_over(language: str) -> None:
    assert set(texts(language, "operators")) == set(CODES) | SAID_ELSEWHERE


@pytest.mark.parametrize("name", CODES)
def test_both_languages_fill_the_same_places(name: str) -> None:
    english, russian = (texts(language, "operators")[name] for language in ("en", "ru"))
    assert set(PLACE.findall(english)) == set(PLACE.findall(russian))


@pytest.mark.parametrize("name", CODES)
def test_the_places_are_facts_that_the_refusal_gives(name: str) -> None:
    places = set(PLACE.findall(texts("en", "operators")[name]))
    assert all(places <= facts for code, facts in RAISED if code == name)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_help_has_the_same_words_in_both_languages(language: str) -> None:
    assert set(texts(language, "help-operators")) == set(texts("en", "help-operators"))
