"""What a heading that nobody listed means by its words, each of which is known by its stem. Pure.

`Моб. тел. для связи`, `Місто перебування`, `Отбасы құрамы`: the words say what is asked, in the
order and the case of their language. A word that is not known leaves the whole unknown: it may say
whose the phone is. What is composed is as uncertain as a known phrase in a longer question, so the
cells must bear it out.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from cbi.enrolment.values.vocabulary import (
    folded,
    has_phrase,
    meanings,
    meanings_of_many,
    phrases,
    words,
)

_PREFIX_MIN, _ENDING_MAX, _LONG_ENDING_MAX = 4, 3, 5
_BARE_MIN, _CASE_MAX = 3, 4
_ROLE_MIN, _ROLE_LONG = 5, 7
_DRESS: Mapping[frozenset[str], str] = {
    frozenset(tags): field for field, known in {
        "phone": (("phone",), ("phone", "contact"), ("contact",)),
        "city": (("city",), ("city", "live"), ("city", "where"), ("city", "live", "where")),
        "address": (
            ("address",), ("address", "live"), ("address", "where"), ("address", "live", "where"),
        ),
        "sex": (("sex",),),
        "age": (("age",), ("age", "date")),
        "birth": (("birth",), ("birth", "date")),
        "name": (("name",),),
        "household-size": (("home", "count"),),
        "passport": (("passport",),),
        "tazkira": (("tazkira",),),
        "national-number": (("iin",),),
        "refugee-certificate": (("asylum",), ("asylum", "document")),
        "document": (("document", "number"),),
        "consent": (("consent",), ("consent", "home")),
        "relation": (("relation",), ("relation", "home")),
    }.items() for tags in known
}
"""The fields by what their words are about."""
_NUMBERED = frozenset({
    "phone", "passport", "tazkira", "national-number", "refugee-certificate",
})
_DRESSING = frozenset({"number", "date", "live", "where"})


def composed(tokens: Sequence[str]) -> str:
    """The field that the words are about; empty where one is unknown, or they are about several."""
    about: set[str] = set()
    for token in tokens:
        found = _about(token)
        if found:
            about |= {found}
        elif not _fills(token):
            return ""
    if about - {"asylum"} and frozenset(about) not in _DRESS:
        about.discard("asylum")  # `Name of refugee`: whom the list is about
    numbered = "number" in about
    field = _DRESS.get(frozenset(about)) or _DRESS.get(frozenset(about - {"number"}), "")
    if numbered and field and field not in _NUMBERED and _DRESS.get(frozenset(about)) is None:
        return field if field == "household-size" else ""
    return field


def asked_of_oneself(heading: str) -> str:
    """The one field that a question to the person is about, whatever else it says (`What name
    should stand on your card?`); empty for none or several, and where it names somebody else."""
    tokens = folded(heading).split()
    endings = tuple(words("you-ending"))
    to_them = any(
        token in words("you") or token.endswith(endings) for token in tokens
    ) or has_phrase(tokens, "head-role")
    others = ("somebody-else", "beside", "gone", "member-relation")
    if not to_them or any(has_phrase(tokens, name) for name in others):
        return ""
    about = frozenset(tag for token in tokens if (tag := _about(token)))
    if about == {"number"}:
        return "phone"  # `At what number can we reach you?`, if the cells are phones
    field = _DRESS.get(about) or _DRESS.get(about - _DRESSING, "")
    return "" if field != "name" and has_phrase(tokens, "elsewhere") else field


def names_somebody(heading: str) -> bool:
    """Whether a heading is about a name, of whomever its other words say, and of nobody else whom
    we know: `Азаматтың аты-жөні`."""
    tokens = folded(heading).split()
    others = ("somebody-else", "beside", "no-persons-name", "member-relation")
    about = {tag for token in tokens if (tag := _about(token))}
    named = "name" in about and about <= {"name", "asylum"}
    alone = bool(tokens) and all(is_role(token) for token in tokens)  # `Respondent`
    return (named or alone) and not any(has_phrase(tokens, name) for name in others)


def names_a_mother(heading: str) -> bool:
    """Whether a heading is about a mother's name: where nobody else is named, the list is hers."""
    tokens = folded(heading).split()
    rest = [token for token in tokens if token not in words("mother")]
    return len(rest) < len(tokens) and names_somebody(" ".join(rest))


def asks_to_take_part(heading: str) -> bool:
    """Whether a question asks for consent to be registered, and to nothing else (a photo)."""
    tokens = folded(heading).split()
    return is_about(tokens, "consent") and _begins(tokens, "to-take-part") and not (
        _begins(tokens, "not-to-take-part") or has_phrase(tokens, "somebody-else")
    )


