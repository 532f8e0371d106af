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
