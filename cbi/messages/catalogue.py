"""The catalogue of messages: every text a person reads, by key and language.

A key is `<file>.<name>`: `till.used-up` is the entry `used-up` of `texts/<language>/till.json`.
Files are small, so that a till loads only what it shows. A text missing in a language is given in
English; a test holds that this never happens for what ships in that language. A till's language of
one's own comes from a package beside ours (`cbi.till_languages`): a folder with the same files.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

from cbi.base.errors import Unusable
from cbi.base.money import Amount
from cbi.base.plugins import TILL_LANGUAGES, plugin, plugin_names
from cbi.base.terms import Term

LANGUAGES = ("en", "ru", "kk", "fa", "ps", "uz")
USUAL_LANGUAGE = "fa"
"""A programme's, until another is said."""

RIGHT_TO_LEFT = frozenset({"fa", "ps"})
COUNTED = ":#"
"""What a template says where a word follows a number: `{vouchers:#voucher|vouchers}`."""

TEXTS = Path(__file__).with_name("texts")


@cache
def texts(language: str, file: str) -> dict[str, str]:
    """All texts of one file in one language; empty where the language lacks the file."""
    source = _folder(language) / f"{file}.json"
    if not source.is_file():
        return {}
    loaded: dict[str, str] = json.loads(source.read_text("utf-8"))
    return loaded


def is_language(code: str) -> bool:
    """Whether texts are there in this language: ours, or of a package beside ours.

    Raises:
        Unusable: a package brings it, and cannot be loaded.
    """
    if code in LANGUAGES:
        return True
    return code in plugin_names(TILL_LANGUAGES) and plugin(TILL_LANGUAGES, code) is not None


def known_languages() -> str:
    """The codes of all that can be asked for, ours first, as a refusal tells them."""
    return ", ".join((*LANGUAGES, *sorted(set(plugin_names(TILL_LANGUAGES)) - set(LANGUAGES))))


def _folder(language: str) -> Any:
    """A refusal must find its words, whatever is wrong with a package: then in English."""
    if language in LANGUAGES:
        return TEXTS / language
    try:
        return plugin(TILL_LANGUAGES, language)
    except Unusable:
        return TEXTS / "en"


def text(key: str, language: str = "en", /, **facts: object) -> str:
    """The text of a key in a language, its `{places}` filled with the facts, amounts and terms as
    it writes them."""
    file, _, name = key.partition(".")
    template = texts(language, file).get(name) or texts("en", file).get(name)
    if template is None:
        return f"{key} {facts}" if facts else key
    if any(isinstance(fact, (Amount, Term)) for fact in facts.values()):
        from cbi.messages.figures import as_said

        facts = {name: as_said(fact, language) if isinstance(fact, str) else fact
                 for name, fact in facts.items()}
    if COUNTED in template:
        from cbi.messages.plurals import with_plurals

        return with_plurals(template, _Facts(facts), language)
    return template.format_map(_Facts(facts))


class _Facts(dict[str, object]):
    """A place without a fact shows its own name instead of failing in front of a user."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
