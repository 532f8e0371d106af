"""What the commands of `cbi people` show and ask, and the steps that are longer than a line."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from cbi.base.clock import date_at
from cbi.base.errors import UsageError
from cbi.base.terms import term
from cbi.cli import show as showing
from cbi.cli.command_context import CommandContext
from cbi.enrolment.interview import Interview, corrected
from cbi.field.pairing import naming
from cbi.messages.figures import as_said
from cbi.people import persons
from cbi.people.matching.duplicates import Candidate
from cbi.people.matching.evidence import Reason
from cbi.people.matching.queueing import look_again
from cbi.people.matching.scoring import Match
from cbi.people.matching.searching import Hit
from cbi.people.names.scripts import script_of
from cbi.people.persons import NewFacts, Person, PersonFacts
from cbi.people.records.numbers import read_number
from cbi.people.records.record import PersonalData
from cbi.people.subject_access import Held
from cbi.places import profile_of
from cbi.places.places import city_reader

IN_THE_CLEAR = ("city", "sex", "language")
SEALED = frozenset({"name", "father", "birth", "document", "phone", "address", "notes"})
IDENTIFYING = SEALED - {"notes"}
"""By these somebody is found to be the same as another."""
GONE = ("left", "dead")
BLOCKING = ("certain", "likely")
REASONS_MAX, ALIKE_MAX, DUE_SHOWN = 4, 3, 20
SIZES_MAX = 20
COLUMNS = ("number", "city", "household", "status", "consent", "approved_by", "enrolled_by")


def today(context: CommandContext) -> str:
    """Today's date in the programme's zone."""
    return date_at(context.session.clock(), context.zone)


def apart(context: CommandContext) -> bool:
    """Whether duties are kept apart about people: unless every programme's are not."""
    return context.duties_apart


def table(context: CommandContext, found: Sequence[PersonFacts]) -> None:
    """People in the clear."""
    context.table(found, COLUMNS, headings="help-people",
               later=("consent", "household", "approved_by enrolled_by"), shown=lambda one: [
        term("log.value", one.status) if name == "status" else
        showing.as_text(showing.field(one, name))
        for name in COLUMNS
    ])


def candidate_words(context: CommandContext, one: Candidate) -> str:
    """Somebody who may be the same, on one line: how likely, who, and what speaks for it."""
    name = _isolated(one.person.data.names[0].text)
    strength = context.say(f"duplicates.{one.match.strength}")
    return f"{strength}: {one.number}, {name} ({agreeing(context, one.match)})"


def agreeing(context: CommandContext, match: Match) -> str:
    """What speaks for a match, the weightiest first."""
    reasons = [_reason(context, reason) for reason in match.reasons if reason.bits > 0]
    return "; ".join(reasons[:REASONS_MAX])


def _reason(context: CommandContext, reason: Reason) -> str:
    kind = "name-equal" if reason.kind == "name-written" and reason.ours == reason.theirs else (
        reason.kind
    )
    return context.say(
        f"duplicates.{kind}", ours=_isolated(reason.ours), theirs=_isolated(reason.theirs)
    )


def hits(context: CommandContext, found: Sequence[Hit]) -> None:
    """People who were found: number, names, birth, city; and by what."""
    shown = [
        {"beneficiary": hit.number, "by": hit.by, "city": hit.person.city,
         "names": [name.text for name in hit.person.data.names],
         "birth": hit.person.data.birth.date if hit.person.data.birth else "",
         "status": hit.person.status}
        for hit in found
    ]
    context.table(shown, ("number", "names", "birth", "city", "status"), headings="help-people",
               shown=lambda row: (
        row["beneficiary"], " / ".join(map(_isolated, row["names"])), row["birth"], row["city"],
        term("log.value", row["status"]),
    ))


def show(context: CommandContext, facts: PersonFacts, person: Person | None) -> None:
    """One person: the clear, and the sealed unless it was erased."""
    data = asdict(person.data) if person else None
    told = {**asdict(facts), "data": data, "facts": person.facts if person else None}
    context.show(told, *_lines(context, facts, person))


