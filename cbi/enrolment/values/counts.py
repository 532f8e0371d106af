"""How many people a cell counts: `5`, `four`, `4 чел.`, `2+3`, `2 взр + 3 дет`, `5 (2M/3F)`. Pure.

People who are counted apart are added where each is counted once: men and women, adults and
children, ages that follow on one another. What else stands in a cell is refused, never guessed.
"""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from cbi.base.errors import UsageError
from cbi.enrolment.values.cells import told
from cbi.enrolment.values.numerals import in_digits
from cbi.enrolment.values.vocabulary import folded, meanings_of_all, plain_digits, words
from cbi.files import Cell

_PIECE_FIRST = re.compile(r"(\d+)([^\d]*)")
_WORD_FIRST = re.compile(r"([^\d]*?[^\W\d_][^\d]*)(\d+)")
_WITH_PARTS = re.compile(r"(\d+)\s*([^\d()\[\]:=]*)\s*[(\[:=]\s*(.+?)\s*[)\]]?\Z")
_PARTS_WITH = re.compile(r"(.+?)\s*=\s*(\d+)\s*([^\d]*)\Z")
_RANGE = re.compile(r"(\d{1,3})\s*(?:[-–—_]|to|до|تا|à)\s*(\d{1,3})\b")
_NUMBER = re.compile(r"\d{1,3}")
_SIGNS = re.compile(r"[^\w\s.,:]")
_SPAN = re.compile(r"\d\s*[-–—/]\s*\d")
_OPEN = 999
_OVER_SIGNS, _UNDER_SIGNS = ("+", ">", "≥"), ("<", "≤")


class Kind(NamedTuple):
    """Which people a part counts: a sex (`m`, `f`), an age (`young`, `grown`), a band of ages in
    years from the first to the last; `other` is what overlaps with all of these."""

    sex: str = ""
    age: str = ""
    band: tuple[int, int] | None = None
    other: bool = False


def read_count(cell: Cell, most: int) -> int | None:
    """A number of people from 1 to `most`; None where it is not said.

    Raises:
        UsageError: no such number, or parts that do not add up.
    """
    text = plain_digits(told(cell))
    if not text:
        return None
    count = int(text) if text.isdecimal() else _counted(in_digits(text.casefold()))
    if count is None or not 1 <= count <= most:
        raise UsageError("enrolment.count-unreadable", text=text, most=most)
    return count


def counts_people(cell: Cell) -> bool:
    """Whether a cell says of how many people it is, in words beside the number."""
    if not isinstance(cell, str) or not any(map(str.isalpha, cell)):
        return False
    try:
        return read_count(cell, _OPEN) is not None
    except UsageError:
        return False


def read_part(cell: Cell, most: int) -> int:
    """How many of a household a part counts; 0 where it is not said.

    Raises:
        UsageError: no such number.
    """
    text = plain_digits(told(cell))
    if not text:
        return 0
    count = int(text) if text.isdecimal() else _of_people(in_digits(text.casefold()))
    if count is None or count > most:
        raise UsageError("enrolment.count-unreadable", text=text, most=most)
    return count


@lru_cache(maxsize=2048)
def _counted(text: str) -> int | None:
    """What a cell of numbers and words counts; None where that is not clear."""
    whole = _of_people(text)
    if whole is not None:
        return whole
    for pattern, total, word, parts in ((_WITH_PARTS, 1, 2, 3), (_PARTS_WITH, 2, 3, 1)):
        found = pattern.match(text)
        if found and _are_people(found[word]):
            added = _added(found[parts])
            return int(found[total]) if added == int(found[total]) else None
    return _added(text)


def _of_people(text: str) -> int | None:
    """The number of `4 чел.` or `1 взр.`, which says nothing else."""
    found = _PIECE_FIRST.fullmatch(text)
    if found and (_are_people(found[2]) or kind_of(folded(found[2]).split()).age == "grown"):
        return int(found[1])
    return None


def _are_people(text: str) -> bool:
    known = tuple(words("people"))
    return not _SIGNS.search(text) and all(
        one.startswith(known) for one in folded(text).split()
        if one.isalnum() and one not in words("within")
    )


