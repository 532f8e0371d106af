"""Every word that a user can meet is there: in English and Russian, with the same places."""

import ast
import json
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from cbi.messages import LANGUAGES, text
from cbi.messages.plurals import with_plurals
from cbi.storage import faults
from tests.house.trees import nodes

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "cbi" / "messages" / "texts"
ERRORS = {
    "BadFile", "CbiError", "Conflict", "NotAllowed", "NotFound", "Problem", "Unusable",
    "UsageError",
}
CODE = re.compile(r"[a-z-]+\.[a-z0-9-]+\Z")
ENGINES = ("cbi/storage/", "cbi/ledger/")
IN_EVERY_LANGUAGE = (
    "till", "till-account", "till-office", "till-page", "till-offline", "till-pending",
    "till-shift", "till-terminal", "trust-page", "keyboard", "voucher", "hotline", "sms",
)
LISTED = re.compile(r"\ben[,|] ?ru(?:(?:, |\|| or | или )[a-z]{2}\b){2,}")
"""A text's list of the languages: `en, ru, kk or uz`, `en|ru|kk`."""


class Raised(NamedTuple):
    """A refusal in the code: where, its code (or the beginning of it), the facts it is given."""

    where: str
    code: str
    whole: bool
    facts: frozenset[str] | None


def loaded(language: str, file: str) -> dict[str, str]:
    path = TEXTS / language / f"{file}.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def places(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def raised() -> Iterator[Raised]:
    """Every refusal whose code stands in the code as a text, or begins as one."""
    for module in sorted((ROOT / "cbi").rglob("*.py")):
        for node in nodes(module):
            if not isinstance(node, ast.Call) or _name(node.func) not in ERRORS or not node.args:
                continue
            code, whole = _code(node.args[0])
            facts = None
            if all(keyword.arg is not None for keyword in node.keywords):
                facts = frozenset(str(keyword.arg) for keyword in node.keywords)
            if _name(node.func) == "Problem":
                facts = None
            if code:
                yield Raised(f"{module.relative_to(ROOT)}:{node.lineno}", code, whole, facts)


def _name(node: ast.expr) -> str:
    return getattr(node, "id", getattr(node, "attr", ""))


def _code(node: ast.expr) -> tuple[str, bool]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value, True
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        return str(node.values[0].value), False
    return "", False


def files() -> list[str]:
    return sorted(path.stem for path in (TEXTS / "en").glob("*.json"))


def test_every_refusal_has_its_words() -> None:
    wordless = []
    for found in raised():
        file, _, name = found.code.partition(".")
        known = loaded("en", file)
        if found.whole and name not in known:
            wordless.append(found)
        if not found.whole and not any(key.startswith(name) for key in known):
            wordless.append(found)
    assert wordless == []


def test_every_refusal_brings_the_facts_that_its_words_have_places_for() -> None:
    gaps = []
    for found in raised():
        file, _, name = found.code.partition(".")
        if found.whole and found.facts is not None and CODE.match(found.code):
            missing = places(loaded("en", file).get(name, "")) - found.facts
            if found.where.startswith(ENGINES):
                missing -= {"place"}  # the database that was at work adds where it is
            gaps += [(found.where, found.code, sorted(missing))] if missing else []
    assert gaps == []


def test_every_engines_fault_has_its_words() -> None:
    codes = {code for _, code in faults._SQLITE_WORDS}
    source = Path(faults.__file__).read_text("utf-8")
    codes |= set(re.findall(r'"(storage\.[a-z-]+)"', source))
    assert {code for code in codes if text(code, detail="x", rule="x").startswith("storage.")} \
        == set()


@pytest.mark.parametrize("file", files())
def test_russian_says_all_that_english_says_with_the_same_places(file: str) -> None:
    english, russian = loaded("en", file), loaded("ru", file)
    assert list(russian) == list(english)
    assert {name: places(words) for name, words in english.items()} \
        == {name: places(words) for name, words in russian.items()}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", IN_EVERY_LANGUAGE)
