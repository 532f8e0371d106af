"""How large a household is where a list counts its men, women and children apart. Pure.

A total goes before its parts. Without one, parts that leave nobody out and count nobody twice are
added; others are put to whoever brought the list.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from cbi.enrolment.layout import Layout
from cbi.enrolment.meaning import Meaning
from cbi.enrolment.vocabulary import folded
from cbi.files import Problem, column_letter

_MALE = frozenset({
    "male", "males", "men", "man", "m", "boys", "boy", "мужчин", "мужчины", "муж", "м", "мальчиков",
    "ерлер", "مرد", "ذکور", "پسر", "hommes", "garçons", "garcons", "erkek", "ذكور", "чоловіків",
    "erkaklar",
})
_FEMALE = frozenset({
    "female", "females", "women", "woman", "f", "girls", "girl", "женщин", "женщины", "жен", "ж",
    "девочек", "әйелдер", "زن", "اناث", "دختر", "femmes", "filles", "kadin", "kadın", "жінок",
    "ayollar",
})
_YOUNG = frozenset({
    "child", "children", "boys", "girls", "boy", "girl", "minors", "minor", "infants", "infant",
    "дети", "детей", "мальчиков", "девочек", "несовершеннолетних", "балалар", "اطفال", "کودکان",
    "enfants", "garçons", "filles", "çocuk", "cocuk", "أطفال", "дітей", "bolalar",
})
_GROWN = frozenset({
    "adult", "adults", "men", "women", "man", "woman", "взрослых", "взрослые", "мужчин", "женщин",
    "мужчины", "женщины", "ересектер", "بزرگسال", "adultes", "hommes", "femmes", "yetişkin",
    "yetiskin",
})
_PLAIN_SEX = frozenset({"m", "male", "males", "f", "female", "females", "м", "ж"})
_OTHERWISE = frozenset({
    "disabled", "disability", "pregnant", "lactating", "school", "students", "working", "employed",
    "инвалидов", "школьников", "elderly", "elder", "пожилых", "infants", "infant", "youth",
})
_PARTS_MIN = 2
_SEXES = frozenset({"male", "female"})
_NOTHING = frozenset({"", "0", "0.0", "-", "no", "нет"})
Kind = tuple[str, str]


def sizes_decided(
    layout: Layout, meanings: Mapping[int, Meaning], questions: list[Problem]
) -> dict[int, Meaning]:
    """The meanings with a household's parts kept only where they are to be added."""
    sexes = {index for index, one in meanings.items() if one.field in _SEXES}
    if not _are_ticks(layout, meanings, sexes):
        parts = {
            index: one for index, one in meanings.items()
            if one.field == "size-part" or index in sexes
        }
    else:
        parts = {index: one for index, one in meanings.items() if one.field == "size-part"}
    rest = {index: one for index, one in meanings.items() if index not in parts}
    if not parts or any(one.field == "household-size" for one in rest.values()):
        return rest
    kinds = {index: _kind(layout.labels.get(index, ""), meanings[index]) for index in parts}
    added = _added(kinds)
    if added:
        return {**rest, **{
            index: replace(parts[index], field="size-part", place=place)
            for place, index in enumerate(sorted(added), 1)
        }}
    if len(parts) >= _PARTS_MIN:
        first = min(parts)
        listed = "; ".join(layout.labels[index] for index in sorted(parts))
        questions.append(Problem(
            "enrolment.ask-size", layout.table.sheet, layout.heading_row, column_letter(first),
            {"heading": layout.labels[first], "headings": listed},
        ))
    return rest


def _are_ticks(
    layout: Layout, meanings: Mapping[int, Meaning], sexes: Collection[int]
) -> bool:
    """Whether columns under the sexes tick one of both for each person, and count nobody."""
    if {meanings[index].field for index in sexes} != _SEXES:
        return False
    if any(_counts(layout, index) for index in sexes):
        return False
    return not any(
        sum(index < len(row.cells) and str(row.cells[index] or "").strip() not in _NOTHING
            for index in sexes) > 1
        for row in layout.body
    )


def _counts(layout: Layout, index: int) -> bool:
    """Whether a column under a sex counts people instead of ticking one."""
    for row in layout.body:
        cell = row.cells[index] if index < len(row.cells) else None
        text = str(int(cell)) if isinstance(cell, float) else str(cell or "").strip()
        if text.isdecimal() and int(text) > 1:
            return True
    return False


def _kind(label: str, meaning: Meaning) -> Kind:
    """Which sex and which age a part counts; `?` for what is counted otherwise."""
    tokens = set(folded(label).split()) | ({meaning.field} & {"male", "female"})
    if tokens & _OTHERWISE:
        return ("?", "?")
    sex = "m" if tokens & _MALE else "f" if tokens & _FEMALE else ""
    if {*tokens} & _MALE and {*tokens} & _FEMALE:
        sex = ""
    numbers = sorted(int(one) for one in tokens if one.isdecimal())
    if numbers:
        return (sex, "-".join(map(str, numbers)))
    young = bool(tokens & _YOUNG)
    grown = bool(tokens & _GROWN - _PLAIN_SEX) and not young
    return (sex, "young" if young else "grown" if grown else "")


def _added(kinds: Mapping[int, Kind]) -> list[int]:
    """The columns to add: each person of a household in exactly one of them; nothing if unclear."""
    known = {index: kind for index, kind in kinds.items() if kind != ("?", "?")}
    if len(set(known.values())) != len(known):
        return []
    for wanted in (
        {("m", ""), ("f", "")}, {("m", "grown"), ("f", "grown")}, {("", "young"), ("", "grown")},
        {("m", "young"), ("f", "young"), ("m", "grown"), ("f", "grown")},
        {("m", "grown"), ("f", "grown"), ("", "young")},
        {("m", "young"), ("f", "young"), ("", "grown")},
    ):
        if set(known.values()) == wanted:
            return list(known)
    return []
