"""Which rows are one household where the list does not number every row. Pure.

A blank under a household's number, a member without a number, belongs to the row above where the
block says so: its length is the size told, only its first row has a city, its other rows call
themselves wife and son. Where nothing says so, whoever brought the list is asked; not where each
row has a size of its own, which the people listed under one head would share.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cbi.base.errors import UsageError
from cbi.enrolment.headings.meaning import NAME_FIELDS
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.values.cells import in_parts, read_yes, told
from cbi.enrolment.values.vocabulary import folded, plain_digits, squashed, words
from cbi.files import Cell, Problem, Row, column_letter

OF_HOUSEHOLD = frozenset({
    "city", "address", "language", "household", "household-size", "consent", "consent-date",
    "consent-text", "consent-witness", "submitted", "list", "verdict",
})
_SHARED = OF_HOUSEHOLD - {"household", "consent-witness", "list", "verdict", "submitted"}
MERGED_ROWS_MAX, _NAME_MIN = 100, 3


@dataclass(frozen=True, slots=True)
class Homes:
    """`above` tells the first row of its household for each row that belongs to a row above it;
    `in_one` that such rows are one unit, because nothing numbers their household."""

    above: Mapping[int, int] = field(default_factory=dict)
    in_one: bool = False
    question: Problem | None = None
    notice: Problem | None = None


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns that tell of households, by their index."""

    household: int | None
    number: int | None
    heads: tuple[int, ...]
    size: int | None
    shared: tuple[int, ...]
    names: tuple[int, ...]


def homes_of(layout: Layout, rows: Sequence[Row], answer: str = "") -> Homes:
    """The households that stand in blocks of rows; `answer` is `above` or `apart`."""
    columns = _columns(layout)
    people = [row for row in rows if any(_filled(row, index) for index in columns.names)]
    numbered = columns.household is None and layout.homes
    if len(people) < 2 or answer == "apart" or numbered or layout.codes:
        return Homes()
    heads = {row.number: _says_head(layout, row, columns) for row in people}
    code, marks = "enrolment.ask-blank-household", _marks(people, columns.household)
    if marks is None and columns.household is None:
        if any(said is False for said in heads.values()):
            code, marks = "enrolment.ask-members", [bool(heads[row.number]) for row in people]
        else:
            marks = _marks(people, columns.number)
    if marks is None:
        return Homes()
    in_one = columns.household is None
    above = _above(people, marks)
    apart = [row for row, first in zip(people, marks, strict=True) if not first]
    if not in_one and all(heads[row.number] for row in apart):
        return Homes()  # heads without a number: each a household of its own
    if above is not None and (
        answer == "above" or _says_so(layout, people, marks, heads, columns)
    ):
        return Homes(above, in_one)
    index = columns.household if not in_one else next(iter(columns.heads), columns.number)
    each_alone = in_one and above is not None and _sized_apart(people, above, columns.size)
    said = Problem(
        "enrolment.members-apart" if each_alone else code, layout.table.sheet,
        apart[0].number if apart else None, column_letter(index) if index is not None else None,
        {"heading": layout.labels.get(index, "") if index is not None else "",
         "count": len(apart)},
    )
    return Homes(notice=said) if each_alone else Homes(question=said)


def _sized_apart(
    people: Sequence[Row], above: Mapping[int, int], index: int | None
) -> bool:
    """Whether every row has a size, and most of those who are no heads another than the head above
    them: each row is then a household of its own, told by one of its people."""
    if index is None or not all(_filled(row, index) for row in people):
        return False
    sizes = {row.number: _text(row.cells[index]) for row in people}
    other = sum(sizes[number] != sizes[first] for number, first in above.items())
    return 2 * other > len(above)


def _columns(layout: Layout) -> _Columns:
    def of(*fields: str) -> tuple[int, ...]:
        return tuple(
            index for index, one in layout.meanings.items()
            if one.field in fields and not one.member
        )

    return _Columns(
        next(iter(of("household")), None), next(iter(of("number")), None), of("head", "relation"),
        next(iter(of("household-size")), None), of(*_SHARED), of(*NAME_FIELDS),
    )


def _marks(people: Sequence[Row], index: int | None) -> list[bool] | None:
    """Which rows have a number, where some have and some have not."""
    if index is None:
        return None
    marks = [_filled(row, index) for row in people]
    return marks if any(marks) and not all(marks) else None


def _above(people: Sequence[Row], marks: Sequence[bool]) -> dict[int, int] | None:
    """The first row of its block for each other row; None where rows stand before any block."""
    above: dict[int, int] = {}
    first: int | None = None
    for row, mark in zip(people, marks, strict=True):
        if mark:
            first = row.number
        elif first is None:
            return None
        else:
            above[row.number] = first
    return above


