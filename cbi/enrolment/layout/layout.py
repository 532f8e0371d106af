"""Where in a sheet the headings are, what they mean, and which rows below are people. Pure.

The heading row is the one whose cells mean most; two lines are read together where the second
completes the first. Rows that explain (HXL tags, examples, types, column numbers, headings once
more) and totals are passed over and told.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cbi.enrolment.headings.headings import (
    CONTAINED,
    EXACT,
    NAME_FIELDS,
    Meaning,
    is_known,
    readings,
    settle,
)
from cbi.enrolment.headings.kobo import is_silent, system_meaning
from cbi.enrolment.headings.legends import decoded
from cbi.enrolment.layout.passing import Skipped, field_of, is_heading, only_text, people_of
from cbi.enrolment.values.vocabulary import digest_of, squashed
from cbi.files import Row, Table

HEADING_ROWS_MAX = 40
_HEADING_LENGTH_MAX = 200
_UNKNOWN_ROWS_MAX, _LIKELY_MAX = 12, 4
_FIELDS_MIN = 2
_TWO_LINES_BETTER = 60
_EARLIER_ENOUGH = 0.7
_ROWS_BELOW_MAX = 500

Labels = dict[int, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet understood: headings by column index, their meanings, the rows of people.

    `parent` is the column that names the row of another sheet which a row belongs to, `keys` the
    columns by which rows of other sheets name this sheet's.
    """

    table: Table
    heading_row: int
    labels: Mapping[int, str]
    meanings: Mapping[int, Meaning]
    body: Sequence[Row]
    skipped: tuple[Skipped, ...] = ()
    score: int = 0
    parent: int | None = None
    keys: tuple[int, ...] = ()
    homes: Mapping[int, str] = field(default_factory=dict)
    """By a row's number the line above it that begins its household, as it stands."""
    codes: Mapping[int, str] = field(default_factory=dict)
    """By a row's number the household that a code of household and member names."""
    cities: Mapping[int, str] = field(default_factory=dict)
    """By a row's number the city whose line it stands under."""
    read_as: Mapping[int, str] = field(default_factory=dict)
    """Headings that are read as other words, none (empty) where a column is not the person's."""
    alone: frozenset[int] = frozenset()
    """The numbers of rows that hold one text alone, where others hold more."""

    @property
    def headings(self) -> Mapping[int, str]:
        """The headings as they are read."""
        return {index: text for index, text in {**self.labels, **self.read_as}.items() if text}

    @property
    def numbers_people(self) -> bool:
        """Whether a column holds beneficiary numbers of ours."""
        return any(one.field == "beneficiary" for one in self.meanings.values())

    @property
    def names_people(self) -> bool:
        """Whether a column holds somebody's name."""
        return any(one.field in NAME_FIELDS for one in self.meanings.values())


def find_layout(table: Table, asked: Collection[str] = frozenset()) -> Layout | None:
    """The sheet's headings and rows; None if no row looks like headings of people.

    `asked` are headings (squashed) that somebody named, whatever they mean.
    """
    found: list[Layout] = []
    for at in _likely(table, asked):
        one = _understood(table, at, _one_line(table, at), 1, asked)
        two = _two_lines(table, at, asked)
        if two and (_under_merged(table, at) or two.score > one.score + _TWO_LINES_BETTER):
            one = two
        if _fields(one) + len(_named(one.labels, asked)) >= _FIELDS_MIN:
            found.append(one)
    most = max((one.score for one in found), default=0)
    best = next((one for one in found if one.score >= _EARLIER_ENOUGH * most), None)
    return best and _with_people(best)


def _likely(table: Table, asked: Collection[str]) -> list[int]:
    """The places of the rows that may be headings, judged by the headings known word for word."""
    known = {}
    for at, row in enumerate(table.rows[:HEADING_ROWS_MAX]):
        labels = _labels_of(row)
        known[at] = len({squashed(one) for one in labels.values() if is_known(one)})
        known[at] += len(_named(labels, asked))
    best = max(known.values(), default=0)
    if best < _FIELDS_MIN:
        return list(known)[:_UNKNOWN_ROWS_MAX]
    near = [at for at, count in known.items() if 2 * count >= best]
    return sorted({at for one in near[:_LIKELY_MAX] for at in (one - 1, one) if at >= 0})


def _named(labels: Mapping[int, str], asked: Collection[str]) -> list[int]:
    if not asked:
        return []
    return [
        index for index, label in labels.items()
        if squashed(label) in asked or digest_of(label) in asked
    ]


def with_meanings(layout: Layout, meanings: Mapping[int, Meaning]) -> Layout:
    """The same sheet with its columns meaning something else."""
    return replace(layout, meanings=dict(meanings))


def bare_layout(table: Table) -> Layout:
    """A sheet whose first row is taken for headings, whatever they mean."""
    return _with_people(_understood(table, 0, _labels_of(table.rows[0]), 1))


def _with_people(layout: Layout) -> Layout:
    """The same with its rows of people, once it is known to be the right one."""
    body, skipped, homes = people_of(layout.body, layout.labels)
    passed = {one.row for one in skipped}
    lines = [text for row in layout.body if row.number in passed and (text := only_text(row))]
    body = decoded(body, layout.labels, lines)
    return replace(layout, body=body, skipped=skipped, homes=homes)


def _understood(
    table: Table, at: int, labels: Labels, lines: int, asked: Collection[str] = frozenset()
) -> Layout:
    matched: dict[int, tuple[str, Meaning]] = {}
    seen: set[str] = set()
    for index, offered in readings_in(labels).items():
        label = labels[index]
        if offered and squashed(label) not in seen:
            matched[index] = (label, offered[0])
            seen.add(squashed(label))
    meanings_found = settle(matched)
    score = sum(
        one.score if one.score > CONTAINED else one.score // 2 for one in meanings_found.values()
    )
    score += sum(EXACT for index in _named(labels, asked) if index not in meanings_found)
    rows = table.rows[at + lines :]
    return Layout(table, table.rows[at].number, labels, meanings_found, rows, score=score)


