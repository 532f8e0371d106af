"""What a column means, by its heading: in five languages, misspelt, in a group, numbered. Pure.

A heading is tried whole and in its parts (`personal/full_name`, two languages over one another),
with and without words that only decorate it. How sure we are is a score of 100 at most; whoever
imports sees what was understood before anything is written.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise

from cbi.base.errors import UsageError
from cbi.enrolment.vocabulary import folded, headings, meanings, words
from cbi.people.names.scripts import script_of

SCRIPT_NAMES = {"latin": "Latn", "cyrillic": "Cyrl", "arabic": "Arab"}
NAME_FIELDS = frozenset({"name", "given", "surname", "father"})
REPEATABLE = frozenset({"phone", "document", "notes", "fact"})
EXTRA_FIELDS = ("submission", "submitted", "verdict", "parent", "fact")
"""Fields that no list's heading names: a survey tool's own, and what is kept as it was told."""

EXACT, DRESSED, FUZZY, CONTAINED = 100, 95, 80, 65
_SLIPS_BY_LETTERS = (5, 12, 18)
"""From how many letters on one, two or three slips of the hand are allowed."""
_MEMBER_MAX = 30
_PARTS = re.compile(r"\s*[/|\n;]+\s*")
_DASHED = re.compile(r"[A-Za-z]\w*(?:-\w+)*-[A-Za-z]\w*", re.ASCII)
_NUMBERED = re.compile(r"([^\W\d_]+)(\d{1,2})\Z")
_TELLING = frozenset({
    "phone", "tazkira", "passport", "national-number", "sex", "age", "city", "birth",
    "refugee-certificate",
})
"""Fields whose single word tells the field in any question (`What is your phone number?`)."""

_SCRIPT_FILLERS = frozenset({
    "in", "or", "and", "letters", "script", "на", "по", "и", "или", "буквами", "به", "یا", "و",
    "په",
})
_MEANING = re.compile(
    r"(?:(?P<member>[a-z]+-\d{0,2})\.)?(?P<field>[a-z]+(?:-[a-z]+)*?)"
    r"(?:-(?P<script>latin|cyrillic|arabic))?(?:-(?P<place>\d{1,2}))?\Z"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a column holds: a field, of which member of the household (`member-2`; empty: of the
    row's own person), in which script; `place` counts columns of one field from 1.
    """

    field: str
    script: str = ""
    member: str = ""
    place: int = 1
    score: int = EXACT

    @property
    def text(self) -> str:
        """As it is typed and remembered: `name-latin`, `phone-2`, `member-3.sex`."""
        script = {code: name for name, code in SCRIPT_NAMES.items()}.get(self.script, "")
        parts = [self.field, script, str(self.place) if self.place > 1 else ""]
        name = "-".join(part for part in parts if part)
        return f"{self.member}.{name}" if self.member else name


@cache
def field_names() -> tuple[str, ...]:
    """All fields there are."""
    return (*dict.fromkeys(headings().values()), *EXTRA_FIELDS)


def meaning_of(text: str) -> Meaning:
    """The meaning that its text tells.

    Raises:
        UsageError: there is no such field.
    """
    found = _MEANING.match(text.strip().casefold())
    if found is None or found["field"] not in field_names():
        raise UsageError(
            "enrolment.field-unknown", field=text, fields=", ".join(sorted(field_names()))
        )
    return Meaning(
        found["field"], SCRIPT_NAMES.get(found["script"] or "", ""), found["member"] or "",
        int(found["place"] or 1),
    )


@lru_cache(maxsize=4096)
def match(heading: str) -> Meaning | None:
    """What a heading most likely means; None if nothing comes near."""
    parts = _parts(heading)
    if any(not words("somebody-else").isdisjoint(folded(part).split()) for part in parts):
        parts = []  # a group about somebody else: `next_of_kin/phone`
    found = [
        one for text in dict.fromkeys((heading, *reversed(parts))) if (one := _match_part(text))
    ]
    best = max(found, key=lambda one: one.score, default=None)
    if best and not best.member:
        member = next((one.member for one in found if one.member), "")
        best = replace(best, member=member)
    return best


def _parts(heading: str) -> list[str]:
    """The parts of a heading: groups and question, two languages; ODK joins groups by a dash."""
    parts = [part for part in _PARTS.split(heading) if part]
    if len(parts) == 1 and _DASHED.fullmatch(heading):
        group, _, question = heading.rpartition("-")
        if not folded(group).endswith((" of", " in")):
            return [group, question]
    return parts


@lru_cache(maxsize=4096)
def is_known(heading: str) -> bool:
    """Whether a heading, or one of its parts, is known word for word."""
    return any(
        tokens and (_known(tokens, EXACT) or _known_dressed(_without_member(tokens)[1]))
        for tokens in (folded(part).split() for part in (heading, *_PARTS.split(heading)))
    )


def settle(columns: Mapping[int, tuple[str, Meaning]]) -> dict[int, Meaning]:
    """The columns' meanings once they are seen together.

    A number in a heading means a member of the household only where at least two numbers have a
    name; two columns of one field are the better one, or a first and a second where a person may
    have several.
    """
    of_members = _members({meaning for _, meaning in columns.values()})
    kept: dict[tuple[str, str, str], list[tuple[int, Meaning]]] = {}
    for index, (heading, meaning) in sorted(columns.items()):
        member = meaning.member if meaning.member in of_members else ""
        script = meaning.script
        if meaning.field in NAME_FIELDS and not script:
            script = f"?{script_of(heading)}"
        kept.setdefault((meaning.field, script, member), []).append(
            (index, replace(meaning, member=member))
        )
    settled: dict[int, Meaning] = {}
    for (field, _, _), rivals in kept.items():
        rivals.sort(key=lambda one: (-one[1].score, one[0]))
        chosen = rivals if field in REPEATABLE else rivals[:1]
        for place, (index, meaning) in enumerate(sorted(chosen, key=lambda one: one[0]), 1):
            settled[index] = replace(meaning, place=place)
    return _numbered_apart(settled)


