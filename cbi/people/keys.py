"""By what a person is found again: the values whose keyed hashes stand in the vault.

Kinds: `document`, `phone`, `birth` (a full date, 1 January left out), `pair` (two words of the
name), `year` (a word of the name and the birth year), `name` (a word alone). Values are made of
skeletons, so that every script and spelling of a name gives the same ones.
"""

from collections.abc import Iterable
from itertools import combinations

from cbi.people.names.skeleton import skeletons
from cbi.people.names.words import words
from cbi.people.record import PersonalData

WORDS_MAX = 8
PARTED_FROM = 8
"""A shorter word in plain Latin letters is not two; other scripts write shorter."""
KINDS = ("document", "phone", "birth", "pair", "year", "name")


def search_keys(data: PersonalData) -> list[tuple[str, str]]:
    """Every (kind, value) by which this person can be found, each once."""
    found = [("document", document.number.casefold()) for document in data.documents]
    found += [("phone", phone) for phone in data.phones]
    if data.birth and len(data.birth.date) == 10 and not data.birth.date.endswith("-01-01"):
        found.append(("birth", data.birth.date))
    groups = word_groups(data)
    found += [("pair", pair) for pair in pairs(groups)]
    singles = [skeleton for group in groups for skeleton in group]
    if data.birth:
        found += [("year", f"{skeleton} {data.birth.year}") for skeleton in singles]
    found += [("name", skeleton) for skeleton in singles]
    return list(dict.fromkeys(found))


def question_keys(data: PersonalData) -> list[tuple[str, str]]:
    """The keys to ask with: those of the record, and those of its words joined or parted.

    What is stored has words as written; `Mohammad Reza` and `Mohammadreza` meet because the
    question is put both ways.
    """
    more: dict[tuple[str, str], None] = {}
    for name in data.names:
        told = (*words(name.text), *words(name.father))
        groups = [skeletons(word) for word in told]
        for place, group in enumerate(groups):
            others = [other for number, other in enumerate(groups) if number != place]
            for first, second in _parted(told[place]):
                more |= {("pair", pair): None for pair in pairs([first, second])}
                more |= _with_others((first, second), others)
            if place + 1 < len(told) and group:
                joined = skeletons(told[place] + told[place + 1])
                others = [*groups[:place], *groups[place + 2 :]]
                more |= {("name", skeleton): None for skeleton in joined}
                more |= _with_others((joined,), others)
    return list(dict.fromkeys((*search_keys(data), *more)))


def _parted(word: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The skeletons of both parts of a word, for each place where it may be two."""
    if len(word) < (PARTED_FROM if word.isascii() else PARTED_FROM - 2):
        return []
    return [
        (skeletons(word[:place]), skeletons(word[place:])) for place in range(3, len(word) - 2)
    ]


def _with_others(
    parts: Iterable[tuple[str, ...]], others: list[tuple[str, ...]]
) -> dict[tuple[str, str], None]:
    return {
        ("pair", pair): None
        for part in parts for other in others if part and other
        for pair in pairs([part[:1], other])
    }


def word_groups(data: PersonalData) -> list[tuple[str, ...]]:
    """The skeletons of each word of the names; a word in several scripts once, by what they share.

    A query in any of the scripts gives the shared skeletons too, so they are enough.
    """
    groups: list[tuple[str, ...]] = []
    for name in data.names:
        for word in (*words(name.text), *words(name.father)):
            group = skeletons(word)
            for place, other in enumerate(groups):
                shared = tuple(skeleton for skeleton in other if skeleton in group)
                if shared:
                    groups[place] = shared
                    break
            else:
                if group:
                    groups.append(group)
    return groups[:WORDS_MAX]


def pairs(groups: Iterable[tuple[str, ...]]) -> list[str]:
    """Two skeletons of different words each, sorted, each pair once."""
    found: dict[str, None] = {}
    for first, second in combinations(groups, 2):
        for one in first:
            for other in second:
                if one != other:
                    found[" ".join(sorted((one, other)))] = None
    return list(found)
