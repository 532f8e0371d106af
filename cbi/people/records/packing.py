"""People of a long list, held in some 250 bytes each until they are stored. Pure.

Every string and tuple of a record is an object of 50 bytes and more: 100,000 people took 120 MB.
What their rows are called, and their household, is settled last and stands behind the rest.
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, overload

from msgspec import msgpack

from cbi.people.records.record import (
    BirthDate,
    Consent,
    Document,
    NewPerson,
    PersonalData,
    WrittenName,
)

_encode = msgpack.Encoder().encode
_decode = msgpack.Decoder().decode
_LENGTH_BYTES = 4


def packed(person: NewPerson) -> bytes:
    """A person in few bytes."""
    data, birth, given = person.data, person.data.birth, person.consent
    content = _encode((
        [(one.text, one.father, one.script) for one in data.names],
        birth and (birth.text, birth.date, birth.precision, birth.calendar),
        [(one.kind, one.number, one.as_written) for one in data.documents],
        data.phones, data.address, data.notes, person.city, person.sex, person.language,
        person.household_size,
        given and (given.version, given.language, given.way, given.date, given.witness),
        person.facts,
    ))
    return _labelled(
        content, person.source_ref, person.other_refs, person.household_ref, head=person.head
    )


def renamed(
    person: bytes, source_ref: str, other_refs: tuple[str, ...], household_ref: str, *, head: bool
) -> bytes:
    """The same person, the row and the household called otherwise."""
    content = person[_LENGTH_BYTES : _content_end(person)]
    return _labelled(content, source_ref, other_refs, household_ref, head=head)


def unpacked(person: bytes) -> NewPerson:
    """The person again."""
    end = _content_end(person)
    (names, birth, documents, phones, address, notes, city, sex, language, size, given,
     facts) = _decode(person[_LENGTH_BYTES:end])
    source_ref, other_refs, household_ref, head = _decode(person[end:])
    return NewPerson(
        data=PersonalData(
            names=tuple(WrittenName(*one) for one in names),
            birth=BirthDate(*birth) if birth else None,
            documents=tuple(Document(*one) for one in documents),
            phones=tuple(phones), address=address, notes=notes,
        ),
        city=city, sex=sex, language=language, household_ref=household_ref, household_size=size,
        head=head, consent=_consent(given), source_ref=source_ref, other_refs=tuple(other_refs),
        facts=facts,
    )


def _consent(given: list[str] | None) -> Consent | None:
    if given is None:
        return None
    version, language, way, date, witness = given
    return Consent(version=version, language=language, way=way, date=date, witness=witness)


def _labelled(
    content: bytes, source_ref: str, other_refs: tuple[str, ...], household_ref: str, *, head: bool
) -> bytes:
    labels = _encode((source_ref, other_refs, household_ref, head))
    return len(content).to_bytes(_LENGTH_BYTES, "big") + content + labels


def _content_end(person: bytes) -> int:
    return _LENGTH_BYTES + int.from_bytes(person[:_LENGTH_BYTES], "big")


class PackedPeople(Sequence[NewPerson]):
    """People one after the other in one block; each is made anew whenever it is asked for."""

    def __init__(self, people: Iterable[bytes]) -> None:
        self._block, self._ends = bytearray(), array("Q", [0])
        for person in people:
            self._block += person
            self._ends.append(len(self._block))

    def __len__(self) -> int:
        return len(self._ends) - 1

    @overload
    def __getitem__(self, place: int) -> NewPerson: ...
    @overload
    def __getitem__(self, place: slice) -> list[NewPerson]: ...
    def __getitem__(self, place: Any) -> Any:
        """One of them, or a few."""
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        at = range(len(self))[place]
        return unpacked(bytes(self._block[self._ends[at] : self._ends[at + 1]]))
