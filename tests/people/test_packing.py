"""People held in few bytes are the people they were."""

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from cbi.people.records.packing import PackedPeople, packed, renamed, unpacked
from cbi.people.records.record import (
    BirthDate,
    Consent,
    Document,
    NewPerson,
    PersonalData,
    WrittenName,
)

TEXTS = st.text(max_size=12)
SEVERAL = st.lists(TEXTS, max_size=2).map(tuple)
DATA = st.builds(
    PersonalData,
    names=st.lists(st.builds(WrittenName, TEXTS, TEXTS, TEXTS), max_size=3).map(tuple),
    birth=st.none() | st.builds(BirthDate, TEXTS, TEXTS, TEXTS, TEXTS),
    documents=st.lists(st.builds(Document, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple),
    phones=SEVERAL, address=TEXTS, notes=TEXTS,
)
PEOPLE = st.builds(
    NewPerson, data=DATA, city=TEXTS, sex=TEXTS, language=TEXTS, household_ref=TEXTS,
    household_size=st.integers(1, 99), head=st.booleans(),
    consent=st.none() | st.builds(
        Consent, version=TEXTS, language=TEXTS, way=TEXTS, date=TEXTS, witness=TEXTS
    ),
    source_ref=TEXTS, other_refs=SEVERAL, facts=st.dictionaries(TEXTS, TEXTS, max_size=3),
)


@given(PEOPLE)
def test_whoever_was_packed_is_unpacked_the_same(person: NewPerson) -> None:
    assert unpacked(packed(person)) == person


@given(PEOPLE, TEXTS, SEVERAL, TEXTS, st.booleans())
def test_only_what_row_and_household_are_called_is_renamed(
    person: NewPerson, source: str, others: tuple[str, ...], household: str, head: bool,
) -> None:
    wanted = replace(
        person, source_ref=source, other_refs=others, household_ref=household, head=head
    )
    assert unpacked(renamed(packed(person), source, others, household, head=head)) == wanted


@given(st.lists(PEOPLE, max_size=4))
def test_packed_people_stand_in_their_order(people: list[NewPerson]) -> None:
    held = PackedPeople(map(packed, people))
    assert list(held) == people
    assert held[1:] == people[1:]
    assert [held[place] for place in range(-len(people), 0)] == people


def test_every_field_of_a_person_is_drawn_here() -> None:
    """A field that is added is held too, or this names it."""
    drawn = {"data", "city", "sex", "language", "household_ref", "household_size", "head",
             "consent", "source_ref", "other_refs", "facts"}
    assert {one.name for one in fields(NewPerson)} == drawn
    assert {one.name for one in fields(PersonalData)} == {
        "names", "birth", "documents", "phones", "address", "notes"
    }
