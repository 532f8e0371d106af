"""Words of a line as somebody types them in a terminal."""

import re
import shlex

_PLAIN = re.compile(r"[\w./:=,@%+\\-]+")
_BEYOND_QUOTES = frozenset('"$`\\!')


def typed(word: str) -> str:
    """A word as it is typed: in quotes where a terminal would part it."""
    if _PLAIN.fullmatch(word):
        return word
    return f'"{word}"' if not _BEYOND_QUOTES & set(word) else shlex.quote(word)
