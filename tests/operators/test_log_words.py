"""The log is read in words: no name of the database or of the code is left on the screen."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from cbi.cli.setup.log_words import deed, details, of_amount, of_person
from cbi.messages import texts
from cbi.operators.log import LogLine
from tests.house.trees import nodes

ROOT = Path(__file__).parents[2] / "cbi"


@cache
def actions() -> set[str]:
    """Every action that the code names where it writes a line."""
    found = set()
    for path in ROOT.rglob("*.py"):
        for node in nodes(path):
            if isinstance(node, ast.Call):
                for given in node.keywords:
                    value = given.value
                    if given.arg == "action" and isinstance(value, ast.Constant):
                        found.add(str(value.value))
    return {action for action in found if "." in action}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_deed_has_words(language: str) -> None:
    known = texts(language, "log")
    assert len(actions()) > 40
    assert [one for one in sorted(actions()) if f"did-{one.replace('.', '-')}" not in known] == []


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_name_of_a_column_is_left(language: str) -> None:
    line = LogLine(1, 0, "dana", "settlement.pay", "MAGNUM-P1", {
        "amount_minor": 160_425_500, "digest": "ab" * 32, "web_address": None, "roles": ["admin"],
        "amount-differs": 2, "despite_allowed": True, "valid_from": "2022-08-16",
    }, "vm")
    said = details(line, "KZT", language)
    assert not re.search(r"_|digest|None|abab(?!abab;)\w{8}|True", said), said
    assert "1\u00a0604\u00a0255" in said


def test_lines_are_found_by_person_and_by_sum() -> None:
    lines = [
        LogLine(1, 0, "dana", "duplicate.decide", "B-1", {"goes": "B-2"}, "vm"),
        LogLine(2, 0, "dana", "settlement.pay", "P1", {"amount_minor": 500_000}, "vm"),
        LogLine(3, 0, "dana", "batch.draft", "R1-B1", {"vouchers": 500_000}, "vm"),
    ]
    assert [line.seq for line in of_person(lines, "B-2")] == [1]
    assert [line.seq for line in of_person(lines, "B-1")] == [1]
    assert [line.seq for line in of_amount(lines, "5000", "KZT")] == [2]


def test_an_action_of_a_package_keeps_its_name() -> None:
    assert deed("gift.give", "ru") == "gift.give"