def _says_so(
    layout: Layout, people: Sequence[Row], marks: Sequence[bool], heads: Mapping[int, bool | None],
    columns: _Columns,
) -> bool:
    """Whether the blocks themselves say that their rows are one household."""
    begin = [row for row, mark in zip(people, marks, strict=True) if mark]
    others = [row for row, mark in zip(people, marks, strict=True) if not mark]
    if columns.household is not None and all(heads[row.number] is False for row in others) and (
        all(heads[row.number] for row in begin)
    ):
        return True
    if columns.size is not None and _sizes_fit(people, marks, columns.size):
        return True
    if columns.household is None and _share_names(people, marks, columns.names):
        return True
    telling = [*columns.shared, *([columns.number] if columns.number is not None else [])]
    return any(
        all(_filled(row, index) for row in begin)
        and not any(_filled(row, index) for row in others)
        for index in telling if not all(marks)
        and (index != columns.number or columns.household is not None or columns.heads)
    )


def _share_names(
    people: Sequence[Row], marks: Sequence[bool], names: Sequence[int]
) -> bool:
    """Whether everybody else bears a name of the head above them which no other head bears."""
    called = [
        {word for index in names for word in folded(_text(row.cells[index])).split()
         if len(word) >= _NAME_MIN}
        for row in people
    ]
    heads = Counter(
        word for words_of, first in zip(called, marks, strict=True) if first for word in words_of
    )
    above: set[str] = set()
    for words_of, first in zip(called, marks, strict=True):
        if first:
            above = words_of
        elif not any(heads[word] == 1 for word in words_of & above):
            return False
    return True


def _sizes_fit(people: Sequence[Row], marks: Sequence[bool], index: int) -> bool:
    """Whether each block is as long as its first row says."""
    blocks: list[list[Row]] = []
    for row, mark in zip(people, marks, strict=True):
        if mark:
            blocks.append([])
        blocks[-1].append(row)
    return all(_text(block[0].cells[index]) == str(len(block)) for block in blocks)


def _says_head(layout: Layout, row: Row, columns: _Columns) -> bool | None:
    for index in columns.heads:
        text = _text(row.cells[index]) if index < len(row.cells) else ""
        if text:
            try:
                said = says_head(layout.meanings[index].field, row.cells[index])
            except UsageError:
                said = None  # told with its place when the row is read
            if said is not None:
                return said
    return None


def says_head(field_name: str, cell: Cell) -> bool | None:
    """Whether a cell under `head` or `relation` says that this person heads the household; None if
    it does not say.

    Raises:
        UsageError: under `head`, something that is neither yes nor no.
    """
    text = told(cell) if field_name == "relation" else _text(cell)
    if not text:
        return None
    if any(squashed(part) in words("head") for part in in_parts(text)):
        return True
    return False if field_name == "relation" else read_yes(cell)


def _filled(row: Row, index: int) -> bool:
    return index < len(row.cells) and bool(_text(row.cells[index]))


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return plain_digits(str(cell).strip())


def unmerged(layout: Layout) -> list[Row]:
    """The rows of people; what a household has in common and a cell merged over its rows says once
    stands in each."""
    common = [
        index for index, meaning in layout.meanings.items() if meaning.field in OF_HOUSEHOLD
    ]
    told_at: dict[int, dict[int, int]] = {}
    for (top, left), (bottom, right) in layout.table.merges:
        if left == right and left in common and bottom - top < MERGED_ROWS_MAX:
            for place in range(top + 1, bottom + 1):
                told_at.setdefault(place + 1, {})[left] = top + 1
    return _copied(layout.body, told_at)


def shared_down(layout: Layout, rows: Sequence[Row], homes: Homes) -> list[Row]:
    """The rows with what is told once of a household in each of its rows."""
    common = [index for index, one in layout.meanings.items() if one.field in OF_HOUSEHOLD]
    told_at = {
        number: dict.fromkeys(common, first) for number, first in homes.above.items()
    }
    return _copied(rows, told_at)


def _copied(rows: Sequence[Row], told_at: Mapping[int, Mapping[int, int]]) -> list[Row]:
    """The rows with blank cells filled from the row that is told for each."""
    if not told_at:
        return list(rows)
    wanted = {first for firsts in told_at.values() for first in firsts.values()}
    above = {row.number: row.cells for row in rows if row.number in wanted}
    filled = []
    for row in rows:
        cells = list(row.cells)
        for column, first in told_at.get(row.number, {}).items():
            if first in above and column < len(cells) and not _text(cells[column]):
                cells[column] = above[first][column]
        filled.append(row._replace(cells=tuple(cells)) if row.number in told_at else row)
    return filled
