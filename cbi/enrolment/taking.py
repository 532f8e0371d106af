"""A whole list read: people who can be enrolled, and units that go back with their reasons. Pure.

People get their labels here: a submission's own id or the row's content as `source_ref`, so that
the same row enrols once however often it comes; the list's household number as `household_ref`,
under the name of the list that it belongs to.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from cbi.base.errors import CbiError
from cbi.base.logs import Log
from cbi.enrolment.births import DateOrder, order_of
from cbi.enrolment.layout import Layout
from cbi.enrolment.rows import Context, Read, read_draft
from cbi.enrolment.shapes import Draft, Told, Unit, units
from cbi.files import Problem
from cbi.people.records.record import NewPerson

logger = Log(__name__)

TELL_EVERY_UNITS = 200


@dataclass(slots=True)
class Candidate:
    """Somebody who can be enrolled: as read, and where; `household` is the list's own label."""

    person: NewPerson
    sheet: str | None
    row: int
    household: str
    head: bool | None
    source: str
    content: str
    repeats_row: int | None = None


@dataclass(slots=True)
class Taken:
    """A list as read. `rejected` are the units that go back; `list_ref` the list they name."""

    candidates: list[Candidate] = field(default_factory=list)
    rejected: list[tuple[Unit, list[Problem]]] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    unit_count: int = 0
    list_ref: str = ""

    @property
    def problems(self) -> list[Problem]:
        """Every problem, in the order of the list."""
        return [problem for _, problems in self.rejected for problem in problems]

    @property
    def sources(self) -> list[str]:
        """What names the rows, those that go back among them where a submission names them."""
        back = [draft.source for unit, _ in self.rejected for draft in unit.drafts if draft.source]
        return [*(one.source for one in self.candidates), *back]

    def forget_corrected(self, known: Collection[str]) -> int:
        """Pass over submissions that would go back but were corrected and enrolled before; how many
        people they are."""
        corrected = [
            unit for unit, _ in self.rejected
            if unit.drafts and all(draft.source in known for draft in unit.drafts)
        ]
        passed = set(map(id, corrected))
        self.rejected = [one for one in self.rejected if id(one[0]) not in passed]
        return sum(len(unit.drafts) for unit in corrected)


def take(
    layouts: Sequence[Layout], constants: Sequence[Told], context: Context, *,
    check: Callable[[NewPerson], CbiError | None], progress: Callable[[int], None] | None = None,
) -> Taken:
    """Read every unit of a list; nobody is looked up and nothing is written. `check` says why a
    person could not be enrolled; `progress` hears how many hundredths of the rows are read.
    """
    row_count = max(len(layouts[0].body), 1)
    context = replace(context, orders=_orders(layouts), headings=_headings(layouts))
    taken = Taken()
    for unit in units(layouts, constants):
        taken.unit_count += 1
        reads = [read_draft(draft, context) for draft in unit.drafts]
        problems = _each_once([
            *_flat(read.problems for read in reads), *_refusals(unit, reads, check),
        ])
        if problems:
            taken.rejected.append((unit, problems))
        else:
            taken.notices += _flat(read.notices for read in reads)
            _accept(taken, unit, reads)
        taken.list_ref = taken.list_ref or _list_named(unit)
        if progress and taken.unit_count % TELL_EVERY_UNITS == 0:
            progress(100 * taken.unit_count // row_count)
    _mark_repeated(taken)
    _name_heads(taken)
    logger.info("%s units read, %s of them rejected", taken.unit_count, len(taken.rejected))
    return taken


def with_households(taken: Taken, list_ref: str) -> list[NewPerson]:
    """The people to enrol, each once, their households named under their list."""
    return [
        replace(
            one.person, source_ref=one.source, content_ref=one.content, head=bool(one.head),
            household_ref=_household_ref(one.household, list_ref),
        )
        for one in taken.candidates if one.repeats_row is None
    ]


def _accept(taken: Taken, unit: Unit, reads: Sequence[Read]) -> None:
    together = ""
    if unit.together and (unit.drafts[0].source or not reads[0].household):
        together = _together(unit, reads)
    for draft, read in zip(unit.drafts, reads, strict=True):
        if read.person is None:
            continue
        taken.candidates.append(Candidate(
            read.person, draft.sheet, draft.row, together or read.household, read.head,
            draft.source or f"row:{read.identity}", f"row:{read.identity}",
        ))


def _refusals(
    unit: Unit, reads: Sequence[Read], check: Callable[[NewPerson], CbiError | None]
) -> list[Problem]:
    """What enrolling would refuse is a row's problem here, not the whole list's."""
    return [
        Problem.of(error, sheet=draft.sheet, row=draft.row, column=None)
        for draft, read in zip(unit.drafts, reads, strict=True)
        if read.person and (error := check(read.person)) is not None
    ]


def _together(unit: Unit, reads: Sequence[Read]) -> str:
    """A label of a household that stands in one unit: its submission's, else its content's."""
    source = unit.drafts[0].source.partition("/")[0]
    if source:
        return f"={source}"
    identities = "".join(read.identity for read in reads)
    return f"=unit:{hashlib.sha256(identities.encode()).hexdigest()[:32]}"


def _household_ref(label: str, list_ref: str) -> str:
    if not label:
        return ""
    return label[1:] if label.startswith("=") else f"list:{list_ref}:{label}"


def _mark_repeated(taken: Taken) -> None:
    """A row that says again what an earlier one said is nobody new."""
    first: dict[str, Candidate] = {}
    for one in taken.candidates:
        earlier = first.setdefault(one.source, one)
        if earlier is not one:
            one.repeats_row = earlier.row
            taken.notices.append(Problem(
                "enrolment.row-repeated", one.sheet, one.row, facts={"first": earlier.row}
            ))


def _name_heads(taken: Taken) -> None:
    """Every household gets one head: who the list says, else its first person."""
    households: dict[str, list[Candidate]] = {}
    for one in taken.candidates:
        if one.repeats_row is not None:
            continue
        if one.household:
            households.setdefault(one.household, []).append(one)
        else:
            one.head = True
    for members in households.values():
        head = next((one for one in members if one.head), members[0])
        for one in members:
            one.head = one is head


def _list_named(unit: Unit) -> str:
    """The list that a row sent back says it came from."""
    told: Draft | None = unit.drafts[0] if unit.drafts else None
    found = told.first("list") if told else None
    text = str(found.cell).strip() if found else ""
    return text if text.isalnum() and len(text) <= 64 else ""


def _orders(layouts: Sequence[Layout]) -> dict[tuple[str | None, int], DateOrder]:
    return {
        (layout.table.sheet, index): order_of(
            row.cells[index] for row in layout.body if index < len(row.cells)
        )
        for layout in layouts
        for index, meaning in layout.meanings.items()
        if meaning.field in ("birth", "consent-date")
    }


def _headings(layouts: Sequence[Layout]) -> dict[tuple[str | None, int], str]:
    return {
        (layout.table.sheet, index): label
        for layout in layouts for index, label in layout.labels.items()
    }


def _each_once(problems: Sequence[Problem]) -> list[Problem]:
    """Without those that several members share, because they were told once of the household."""
    seen: dict[tuple[object, ...], Problem] = {}
    for one in problems:
        seen.setdefault((one.code, one.sheet, one.row, one.column), one)
    return list(seen.values())


def _flat(listed: Iterable[Iterable[Problem]]) -> list[Problem]:
    return [problem for problems in listed for problem in problems]
