"""How large a household is where a list counts its men, women and children apart. Pure.

A total goes before its parts. Without one, parts that leave nobody out and count nobody twice are
added; others are put to whoever brought the list.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from itertools import pairwise

from cbi.enrolment.columns.contents import look_of
from cbi.enrolment.headings.composing import is_about
from cbi.enrolment.headings.meaning import Meaning
from cbi.enrolment.headings.phrases import SIZE_OTHERS, SIZE_PART
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.layout.passing import only_text
from cbi.enrolment.values.counts import Kind, band_of, each_once, is_band_alone, kind_of
from cbi.enrolment.values.vocabulary import folded, plain_digits, squashed, words
from cbi.files import Problem, Row, column_letter
from cbi.people.records.checking import HOUSEHOLD_SIZE_MAX

_PARTS_MIN, _FAMILY_MAX = 2, 20
_SEXES = frozenset({"male", "female"})
_OF_A_BAND = re.compile(r"[^\W\d_]_?\d{2,}\Z")
"""Ages written onto a sex: `Male05` counts boys of up to five, and ticks nobody's sex."""
_NOTHING = frozenset({"", "0", "0.0", "-", "no", "нет"})


def sizes_decided(
    layout: Layout, meanings: Mapping[int, Meaning], free: Collection[int],
    notices: list[Problem], questions: list[Problem],
) -> dict[int, Meaning]:
    """The meanings with a household's parts kept only where they are to be added; `free` are
    columns that mean nothing yet, among which its total or bands of ages may be."""
    meanings = _without_bands(layout, meanings)
    sexes = {index for index, one in meanings.items() if one.field in _SEXES}
    if _are_ticks(layout, meanings, sexes):
        sexes = set()
    parts = {
        index: one for index, one in meanings.items()
        if one.field == SIZE_PART or index in sexes
    }
    rest = {index: one for index, one in meanings.items() if index not in parts}
    if any(one.field in ("household-size", SIZE_OTHERS) for one in rest.values()):
        return _with_others(layout, rest, notices)
    bands = (index for index in free if is_band_alone(layout.labels[index]))
    parts |= dict.fromkeys(bands, Meaning(SIZE_PART))
    parts = {index: one for index, one in parts.items() if _may_count(layout, index)}
    if not parts:
        questions += [
            _noted(layout, index, "enrolment.ask-is-field", "household-size")
            for index in _totals(layout, free)
        ][:1]
        return rest
    total = _total(layout, parts, free)
    if total is not None:
        notices.append(_noted(layout, total, "enrolment.column-by-cells", "household-size"))
        return {**rest, total: Meaning("household-size")}
    kinds = {index: _kind(layout.labels.get(index, ""), parts[index]) for index in parts}
    added = {index: kind for index, kind in kinds.items() if not kind.other}
    unlike = [index for index in _totals(layout, free) if index not in parts]
    if each_once(list(added.values())) and not unlike:
        return {**rest, **{
            index: replace(parts[index], field=SIZE_PART, place=place)
            for place, index in enumerate(sorted(added), 1)
        }}
    if len(parts) + len(unlike) >= _PARTS_MIN:
        first = min(parts)
        listed = "; ".join(layout.labels[index] for index in sorted([*parts, *unlike]))
        questions.append(Problem(
            "enrolment.ask-size", layout.table.sheet, layout.heading_row, column_letter(first),
            {"heading": layout.labels[first], "headings": listed},
        ))
    return rest


def _with_others(
    layout: Layout, rest: dict[int, Meaning], notices: list[Problem]
) -> dict[int, Meaning]:
    """The meanings where a size is told: whole, or else without the row's own person (noted)."""
    if any(one.field == "household-size" for one in rest.values()):
        return {index: one for index, one in rest.items() if one.field != SIZE_OTHERS}
    first = next(index for index, one in rest.items() if one.field == SIZE_OTHERS)
    notices.append(_noted(layout, first, "enrolment.size-of-others", SIZE_OTHERS))
    return rest


