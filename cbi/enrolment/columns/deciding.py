"""Which column means what: heading and cells weighed together, near candidates put to a person.

Each column offers all that its heading can mean; readings that its cells contradict fall out. Where
two columns could each be a field that a person has once, the surer heading wins if it is much
surer or both say the same; else the person who brought the list is asked. What is not read is told
with a sample of its cells.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from cbi.enrolment.columns.contents import Fits, Look, are_numbers_of_ours, look_of
from cbi.enrolment.columns.parted import birth_in_parts
from cbi.enrolment.columns.sizes import size_or_number, sizes_decided, unclear_group
from cbi.enrolment.columns.two_names import whose_names
from cbi.enrolment.columns.unnamed import told_by_cells
from cbi.enrolment.columns.whose_list import of_whom, whose_list
from cbi.enrolment.columns.whose_phone import phones_of_others
from cbi.enrolment.headings.headings import (
    CONTAINED,
    NAME_FIELDS,
    REPEATABLE,
    numbered_apart,
    rivals_of,
)
from cbi.enrolment.headings.meaning import Meaning
from cbi.enrolment.layout.layout import Layout, readings_in, with_meanings
from cbi.enrolment.rows.identifiers import DOCUMENT_FIELDS
from cbi.enrolment.values.cells import text_of
from cbi.enrolment.values.vocabulary import folded, has_phrase, squashed
from cbi.files import Cell, Problem, column_letter

_SURER_BY = 12
_ALIKE_MIN = 0.9
_BEARS_OUT = 10
_NO_LEVEL = 0.5
_SEVERAL = REPEATABLE | NAME_FIELDS
_QUIET = frozenset({"number", "list", "reason", "submission", "submitted", "phone-code"})


@dataclass(slots=True)
class DecidedColumns:
    """A sheet with its meanings, and what is to be said or asked about its columns."""

    layout: Layout
    notices: list[Problem] = field(default_factory=list)
    questions: list[Problem] = field(default_factory=list)


def decide(
    layout: Layout, fits: Fits, fixed: Mapping[int, Meaning | None], without: Collection[str]
) -> DecidedColumns:
    """What a sheet's columns mean. `fixed` are columns that a person or a kept mapping decided
    (None: not read); fields they took, and those of `without`, are asked of no other column."""
    layout = of_whom(layout, fixed)
    decided = DecidedColumns(layout)
    looks = {index: look_of(_cells(layout, index)) for index in layout.labels}
    taken = {*without, *(one.text for one in fixed.values() if one)}
    columns = _proposed(decided, fits, looks, fixed, taken)
    meanings = _settled(decided, columns, fits, looks)
    for index, offered in readings_in(layout.headings).items():
        heads = index in columns and index not in meanings and index not in fixed
        if heads and _names_families(layout, offered, index, looks[index]):
            decided.questions.append(_families(layout, index, looks[index]))
    meanings = {index: one for index, one in meanings.items() if one.text not in taken}
    numbered = _number_beside_kind(layout, meanings, looks) if "document" not in taken else {}
    meanings |= numbered
    decided.notices += [_told(
        layout, index, "enrolment.column-by-cells", field="document", sample=looks[index].sample(),
    ) for index in numbered]
    if (both := whose_list(layout, meanings, looks)) is not None and "name" not in taken:
        decided.questions.append(_either(layout, "name", *both, looks))
    others = _of_others(decided, meanings, looks, taken)
    meanings = {index: one for index, one in meanings.items() if index not in others}
    beyond = _second_table(layout, looks)
    open_to = {index for index in readings_in(layout.headings) if index < beyond} - fixed.keys()
    more = told_by_cells(layout, meanings, looks, fits, open_to - others, taken)
    meanings |= more[0]
    decided.notices = [one for one in decided.notices if not _is_of(one, more[0])] + more[1]
    decided.questions += more[2]
    free = open_to - meanings.keys()
    if "household-size" not in taken:
        if (unclear := size_or_number(layout, meanings)) is not None:
            del meanings[unclear]
            decided.questions.append(_told(
                layout, unclear, "enrolment.ask-family-numbers", sample=looks[unclear].sample(),
            ))
        meanings = sizes_decided(layout, meanings, free, decided.notices, decided.questions)
    meanings |= {index: one for index, one in fixed.items() if one}
    decided.layout = with_meanings(layout, meanings)
    decided.notices += _enrolled_beside(decided.layout)
    return decided


def _of_others(
    decided: DecidedColumns, meanings: Mapping[int, Meaning], looks: Mapping[int, Look],
    taken: Collection[str],
) -> set[int]:
    """The columns that may be somebody else's phones or another group's number; whose is asked,
    where nothing else tells it."""
    layout = decided.layout
    phones, own = phones_of_others(layout, meanings, looks)
    group = unclear_group(layout, meanings)
    asked = {"phone": phones[0]} if phones and not own else {}
    asked |= {} if group is None else {"household": group}
    decided.questions += [
        _told(layout, index, "enrolment.ask-is-field", field=name, sample=looks[index].sample())
        for name, index in asked.items() if name not in taken
    ]
    return {*phones, *asked.values()}


def _enrolled_beside(layout: Layout) -> list[Problem]:
    """A notice of whoever is enrolled with the row's own person because one column names them."""
    return [
        _told(layout, index, "enrolment.members-in-columns", field=one.text)
        for index, one in layout.meanings.items()
        if one.member.endswith("-") and one.field in NAME_FIELDS and index in layout.labels
    ][:1]


