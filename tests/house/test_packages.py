"""What is declared is used, and what the glossary and the guide name is there."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.there import there

ROOT = Path(__file__).resolve().parents[2]
MODULE_OF = {
    "mt-940": "mt940",
    "argon2-cffi": "argon2", "fpdf2": "fpdf", "persiantools": "persiantools", "pillow": "PIL",
    "psycopg": "psycopg", "python-calamine": "python_calamine", "tzdata": "zoneinfo",
    "zxing-cpp": "zxingcpp",
}
"""Where a package is imported under another name; `zoneinfo` reads what `tzdata` brings."""
NEEDED_BY_ANOTHER = {"lxml": "openpyxl", "uharfbuzz": "fpdf2", "httptools": "uvicorn"}
"""openpyxl writes faster and the same bytes with one, fpdf2 joins letters with the next, uvicorn
reads requests by the last."""


def test_every_declared_package_is_imported() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {there(re.match(r"[\w-]+", line))[0] for line in declared["dependencies"]}
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "cbi").rglob("*.py"))
    unused = {
        name for name in names - NEEDED_BY_ANOTHER.keys()
        if not re.search(
            rf"(^\s*(from|import) |import_module\(.){MODULE_OF.get(name, name)}\b",
            code, re.MULTILINE,
        )
    }
    assert not unused
    assert set(NEEDED_BY_ANOTHER.values()) <= names


@pytest.mark.parametrize("name", ["glossary.md", "CONTRIBUTING.md"])
def test_a_page_points_at_what_is_there(name: str) -> None:
    page = (ROOT / "docs" / name).read_text("utf-8")
    missing = [place for place in re.findall(r"`((?:cbi|tests)/[\w/.]*)`", page)
               if not (ROOT / place).exists()]
    assert not missing


@pytest.mark.parametrize("name", ["glossary.md", "CONTRIBUTING.md"])
def test_a_name_that_a_page_puts_in_a_module_stands_there(name: str) -> None:
    """As "`FIELDS` and `PATTERNS` in `cbi/finance/reading/structure/headings.py`"."""
    page = " ".join((ROOT / "docs" / name).read_text("utf-8").split())
    said = re.findall(r"((?:`\w+`(?:, | and )?)+) in `((?:cbi|tests)/[\w/]+\.py)`", page)
    assert said
    missing = [
        f"{word} in {place}" for words, place in said for word in re.findall(r"\w+", words)
        if word != "and" and not re.search(
            rf"^\s*(?:def|class) {word}\b|^{word}\b", (ROOT / place).read_text("utf-8"),
            re.MULTILINE,
        )
    ]
    assert not missing
