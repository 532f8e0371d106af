"""By what a person is found again: the values whose keyed hashes stand in the vault.

Kinds: `document`, `part` (a document's number without a part in which a digit may be wrong),
`phone`, `birth` (a full date, 1 January left out), `whole` (all words of the name, without the
father's), `pair` (two words), `year` (a word and the birth year), `name` (a word alone), `home` (a
number and a word of the address). Values are made of skeletons, so that every script and spelling
of a name gives the same ones.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import combinations, islice, product

from cbi.people.names.short_forms import other_forms
from cbi.people.names.skeleton import skeletons
from cbi.people.names.words import words
from cbi.people.records.addresses import address
from cbi.people.records.placeholders import is_placeholder
from cbi.people.records.record import Document, PersonalData, WrittenName

WORDS_MAX = 8
PARTED_FROM = 8
"""A shorter word in plain Latin letters is not two; other scripts write shorter."""
KINDS = ("document", "part", "phone", "birth", "whole", "pair", "year", "name", "home")
WHOLE_MAX = 4
PARTS_FROM, END = 7, 3


def search_keys(data: PersonalData) -> list[tuple[str, str]]:
    """Every (kind, value) by which this person can be found, each once."""
    found = own_numbers(data)
    found += [("part", part) for one in data.documents for part in parts(one)]
    if data.birth and len(data.birth.date) == 10 and not data.birth.date.endswith("-01-01"):
        found.append(("birth", data.birth.date))
    found += [("whole", whole) for name in data.names for whole in _wholes(words(name.text))]
    groups = word_groups(data)
    found += [("pair", pair) for pair in pairs(groups)]
    singles = [skeleton for group in groups for skeleton in group]
    if data.birth:
        found += [("year", f"{skeleton} {data.birth.year}") for skeleton in singles]
    found += [("name", skeleton) for skeleton in singles]
    found += [("home", home) for home in address(data.address).homes]
    return list(dict.fromkeys(found))


def own_numbers(data: PersonalData) -> list[tuple[str, str]]:
    """Documents and phones, without numbers that only fill a field."""
    found = [("document", document.number.casefold()) for document in data.documents]
    found += [("phone", phone) for phone in data.phones]
    return [(kind, number) for kind, number in found if not is_placeholder(number)]


def parts(document: Document) -> list[str]:
    """A number without its first part, and without its middle: one digit is wrong in either. The
    end alone tells nothing: numbers given out one after the other differ there."""
    number = document.number.casefold()
    if len(number) < PARTS_FROM or is_placeholder(number):
        return []
    first, last = (len(number) - END) // 2, len(number) - END
    return [f"{document.kind} {told}" for told in (f"{number[:first]}-{number[last:]}",
                                                   number[first:])]


def _wholes(told: Sequence[str]) -> list[str]:
    """The words of a name in an order of their own, as they may be read."""
    groups = [skeletons(word)[:2] for word in told[:WORDS_MAX]]
    read = islice(product(*filter(None, groups)), WHOLE_MAX)
    return [" ".join(sorted(whole)) for whole in read if whole]


def guessed_keys(
    data: PersonalData, known: Container[str] | None = None
) -> list[tuple[str, str]]:
    """Keys of the words of a name joined, parted, or in their short and long forms: to ask with,
    never stored. With `known` only those of a word or two, of which every skeleton is in it.

    What is stored has words as written; `Mohammad Reza` and `Mohammadreza` meet because the
    question is put both ways.
    """
    more: dict[tuple[str, str], None] = {}
    for name in data.names:
        told, own = _told(name)
        for start, end, parts in _otherwise(told, own):
            more |= _put(told, (start, end, parts), own, known)
    return list(more)


def guessed_words(data: PersonalData) -> set[str]:
    """The skeletons that `guessed_keys` are made of; most of them are nobody's word."""
    return {
        skeleton for name in data.names for told, own in (_told(name),)
        for word in (*told, *(part for way in _otherwise(told, own) for part in way[2]))
        for skeleton in skeletons(word)
    }


_Way = tuple[int, int, tuple[str, ...]]
"""Words from the first place to before the second, and how else they may be written."""


def _told(name: WrittenName) -> tuple[tuple[str, ...], int]:
    """The words of a name and of the father's after them, and how many are the name's own."""
    own = words(name.text)
    return (*own, *words(name.father)), len(own)


def _otherwise(told: tuple[str, ...], own: int) -> Iterator[_Way]:
    for place, word in enumerate(told):
        for parted in _parted(word):
            yield place, place + 1, parted
        for form in other_forms(word) if place < own else ():
            yield place, place + 1, (form,)
        if place + 1 < len(told):
            yield place, place + 2, (word + told[place + 1],)


def _put(
    told: tuple[str, ...], way: _Way, own: int, known: Container[str] | None
) -> dict[tuple[str, str], None]:
    """Keys of a name that is written another way."""
    def sounds(word: str) -> tuple[str, ...]:
        found = skeletons(word)
        return found if known is None else tuple(one for one in found if one in known)

    start, end, parts = way
    firsts = [sounds(part)[:1] for part in parts if skeletons(part)[:1] == sounds(part)[:1]]
    made = [sounds(part) for part in parts]
    found = [("pair", pair) for pair in pairs(made)]
    if any(firsts):
        others = [sounds(word) for word in (*told[:start], *told[end:])]
        found += [
            ("pair", pair) for first in firsts for other in others for pair in pairs([first, other])
        ]
    if len(parts) == 1:
        found += [("name", skeleton) for skeleton in made[0]]
    if end <= own and known is None:
        whole = [*told[:start], *parts, *told[end:own]]
        found += [("whole", read) for read in _wholes(whole)]
    return dict.fromkeys(found)


def _parted(word: str) -> list[tuple[str, str]]:
    """Both parts of a word, for each place where it may be two."""
    if len(word) < (PARTED_FROM if word.isascii() else PARTED_FROM - 2):
        return []
    return [(word[:place], word[place:]) for place in range(3, len(word) - 2)]


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
