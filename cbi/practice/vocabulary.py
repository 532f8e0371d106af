"""The words of invented names, each as it is written in three scripts (`names.tsv`)."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Word(NamedTuple):
    """One word of a name: its spellings in Latin and Cyrillic, the commonest first, and Arabic."""

    latin: tuple[str, ...]
    cyrillic: tuple[str, ...]
    arabic: str


Name = tuple[Word, ...]


@cache
def words(kind: str) -> tuple[Word, ...]:
    """All words of a kind, see the head of `names.tsv`."""
    return _all()[kind]


@cache
def _all() -> dict[str, tuple[Word, ...]]:
    found: dict[str, list[Word]] = {}
    for line in (files("cbi.practice") / "names.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, latin, cyrillic, arabic = line.split("\t")
            word = Word(tuple(latin.split("|")), tuple(cyrillic.split("|")), arabic)
            found.setdefault(kind, []).append(word)
    return {kind: tuple(listed) for kind, listed in found.items()}
