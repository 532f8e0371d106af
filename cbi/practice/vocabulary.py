"""The words of invented names, each as it is written in three scripts (`names.tsv`)."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple


class WordInScripts(NamedTuple):
    """One word of a name: its spellings in Latin and Cyrillic, the commonest first, and Arabic."""

    latin: tuple[str, ...]
    cyrillic: tuple[str, ...]
    arabic: str


Name = tuple[WordInScripts, ...]


@cache
def words(kind: str) -> tuple[WordInScripts, ...]:
    """All words of a kind, see the head of `names.tsv`."""
    return _all()[kind]


@cache
def _all() -> dict[str, tuple[WordInScripts, ...]]:
    found: dict[str, list[WordInScripts]] = {}
    for line in (files("cbi.practice") / "names.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, latin, cyrillic, arabic = line.split("\t")
            word = WordInScripts(tuple(latin.split("|")), tuple(cyrillic.split("|")), arabic)
            found.setdefault(kind, []).append(word)
    return {kind: tuple(listed) for kind, listed in found.items()}