def _lines(context: CommandContext, facts: PersonFacts, person: Person | None) -> list[str]:
    lines = [context.say("help-people.headed", number=facts.number)]
    if person is None:
        lines.append(context.say("help-people.was-erased", at=context.instant(facts.erased_at)))
    else:
        lines += [_labelled(context, label, value) for label, value in _sealed(person.data)]
        lines += [f"  {heading}: {value}" for heading, value in person.facts.items()]
    head = context.say("help-people.is-head") if facts.head else ""
    lines += [
        _labelled(context, "city", facts.city),
        _labelled(context, "sex", term("help-enroll.sum-sex", facts.sex)),
        _labelled(context, "household", f"{facts.household} ({facts.household_size}){head}"),
        _labelled(context, "language", term("voucher.language", facts.language)
                  or context.say("help-people.unsaid")),
        _labelled(context, "status", term("log.value", facts.status)),
        context.say(f"help-people.shown-consent-{'yes' if facts.consent else 'no'}"),
        context.say("help-people.shown-enrolled", by=facts.enrolled_by,
                 at=context.instant(facts.enrolled_at)),
    ]
    if facts.erased_at is not None:
        pass
    elif facts.approved_by:
        lines.append(context.say("help-people.shown-approved", by=facts.approved_by,
                              at=context.instant(facts.approved_at)))
    else:
        lines.append(context.next_step("help-people.shown-waiting", number=facts.number))
    lines += _proposed(context, facts.number) if person is not None else []
    if facts.merged_into:
        lines.append(context.say("help-people.shown-merged", number=facts.merged_into))
    return [line for line in lines if line]


def _proposed(context: CommandContext, number: str) -> list[str]:
    """What of a person waits for a second one; a record as it would read."""
    lines = held(context, [number])
    data = persons.proposed(context.session, number)
    if data is not None:
        lines += [_labelled(context, label, value) for label, value in _sealed(data)]
    return lines


def _sealed(data: PersonalData) -> list[tuple[str, str]]:
    names = [
        ("name", _isolated(name.text) + (f" / {_isolated(name.father)}" if name.father else ""))
        for name in data.names
    ]
    born = data.birth
    more = f" ({_isolated(born.text)})" if born and born.text != born.date else ""
    return [
        *names,
        ("birth", f"{born.date}{more}" if born else ""),
        *(("document", f"{one.kind} {_isolated(one.as_written or one.number)}")
          for one in data.documents),
        ("phone", ", ".join(data.phones)),
        ("address", _isolated(data.address) if data.address else ""),
        ("notes", _isolated(data.notes) if data.notes else ""),
    ]


def _isolated(words: str) -> str:
    """Right-to-left words that keep to themselves on a line that runs the other way."""
    return f"\u2068{words}\u2069" if script_of(words) == "Arab" else words


def _labelled(context: CommandContext, label: str, value: str) -> str:
    return f"  {context.say(f'help-people.label-{label}')}: {as_said(value, context.language)}" \
        if value else ""


def interview(context: CommandContext, given: Mapping[str, Sequence[str]]) -> Interview:
    """The answers on a line, read."""
    day = date.fromisoformat(today(context))  # asks the ledger for the zone: not within its reading
    with context.session.ledger.read() as tx:
        answers = Interview(city_reader(tx), day, profile_of(tx))
    for question, texts in given.items():
        for text in texts:
            answers.answer(question, text)
    return answers


