"""A whole list read: people who can be enrolled, and units that go back with their reasons. Pure.

People get their labels here: a submission's own id or the row's content as `source_ref`, so that
the same row enrols once however often it comes; the list's household number as `household_ref`,
under the name of the list that it belongs to.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cbi.base.errors import CbiError
from cbi.base.logs import Log
from cbi.enrolment.columns.mapping import Mapped
from cbi.enrolment.columns.orders import dates_of, phones_of
from cbi.enrolment.columns.whose_list import sex_of_all
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.layout.shapes import Draft, Told, Unit, units
from cbi.enrolment.layout.standing import left_out
from cbi.enrolment.lists.odds import at_odds
from cbi.enrolment.lists.sections import city_of_sheet, told_above
from cbi.enrolment.rows.reading import Context
from cbi.enrolment.rows.rows import Read, read_draft
from cbi.enrolment.values.cities import addressed_once
from cbi.files import Problem
from cbi.people.records.packing import PackedPeople, packed, renamed, unpacked
from cbi.people.records.record import NewPerson

logger = Log(__name__)

TELL_EVERY_UNITS = 200


@dataclass(slots=True)
class ReadyPerson:
    """Somebody who can be enrolled: as read, and where; `household` is the list's own label. Who
    has a `number` was enrolled before, and the list names them by it; `serial` is the label by the
    server's own number, by which an edited submission is known that has another name since."""

    packed: bytes
    sheet: str | None
    row: int
    household: str
    head: bool | None
    source: str
    content: str
    unit: Unit
    repeats_row: int | None = None
    number: str = ""
    serial: str = ""
    size: int = 1

    @property
    def person(self) -> NewPerson:
        """Who it is, made anew each time: a long list is held packed."""
        return unpacked(self.packed)

    @property
    def cells(self) -> tuple[object, ...]:
        """What the list says, cell by cell."""
        return tuple(row.cells for _, row in self.unit.rows)


