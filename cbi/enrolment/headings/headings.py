"""What a heading can mean: in many languages, in a group, under hints, as a whole question. Pure.

A heading is tried whole, without the hints in its brackets, and in its parts. In a path
(`hoh/hoh_phone`, `form.person.full_name`) the last segment is the question and the others say whom
it is about; two languages over one another may each tell the field. All readings are handed on,
because only the cells below can decide between `name` and `head` in `ФИО / Head of household`.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from cbi.enrolment.headings.composing import composed, counts_others, is_about, is_role
from cbi.enrolment.headings.meaning import (
    CONTAINED,
    DRESSED,
    EXACT,
    FUZZY,
    NAME_FIELDS,
    REPEATABLE,
    Meaning,
    meaning_of,
)
from cbi.enrolment.headings.phrases import (
    SIZE_OTHERS,
    SIZE_PART,
    is_exact,
    readings_of,
    stands,
    without_script,
)
from cbi.enrolment.values.counts import is_band_alone
from cbi.enrolment.values.vocabulary import (
    folded,
    has_phrase,
    in_brackets,
    squashed,
    without_brackets,
    without_number,
    words,
)
from cbi.people.names.scripts import script_of

__all__ = [
    "CONTAINED", "DRESSED", "EXACT", "FUZZY", "NAME_FIELDS", "REPEATABLE", "Meaning", "is_known",
    "match", "meaning_of", "readings", "settle",
]

_PARTS = re.compile(r"\s*[/|\n;]+\s*|(?<=\d):\s+")
_PATH = re.compile(r"[A-Za-z@_]\w*(?:[/.:\-]+[A-Za-z_]\w*)+", re.ASCII)
_DOTTED = re.compile(r"[^\W\d_][\w ]{2,}(?:\.[^\W\d_][\w ]+)+")
_DASHED = re.compile(r"([^\W\d_][\w ]{2,})-([^\W\d_][\w ]{2,})")
_SEGMENTS = re.compile(r"[/.:]+")
_DASHES = re.compile(r"[/.:\-]+")
_JOINED = 2
_KINDS_OF_DOCUMENT = frozenset({
    "tazkira", "passport", "national-number", "refugee-certificate",
})
_RECORDS = frozenset({"city", "address"})
"""What records of their own have a name, beside people."""
_AGES = frozenset({"age", "age-months", "birth"})
CHILD, HUSBAND = "child-", "husband-"
_OF_A_COUPLE = frozenset({HUSBAND, "spouse-"})


@lru_cache(maxsize=4096)
def readings(heading: str) -> tuple[Meaning, ...]:
    """All that a heading can mean, the surest first, each field (of a member) once."""
    heading = without_number(heading)
    inside, bare = in_brackets(heading), without_brackets(heading)
    tokens = folded(heading).split()
    if not tokens or any(has_phrase(folded(text).split(), "somebody-else") for text in inside):
        return ()
    found = list(readings_of(heading)) if is_exact(heading) else []
    found += _without_brackets(bare, inside) if bare else []
    if not inside and not any(one.field == SIZE_PART for one in found):
        found += readings_of(heading)
    if any(one.field == SIZE_PART and one.score == EXACT for one in found):
        found = [one for one in found if one.field != "household-size"]  # `H` is no code here
    if any(one.field == "head" and one.score >= DRESSED for one in found):
        found.append(Meaning("name", score=FUZZY))  # where names stand under it, it is the head's
    if counts_others(tokens):
        found = [Meaning(SIZE_OTHERS, score=DRESSED)]
    if not found and "," in bare:  # `ФИО, год рождения`: two things in one column, the name first
        found = [
            replace(one, score=CONTAINED) for one in _of_parts(bare.partition(",")[0])
            if one.field == "name" and one.score >= DRESSED
        ]
    if any(one.field == "household" and one.score >= DRESSED for one in found) and all(
        is_about([token], "home") for token in tokens
    ):
        found.append(Meaning("household-size", score=FUZZY))  # where `4 чел.` stands under it
    if any(one.field == "document" and one.score >= DRESSED for one in found):
        found.append(Meaning("document-kind", score=FUZZY))  # where `passport` alone stands in it
    if {"birth", "age"} <= {one.field for one in found if one.score >= DRESSED}:
        found = [one for one in found if one.field != "age"]  # either: the cells tell which
    kinds = {one.field for one in found if one.score >= DRESSED} & _KINDS_OF_DOCUMENT
    if len(kinds) > 1:  # `Passport / tazkira No.`: which of both, each number tells
        found = [one for one in found if one.field not in kinds]
        found.append(Meaning("document", score=EXACT))
    return _best(found)


def match(heading: str) -> Meaning | None:
    """What a heading most likely means; None if nothing comes near."""
    return next(iter(readings(heading)), None)


@lru_cache(maxsize=4096)
def is_known(heading: str) -> bool:
    """Whether a heading, or one of its parts, is known word for word."""
    bare = without_brackets(heading)
    return any(is_exact(part) for part in (heading, bare, *_PARTS.split(bare)))


def _without_brackets(bare: str, inside: list[str]) -> list[Meaning]:
    """The readings of what stands before the brackets, and of what in them is no mere hint."""
    found = _of_parts(bare)
    script, told = "", []
    for text in inside:
        tokens = folded(text).split()
        named, left = without_script(tokens)
        script = script or named
        if left and not all(one in words("hint") or one.isdecimal() for one in left):
            told.append(text)
    parts = [token for text in inside for token in folded(text).split()]
    if found and found[0].field == "household-size" and _is_one_part(parts):
        return [Meaning(SIZE_PART, score=EXACT)]
    in_months = any(one in words("months-old") for one in parts)
    if found and found[0].field == "age" and in_months and not (
        any(one in words("years") for one in parts)
    ):
        return [replace(found[0], field="age-months")]
    if found and found[0].field in ("male", "female") and any(map(str.isdecimal, parts)):
        return [Meaning(SIZE_PART, score=EXACT)]
    if script:
        found = [
            replace(one, script=script) if one.field in NAME_FIELDS and not one.script else one
            for one in found
        ]
    of_others = has_phrase(folded(bare).split(), "somebody-else")  # `Received by (name)`
    others = [] if of_others else [one for text in told for one in _of_parts(text)]
    return [*found, *(replace(one, score=one.score - _JOINED) for one in others)]


def _is_one_part(tokens: list[str]) -> bool:
    """Whether brackets name some of a household: `(M)`, `(children)`, never `(M/F)`."""
    sexes = {"m", "male", "м"} & set(tokens), {"f", "female", "ж"} & set(tokens)
    return has_phrase(tokens, SIZE_PART) and not all(sexes)


def _of_parts(text: str) -> list[Meaning]:
    groups, question = _path(text)
    if question:
        return _of_path(groups, question)
    parts = _without_roles([part for part in _PARTS.split(text) if part])
    if len(parts) < _JOINED:
        return list(readings_of(" ".join(parts)))
    said = parts[:-1] if is_exact(parts[-1]) else parts
    if any(has_phrase(folded(part).split(), "somebody-else") for part in said):
        return []  # a group about somebody else: `next_of_kin/phone`
    asked_for = {one.field for one in readings_of(parts[-1]) if one.score >= DRESSED}
    found = [
        one for part in reversed(parts) for one in readings_of(part)
        if part is parts[-1] or not (one.member and asked_for - NAME_FIELDS)
    ]  # a group that only says whose: `Member 2: relation`
    counted = _of_size(parts, found)
    if counted:
        return [counted]
    whole = (" ".join(parts), *(f"{group} {parts[-1]}" for group in parts[:-1]))
    joined = [one for text in whole for one in readings_of(text) if one.score >= DRESSED]
    member = next((one.member for one in found if one.member), "")
    tokens = folded(text).split()
    if is_band_alone(parts[-1]):
        found = [one for one in found if one.field not in _AGES]  # which group, not how old
    return [
        *joined,
        *(replace(one, member=one.member or member) for one in found if stands(one, tokens)),
    ]


def _without_roles(parts: Sequence[str]) -> list[str]:
    """The parts without a group that only says whom its questions are about: `Applicant / Phone`;
    where nothing is known of the question, it may say the same in another language."""
    *groups, question = parts or [""]
    asked = any(question.isascii() == one.isascii() for one in groups)
    if not asked:
        return list(parts)
    return [*(one for one in groups if not all(map(is_role, folded(one).split()))), question]


def _composed_size(parts: Sequence[str]) -> bool:
    return composed(folded(" ".join(parts)).split()) == "household-size"


def _of_size(parts: Sequence[str], found: Sequence[Meaning]) -> Meaning | None:
    """Whether a household's size stands over what is counted: `Family members / children`, or over
    their total, or is what both say; None for anything else."""
    some = words("size-part") | words("size-letter")  # `Taille du ménage / H`
    last = folded(parts[-1]).split()
    of_some = is_band_alone(parts[-1]) or some.issuperset(last)
    if of_some and _composed_size(parts[:-1]):
        return Meaning(SIZE_PART, score=EXACT)
    if _composed_size(parts):
        return Meaning("household-size", score=DRESSED)  # a group's own name would be its number
    if not any(one.field == "household-size" for one in found):
        return None
    for part in parts:
        tokens = folded(part).split()
        if squashed(part) in words("total"):
            return Meaning("household-size", score=EXACT)
        if all(one in some or one.isdecimal() for one in tokens):
            return Meaning(SIZE_PART, score=EXACT)
    return None


def _path(text: str) -> tuple[list[str], str]:
    """The groups and the question of a path; nothing for a heading that is none."""
    text = text.lstrip("@_")
    if _PATH.fullmatch(text):
        parts = [part for part in _SEGMENTS.split(text) if part]
        if len(parts) == 1:
            parts = [part for part in _DASHES.split(text) if part]
            if folded(" ".join(parts[:-1])).endswith((" of", " in")) or parts[-1] == "of":
                return [], ""
    elif _DOTTED.fullmatch(text):
        parts = text.split(".")
    elif (dashed := _DASHED.fullmatch(text)) and is_exact(dashed[2]):
        parts = [dashed[1], dashed[2]]
    else:
        return [], ""
    identifier = text == text.casefold() or "." in text or ":" in text or "-" in text
    return (parts[:-1], parts[-1]) if len(parts) > 1 and identifier else ([], "")


def _of_path(groups: list[str], question: str) -> list[Meaning]:
    about = [token for part in (*groups, question) for token in folded(part).split()]
    if has_phrase(about, "somebody-else") and not is_exact(question):
        return []
    if any(has_phrase(folded(part).split(), "somebody-else") for part in groups):
        return []
    if squashed(question) in words("of-a-record"):  # a record's name: `Location.City.Name`
        named = [one for one in readings_of(groups[-1]) if one.field in _RECORDS]
        if named or has_phrase(folded(groups[-1]).split(), "no-persons-name"):
            return [one for one in named if stands(one, about)]
    joined = readings_of(f"{groups[-1]} {question}")
    found = [*readings_of(question), *(one for one in joined if one.score >= DRESSED)]
    found = [one for one in found if stands(one, about)]
    member = next(
        (one.member for part in groups for one in readings_of(f"{part} name") if one.member), ""
    )
    return [replace(one, member=one.member or member) for one in found]


def _best(found: Iterable[Meaning]) -> tuple[Meaning, ...]:
    best: dict[tuple[str, str], Meaning] = {}
    for one in found:
        key = (one.field, one.member)
        if key not in best or one.score > best[key].score:
            best[key] = one
    return tuple(sorted(best.values(), key=lambda one: -one.score))


def settle(columns: Mapping[int, tuple[str, Meaning]]) -> dict[int, Meaning]:
    """The columns' meanings once they are seen together, by their headings alone.

    A number in a heading means a member of the household only where at least two numbers have a
    name; two columns of one field are the better one, or a first and a second where a person may
    have several.
    """
    settled: dict[int, Meaning] = {}
    for field, rivals in rivals_of(columns):
        chosen = rivals if field in REPEATABLE else rivals[:1]
        settled |= dict(chosen)
    return numbered_apart(settled)


def rivals_of(
    columns: Mapping[int, tuple[str, Meaning]]
) -> list[tuple[str, list[tuple[int, Meaning]]]]:
    """The columns of each field of each person, the surest first."""
    of_members = _members({meaning for _, meaning in columns.values()}) - _named_beside(columns)
    own = "" if _names_own(columns.values()) else _in_place_of_own(of_members)
    kept: dict[tuple[str, str, str], list[tuple[int, Meaning]]] = {}
    for index, (heading, told) in sorted(columns.items()):
        meaning = replace(told, member="") if own and told.member == own else told
        member = meaning.member if meaning.member in of_members else ""
        if meaning.member.startswith("n-") and not member:
            number = meaning.member.removeprefix("n-")
            named = [one for one in of_members if one.partition("-")[2] == number]
            member = named[0] if len(named) == 1 else ""
        if meaning.member and not member and not meaning.member.startswith("n-"):
            continue  # of a wife or child whom nothing else names: never the person's own
        script = meaning.script
        if meaning.field in NAME_FIELDS and not script:
            script = f"?{script_of(heading)}"
        kept.setdefault((meaning.field, script, member), []).append(
            (index, replace(meaning, member=member))
        )
    return [
        (field, sorted(rivals, key=lambda one: (-one[1].score, one[0])))
        for (field, _, _), rivals in kept.items()
    ]


def numbered_apart(settled: Mapping[int, Meaning]) -> dict[int, Meaning]:
    """Columns that would share their text get a place each: a name under an English and a Russian
    heading.
    """
    seen: dict[str, int] = {}
    apart: dict[int, Meaning] = {}
    for index, meaning in sorted(settled.items()):
        text = replace(meaning, place=1).text
        seen[text] = seen.get(text, 0) + 1
        apart[index] = replace(meaning, place=seen[text])
    return apart


def _names_own(columns: Iterable[tuple[str, Meaning]]) -> bool:
    """Whether a column names the row's own person."""
    return any(one.field in NAME_FIELDS and not one.member for _, one in columns)