def _number_beside_kind(
    layout: Layout, meanings: Mapping[int, Meaning], looks: Mapping[int, Look]
) -> dict[int, Meaning]:
    """The column called a mere number right after a document's kind: its number, where no other
    column holds one."""
    fields = {one.field: index for index, one in meanings.items() if not one.member}
    after = fields.get("document-kind", -2) + 1
    if after not in layout.labels or fields.keys() & {*DOCUMENT_FIELDS}:
        return {}
    called = any(one.field == "number" for one in readings_in(layout.headings)[after])
    kinds = looks[after].kinds
    codes = kinds.get("code", 0) + kinds.get("number", 0)
    return {after: Meaning("document")} if called and codes > looks[after].said * _NO_LEVEL else {}


def _proposed(
    decided: DecidedColumns, fits: Fits, looks: Mapping[int, Look],
    fixed: Mapping[int, Meaning | None], taken: Collection[str],
) -> dict[int, tuple[str, Meaning]]:
    """What each column that nobody decided means by itself; what contradicts itself is told."""
    layout = decided.layout
    columns: dict[int, tuple[str, Meaning]] = {}
    parts = birth_in_parts(layout.labels)
    beyond = _second_table(layout, looks)
    for index, offered in readings_in(layout.headings).items():
        if index in fixed or index >= beyond:
            continue
        if index in parts:
            columns[index] = (layout.labels[index], parts[index])
            continue
        if are_numbers_of_ours(looks[index]):
            columns[index] = (layout.labels[index], Meaning("beneficiary"))
            continue
        free = tuple(
            one for one in offered if (one.text not in taken or one.field in _SEVERAL)
            and not (one.field == "relation" and _follows_another(layout, index))
        )
        chosen = _chosen(free, looks[index], fits)
        if chosen is not None:
            columns[index] = (layout.labels[index], chosen)
        elif _names_families(layout, free, index, looks[index]):
            decided.questions.append(_families(layout, index, looks[index]))
        elif free and free[0].score > CONTAINED and looks[index].said:
            decided.notices.append(_told(
                layout, index, "enrolment.column-is-other", field=free[0].text,
                sample=looks[index].sample(),
            ))
    return columns


def _follows_another(layout: Layout, index: int) -> bool:
    """Whether a column says how somebody is related to the row's person: whoever the column before
    it names, such as who received for them."""
    label = folded(layout.labels.get(index - 1, "")).split()
    return has_phrase(label, "somebody-else") and has_phrase(
        folded(layout.labels[index]).split(), "head-role"
    )


def _second_table(layout: Layout, looks: Mapping[int, Look]) -> int:
    """Where another table begins beside this one, after a column with nothing in it: its first
    column names things under a heading that is no field of people. Else beyond all columns."""
    ends = max(layout.labels, default=0) + 1
    offered = readings_in(layout.headings)
    for index in sorted(layout.labels)[1:]:
        apart = index - 1 not in layout.labels and not any(
            _says(cell) for cell in _cells(layout, index - 1)
        )
        names = looks[index].kinds.get("words", 0) > looks[index].said * _NO_LEVEL
        if apart and names and not offered.get(index):
            return index
    return ends


def unread(decided: DecidedColumns) -> list[Problem]:
    """A notice with a sample for each column that says something and is not read."""
    layout = decided.layout
    told = {one.column for one in (*decided.notices, *decided.questions)}
    found = []
    for index in readings_in(layout.labels):
        if index in layout.meanings or column_letter(index) in told:
            continue
        cells = [one for one in _cells(layout, index) if _says(one)]
        if cells:
            found.append(_told(
                layout, index, "enrolment.column-unread", count=len(cells),
                sample=look_of(cells).sample(),
            ))
    return found


def _names_families(
    layout: Layout, offered: Sequence[Meaning], index: int, look: Look
) -> bool:
    """Whether a column tells each family by a name that several rows share."""
    if not any(one.field in ("household", "head") and not one.member for one in offered):
        return False
    words = [_text(cell) for cell in _cells(layout, index) if _says(cell)]
    return look.kinds.get("words", 0) > look.said * _NO_LEVEL and len(set(words)) < len(words)


def _families(layout: Layout, index: int, look: Look) -> Problem:
    return _told(layout, index, "enrolment.ask-family-names", sample=look.sample())


