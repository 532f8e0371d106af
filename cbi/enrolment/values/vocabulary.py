"""The words of people's lists in five languages: headings, and what stands in cells.

Words are compared after folding: case, marks, punctuation, unseen characters and the letters that
keyboards mix up make no difference, nor does a space more or less. The words themselves are data,
in `words/*.json`, so that whoever meets a new heading adds it there; a language of one's own comes
from a package beside ours (`cbi.list_vocabularies`).
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from cbi.base.plugins import LIST_VOCABULARIES, plugin_unfit, plugins
from cbi.people.names.scripts import fold

_NUMBERED_QUESTION = re.compile(r"\A\s*[A-Za-zА-Яа-я]{0,3}\d{1,3}[a-z]?(?:[._]\d{1,2})*\s*[.):]\s+")
_BRACKETS = re.compile(r"[^\S\n]*[(\[{<]([^()\[\]{}<>]*)[)\]}>][^\S\n]*")
_CAMEL = re.compile(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])")
_APART = re.compile(r"[\W_]+")
_APOSTROPHES = re.compile("['`´’‘ʻʼ]")
_DIGEST_LENGTH = 20
PHRASE_WORDS_MAX = 4
_DIGITS = {
    ord(digit): str(value)
    for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "０１２３４５６７８９")
    for value, digit in enumerate(digits)
}


def plain_digits(text: str) -> str:
    """The text with digits of every script that people here write in as `0` to `9`."""
    return text if text.isascii() else text.translate(_DIGITS)


@lru_cache(maxsize=16_384)
def folded(text: str) -> str:
    """Words in lower case with single spaces between; nothing else is left."""
    words = _CAMEL.sub(" ", _APOSTROPHES.sub("", text.replace("№", " номер ").strip()))
    bare = _APART.sub(" ", plain_digits(fold(words))).strip()
    return bare or text.strip()  # a text of signs alone (`+`) stays itself


def without_number(heading: str) -> str:
    """A question without the number that a form gave it: `B2. Is the person male or female?`."""
    return _NUMBERED_QUESTION.sub("", heading) or heading


def without_brackets(heading: str) -> str:
    """A heading without what stands in brackets, and without the signs at its ends."""
    return _BRACKETS.sub(" ", heading).strip(" *:.?؟")


def in_brackets(heading: str) -> list[str]:
    """What stands in a heading's brackets."""
    return [text.strip() for text in _BRACKETS.findall(heading)]


@lru_cache(maxsize=16_384)
def squashed(text: str) -> str:
    """Folded, without any space: `شماره‌ تلفن` and `شمارهٔ تلفن` differ in nothing else."""
    return folded(text).replace(" ", "")


def digest_of(text: str) -> str:
    """What stands for a heading that may be somebody's own words, where headings are kept."""
    return "#" + hashlib.sha256(squashed(text).encode()).hexdigest()[:_DIGEST_LENGTH]


@cache
def _file(name: str) -> dict[str, object]:
    source = files("cbi.enrolment") / "words" / f"{name}.json"
    loaded: dict[str, Any] = json.loads(source.read_text("utf-8"))
    for package, brought in plugins(LIST_VOCABULARIES).items():
        for entry, said in brought.get(name, {}).items():
            if entry not in loaded or not isinstance(said, type(loaded[entry])):
                raise plugin_unfit(LIST_VOCABULARIES, package, f"{name}: {entry}?")
            if isinstance(said, list):
                loaded[entry] += said
                continue
            for within, phrases in said.items():
                loaded[entry][within] = [*loaded[entry].get(within, []), *phrases]
    return loaded


@cache
def headings() -> Mapping[str, str]:
    """Fields by folded heading, for every heading known."""
    found: dict[str, str] = {}
    for field, by_language in _file("headings").items():
        if isinstance(by_language, dict):
            for phrases in by_language.values():
                for phrase in phrases:
                    found.setdefault(folded(phrase), field)
    return found


@cache
def words(name: str) -> frozenset[str]:
    """A plain list of words, squashed."""
    listed = _file("words")[name]
    return frozenset(map(squashed, listed)) if isinstance(listed, list) else frozenset()


@cache
def phrases(name: str) -> frozenset[str]:
    """A plain list of words, folded: spaces stay, so that `de ménage` is not `déménagé`."""
    listed = _file("words")[name]
    return frozenset(map(folded, listed)) if isinstance(listed, list) else frozenset()


@cache
def words_as_typed(name: str) -> frozenset[str]:
    """A plain list of words in lower case, with and without spaces, slashes and full stops.

    For where folding every cell would take too long.
    """
    listed = _file("words")[name]
    if not isinstance(listed, list):
        return frozenset()
    return frozenset(
        dress for word in map(str.casefold, listed)
        for dress in (word, word.replace(" ", ""), word.replace(" ", "/"), word.replace(" ", "."),
                      f"{word}.", word.replace(" ", ".") + ".")
    )


@cache
def meanings(name: str) -> Mapping[str, str]:
    """What each word of a list by meaning stands for: `ж` among `sex` is `f`. Words squashed."""
    listed = _file("words")[name]
    if not isinstance(listed, dict):
        return {}
    return {squashed(word): meaning for meaning, known in listed.items() for word in known}


def has_phrase(tokens: Sequence[str], name: str) -> bool:
    """Whether words of a list stand among the tokens, side by side where they are several."""
    known = words(name)
    return any(
        (phrase := "".join(tokens[at : at + size])) in known or phrase.removesuffix("s") in known
        for size in range(1, PHRASE_WORDS_MAX + 1) for at in range(len(tokens) - size + 1)
    )


@cache
def meanings_of_many(name: str) -> Mapping[str, str]:
    """What each word of a list by meaning stands for, folded; the longest known word decides."""
    listed = _file("words")[name]
    if not isinstance(listed, dict):
        return {}
    found: dict[str, str] = {}
    for meaning, known in listed.items():
        for word in known:
            found.setdefault(folded(word), meaning)
    return found


@cache
def meanings_of_all(name: str) -> Mapping[str, frozenset[str]]:
    """All that each word of a list by meaning stands for, folded: `boys` are male and young."""
    listed = _file("words")[name]
    found: dict[str, set[str]] = {}
    if isinstance(listed, dict):
        for meaning, known in listed.items():
            for word in known:
                found.setdefault(folded(word), set()).add(meaning)
    return {word: frozenset(told) for word, told in found.items()}