def _in_place_of_own(members: Collection[str]) -> str:
    """Who the row's person is where no column names them: a child (`Name of child`), the husband
    of a couple."""
    if CHILD in members:
        return CHILD
    return HUSBAND if {*members} >= _OF_A_COUPLE else ""


def _named_beside(columns: Mapping[int, tuple[str, Meaning]]) -> set[str]:
    """The husband or wife whose name alone stands beside a person of whom no heading says that they
    head a household: it tells whose wife or husband the person is, and is nobody to enrol."""
    told: dict[str, set[str]] = {}
    for _, one in columns.values():
        told.setdefault(one.member, set()).add(one.field)
    heads = any(
        not one.member and one.field in NAME_FIELDS
        and has_phrase(folded(heading).split(), "head-of-home")
        for heading, one in columns.values()
    )
    if heads or not _names_own(columns.values()):
        return set()
    return {one for one in _OF_A_COUPLE & told.keys() if told[one] <= NAME_FIELDS}


def _members(meanings_seen: Iterable[Meaning]) -> set[str]:
    """The members that have a name; a bare number only where the same part of a name has two."""
    named: dict[str, set[str]] = {}
    for one in meanings_seen:
        if one.member and one.field in NAME_FIELDS - {"father"}:
            named.setdefault(one.field, set()).add(one.member)
    of_members: set[str] = set()
    for members in named.values():
        plain = {one for one in members if one.startswith("n-")}
        of_members |= members if len(plain) != 1 else members - plain
    return of_members
