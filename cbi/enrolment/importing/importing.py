"""Importing a list of people: look first, then take in what is good and give back what is not.

`preview` reads the whole list and writes nothing. `carry_out` writes the rejected rows to their
file, enrols all others a slice at a time, and notes the run; a kill in between leaves nobody half
enrolled, and the same list again finds who is known and enrols who is left.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cbi.base.clock import date_at
from cbi.base.collecting import uncollected
from cbi.base.errors import UsageError
from cbi.enrolment.columns.contents import Fits
from cbi.enrolment.columns.mapping import (
    Mapped,
    Proposal,
    headings_asked,
    propose,
    shape_of,
    to_keep,
    without_rows,
)
from cbi.enrolment.importing.doubles import Alike, Double, doubles_before, doubles_within, foreseen
from cbi.enrolment.importing.fates import Fate, fates_of
from cbi.enrolment.importing.languages import languages_of, told_of
from cbi.enrolment.importing.numbered import named_by_number
from cbi.enrolment.importing.rejecting import Rejected, write_rejected
from cbi.enrolment.importing.remembering import (
    LIST_REF_LENGTH,
    checked_name,
    earlier_run,
    keep,
    keep_fates,
    kept_mappings,
    list_of,
    recall,
)
from cbi.enrolment.layout.layout import Layout
from cbi.enrolment.lists.sheets import layouts_of, no_names
from cbi.enrolment.lists.taking import ReadyPerson, Taken, take, with_households
from cbi.enrolment.lists.understanding import rows_understood
from cbi.enrolment.rows.reading import Context
from cbi.files import Problem
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.bulk import bulk
from cbi.people.persons import enrol, erased_sources, known_sources
from cbi.people.records.checking import city_codes, problem_of, today_in
from cbi.people.records.languages import Spoken
from cbi.people.records.record import NewPerson
from cbi.places.places import cities
from cbi.places.profile import profile_of
from cbi.places.reading import CityReader
from cbi.programmes.programmes import programmes
from cbi.storage.transactions import ReadTransaction, WriteTransaction

FIRST_ROWS = 5
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What a list would do. Counts are of people but for `row_count` and `rejected_count`: rows (or
    submissions with their repeats) that say anything, and those of them that go back.

    `languages` counts the languages of the new people's vouchers, by the programmes for which they
    are these. `alike` are rows that are likely one person with another, of a list that is not too
    long for it; `people` are all who would be enrolled, known ones among them, `silent_count` those
    of them whose consent is not told; `seen_at` is when
    this very file was imported before; `mapping_name` under which its mapping is or will be kept.
    """

    path: Path
    digest: str
    sheet: str
    proposals: tuple[Proposal, ...]
    mapping_name: str | None
    row_count: int
    rejected_count: int
    new_count: int
    known_count: int
    repeated_count: int
    skipped: Mapping[str, int]
    problems: tuple[Problem, ...]
    notices: tuple[Problem, ...]
    doubles: tuple[Double, ...]
    alike: tuple[Alike, ...]
    first: tuple[NewPerson, ...]
    people: Sequence[NewPerson]
    silent_count: int
    seen_at: int | None
    list_ref: str
    mapped: Mapped
    rejected: Rejected
    languages: Mapping[str, tuple[Spoken, ...]]
    questions: tuple[Problem, ...] = ()
    fates: tuple[Fate, ...] = ()
    changed: tuple[tuple[str, NewPerson], ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What was done: beneficiary numbers of those newly enrolled, and how many were known or went
    back; `rejected_path` is None where nothing did. `doubtful_count` are pairs put to the review
    queue, because two numbers may be one person; `blocking_count` those found that are certain or
    likely: nobody of them gets a voucher until it is decided.
    """

    numbers: tuple[str, ...]
    enrolled_count: int
    known_count: int
    rejected_count: int
    rejected_path: Path | None
    list_hash: str
    doubtful_count: int = 0
    blocking_count: int = 0


@uncollected()
def preview(
    session: OperatorSession, path: Path, *, sheet: str | None = None,
    mapping: Mapping[str, str] | None = None, mapping_name: str | None = None,
    erased_too: bool = False, progress: Progress | None = None,
) -> ImportPreview:
    """Read a list and say what it would do. `mapping` corrects what columns mean, by field; rows of
    people who were erased since are left out unless they are asked for (`erased_too`).

    `progress` hears how many hundredths of the list are read.

    Raises:
        BadFile: the file cannot be used, or no row of it looks like the headings of people.
        UsageError: no such field.
    """
    session.require("people.enrol")
    asked = mapping or {}
    with session.ledger.read() as tx:
        known = headings_asked(asked, kept_mappings(tx))
        context = _context(tx, session)
    fits = Fits(context.country, context.cities)
    layouts, left_out = layouts_of(path, sheet, known, fits)
    with session.ledger.read() as tx:
        mapped, kept_as = _mapped(tx, layouts, fits, asked, mapping_name)
        codes, day = city_codes(tx), today_in(tx, session.clock())
    if not any(layout.names_people or layout.numbers_people for layout in mapped.layouts):
        raise no_names(mapped.layouts[0].table, mapped.layouts)
    mapped, told = rows_understood(mapped, context.cities)
    taken = take(
        mapped, context, check=lambda person: problem_of(person, codes, day), progress=progress,
    )
    taken.notices[:0] = [*told, *left_out]
    _know_edited(session, taken)
    if not erased_too:
        _leave_erased_out(session, taken)
    return _preview(session, path, without_rows(mapped), taken, mapping_name or kept_as)


@uncollected()
def carry_out(
    session: OperatorSession, shown: ImportPreview, *, rejected_path: Path | None = None,
    language: str = "en", progress: Progress | None = None, search_progress: Progress | None = None,
) -> ImportResult:
    """Take the list in as it was shown, look for whom it brought twice, and note the run.

    A list whose run was not noted was killed on its way: taken in again, it enrols nobody twice,
    and everybody in it is looked for as if they were new.

    Rejected rows go to `rejected_path`, if there are any. `progress` hears how many people are
    sealed, `search_progress` how many of the ledger's search keys are looked at.

    Raises:
        BadFile: the rejected rows cannot be written; then nobody is enrolled.
        Unusable: the vault or keyring cannot be used.
    """
    session.require("people.enrol")
    if shown.questions:
        raise UsageError("enrolment.unanswered", count=len(shown.questions))
    written = rejected_path if shown.rejected else None
    if written is not None:
        write_rejected(
            written, shown.mapped.layouts, shown.rejected, list_ref=shown.list_ref,
            language=language,
        )
    by_source, numbers = _enrolled(session, shown, progress)
    everybody = tuple(
        number for label, number in by_source.items() if label not in shown.named
    )
    known_count = len(by_source) - len(numbers)
    searched = numbers if shown.seen_at is not None else everybody
    found = bulk(session, searched, progress=search_progress) if searched else None
    if by_source or shown.mapping_name:
        _note(session, shown, len(numbers), by_source)
    return ImportResult(
        numbers, len(numbers), known_count, shown.rejected_count, written, shown.digest,
        found.new if found else 0,
        sum(pair.strength != "possible" for pair in found.pairs) if found else 0,
    )


def _enrolled(
    session: OperatorSession, shown: ImportPreview, progress: Progress | None
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Enrol who is new: the numbers of everybody in the list by their rows' labels, and of the new.
    """
    labels = [person.source_ref for person in shown.people]
    if not shown.new_count:
        return known_sources(session, labels) | dict(shown.named), ()
    enrolled = enrol(session, shown.people, list_hash=shown.digest, progress=progress)
    new = (
        number for place, number in enumerate(enrolled.numbers) if place not in enrolled.known
    )
    by_label = dict(zip(labels, enrolled.numbers, strict=True))
    return by_label | dict(shown.named), tuple(new)


def _mapped(
    tx: ReadTransaction, layouts: Sequence[Layout], fits: Fits, asked: Mapping[str, str],
    name: str | None,
) -> tuple[Mapped, str | None]:
    """The columns' meanings: as asked, as remembered, by heading and cells; and the name under
    which they were remembered."""
    kept = recall(tx, shape_of(layouts), name)
    mapped = propose(layouts, fits, kept=kept.mapping if kept else "", asked=asked)
    return mapped, kept.name if kept else None


def _context(tx: ReadTransaction, session: OperatorSession) -> Context:
    country = profile_of(tx)
    zone = tx.value("SELECT zone FROM programme ORDER BY code LIMIT 1") or country.zone
    operators = frozenset(name for (name,) in tx.tuples("SELECT name FROM operator"))
    today = date.fromisoformat(date_at(session.clock(), str(zone)))
    return Context(CityReader(cities(tx)), operators, today, country)


def _preview(
    session: OperatorSession, path: Path, mapped: Mapped, taken: Taken, mapping_name: str | None
) -> ImportPreview:
    main = mapped.layouts[0]
    named = named_by_number(session, taken)
    numbers = known_sources(session, taken.sources) | named
    corrected_count = taken.forget_corrected(numbers)
    alike = foreseen(session, taken.candidates, numbers)
    with session.ledger.read() as tx:
        earlier = earlier_run(tx, main.table.digest)
        list_ref = taken.list_ref or list_of(tx, list(numbers.values()))
        owners = programmes(tx)
    list_ref = list_ref or main.table.digest[:LIST_REF_LENGTH]
    people = with_households(taken, list_ref)
    fresh = [one for one in taken.candidates if one.source not in numbers]
    repeated_count = sum(one.repeats_row is not None for one in taken.candidates)
    new = _new_of(people, numbers)
    known_count = len(people) - new.count + len(named)
    return ImportPreview(
        path=path, digest=main.table.digest, sheet=main.table.sheet or "",
        proposals=mapped.proposals, mapping_name=mapping_name, row_count=taken.unit_count,
        rejected_count=len(taken.rejected), new_count=new.count,
        known_count=known_count + corrected_count,
        repeated_count=repeated_count,
        skipped=Counter({
            **Counter(one.why for layout in mapped.layouts for one in layout.skipped),
            **({"refused": len(taken.refused)} if taken.refused else {}),
        }),
        problems=tuple(taken.problems),
        notices=(*main.table.warnings, *mapped.notices, *taken.notices),
        doubles=_doubles(session, fresh, alike), alike=alike, people=people,
        silent_count=new.silent, first=tuple(new.first),
        seen_at=earlier.imported_at if earlier else None, list_ref=list_ref, mapped=mapped,
        rejected=tuple(taken.rejected), languages=languages_of(owners, new.told),
        questions=(*mapped.questions, *taken.questions),
        fates=fates_of(taken, mapped.layouts, numbers),
        changed=_changed(session, taken, numbers), named=named,
    )


@dataclass(slots=True)
class _New:
    """Who of a list is new: how many, the first few, and by what is told of their languages;
    `silent` of all, whose consent is not told."""

    count: int = 0
    silent: int = 0
    first: list[NewPerson] = field(default_factory=list)
    told: Counter[tuple[str, str]] = field(default_factory=Counter)


def _new_of(people: Sequence[NewPerson], numbers: Mapping[str, str]) -> _New:
    new = _New()
    for person in people:
        new.silent += person.consent is None
        if person.source_ref in numbers:
            continue
        new.count += 1
        new.told[told_of(person)] += 1
        if len(new.first) < FIRST_ROWS:
            new.first.append(person)
    return new


def _changed(
    session: OperatorSession, taken: Taken, numbers: Mapping[str, str]
) -> tuple[tuple[str, NewPerson], ...]:
    """Submissions that are known and say something else than what was enrolled, by number."""
    told = [
        one for one in taken.candidates
        if one.source in numbers and one.source != one.content and one.repeats_row is None
    ]
    same = known_sources(session, [one.content for one in told])
    return tuple(
        (numbers[one.source], one.person) for one in told
        if same.get(one.content) != numbers[one.source]
    )


def _know_edited(session: OperatorSession, taken: Taken) -> None:
    """Find submissions again that were edited since and whose export does not tell the name they
    began with: by their server's number."""
    told = [one for one in taken.candidates if one.serial]
    labels = [label for one in told for label in (one.source, one.serial)]
    held = known_sources(session, labels).keys() | erased_sources(session, labels).keys()
    for one in told:
        if one.source not in held and one.serial in held:
            one.source = one.serial


def _leave_erased_out(session: OperatorSession, taken: Taken) -> None:
    """Pass over rows whose people were erased and not enrolled anew since, each with a notice."""
    labels = [label for one in taken.candidates for label in (one.source, one.content)]
    days, known = erased_sources(session, labels), known_sources(session, labels)
    gone = [
        one for one in taken.candidates
        if one.source not in known and (
            one.source in days or (one.content in days and one.content not in known)
        )
    ]
    taken.notices += [
        Problem("enrolment.row-erased", one.sheet, one.row,
                facts={"date": days.get(one.source) or days[one.content]})
        for one in gone
    ]
    left = set(map(id, gone))
    taken.candidates = [one for one in taken.candidates if id(one) not in left]


def _doubles(
    session: OperatorSession, fresh: Sequence[ReadyPerson], alike: Sequence[Alike]
) -> tuple[Double, ...]:
    """Exact doubles, without those that are told as likely one person."""
    told = {(one.sheet, one.row, one.other_row, one.other_number) for one in alike}
    found = (*doubles_within(fresh), *doubles_before(session, fresh))
    return tuple(
        one for one in found if (one.sheet, one.row, one.other_row, one.other_number) not in told
    )


def _note(
    session: OperatorSession, shown: ImportPreview, enrolled_count: int, numbers: Mapping[str, str]
) -> None:
    """Note the run, once for each file that brought nobody new, and, if it has a name, what the
    columns meant."""
    now, mapping, run = session.clock(), to_keep(shown.mapped), session.new_id()
    known_count = len(numbers) - enrolled_count
    is_a_run = bool(enrolled_count or (shown.seen_at is None and known_count))
    if is_a_run:
        keep_fates(session, run, shown.fates, numbers)

    def work(tx: WriteTransaction) -> None:
        if shown.mapping_name:
            name = checked_name(shown.mapping_name)
            keep(tx, session, name, shape_of(shown.mapped.layouts), mapping)
        if not is_a_run:
            return
        tx.insert("import_run", [{
            "id": run, "digest": shown.digest, "sheet": shown.sheet,
            "list_hash": shown.digest, "list_ref": shown.list_ref, "mapping": mapping,
            "row_count": shown.row_count, "enrolled_count": enrolled_count,
            "known_count": known_count, "rejected_count": shown.rejected_count,
            "imported_by": session.operator.name, "imported_at": now,
        }])
        record_by(
            tx, session, action="people.import", object=shown.digest, at=now,
            detail={
                "rows": shown.row_count, "enrolled": enrolled_count, "known": known_count,
                "rejected": shown.rejected_count,
            },
        )

    session.ledger.transact(work)