def put_right(
    context: CommandContext, number: str, answers: Interview, reason: str, day: str
) -> PersonFacts:
    """Correct what is sealed, then what stands in the clear.

    Raises:
        UsageError: nothing was said.
    """
    with context.session.ledger.read() as tx:
        facts = persons.facts_of(tx, number)
    if not answers.answered:
        raise UsageError("people.nothing-changed", number=facts.number)
    said = {
        kind: value for kind in IN_THE_CLEAR if kind in answers.answered
        and (value := getattr(answers, kind)) != getattr(facts, kind)
    }
    data = None
    if answers.answered & SEALED:
        opened = persons.unseal(context.session, [facts.number], purpose="edit").get(facts.number)
        data = None if opened is None else corrected(opened.data, answers)
        if opened is not None and data == opened.data and said:
            data = None
    if data is not None:
        facts = persons.correct(context.session, facts.number, data, reason=reason)
    if said or data is None:
        facts = persons.change_facts(
            context.session, facts.number, NewFacts(**said), reason=reason,
            date=day or today(context)
        )
    return facts


def edited(context: CommandContext, facts: PersonFacts, answers: Interview) -> None:
    """What was put right, and who may be the same now that it reads otherwise."""
    searched = answers.answered & (IDENTIFYING | {"sex"}) and facts.merged_into is None
    alike = look_again(context.session, facts.number) if searched else []
    lines = [context.say(
        "help-people.edited", number=facts.number, version=facts.version, city=facts.city
    )]
    lines += held(context, [facts.number])
    lines += [f"  {candidate_words(context, one)}" for one in alike[:ALIKE_MAX]]
    blocking = [one for one in alike if one.match.strength in BLOCKING]
    if blocking:
        lines.append(context.say(
            "help-people.edited-alike", number=facts.number, other=blocking[0].number
        ))
    found = [
        {"beneficiary": one.number, "strength": one.match.strength,
         "evidence": one.match.evidence.split()}
        for one in alike
    ]
    context.show({**asdict(facts), "alike": found}, *lines)


def status_with_vouchers(
    context: CommandContext, number: str, new: persons.NewStatus, before: PersonFacts, *,
    stop: bool, resume: bool,
) -> None:
    """A status together with the person's vouchers: stopped for whoever is not active, or let go
    for whoever is again."""
    from cbi.distribution.stopping import resume_with_status, stop_with_status

    active = new.status.strip().lower() == "active"
    if stop == resume or active != resume:
        raise UsageError("help-people.stop-or-resume")
    done = (stop_with_status if stop else resume_with_status)(context.session, number, new)
    key = "resumed" if resume else "stopped-dead" if done.person.status == "dead" else "stopped"
    status_set(context, done.person, before.household_size, context.say(
        f"help-people.vouchers-{key}", number=done.person.number, count=len(done.serials),
        serials=", ".join(done.serials) or "–",
    ))


def status_set(context: CommandContext, done: PersonFacts, size_was: int, *more: str) -> None:
    """Somebody's new status; the household counts along, a head who is no longer there leaves the
    house to somebody, and what they can still spend is told."""
    from cbi.distribution.stopping import spendable

    lines = [context.say("help-people.status-done", number=done.number,
                         status=term("log.value", done.status))]
    with context.session.ledger.read() as tx:
        home = persons.household(tx, done.number)
        left = [] if done.status == "active" else spendable(tx, done.number)
    if home.size != size_was:
        lines.append(context.say(
            "help-people.status-counted", household=home.number, was=size_was, size=home.size
        ))
    elif done.status in GONE:
        lines.append(context.say(
            "help-people.status-not-counted", household=home.number, size=home.size
        ))
    if done.status in GONE:
        lines += headless(context, done)
    if left:
        lines.append(context.say("help-people.vouchers-left", number=done.number,
                                 status=done.status, serials=", ".join(left)))
    context.show(done, *lines, *held(context, home.members), *more)


def headless(context: CommandContext, gone: PersonFacts) -> list[str]:
    """How a household gets another head, where the one who is no longer there was it."""
    if not gone.head:
        return []
    with context.session.ledger.read() as tx:
        home = persons.household(tx, gone.household)
    others = [number for number in home.members if number not in (gone.number, *home.gone)]
    return [
        context.say("help-people.status-head", number=gone.number, household=home.number,
                    other=number) for number in others[:1]
    ]


