"""The catalogue of messages: every text a person reads, by key and language.

A key is `<file>.<name>`: `till.used-up` is the entry `used-up` of `texts/<language>/till.json`.
Files are small, so that a till loads only what it shows. A text missing in a language is given in
English; a test holds that this never happens for what ships in that language.
"""

import json
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "ru", "kk", "fa", "ps", "uz")
USUAL_LANGUAGE = "fa"
"""A programme's, until another is said."""

RIGHT_TO_LEFT = frozenset({"fa", "ps"})
TEXTS = Path(__file__).with_name("texts")


@cache
def texts(language: str, file: str) -> dict[str, str]:
    """All texts of one file in one language; empty where the language lacks the file."""
    source = TEXTS / language / f"{file}.json"
    if not source.is_file():
        return {}
    loaded: dict[str, str] = json.loads(source.read_text("utf-8"))
    return loaded


def text(key: str, language: str = "en", /, **facts: object) -> str:
    """The text of a key in a language, its `{places}` filled with the facts."""
    file, _, name = key.partition(".")
    template = texts(language, file).get(name) or texts("en", file).get(name)
    if template is None:
        return f"{key} {facts}" if facts else key
    return template.format_map(_Facts(facts))


class _Facts(dict[str, object]):
    """A place without a fact shows its own name instead of failing in front of a user."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