def _numbered_apart(settled: Mapping[int, Meaning]) -> dict[int, Meaning]:
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


def _match_part(text: str) -> Meaning | None:
    tokens = folded(text).split()
    if not tokens:
        return None
    whole = _known(tokens, EXACT)
    if whole:
        return whole
    if not words("somebody-else").isdisjoint(tokens):
        return None
    member, rest = _without_member(tokens)
    for trial, of in ((rest, member), (tokens, "")):
        found = _known_dressed(trial)
        if found:
            return replace(found, member=of)
    for trial, of in ((rest, member), (tokens, "")):
        found = _near(trial) or _contained(trial)
        if found:
            return replace(found, member=of)
    return None


def _known(tokens: list[str], score: int, script: str = "") -> Meaning | None:
    field = _squashed_headings().get("".join(tokens))
    return Meaning(field, script, score=score) if field else None


def _known_dressed(tokens: list[str]) -> Meaning | None:
    """A known heading under words for a script (`Name in Latin letters`) or mere politeness."""
    script, bare = _without_script(tokens)
    found = _known(tokens, EXACT) or _known(bare, DRESSED + 2)
    if found is None:
        plain = [token for token in bare if token not in words("noise")]
        found = _known(plain, DRESSED)
    return _scripted(found, script)


def _near(tokens: list[str]) -> Meaning | None:
    """A known heading that a slip of the hand or two turned into this one."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    script, bare = _without_script(tokens)
    squashed = "".join(token for token in bare if token not in words("noise"))
    slips = sum(len(squashed) >= letters for letters in _SLIPS_BY_LETTERS)
    if not slips or squashed in words("nothing-of-ours"):
        return None
    near = process.extractOne(
        squashed, _squashed_headings().keys(), scorer=OSA.distance, score_cutoff=slips
    )
    if near is None:
        return None
    score = FUZZY + 5 * (len(_SLIPS_BY_LETTERS) - int(near[1]))
    return _scripted(Meaning(_squashed_headings()[near[0]], score=score), script)


def _contained(tokens: list[str]) -> Meaning | None:
    """The known heading whose words stand together in a longer question; none if several do, as
    in `city of birth`.
    """
    script, bare = _without_script(tokens)
    of_birth = not words("birth").isdisjoint(bare)
    found: dict[str, int] = {}
    for phrase, field in headings().items():
        wanted = phrase.split()
        if len(wanted) == 1 and (field not in _TELLING or len(phrase) < 3):
            continue
        size = len(wanted)
        together = any(bare[at : at + size] == wanted for at in range(len(bare) - size + 1))
        if together:
            found[field] = max(len(phrase), found.get(field, 0))
    telling = found.keys() & _TELLING
    if not found or len(telling) > 1:
        return None
    best = max(found, key=found.__getitem__)
    if of_birth and best != "birth":
        return None  # where, not when
    if best in _TELLING and not words("beside").isdisjoint(bare):
        return None  # a passport's date of issue, its photo, whether there is one
    return _scripted(Meaning(best, score=CONTAINED), script)


def _scripted(found: Meaning | None, script: str) -> Meaning | None:
    if found is None or not script:
        return found
    return replace(found, script=script if found.field in NAME_FIELDS else "")


def _without_script(tokens: list[str]) -> tuple[str, list[str]]:
    """The script that some of the words name, and the others."""
    known = meanings("script")
    script, rest, skip = "", [], False
    for first, second in pairwise([*tokens, ""]):
        if skip:
            skip = False
            continue
        named = known.get(first + second) if second else None
        if named:
            script, skip = named, True
        elif first in known:
            script = known[first]
        else:
            rest.append(first)
    return script, [token for token in rest if not (script and token in _SCRIPT_FILLERS)]


def _without_member(tokens: list[str]) -> tuple[str, list[str]]:
    """Which member of the household the words number, and the other words."""
    split: list[str] = []
    for token in tokens:
        numbered = _NUMBERED.match(token)
        split += [numbered[1], numbered[2]] if numbered else [token]
    numbers = [token for token in split if token.isdecimal() and 1 <= int(token) <= _MEMBER_MAX]
    if len(numbers) > 1:
        return "", tokens
    number = numbers[0] if numbers else ""
    rest = [token for token in split if token != number]
    kind, rest = _without_kind(rest)
    if number:
        return f"{kind or 'n'}-{int(number)}", rest
    return (f"{kind}-", rest) if kind == "spouse" else ("", tokens)


def _without_kind(tokens: list[str]) -> tuple[str, list[str]]:
    """Which kind of member some of the words name, and the others."""
    known = meanings("member")
    for size in (3, 2, 1):
        for at in range(len(tokens) - size + 1):
            kind = known.get("".join(tokens[at : at + size]))
            if kind and len(tokens) > size:
                return kind, tokens[:at] + tokens[at + size :]
    return "", tokens


@cache
def _squashed_headings() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for phrase, field in headings().items():
        found.setdefault(phrase.replace(" ", ""), field)
    return found