def held(context: CommandContext, numbers: Sequence[str]) -> list[str]:
    """What of these people waits for a second person, and how to approve it."""
    wanted = [read_number(number) for number in numbers]
    with context.session.ledger.read() as tx:
        found = persons.held_changes(tx, wanted)
    return [
        context.say(
            "help-people.change-waits", number=one.person, by=one.asked_by,
            what=context.say(f"help-people.change-{one.kind}"),
            was=f"{one.was or '–'} → " if one.kind != "record" else "",
            became=one.became or "–",
        )
        for one in found
    ]


def refused(context: CommandContext, numbers: Sequence[str], reason: str) -> None:
    """Put away the changes of these people that wait."""
    count = sum(persons.refuse(context.session, number, reason) for number in numbers)
    context.show({"refused": count}, context.say("help-people.changes-refused", count=count))


def sizes_seen(
    context: CommandContext, sizes: Sequence[persons.UnseenSize], *, key: str = "sizes-approved"
) -> list[str]:
    """Household sizes that no second person has seen before; the largest beside their people."""
    if not sizes:
        return []
    more = [one for one in sizes if one.size > one.enrolled]
    told = [context.say(
        f"help-people.{key}", households=len(sizes), counted=sum(one.size for one in sizes),
        enrolled=sum(one.enrolled for one in sizes),
    )]
    told += [
        context.say("help-people.size-unseen", household=one.household, size=one.size,
                    enrolled=one.enrolled)
        for one in more[:SIZES_MAX]
    ]
    if len(more) > SIZES_MAX:
        told.append(context.say("help-people.sizes-more", count=len(more) - SIZES_MAX))
    return told


def waiting(context: CommandContext) -> None:
    """Who waits for approval, by the list they came in, and changes that wait for it."""
    context.session.require("ledger.read")
    with context.session.ledger.read() as tx:
        rows = persons.waiting_lists(tx)
        changes = sorted({one.person for one in persons.held_changes(tx)})
        sizes = persons.waiting_sizes(tx)
    if not context.json:
        told = [*held(context, changes), *sizes_seen(context, sizes, key="sizes-waiting")]
        for line in told:
            showing.put(line)
        if told and not rows:
            return
    columns = ("list", "people", "enrolled_by", "enrolled_at")
    context.table(rows, columns, headings="help-people", shown=lambda row: (
        row.list[:12] or row.number, str(row.people), row.enrolled_by,
        context.instant(row.enrolled_at),
    ))


def write_export(context: CommandContext, held: Held, output: Path) -> None:
    """An export as a file for its owner alone: JSON if it is called so, else text."""
    from cbi.files import atomic_file

    as_json = context.json or output.suffix.lower() == ".json"
    text = showing.as_json(held) if as_json else persons.export_text(held, context.language)
    with atomic_file(output, private=True) as file:
        file.write(text.encode())
    context.show({"file": str(output)}, context.say("help-people.exported", file=output))


def erase_due(context: CommandContext, day: str) -> None:
    """Show who is due, ask, erase."""
    context.session.require("people.erase")
    with context.session.ledger.read() as tx:
        due = persons.due_for_erasure(tx, day)
    if not due:
        context.show({"erased": []}, context.say("help-people.nobody-due", date=day))
        return
    if not context.json:
        more = " …" if len(due) > DUE_SHOWN else ""
        context.line("help-people.due-are", count=len(due),
                  numbers=", ".join(due[:DUE_SHOWN]) + more)
    if context.confirmed("help-people.erase-due-ask", count=len(due)):
        erased = persons.erase_due(context.session, day)
        context.show({"erased": erased}, context.say("help-people.erased-due", count=len(erased)),
                     *still_on_laptops(context, erased))


def still_on_laptops(context: CommandContext, erased: Sequence[str]) -> list[str]:
    """Where names of people whose data were erased stay until another bundle is opened."""
    with context.session.ledger.read() as tx:
        found = naming(tx, erased)
    return [context.say("help-people.erased-on-laptops", laptops=", ".join(found))] if found else []