def _added(text: str) -> int | None:
    """The sum of parts each of which says whom it counts, or that stand between plus signs."""
    if re.fullmatch(r"\d+(?:\s*\+\s*\d+)+", text):
        return sum(map(int, _NUMBER.findall(text)))
    pieces = [(int(one), said) for one, said in _PIECE_FIRST.findall(text)]
    if not text[:1].isdecimal():
        pieces = [(int(one), said) for said, one in _WORD_FIRST.findall(text)]
    joined = words("and")
    kinds = [
        kind_of([one for one in folded(said).split() if one.isalnum() and one not in joined])
        for _, said in pieces
    ]
    if len(pieces) < 2 or len(_NUMBER.findall(text)) != len(pieces) or _SPAN.search(text):
        return None
    return sum(count for count, _ in pieces) if each_once(kinds) else None


def kind_of(tokens: Sequence[str], band: tuple[int, int] | None = None) -> Kind:
    """Whom words count; of words that are not known, nobody can say."""
    known = meanings_of_all("size-kind")
    told_of = {kind for one in tokens for kind in known.get(one, ())}
    if any(one in words("size-kind-other") for one in tokens):
        return Kind(other=True)
    sexes = told_of & {"male", "female"}
    sex = {"male": "m", "female": "f"}[sexes.pop()] if len(sexes) == 1 else ""
    if band:
        return Kind(sex, "", band)
    young = "young" in told_of
    return Kind(sex, "young" if young else "grown" if "grown" in told_of else "")


def each_once(kinds: Collection[Kind]) -> bool:
    """Whether each person of a household is in exactly one of these parts."""
    if len(set(kinds)) != len(kinds) or any(one.other for one in kinds):
        return False
    if any(one.band for one in kinds):
        return _follow_on(kinds)
    return {(one.sex, one.age) for one in kinds} in (
        {("m", ""), ("f", "")}, {("m", "grown"), ("f", "grown")}, {("", "young"), ("", "grown")},
        {("m", "young"), ("f", "young"), ("m", "grown"), ("f", "grown")},
        {("m", "grown"), ("f", "grown"), ("", "young")},
        {("m", "young"), ("f", "young"), ("", "grown")},
    )


def _follow_on(kinds: Collection[Kind]) -> bool:
    """Whether bands of ages leave no year out and count none twice, for both sexes or for all."""
    sexes = {one.sex for one in kinds}
    if sexes not in ({""}, {"m", "f"}) or not all(one.band for one in kinds):
        return False
    for sex in sexes:
        bands = sorted(one.band for one in kinds if one.band and one.sex == sex)
        ends = [last for _, last in bands]
        if bands[0][0] > 1 or ends[-1] != _OPEN:
            return False
        if any(first != end + 1 for end, (first, _) in zip(ends, bands[1:], strict=False)):
            return False
    return True


def band_of(label: str) -> tuple[int, int] | None:
    """The ages in years that a heading counts: `0-5`, `60+ years`, `under 18`; None for others."""
    text = plain_digits(label.casefold())
    tokens = folded(text).split()
    numbers = [int(one) for one in _NUMBER.findall(text)]
    if not numbers or any(one in words("months-of-bands") for one in tokens):
        return None
    if found := _RANGE.search(text):
        first, last = int(found[1]), int(found[2])
        return (first, last) if len(numbers) == 2 and first < last else None
    if len(numbers) > 1:
        return None
    if any(sign in text for sign in _OVER_SIGNS) or _says(tokens, "over-age"):
        return (numbers[0], _OPEN)
    if any(sign in text for sign in _UNDER_SIGNS) or _says(tokens, "under-age"):
        return (0, numbers[0] - 1)
    return None


def _says(tokens: Sequence[str], name: str) -> bool:
    return any(one in words(name) for one in tokens)


def is_band_alone(label: str) -> bool:
    """Whether a heading names a band of ages, of a sex perhaps, and nothing else."""
    known = meanings_of_all("size-kind")
    return band_of(label) is not None and all(
        one.isdecimal() or one == "+" or one in known or len(one) == 1
        or any(one in words(name) for name in (
            "years", "over-age", "under-age", "and", "size-of", "size-part", "noise", "filler",
        ))
        for one in folded(label).split()
    )