def readings_in(labels: Mapping[int, str]) -> dict[int, tuple[Meaning, ...]]:
    """What each column's heading can mean, seen with the others; a survey tool's own columns that
    say nothing of people are left out, and so are the choices of a question of choices."""
    known = {label.strip() for label in labels.values()}
    whole = {label.rpartition("/")[0].strip() for label in known if "/" in label}
    found: dict[int, tuple[Meaning, ...]] = {}
    for index, label in labels.items():
        own = system_meaning(label, known)
        if own is not None:
            if not is_silent(own):
                found[index] = (own,)
            continue
        question, slash, _ = label.rpartition("/")
        if slash and question.strip() in known:
            continue  # one choice of a select_multiple, beside its question
        unsaid = label.strip() in whole or len(label) > _HEADING_LENGTH_MAX
        found[index] = () if unsaid else readings(label)
    return found


def _fields(layout: Layout) -> int:
    return len({one.field for one in layout.meanings.values()})


def _labels_of(row: Row) -> Labels:
    return {
        index: cell.strip() for index, cell in enumerate(row.cells)
        if isinstance(cell, str) and cell.strip()
    }


def _one_line(table: Table, at: int) -> Labels:
    """A row's headings; one that is merged over several columns is the heading of each."""
    labels = _labels_of(table.rows[at])
    if len(labels) > 1:
        for index, text in _spans(table, at).items():
            if text.strip():
                labels.setdefault(index, text.strip())
    return labels


def _two_lines(table: Table, at: int, asked: Collection[str]) -> Layout | None:
    """The row and the next one as a heading of two lines: groups above, questions below."""
    if at + 1 >= len(table.rows) or table.rows[at + 1].number != table.rows[at].number + 1:
        return None
    above, below = _labels_of(table.rows[at]), _labels_of(table.rows[at + 1])
    width = len(table.rows[at].cells)
    words_only = len(below) == sum(cell is not None for cell in table.rows[at + 1].cells)
    if len(above) < _FIELDS_MIN or not words_only:
        return None  # a title over everything is no group of columns
    if not _is_second_line(table, at, above, below):
        return None
    filled = _filled(table, at, above, below, width)
    labels = {}
    for index in sorted(filled.keys() | below.keys()):
        first, second = filled.get(index, ""), below.get(index, "")
        labels[index] = f"{first} / {second}" if first and second else first or second
    return _understood(table, at, labels, 2, asked)


def _is_second_line(table: Table, at: int, above: Labels, below: Labels) -> bool:
    """Whether the row under headings completes them: it stands under merged cells or gaps, or says
    the same in another language, and its words are headings that no row below repeats."""
    for index, label in below.items():
        again = [
            row for row in table.rows[at + 2 : at + 2 + _ROWS_BELOW_MAX]
            if index < len(row.cells) and row.cells[index] == label and _labels_of(row) != below
        ]
        if again:
            return False
    known = [index for index, label in below.items() if is_heading(label)]
    spans = _spans(table, at)
    under = {index for index in below if index in spans or index not in above}
    joined = [
        index for index in under if is_known(f"{spans.get(index, '')} {below[index]}".strip())
    ]
    if len(under) == len(below):
        return _under_merged(table, at) or 2 * len({*known, *joined}) >= len(below)
    repeated = len({squashed(label) for label in above.values()}) < len(above)
    known_above = sum(map(is_heading, above.values()))
    if (under or repeated) and len(known) > known_above and 10 * len(known) >= 6 * len(below):
        return True
    both = [index for index in below if index in above]
    same = [index for index in both if field_of(above[index]) == field_of(below[index]) != ""]
    return len(same) >= _FIELDS_MIN and 10 * len(same) >= 6 * len(both)


def _under_merged(table: Table, at: int) -> bool:
    """Whether the next row holds nothing but words under cells that are merged over several columns
    beside known headings: it is the headings' second line, whatever it says."""
    above, below = _labels_of(table.rows[at]), _labels_of(table.rows[at + 1])
    spans = _spans(table, at)
    filled = [index for index, cell in enumerate(table.rows[at + 1].cells) if cell is not None]
    beside = sum(is_known(label) for index, label in above.items() if index not in spans)
    return beside >= _FIELDS_MIN and len(below) >= _FIELDS_MIN and all(
        index in spans and index in below for index in filled
    )


def _spans(table: Table, at: int) -> dict[int, str]:
    """The columns under cells that are merged over several, with those cells' text."""
    number = table.rows[at].number - 1
    cells = table.rows[at].cells
    return {
        index: str(cells[left] or "") for (top, left), (bottom, right) in table.merges
        if top <= number <= bottom and right > left for index in range(left, right + 1)
        if left < len(cells)
    }


def _filled(table: Table, at: int, above: Labels, below: Labels, width: int) -> Labels:
    """The upper line with its merged cells filled; without merges, gaps over a lower heading."""
    number = table.rows[at].number - 1
    filled = dict(above)
    merges = [merge for merge in table.merges if merge[0][0] <= number <= merge[1][0]]
    for (_, left), (_, right) in merges:
        if left in above:
            filled.update(dict.fromkeys(range(left, right + 1), above[left]))
    if not merges:
        last = ""
        for index in range(width):
            last = above.get(index, last)
            if index not in above and last and index in below:
                filled[index] = last
    return filled