def asks_how_many(heading: str) -> bool:
    """Whether a question asks how many live in the home, and says nothing else: not how many of
    them work, or live there besides whoever answers."""
    tokens = folded(heading).split()
    if any(has_phrase(tokens, name) for name in ("somebody-else", "not-counting", "size-part")):
        return False
    known = ("how-many", "people", "living")
    return (
        has_phrase(tokens, "how-many") and _begins(tokens, "people")
        and (_begins(tokens, "living") or any(_about(one) in ("home", "live") for one in tokens))
        and all(
            _fills(one) or _about(one) or one in words("you") or _begins([one], *known)
            for one in tokens
        )
    )


def counts_others(tokens: Sequence[str]) -> bool:
    """Whether words count a household without whoever the row is about: `Dependants (without the
    applicant)`, `Членов семьи, не считая заявителя`; nothing else is told by them."""
    if not has_phrase(tokens, "not-counting"):
        return False
    left = [
        one for one in tokens if not (_fills(one) or is_role(one) or one in words("you"))
        and not any(one in phrase.split() for phrase in phrases("not-counting"))
    ]
    return bool(left) and all(
        _about(one) in ("home", "count") or one in words("dependant")
        or _begins([one], "people", "how-many", "living") for one in left
    )


def asks_which_sex(heading: str) -> bool:
    """Whether a question names both answers, or none, and nothing else: `Are you a man or a woman?`
    or `Are you`, if the cells are of both."""
    tokens = folded(heading).split()
    known = meanings("sex")
    told = [
        next((known[word] for word in _beginnings(token) if word in known), "") for token in tokens
    ]
    asks = set(told) - {""} == {"m", "f"} or (
        not any(told) and any(token in words("you") for token in tokens)
    )
    return asks and all(
        sex or _fills(token) or token in words("you")
        for token, sex in zip(tokens, told, strict=True)
    )


def _begins(tokens: Sequence[str], *names: str) -> bool:
    """Whether any of the words begins with one of these lists."""
    return any(token.startswith(tuple(words(name))) for token in tokens for name in names)


def _beginnings(token: str) -> list[str]:
    """A word, and what of it may stand before an ending (`еркек-сіз`), the longest first."""
    shortest = max(_PREFIX_MIN - 1, len(token) - _ENDING_MAX)
    return [token, *(token[:size] for size in range(len(token) - 1, shortest - 1, -1))]


def is_about(tokens: Sequence[str], tag: str) -> bool:
    """Whether any of the words has a stem of this meaning."""
    return any(_about(token) == tag for token in tokens)


@lru_cache(maxsize=4096)
def _about(token: str) -> str:
    """What a word is about: itself known, or by the longest stem under a short ending, or without
    the ending that says `your`."""
    if tag := _by_stem(token):
        return tag
    bare = "" if _fills(token) else _without_you(token)
    return _by_stem(bare) if bare else ""


def _without_you(token: str) -> str:
    """A word before the ending that says `your`, and a case's after that: `жөн-іңіз-ді`,
    `rozilig-ingiz-ni`; empty if there is none."""
    for ending in sorted(words("you-ending"), key=lambda one: (-len(one), one)):
        before, found, after = token.rpartition(ending)
        if found and len(before) >= _BARE_MIN and len(after) <= _CASE_MAX:
            return before
    return ""


def _by_stem(token: str) -> str:
    stems = _stems()
    if token in stems or _fills(token):
        return stems.get(token, "")
    ending = _ENDING_MAX if token.isascii() else _LONG_ENDING_MAX
    for size in range(len(token) - 1, max(_PREFIX_MIN, len(token) - ending) - 1, -1):
        if token[:size] in stems:
            return stems[token[:size]]
    return ""


@cache
def _stems() -> Mapping[str, str]:
    return meanings_of_many("stem")


def _fills(token: str) -> bool:
    return (
        token.isdecimal() or len(token) == 1
        or any(token in words(name) for name in ("filler", "question", "noise", "hint"))
        or is_role(token) or token in words("of")
    )


@lru_cache(maxsize=4096)
def is_role(token: str) -> bool:
    """Whether a word is whom the list is about, in any case: `получателя`, `faydalanıcının`."""
    return token in words("head-role") or any(
        token.startswith(role[:-1] if len(role) > _ROLE_LONG else role)
        and len(token) - len(role) <= _ENDING_MAX
        for role in words("head-role") if len(role) >= _ROLE_MIN
    )
