"""What a heading that nobody listed means by its words, each of which is known by its stem. Pure.

`Моб. тел. для связи`, `Місто перебування`, `Отбасы құрамы`: the words say what is asked, in the
order and the case of their language. A word that is not known leaves the whole unknown: it may say
whose the phone is. What is composed is as uncertain as a known phrase in a longer question, so the
cells must bear it out.
"""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

from cbi.enrolment.vocabulary import folded, has_phrase, meanings_of_many, words

_PREFIX_MIN, _ENDING_MAX, _LONG_ENDING_MAX = 4, 3, 5
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
        "consent": (("consent",),),
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
    others = ("somebody-else", "beside", "gone", "elsewhere", "member-relation")
    if not to_them or any(has_phrase(tokens, name) for name in others):
        return ""
    about = frozenset(tag for token in tokens if (tag := _about(token)))
    return _DRESS.get(about) or _DRESS.get(about - _DRESSING, "")


def asks_to_take_part(heading: str) -> bool:
    """Whether a question asks for consent to be registered, and to nothing else (a photo)."""
    tokens = folded(heading).split()

    def begins(name: str) -> bool:
        return any(token.startswith(tuple(words(name))) for token in tokens)

    return is_about(tokens, "consent") and begins("to-take-part") and not (
        begins("not-to-take-part") or has_phrase(tokens, "somebody-else")
    )


def is_about(tokens: Sequence[str], tag: str) -> bool:
    """Whether any of the words has a stem of this meaning."""
    return any(_about(token) == tag for token in tokens)


@lru_cache(maxsize=4096)
def _about(token: str) -> str:
    """What a word is about: itself known, or by the longest stem under a short ending."""
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
        or token in words("head-role") or token in words("of")
    )
