"""Numbers that only fill a field are nobody's: they make nobody one person."""

import pytest

from cbi.people.matching.scoring import match
from cbi.people.records.keys import search_keys
from cbi.people.records.placeholders import is_placeholder
from cbi.people.records.profile import profile
from cbi.people.records.record import Document, PersonalData, WrittenName


@pytest.mark.parametrize(
    "number",
    ["0000000", "1111111", "123456789", "0000-0000-00000", "77777777777", "+77777777777",
     "+77011111111", "P0000000", "987654321", "00", "0123456789"],
)
def test_a_number_that_only_fills_a_field(number: str) -> None:
    assert is_placeholder(number)


@pytest.mark.parametrize(
    "number",
    ["1399050200123", "P1234567", "14/37/58281", "+77015550142", "12345", "", "AB", "7",
     "+77010000001", "900101300811"],
)
def test_a_number_that_somebody_was_given(number: str) -> None:
    assert not is_placeholder(number)


@pytest.mark.parametrize("kind", ["passport", "tazkira", "other", "iin"])
def test_strangers_are_not_one_person_by_it_and_it_is_told(kind: str) -> None:
    papers = (Document(kind, "0000000"),)
    ours, theirs = (
        PersonalData(names=(WrittenName(name, father),), documents=papers, phones=("+77777777777",))
        for name, father in (("Karim Sahak", "Wais"), ("Karim Zadran", "Omid"))
    )
    assert match(profile(ours), profile(theirs)).strength == "none"
    again = match(profile(ours), profile(ours))
    assert {"document-empty", "phone-empty"} <= {reason.kind for reason in again.reasons}
    assert not {kind for kind, _ in search_keys(ours)} & {"document", "phone"}
