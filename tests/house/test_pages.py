"""Pages that promise: each paragraph names the tests that hold it, and these tests exist.

After a paragraph, an item of a list or a table stands a comment that Markdown does not show:

    <!-- held by tests/storage/test_roles.py::test_a_thing ::test_another_of_the_same_file -->

What is advice to people and nothing that a program could break says `<!-- advice -->` instead.
Headings, code and paragraphs that end with a colon (what follows is held) need neither.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint

from cbi.context import ledger_metadata

ROOT = Path(__file__).parents[2]
HELD = ("ledger.md", "postgresql.md", "proof.md", "security.md")
"""Pages of which every paragraph is held by a test."""

_COMMENT = re.compile(r"<!--\s*(?:(advice)|held by\s+(.*?))\s*-->", re.S)
_CODE = re.compile(r"^```.*?^```$", re.S | re.M)


def paragraphs(page: str) -> Iterator[str]:
    """Paragraphs, items of lists and tables, each with the comments that follow it."""
    told: list[str] = []
    for block in re.split(r"\n\s*\n|\n(?=\s*(?:[-*]|\d+\.) )", _CODE.sub("", page)):
        if _COMMENT.sub("", block).strip() == "" and told:
            told[-1] += "\n" + block
        elif block.strip() and not block.startswith(("    ", "#")):
            told.append(block)
    yield from told


def named(text: str) -> Iterator[tuple[str, str]]:
    """The tests that comments name, as file and function."""
    file = ""
    for _, tests in _COMMENT.findall(text):
        for word in tests.split():
            path, _, test = word.rstrip(",").partition("::")
            file = path or file
            yield file, test


@cache
def known_tests(file: str) -> frozenset[str]:
    """The names of a file's tests; none if there is no such file."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    return frozenset(
        name for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in (
            [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef)
            else [ast.unparse(target) for target in node.targets] if isinstance(node, ast.Assign)
            else []
        ) if name.lower().startswith("test")
    )


@pytest.mark.parametrize("page", sorted(path.name for path in (ROOT / "docs").glob("*.md")))
def test_every_test_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    assert [one for one in named(text) if one[1] not in known_tests(one[0])] == []


@pytest.mark.parametrize("page", HELD)
def test_every_paragraph_that_promises_names_its_test(page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    bare = [one for one in paragraphs(text)
            if not _COMMENT.search(one) and not one.rstrip().endswith(":")]
    assert bare == []


@pytest.mark.parametrize("page", HELD)
def test_every_row_of_a_table_that_promises_names_its_test(page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    rows = re.findall(r"^\|.*\|$", text, re.M)
    heads = {row for row, below in pairwise(rows) if set(below) <= set("|-: ")}
    bare = [row for row in rows if row not in heads and not _COMMENT.search(row)
            and set(row) > set("|-: ")]
    assert bare == []


def test_the_tables_that_the_ledgers_page_names_are_there() -> None:
    page = (ROOT / "docs" / "ledger.md").read_text("utf-8")
    rows = re.findall(r"^\| (`.*?) \|", page, re.M)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert len(told) > 15
    assert told <= set(ledger_metadata().tables)


def test_a_line_is_of_a_kind_that_the_ledgers_page_names() -> None:
    page = " ".join((ROOT / "docs" / "ledger.md").read_text("utf-8").split())
    found = re.search(r"moves value \((.*?):.*?changes a state \((.*?):", page)
    assert found is not None
    told = [
        {one.strip().replace(" ", "-") for one in kinds.split(",")} for kinds in found.groups()
    ]
    (check,) = (
        str(rule.sqltext) for rule in ledger_metadata().tables["entry"].constraints
        if isinstance(rule, CheckConstraint) and rule.name == "entry_moves_or_changes"
    )
    known = re.findall(r"kind IN \((.*?)\)", check)
    assert told == [set(re.findall(r"'(.*?)'", kinds)) for kinds in known]


def test_a_bare_paragraph_and_a_test_that_is_not_there_are_seen() -> None:
    page = (
        "# Head\n\nA promise.\n\n    code\n\n- one,\n  in two lines\n- two\n"
        "  <!-- held by tests/house/test_pages.py::test_gone ::known_tests -->\n\nDo:\n\n"
        "```\nfenced\n\n- lines\n```\n\nSay it.\n<!-- advice -->\n"
    )
    found = list(paragraphs(page))
    assert [one.split("\n")[0] for one in found] == ["A promise.", "- one,", "- two", "Do:",
                                                     "Say it."]
    assert [bool(_COMMENT.search(one)) for one in found] == [False, False, True, False, True]
    assert list(named(page)) == [("tests/house/test_pages.py", "test_gone"),
                                 ("tests/house/test_pages.py", "known_tests")]
    assert "test_gone" not in known_tests("tests/house/test_pages.py")