def test_what_cashiers_and_beneficiaries_read_stands_in_every_language(
    file: str, language: str,
) -> None:
    english, other = loaded("en", file), loaded(language, file)
    where = f"cbi/messages/texts/{language}/{file}.json"
    missing, beyond = sorted(english.keys() - other.keys()), sorted(other.keys() - english.keys())
    assert not missing, f"{where} lacks: {', '.join(missing)}"
    assert not beyond, f"{where} has what English lacks: {', '.join(beyond)}"
    for name, words in english.items():
        assert places(other[name]) == places(words), f"{where}: the places of {name} differ"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_lists_the_languages_lists_them_all(language: str) -> None:
    listed = {
        f"{file.stem}.{name}": tuple(re.findall(r"\b[a-z]{2}\b", found[0].replace(" or ", " ")))
        for file in sorted((TEXTS / language).glob("*.json"))
        for name, words in loaded(language, file.stem).items()
        if (found := LISTED.search(words))
    }
    assert len(listed) >= 5
    short = {name: codes for name, codes in listed.items() if codes != LANGUAGES}
    assert not short, f"texts/{language}: these list other languages than LANGUAGES"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_name_in_every_language(language: str) -> None:
    assert {f"language-{code}" for code in LANGUAGES} <= loaded(language, "voucher").keys()


def test_every_column_of_the_workbook_has_its_heading() -> None:
    named = {
        str(part.value).partition(":")[0]
        for module in sorted((ROOT / "cbi" / "finance").rglob("*.py"))
        for node in nodes(module)
        if isinstance(node, ast.Call) and _name(node.func) == "columns"
        for part in node.args[1:] if isinstance(part, ast.Constant)
    }
    assert {"receipt", "claimed"} <= named
    assert {name for name in named if f"column-{name}" not in loaded("en", "workbook")} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty_and_none_has_a_broken_place(language: str) -> None:
    for path in (TEXTS / language).glob("*.json"):
        for name, words in json.loads(path.read_text("utf-8")).items():
            assert words.strip(), f"{path.stem}.{name}"
            assert all(place.isidentifier() for place in places(words)), f"{path.stem}.{name}"


def test_a_text_missing_in_a_language_is_given_in_english() -> None:
    assert text("ledger.receipt-missing", "ps") == text("ledger.receipt-missing", "en")


def test_a_place_without_a_fact_shows_its_own_name() -> None:
    assert "{path}" in text("storage.missing", "en")


def test_what_is_said_of_an_amount_is_said_in_every_language() -> None:
    asked = {key for key in loaded("en", "base") if key.startswith("amount-")}
    assert asked
    for language in LANGUAGES:
        missing = sorted(asked - loaded(language, "base").keys())
        assert not missing, f"cbi/messages/texts/{language}/base.json lacks: {', '.join(missing)}"


@pytest.mark.parametrize(("language", "forms", "number", "said"), [
    ("en", "voucher|vouchers", 1, "1 voucher"), ("en", "voucher|vouchers", 0, "0 vouchers"),
    ("en", "voucher|vouchers", 21, "21 vouchers"), ("en", "is|are", "1,001", "1,001 are"),
    ("ru", "ваучер|ваучера|ваучеров", 1, "1 ваучер"),
    ("ru", "ваучер|ваучера|ваучеров", 22, "22 ваучера"),
    ("ru", "ваучер|ваучера|ваучеров", 11, "11 ваучеров"),
    ("ru", "ваучер|ваучера|ваучеров", 101, "101 ваучер"),
    ("ru", "ваучер|ваучера|ваучеров", "12 004", "12 004 ваучера"),
    ("kk", "ваучер", 1, "1 ваучер"), ("kk", "ваучер", 5, "5 ваучер"),
])
def test_a_word_follows_its_number(language: str, forms: str, number: int | str, said: str) -> None:
    assert with_plurals(f"{{n:#{forms}}}", {"n": number}, language) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_counted_word_has_a_form_for_every_number(language: str) -> None:
    """As many forms as the language's whole numbers ask for, or one where it has but one."""
    asked = {"en": 2, "ru": 3}
    for path in (TEXTS / language).glob("*.json"):
        for name, words in json.loads(path.read_text("utf-8")).items():
            for _, _, spec, _ in string.Formatter().parse(words):
                if spec and spec.startswith("#"):
                    assert spec.count("|") + 1 in (1, asked.get(language, 2)), f"{path}: {name}"


def test_no_english_text_counts_with_a_bare_plural() -> None:
    """`{vouchers} vouchers` says “1 vouchers”: it is `{vouchers:#voucher|vouchers}`."""
    bare = re.compile(
        r"(?<!of )\{(?:vouchers|rows|lines|days|count|people|taken|pairs|exceptions|redemptions)\} "
        r"(?:vouchers|rows|lines|days|people|pairs|exceptions|redemptions)\b"
    )
    assert [f"{file}.{name}" for file in files() for name, words in loaded("en", file).items()
            if bare.search(words)] == []


def test_pashto_months_are_those_of_cldr() -> None:
    from babel import Locale

    wide = Locale("ps").months["format"]["wide"]
    assert text("voucher.months", "ps").split() == [wide[number] for number in range(1, 13)]
