"""What a phrase of a heading can mean: word for word, dressed, misspelt, inside a question. Pure.

A phrase is stripped of what does not change its field: the script it asks for, which member of the
household it numbers, the head whom it is about, mere politeness. What is about somebody else (a
guardian, the collector) means nothing here, nor does a place that is not where people live now.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from itertools import pairwise

from cbi.enrolment.headings.composing import composed, is_role
from cbi.enrolment.headings.meaning import (
    CONTAINED,
    DRESSED,
    EXACT,
    FUZZY,
    NAME_FIELDS,
    NUMBERED,
    Meaning,
)
from cbi.enrolment.values.vocabulary import (
    PHRASE_WORDS_MAX,
    folded,
    has_phrase,
    headings,
    meanings,
    meanings_of_all,
    meanings_of_many,
    words,
)

SIZE_PART, SIZE_OTHERS = "size-part", "size-others"
ALONE = ("spouse", "husband", "child")
"""Members whom a heading names without a number; a child may be whom the row is about."""
_SLIPS_BY_LETTERS = (5, 12, 18)
"""From how many letters on one, two or three slips of the hand are allowed."""
_LIKE_MIN = 0.5
_MEMBER_MAX = 30
_SIZE_PART_SCORE = 90
_TELLING = frozenset({
    "phone", "tazkira", "passport", "national-number", "sex", "age", "city", "birth",
    "refugee-certificate",
})
"""Fields whose single word tells the field in any question (`What is your phone number?`)."""
_NUMBER_OF = frozenset({("no", "of"), ("nr", "of"), ("num", "of"), ("номер", "of")})
_CODES, _CODES_BEFORE = frozenset("ichq"), frozenset("mpir")
_WORDS = re.compile(r"[^\W_]+\.?")
_CUT_MIN = 2
_QUESTION_NUMBER = re.compile(r"[abdefgqs]\d{1,3}[a-z]?\Z")
_PLACES = frozenset({"city", "address"})
_OF_A_HOME = frozenset({
    "phone", "city", "address", "household-size", "household", "language", "consent", "document",
    "notes", "head",
})
_WITHOUT_NUMBER = frozenset(f"{kind}-" for kind in ALONE)
_SCRIPT_FILLERS = frozenset({
    "in", "or", "and", "letters", "script", "на", "по", "и", "или", "буквами", "به", "یا", "و",
    "په",
})


@lru_cache(maxsize=8192)
def readings_of(text: str) -> tuple[Meaning, ...]:
    """All that a phrase can mean, the surest first; nothing if it comes near nothing of ours."""
    tokens = folded(text).split()
    if not tokens:
        return ()
    if len(tokens) > 1 and _QUESTION_NUMBER.match(tokens[0]):
        del tokens[0]
    if tuple(tokens[:2]) in _NUMBER_OF and tokens[-1].endswith(("s", "people")):
        tokens[0] = "number"  # of individuals; `No of family` is a family's number
    whole = _known(tokens, EXACT) or _known(_numbered(tokens), EXACT)
    if whole:
        return (whole, *_size_parts(tokens))
    if has_phrase(tokens, "somebody-else"):
        return ()
    found = [one for one in _tried(tokens) if stands(one, tokens)]
    if not found:
        found = [one for one in _cut_short(text) if stands(one, tokens)]
    return (*found[:1], *(_size_parts(tokens) if not found else ()))


def _numbered(tokens: Sequence[str]) -> list[str]:
    """The words with `№` said in Latin letters, where the others are: `HH №`, `Passport №`."""
    said = [one for one in tokens if one != "номер"]
    latin = len(said) < len(tokens) and all(map(str.isascii, said))
    return ["no" if one == "номер" else one for one in tokens] if said and latin else []


def is_exact(text: str) -> bool:
    """Whether a phrase is known word for word, but for politeness and a member's number."""
    tokens = folded(text).split()
    return bool(tokens) and bool(
        _known(tokens, EXACT) or _known(_numbered(tokens), EXACT)
        or _known_dressed(_without_member(tokens)[1])
    )


