"""A number with its word: `1 voucher`, `5 vouchers`; `21 ваучер`, `22 ваучера`, `25 ваучеров`.

A template names the forms after `#`, in the order of CLDR's plural categories: two in English (one,
other), three in Russian (one, few, many); one where a language counts with a single form. Which a
number takes is Babel's to say.
"""

import re
from collections.abc import Mapping
from functools import cache
from string import Formatter
from typing import Any

from babel import Locale

ORDER = ("zero", "one", "two", "few", "many", "other")


def with_plurals(template: str, facts: Mapping[str, object], language: str) -> str:
    """The template with its places filled and its words in the number that the figures ask for."""
    return _Plurals(language).vformat(template, (), facts)


class _Plurals(Formatter):
    def __init__(self, language: str) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        """A fact as text; after `#`, with the form of the word that fits it."""
        if not format_spec.startswith("#"):
            return str(super().format_field(value, format_spec))
        forms = format_spec.removeprefix("#").split("|")
        number = int(re.sub(r"\D", "", str(value)) or 0)
        return f"{value} {form_of(forms, number, self._language)}"


def form_of(forms: list[str], number: int, language: str) -> str:
    """The one of the forms that this number takes; the last where there is none of its own."""
    named, plural = _rule(language)
    category = plural(number)
    return forms[min(named.index(category), len(forms) - 1)]


@cache
def _rule(language: str) -> tuple[list[str], Any]:
    """The categories of a language that whole numbers take, in order, and the rule."""
    rule = Locale.parse(language).plural_form
    tags = {*rule.tags, "other"}
    taken = {rule(number) for number in range(200)}
    return [name for name in ORDER if name in tags & taken], rule
