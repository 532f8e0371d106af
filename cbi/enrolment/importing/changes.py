"""What a later list says otherwise of people enrolled: shown by field, taken over on a word.

A submission is known by its own name, so an edited one brings the same people with other data.
Nothing is changed by reading it. What a person agrees to goes the way of every correction: a new
sealed version beside the old one, and of somebody approved it waits for a second person.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cbi.base.errors import CbiError
from cbi.enrolment.importing.importing import ImportPreview
from cbi.operators.operator_session import OperatorSession
from cbi.people.persons import NewFacts, Person, change_facts, correct, set_size, unseal
from cbi.people.records.checking import today
from cbi.people.records.record import Discreet, NewPerson, PersonalData

IN_DATA = ("names", "birth", "documents", "phones", "address", "notes")
IN_CLEAR = ("city", "sex", "language")
SIZE = "household_size"
KINDS = {
    "names": "name", "birth": "birth", "documents": "document", "phones": "phone",
    "address": "address", "notes": "notes", "city": "city", "sex": "sex",
    "language": "language", SIZE: "household-size",
}
"""The word for each kind of change, as it is typed and shown."""
_LIST_SHOWN = 12


@dataclass(frozen=True, slots=True, repr=False)
class FieldChange(Discreet):
    """One field of one person that a later list says otherwise; `was` and `became` are in words."""

    number: str
    kind: str
    was: str
    became: str
    field: str
    value: Any


@dataclass(frozen=True, slots=True)
class TakenOver:
    """How many people were corrected, and whose correction was refused, with the reason."""

    people: int
    refused: tuple[tuple[str, CbiError], ...] = ()


def changes_of(session: OperatorSession, shown: ImportPreview) -> tuple[FieldChange, ...]:
    """What the list says otherwise of people enrolled before, field by field, in its order; what it
    leaves empty changes nothing.

    Raises:
        NotAllowed: the operator may not read personal data.
    """
    if not shown.changed:
        return ()
    known = unseal(
        session, [number for number, _ in shown.changed],
        purpose=f"changes in list {shown.digest[:_LIST_SHOWN]}",
    )
    found: list[FieldChange] = []
    for number, person in shown.changed:
        if number in known:
            found += _compared(known[number], person)
    return tuple(found)


def chosen(changes: Iterable[FieldChange], kinds: Collection[str]) -> list[FieldChange]:
    """The changes of these kinds, or all."""
    return [one for one in changes if "all" in kinds or one.kind in kinds]


def take_over(
    session: OperatorSession, shown: ImportPreview, changes: Sequence[FieldChange]
) -> TakenOver:
    """Correct each person by these changes. A person whose correction is refused is told, and the
    others are corrected all the same."""
    by_person: dict[str, list[FieldChange]] = {}
    for one in changes:
        by_person.setdefault(one.number, []).append(one)
    reason, refused, done = f"list {shown.digest[:_LIST_SHOWN]}", [], 0
    known = unseal(session, by_person, purpose=reason, shown=False) if by_person else {}
    for number, listed in by_person.items():
        try:
            _correct(session, known[number], listed, reason)
            done += 1
        except CbiError as refusal:
            refused.append((number, refusal))
    return TakenOver(done, tuple(refused))


def _compared(was: Person, new: NewPerson) -> list[FieldChange]:
    pairs: list[tuple[str, Any, Any]] = [
        *((name, getattr(was.data, name), getattr(new.data, name)) for name in IN_DATA),
        *((name, getattr(was, name), getattr(new, name)) for name in IN_CLEAR),
    ]
    if was.head and new.household_size > 1:
        pairs.append((SIZE, was.household_size, new.household_size))
    return [
        FieldChange(was.number, KINDS[name], _words(before), _words(after), name, after)
        for name, before, after in pairs if after and _words(after) != _words(before)
    ]


def _words(value: Any) -> str:
    """A field in words, the same for the same meaning."""
    if isinstance(value, tuple):
        return ", ".join(sorted(_words(one) for one in value))
    for names in (("text", "father", "script"), ("kind", "number")):
        if hasattr(value, names[-1]):
            return " ".join(filter(None, (getattr(value, name) for name in names[:2])))
    if hasattr(value, "precision"):
        return str(value.date)
    return "" if value is None else str(value)


def _correct(
    session: OperatorSession, was: Person, changes: Sequence[FieldChange], reason: str
) -> None:
    told = {one.field: one.value for one in changes}
    in_data = {name: told[name] for name in IN_DATA if name in told}
    in_clear = {name: told[name] for name in IN_CLEAR if name in told}
    day = today(session)
    if in_data:
        data: PersonalData = replace(was.data, **in_data)
        correct(session, was.number, data, reason=reason)
    if in_clear:
        change_facts(session, was.number, NewFacts(**in_clear), reason=reason, date=day)
    if SIZE in told:
        set_size(session, was.household, told[SIZE], reason=reason, date=day)