def _tried(tokens: list[str]) -> list[Meaning]:
    """The readings by each way of stripping, in the order in which they are believed."""
    member, rest = _without_member(tokens)
    trials = [(rest, member), (tokens, "")]
    if not member:
        kind, bare = _without_kind(tokens)
        if kind == "member":
            trials.append((_without_phrases(bare, "of"), ""))  # each row is one: `Name of member`
    role = _without_phrases(rest, "head-role")
    if role and role != rest:
        trials.append((role, ""))
    home = _without_phrases(rest, "home-role")
    ways: list[Callable[[list[str]], Meaning | None]] = [
        _known_dressed, _near, _contained, _composed,
    ]
    found = []
    for way in ways:
        found += [
            replace(one, member=of) for trial, of in trials if (one := way(trial))
            and not (of in _WITHOUT_NUMBER and one.field in _OF_A_HOME - {"phone"})
        ]
        if home and home != rest and way is _known_dressed:
            one = way(home)
            found += [one] if one and one.field in _OF_A_HOME else []
    return found


def stands(found: Meaning, tokens: Sequence[str]) -> bool:
    """Whether the words around a reading leave it what it is: no earlier city, no date of issue,
    not how many live there besides."""
    if found.field in _PLACES and has_phrase(tokens, "elsewhere"):
        return False
    if found.field == "phone" and has_phrase(tokens, "gone"):
        return False
    if found.field == "household-size" and found.score < EXACT and any(
        has_phrase(tokens, name) for name in ("not-counting", SIZE_PART)
    ):
        return False  # who answers is one of them, and so is everybody else
    if found.field == "head" and found.score <= CONTAINED:
        rest = _without_phrases(list(tokens), "head")
        return all(one in words("head-question") or one.isdecimal() for one in rest)
    return not (found.field in _TELLING | {"document"} and has_phrase(tokens, "beside"))


def _size_parts(tokens: Sequence[str]) -> tuple[Meaning, ...]:
    """A count of some of a household (`Boys under 5`), where the words say nothing else."""
    rest = [
        token for token in tokens
        if not token.isdecimal() and token not in words("size-part")
        and token not in words("noise")
    ]
    left = _without_phrases(rest, "size-of") if rest else []
    if left or not has_phrase(tokens, SIZE_PART):
        return ()
    return (Meaning(SIZE_PART, score=_SIZE_PART_SCORE),)


def _known(tokens: list[str], score: int, script: str = "") -> Meaning | None:
    field = squashed_headings().get("".join(tokens))
    return Meaning(field, script, score=score) if field else None


def _known_dressed(tokens: list[str]) -> Meaning | None:
    """A known heading under words for a script (`Name in Latin letters`) or mere politeness."""
    script, bare = without_script(tokens)
    found = _known(tokens, EXACT) or _known(bare, DRESSED + 2)
    if found is None:
        plain = [token for token in bare if token not in words("noise")]
        found = (
            _known(_without_codes(bare), DRESSED + 1) or _known(plain, DRESSED)
            or _known(_without_codes(plain), DRESSED - 2)
        )
    return _scripted(found, script)


def _without_codes(tokens: Sequence[str]) -> list[str]:
    """Without the single letters that a database hangs on its names: `full_name_i_c`, `m_doc`."""
    first, last = 0, len(tokens)
    while last > 1 and len(tokens[last - 1]) == 1 and tokens[last - 1] in _CODES:
        last -= 1
    while first < last - 1 and tokens[first] in _CODES_BEFORE:
        first += 1
    return list(tokens[first:last]) if last - first < len(tokens) else []