def _is_of(problem: Problem, columns: Collection[int]) -> bool:
    return problem.column in {column_letter(index) for index in columns}


def _says(cell: Cell) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))


def _chosen(offered: Iterable[Meaning], look: Look, fits: Fits) -> Meaning | None:
    """The reading that heading and cells agree on best; None if they agree on none."""
    best, best_weight = None, 0.0
    for one in offered:
        if not fits.can_be(one, look):
            continue
        share = fits.share(one.field, look)
        weight = one.score + _BEARS_OUT * (_NO_LEVEL if share is None else share)
        if weight > best_weight:
            best, best_weight = one, weight
    return best


def _settled(
    decided: DecidedColumns, columns: Mapping[int, tuple[str, Meaning]], fits: Fits,
    looks: Mapping[int, Look],
) -> dict[int, Meaning]:
    settled: dict[int, Meaning] = {}
    layout = decided.layout
    for name, unsorted in rivals_of(columns):
        if name in REPEATABLE or len(unsorted) == 1:
            settled |= dict(unsorted)
            continue
        rivals = _with_cells_first(_read_whole(name, unsorted, fits, looks), looks)
        numbered = any(one.field == "household" for _, one in columns.values())
        member = whose_names(layout, rivals, numbered=numbered) if name in NAME_FIELDS else None
        if member is not None:
            settled[member] = dict(rivals)[member]
            decided.notices.append(_told(
                layout, member, "enrolment.column-by-cells", field=name,
                sample=looks[member].sample(),
            ))
            continue
        first, meaning = rivals[0]
        settled[first] = meaning
        near = [
            (index, one) for index, one in rivals[1:] if looks[index].said
            and meaning.score - one.score < _SURER_BY
        ]
        for index, one in near:
            kept = _beside(layout, first, index)
            if kept == "other" and name == "household" and _number_the_same(layout, first, index):
                continue
            if kept == "versions":
                settled[index] = one
            elif kept == "other" and name not in _QUIET:
                decided.questions.append(_either(layout, meaning.text, first, index, looks))
                break
    return numbered_apart(settled)


def _either(
    layout: Layout, field: str, first: int, second: int, looks: Mapping[int, Look]
) -> Problem:
    """The question which of two columns a field is."""
    return _told(
        layout, first, "enrolment.ask-column", field=field, other=layout.labels[second],
        other_column=column_letter(second), sample=looks[first].sample(),
        other_sample=looks[second].sample(),
    )


def _read_whole(
    name: str, rivals: Sequence[tuple[int, Meaning]], fits: Fits, looks: Mapping[int, Look]
) -> Sequence[tuple[int, Meaning]]:
    """Of columns that tell the sex, those whose every cell does, if any: beside `Gender`, `Title`
    (`Mr`, `Haji`) need not be asked about."""
    whole = [
        one for one in rivals
        if name == "sex" and looks[one[0]].said and fits.share(name, looks[one[0]]) == 1
    ]
    return whole or rivals


def _with_cells_first(
    rivals: Sequence[tuple[int, Meaning]], looks: Mapping[int, Look]
) -> list[tuple[int, Meaning]]:
    """Columns that say anything before empty ones."""
    return sorted(rivals, key=lambda one: (not looks[one[0]].said, -one[1].score, one[0]))


def _beside(layout: Layout, first: int, second: int) -> str:
    """How two columns of one field stand to each other: `versions` of one question where no row
    has both, `alike` where rows say the same, else `other`."""
    both = alike = 0
    for row in layout.body:
        cells = row.cells
        one = _text(cells[first]) if first < len(cells) else ""
        two = _text(cells[second]) if second < len(cells) else ""
        if one and two:
            both += 1
            alike += one == two
    if not both:
        return "versions"
    return "alike" if alike >= _ALIKE_MIN * both else "other"


def _number_the_same(layout: Layout, first: int, second: int) -> bool:
    """Whether two columns number the same households, each in its own way; the second perhaps
    only once for each."""
    pairs = {
        (_text(row.cells[first]), two) for row in layout.body
        if max(first, second) < len(row.cells) and (two := _text(row.cells[second]))
    }
    ones, twos = {one for one, _ in pairs}, {two for _, two in pairs}
    every = {_text(row.cells[first]) for row in layout.body if first < len(row.cells)} - {""}
    return len(pairs) == len(ones) == len(twos) and every == ones


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return squashed(cell) if isinstance(cell, str) else text_of(cell)


def _cells(layout: Layout, index: int) -> Iterator[Cell]:
    return (row.cells[index] for row in layout.body if index < len(row.cells))


def _told(layout: Layout, index: int, code: str, **facts: object) -> Problem:
    return Problem(
        code, layout.table.sheet, layout.heading_row, column_letter(index),
        {"heading": " ".join(layout.labels[index].split()), **facts},
    )