def _without_bands(layout: Layout, meanings: Mapping[int, Meaning]) -> dict[int, Meaning]:
    """The meanings without columns that count those of a sex and of an age: `Male05`."""
    return {
        index: one for index, one in meanings.items() if one.field not in _SEXES or one.member
        or not _OF_A_BAND.search(layout.labels.get(index, ""))
    }


def _may_count(layout: Layout, index: int) -> bool:
    """Whether any cell counts, where the column says anything: ticks (`x`) count nobody."""
    said = [row for row in layout.body if _says(row, index)]
    return not said or any(_count(row, index) is not None for row in said)


def _total(layout: Layout, parts: Collection[int], free: Collection[int]) -> int | None:
    """The column called a total that is, in each row, the sum of the parts."""
    for index in _totals(layout, free):
        rows = [row for row in layout.body if _count(row, index) is not None]
        if index not in parts and all(
            sum(_count(row, part) or 0 for part in parts) == _count(row, index) for row in rows
        ):
            return index
    return None


def size_or_number(layout: Layout, meanings: Mapping[int, Meaning]) -> int | None:
    """The column that says `Family` and holds small numbers which number no families one after the
    other, where nothing else tells sizes or who belongs together: it may count people."""
    told = {one.field: index for index, one in meanings.items() if not one.member}
    index = told.get("household")
    if index is None or {"household-size", "relation", "head"} & told.keys() or not all(
        is_about([token], "home") for token in folded(layout.labels.get(index, "")).split()
    ):
        return None
    counts = [_count(row, index) for row in layout.body if not only_text(row)]
    small = [one for one in counts if one is not None and 1 <= one <= _FAMILY_MAX]
    if len(small) < max(len(counts), 2):
        return None
    in_order = small[0] == 1 and all(
        one <= after <= one + 1 for one, after in pairwise(small)
    )
    return None if in_order else index


def unclear_group(layout: Layout, meanings: Mapping[int, Meaning]) -> int | None:
    """The column that numbers a group (`group_id`), where nothing else tells of households: it may
    be a savings or farmers' group."""
    told = {one.field: index for index, one in meanings.items() if not one.member}
    index = told.get("household")
    if index is None or {"household-size", "relation", "head"} & told.keys():
        return None
    return index if squashed(layout.labels.get(index, "")) in words("group-of-any-kind") else None


def _totals(layout: Layout, free: Collection[int]) -> list[int]:
    """The columns called a total in which people of a household may be counted."""
    found = []
    for index in free:
        label = layout.labels[index].rpartition("/")[2]
        counts = [_count(row, index) for row in layout.body if _says(row, index)]
        if squashed(label) in words("total") and counts and all(
            one is not None and 1 <= one <= HOUSEHOLD_SIZE_MAX for one in counts
        ):
            found.append(index)
    return found


def _says(row: Row, index: int) -> bool:
    return index < len(row.cells) and bool(str(row.cells[index] or "").strip())


def _count(row: Row, index: int) -> int | None:
    cell = row.at(index)
    text = str(int(cell)) if isinstance(cell, float) else plain_digits(str(cell or "").strip())
    return int(text) if text.isdecimal() else None


def _noted(layout: Layout, index: int, code: str, field: str) -> Problem:
    label, cells = layout.labels[index], (row.cells for row in layout.body)
    said = look_of(one[index] for one in cells if index < len(one))
    return Problem(
        code, layout.table.sheet, layout.heading_row, column_letter(index),
        {"heading": " ".join(label.split()), "field": field, "sample": said.sample()},
    )


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
    return any((_count(row, index) or 0) > 1 for row in layout.body)


def _kind(label: str, meaning: Meaning) -> Kind:
    """Which people of a household a column counts."""
    sex = [meaning.field] if meaning.field in _SEXES else []
    return kind_of([*folded(label).split(), *sex], band_of(label))
