"""A word of a name, with all that comparing needs, made once for each spelling."""

from functools import lru_cache
from typing import NamedTuple

from cbi.people.names.scripts import script_of
from cbi.people.names.skeleton import skeletons


class Word(NamedTuple):
    """A folded word, its script, and its skeletons, the likeliest first."""

    text: str
    script: str
    skeletons: tuple[str, ...]


@lru_cache(maxsize=200_000)
def word(text: str) -> Word:
    """The word of a folded text."""
    return Word(text, script_of(text), skeletons(text))