def _near(tokens: list[str]) -> Meaning | None:
    """A known heading that a slip of the hand or two turned into this one."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    script, bare = without_script(tokens)
    squashed = "".join(token for token in bare if token not in words("noise"))
    slips = sum(len(squashed) >= letters for letters in _SLIPS_BY_LETTERS)
    if not slips or squashed in words("nothing-of-ours"):
        return None
    near = process.extractOne(
        squashed, squashed_headings().keys(), scorer=OSA.distance, score_cutoff=slips
    )
    if near is None or not _is_slip(bare, _spellings()[near[0]][0].split()):
        return None
    score = FUZZY + 5 * (len(_SLIPS_BY_LETTERS) - int(near[1]))
    return _scripted(Meaning(squashed_headings()[near[0]], score=score), script)


def _cut_short(text: str) -> list[Meaning]:
    """The one field that words cut short by a full stop can mean: `Gen.`, `Дата нар.`."""
    told = [(folded(one.rstrip(".")), one.endswith(".")) for one in _WORDS.findall(text)]
    if not any(cut for _, cut in told):
        return []
    fields = {
        field for phrase, field in headings().items()
        if len(known := phrase.split()) == len(told) and all(
            one == word or (cut and len(one) >= _CUT_MIN and word.startswith(one))
            for (one, cut), word in zip(told, known, strict=True)
        )
    }
    return [Meaning(fields.pop(), score=CONTAINED)] if len(fields) == 1 else []


def _is_slip(tokens: Sequence[str], known: Sequence[str]) -> bool:
    """Whether each word came of one that it is like: `неше бала` is no slip for `неше адам`."""
    from rapidfuzz.distance import OSA

    def stands_in(word: str, others: Sequence[str]) -> bool:
        return word in "".join(others) or any(
            OSA.normalized_similarity(word, other) >= _LIKE_MIN for other in others
        )

    plain = [token for token in tokens if token not in words("noise")]
    return all(stands_in(word, known) for word in plain) and all(
        stands_in(word, plain) for word in known
    )


def _contained(tokens: list[str]) -> Meaning | None:
    """The known heading whose words stand together in a longer question; none if several do, as
    in `city of birth`.
    """
    script, bare = without_script(tokens)
    of_birth = not words("birth").isdisjoint(bare)
    found: dict[str, int] = {}
    phrases: dict[str, list[str]] = {}
    there = [
        one for at, token in enumerate(bare) for one in _containable().get(token, ())
        if bare[at : at + len(one[1])] == one[1]
    ]
    for _, wanted, field, letters in sorted(there):
        if letters > found.get(field, 0):
            found[field], phrases[field] = letters, wanted
    telling = found.keys() & _TELLING
    if not found or len(telling) > 1:
        return None
    best = max(found, key=found.__getitem__)
    if of_birth and best != "birth":
        return None  # where, not when
    if not all(_is_harmless(one) for one in bare if one not in phrases[best]):
        return None  # whose it is, nobody knows: `Neighbour's phone`
    return _scripted(Meaning(best, score=CONTAINED), script)


@cache
def _containable() -> Mapping[str, Sequence[tuple[int, list[str], str, int]]]:
    """By its first word each known heading that tells its field inside a question: its place among
    all, its words, its field, its length."""
    found: dict[str, list[tuple[int, list[str], str, int]]] = {}
    for place, (phrase, field) in enumerate(headings().items()):
        wanted = phrase.split()
        if len(wanted) > 1 or (
            field in _TELLING and len(phrase) >= 3 and phrase not in words("birth")
        ):
            found.setdefault(wanted[0], []).append((place, wanted, field, len(phrase)))
    return found


def _composed(tokens: list[str]) -> Meaning | None:
    """What words that are each known by their stem say together."""
    script, bare = without_script(tokens)
    field = composed(bare)
    return _scripted(Meaning(field, score=CONTAINED), script) if field else None


def _is_harmless(token: str) -> bool:
    """Whether a word of a question does not change whom or what it asks about."""
    roles = token.removesuffix("s")
    return (
        token.isdecimal() or len(token) == 1
        or any(token in words(name) for name in ("question", "noise", "hint", "head-question"))
        or is_role(token) or roles in words("head-role")
        or token in words("home-role") or token in words("birth")
    )


def _scripted(found: Meaning | None, script: str) -> Meaning | None:
    if found is None or not script:
        return found
    return replace(found, script=script if found.field in NAME_FIELDS else "")


def without_script(tokens: Sequence[str]) -> tuple[str, list[str]]:
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


def _without_phrases(tokens: list[str], name: str) -> list[str]:
    """The tokens without the longest phrase of a list, and `of` or `of the` that led to it."""
    known = words(name)
    for size in range(min(len(tokens), PHRASE_WORDS_MAX), 0, -1):
        for at in range(len(tokens) - size + 1):
            phrase = "".join(tokens[at : at + size])
            if phrase in known or phrase.removesuffix("s") in known:  # the respondent's
                left = [*tokens[:at], *tokens[at + size :]]
                return [one for one in left if one not in ("of", "s", "du", "de", "د")]
    return tokens


def _without_member(tokens: list[str]) -> tuple[str, list[str]]:
    """Which member of the household the words number, and the other words."""
    split: list[str] = []
    for token in tokens:
        numbered = NUMBERED.match(token)
        split += [numbered[1], numbered[2]] if numbered else [token]
    numbers = [token for token in split if token.isdecimal() and int(token) <= _MEMBER_MAX]
    if len(numbers) > 1:
        return "", tokens
    if not numbers and (nth := _nth_member(split)):
        return nth
    number = numbers[0] if numbers else ""
    rest = [token for token in split if token != number]
    bare = meanings("member").get("".join(rest)) if number else None
    if bare:
        return f"{bare}-{int(number)}", ["name"]  # `Member 1`: whoever it is stands there
    kind, rest = _without_kind(rest)
    if number:
        return f"{kind or 'n'}-{int(number)}", rest
    return (f"{kind}-", _without_phrases(rest, "of")) if kind in ALONE else ("", tokens)


def _nth_member(tokens: Sequence[str]) -> tuple[str, list[str]] | None:
    """The member whom an ordinal right before numbers, and the other words: `1st member age`,
    never `individual first name` or `second phone`, which number nobody."""
    known, kinds = meanings_of_many("ordinal"), meanings("member")
    for at, token in enumerate(tokens[:-1]):
        for size in (3, 2, 1):
            kind = kinds.get("".join(tokens[at + 1 : at + 1 + size]))
            if token in known and kind:
                return f"{kind}-{known[token]}", [*tokens[:at], *tokens[at + 1 + size :]]
    return None


def _without_kind(tokens: list[str]) -> tuple[str, list[str]]:
    """Which kind of member some of the words name, and the others."""
    known = meanings("member")
    for size in (3, 2, 1):
        for at in range(len(tokens) - size + 1):
            phrase = "".join(tokens[at : at + size])
            kind = known.get(phrase)
            if not kind and (whose := known.get(phrase.removesuffix("s"))) in ALONE:
                kind = whose  # the child's; `members` are no member
            if kind and len(tokens) > size:
                return kind, [one for one in tokens[:at] + tokens[at + size :] if one != "s"]
    return "", tokens


@cache
def squashed_headings() -> Mapping[str, str]:
    """Fields by squashed heading."""
    return {squashed: field for squashed, (_, field) in _spellings().items()}


@cache
def _spellings() -> Mapping[str, tuple[str, str]]:
    """Known headings, and the same with words written short (`hh` for household), by their squashed
    form, with their field."""
    found: dict[str, tuple[str, str]] = {}
    for phrase, field in headings().items():
        found.setdefault(phrase.replace(" ", ""), (phrase, field))
    for long, shorts in meanings_of_all("written-short").items():
        for phrase, field in headings().items():
            if f" {long} " in f" {phrase} ":
                for short in shorts:
                    spelt = phrase.replace(long, short)
                    found.setdefault(spelt.replace(" ", ""), (spelt, field))
    return found