@dataclass(slots=True)
class Taken:
    """A list as read. `rejected` are the units that go back; `list_ref` the list they name."""

    candidates: list[ReadyPerson] = field(default_factory=list)
    rejected: list[tuple[Unit, list[Problem]]] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    questions: list[Problem] = field(default_factory=list)
    unit_count: int = 0
    refused: list[Unit] = field(default_factory=list)
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
    mapped: Mapped, context: Context, *, check: Callable[[NewPerson], CbiError | None],
    progress: Callable[[int], None] | None = None,
) -> Taken:
    """Read every unit of a list; nobody is looked up and nothing is written. `check` says why a
    person could not be enrolled; `progress` hears how many hundredths of the rows are read.
    """
    layouts = mapped.layouts
    row_count = max(sum(len(one.body) for one in layouts if one.parent is None), 1)
    taken = Taken()
    dates = dates_of(layouts, mapped.answers, context.today)
    phones = phones_of(mapped, context.country.phone_region)
    context = replace(
        context, orders=dates.orders, headings=_headings(layouts), second_region=phones.region
    )
    taken.notices += [*dates.notices, *phones.notices]
    constants = _of_everybody(taken, mapped, context)
    found = units(layouts, constants, mapped.answers.get("members", ""))
    taken.questions += [*dates.questions, *phones.questions, *found.questions]
    taken.notices += found.notices
    gone = left_out(layouts)
    for unit in found:
        if gone and unit.drafts and not _those_who_stay(unit, gone):
            continue
        if unit.refused:
            taken.refused.append(unit)
            continue
        taken.unit_count += 1
        _take_unit(taken, unit, layouts, context, check)
        if progress and taken.unit_count % TELL_EVERY_UNITS == 0:
            progress(100 * taken.unit_count // row_count)
    _mark_repeated(taken)
    _name_heads(taken)
    taken.notices = addressed_once(taken.notices)
    logger.info("%s units read, %s of them rejected", taken.unit_count, len(taken.rejected))
    return taken


def _those_who_stay(unit: Unit, gone: Collection[tuple[str | None, int]]) -> list[Draft]:
    """The people of a unit without those who are gone; with a submission's row go its repeats."""
    first = unit.drafts[0] if unit.drafts else None
    unit.drafts = [
        one for one in unit.drafts if (one.sheet, one.row) not in gone
        and not (first and one.sheet != first.sheet and (first.sheet, first.row) in gone)
    ]
    return unit.drafts


def _take_unit(
    taken: Taken, unit: Unit, layouts: Sequence[Layout], context: Context,
    check: Callable[[NewPerson], CbiError | None],
) -> None:
    reads = [read_draft(draft, context) for draft in unit.drafts]
    problems = _each_once([
        *_flat(read.problems for read in reads), *_refusals(unit, reads, check),
    ])
    if unit.lost:
        sheet, row = unit.rows[0]
        problems.append(Problem(
            "enrolment.parent-missing", layouts[sheet].table.sheet, row.number
        ))
    if problems:
        taken.rejected.append((unit, problems))
    else:
        taken.notices += _flat(read.notices for read in reads)
        _accept(taken, unit, reads)
    taken.list_ref = taken.list_ref or _list_named(unit)
    named = any(draft.source for draft in unit.drafts)
    for draft in unit.drafts:
        draft.forget()
    if not named:
        unit.drafts = []  # nobody asks again which submission they are


def with_households(taken: Taken, list_ref: str) -> PackedPeople:
    """The people to enrol, each once, their households named under their list; nobody whom the list
    names by number."""
    return PackedPeople(
        renamed(
            one.packed, one.source, tuple(filter(None, (one.content, one.serial))),
            _household_ref(one.household, list_ref), head=bool(one.head),
        )
        for one in taken.candidates if one.repeats_row is None and not one.number
    )


def _accept(taken: Taken, unit: Unit, reads: Sequence[Read]) -> None:
    together = ""
    if unit.together and (unit.drafts[0].source or not reads[0].household):
        together = _together(unit, reads)
    for draft, read in zip(unit.drafts, reads, strict=True):
        if read.person is None:
            continue
        content = f"row:{read.identity}"
        source = f"person:{read.number}" if read.number else draft.source or content
        taken.candidates.append(ReadyPerson(
            packed(read.person), draft.sheet, draft.row, together or read.household, read.head,
            source, content, unit, number=read.number,
            serial=_serial_of(unit, draft) if draft.source else "",
            size=read.person.household_size,
        ))


def _serial_of(unit: Unit, draft: Draft) -> str:
    """The person's label by the server's number: the same place in the submission as by name."""
    _, slash, place = draft.source.partition("/")
    return unit.serial and f"{unit.serial}{slash}{place}"


def _refusals(
    unit: Unit, reads: Sequence[Read], check: Callable[[NewPerson], CbiError | None]
) -> list[Problem]:
    """What enrolling would refuse is a row's problem here, not the whole list's."""
    return [
        Problem.of(error, sheet=draft.sheet, row=draft.row, column=None)
        for draft, read in zip(unit.drafts, reads, strict=True)
        if read.person and not read.number and (error := check(read.person)) is not None
    ]


def _together(unit: Unit, reads: Sequence[Read]) -> str:
    """A label of a household that stands in one unit: its submission's, else its content's."""
    source = unit.serial or unit.drafts[0].source.partition("/")[0]
    if source:
        return f"={source}"
    identities = "".join(read.identity for read in reads)
    return f"=unit:{hashlib.sha256(identities.encode()).hexdigest()[:32]}"


def _of_everybody(taken: Taken, mapped: Mapped, context: Context) -> list[list[Told]]:
    """What is told of everybody on each sheet: by whoever brought the list, a form above the table,
    a title, the sheet's name; all but the first is noted."""
    everybody = []
    for layout in mapped.layouts:
        told, notices = told_above(layout, mapped.constants)
        known = [*mapped.constants, *told]
        more = [city_of_sheet(layout, known, context.cities, context.today.isoformat())]
        if "sex" not in mapped.without:
            more.append(sex_of_all(layout))
        everybody.append([*known, *(one for told, _ in more for one in told)])
        taken.notices += [*notices, *(one for _, said in more for one in said)]
    return everybody


def _household_ref(label: str, list_ref: str) -> str:
    if not label:
        return ""
    return label[1:] if label.startswith("=") else f"list:{list_ref}:{label}"


def _mark_repeated(taken: Taken) -> None:
    """A row equal to an earlier one in every cell is nobody new, nor is a submission that comes
    twice; two people who only look alike are told, and stay two."""
    first: dict[str, ReadyPerson] = {}
    more: dict[str, list[ReadyPerson]] = {}
    for one in taken.candidates:
        earliest = first.setdefault(one.source, one)
        if earliest is one:
            continue
        alike = more.setdefault(one.source, [earliest])
        same = next((
            earlier for earlier in alike
            if earlier.cells == one.cells or not one.source.startswith("row:")
        ), None)
        if same is not None:
            one.repeats_row = same.row
            taken.notices.append(Problem(
                "enrolment.row-repeated", one.sheet, one.row, facts={"first": same.row}
            ))
            continue
        taken.notices.append(Problem(
            "enrolment.row-namesake", one.sheet, one.row, facts={"first": earliest.row}
        ))
        alike.append(one)
        one.source = one.content = f"{one.source}#{len(alike)}"


def _name_heads(taken: Taken) -> None:
    """Every household gets one head: who the list says, else its first person who is not said to be
    none. A household whose list names no head goes back, unless it continues an earlier list or is
    somebody alone, of whose household nobody else is listed: they stand for it."""
    households: dict[str, list[ReadyPerson]] = {}
    for one in taken.candidates:
        if one.repeats_row is None:
            households.setdefault(one.household or f"alone {id(one)}", []).append(one)
    taken.notices += at_odds([*households.values()])
    headless: dict[int, ReadyPerson] = {}
    for members in households.values():
        head = next((one for one in members if one.head), None)
        head = head or next((one for one in members if one.head is None), None)
        if head is None and not taken.list_ref and members[0].household:
            for one in members:
                headless.setdefault(id(one.unit), one)
        for one in members:
            one.head = one is (head or members[0])
    if headless:
        _send_back(taken, headless)


def _send_back(taken: Taken, headless: Mapping[int, ReadyPerson]) -> None:
    """Give households without a head back whole: by unit, the first of its people."""
    taken.candidates = [one for one in taken.candidates if id(one.unit) not in headless]
    taken.rejected += [
        (one.unit, [Problem("enrolment.household-headless", one.sheet, one.row)])
        for one in headless.values()
    ]


def _list_named(unit: Unit) -> str:
    """The list that a row sent back says it came from."""
    told: Draft | None = unit.drafts[0] if unit.drafts else None
    found = told.first("list") if told else None
    text = str(found.cell).strip() if found else ""
    return text if text.isalnum() and len(text) <= 64 else ""


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
