"""The sample's own list goes in as its generator says it should."""

from pathlib import Path

from cbi.enrolment.importing.importing import carry_out, preview
from cbi.operators.places import add_cities
from cbi.people.persons import unseal
from cbi.places.loading import read_cities
from cbi.practice.generator import new_person, people
from cbi.practice.people_list import write_people_list
from tests.conftest import World

SAMPLE = Path(__file__).parents[2] / "data" / "kazakhstan-2022"


def test_the_samples_people_are_read_as_they_were_meant(empty_world: World) -> None:
    add_cities(empty_world.session("manager1"), read_cities(SAMPLE / "cities.json"))
    rows = list(people(5, 120))
    path = empty_world.folder / "people.xlsx"
    write_people_list(path, rows)
    session = empty_world.session("field1")
    shown = preview(session, path)
    assert [problem.describe() for problem in shown.problems] == []
    assert shown.new_count == len(rows)
    assert shown.known_count == shown.rejected_count == 0
    done = carry_out(session, shown)
    assert done.enrolled_count == len(rows)
    found = unseal(session, done.numbers, purpose="test")
    for row, number in zip(rows, done.numbers, strict=True):
        meant, person = new_person(row, "x"), found[number]
        assert person.data.names == meant.data.names
        assert person.data.phones == meant.data.phones
        assert [(one.kind, one.number) for one in person.data.documents] == [
            (one.kind, one.number) for one in meant.data.documents
        ]
        assert (person.city, person.sex, person.language) == (
            meant.city, meant.sex, meant.language
        )
        assert person.head == meant.head
        birth, wanted = person.data.birth, meant.data.birth
        assert birth is not None
        assert wanted is not None
        assert (birth.date, birth.precision, birth.calendar) == (
            wanted.date, wanted.precision, wanted.calendar
        )
    again = preview(session, path)
    assert (again.new_count, again.known_count, again.seen_at is not None) == (0, len(rows), True)
    assert carry_out(session, again).enrolled_count == 0
