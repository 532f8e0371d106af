"""The sample's people list, read as anybody's list is read, gives back what was meant."""

from datetime import date

import pytest

from cbi.enrolment.columns.contents import Fits
from cbi.enrolment.columns.mapping import propose
from cbi.enrolment.layout.layout import find_layout
from cbi.enrolment.layout.shapes import units
from cbi.enrolment.rows.reading import Context
from cbi.enrolment.rows.rows import read_draft
from cbi.files.reading import read_tables
from cbi.people.records.record import WrittenName
from cbi.places.reading import CityReader
from cbi.practice.generator import CONSENT_VERSION, new_person, people
from cbi.practice.people_list import COLUMNS
from cbi.practice.sample import PEOPLE, SEED, sample_cities, sample_folder
from tests.countries import KZ
from tests.there import there


@pytest.mark.parametrize("name", ["people.xlsx", "people.csv"])
def test_every_row_reads_as_it_was_meant_without_a_question(name: str) -> None:
    layouts = [layout for table in read_tables(sample_folder() / name)
               if (layout := find_layout(table))]
    mapped = propose(layouts, Fits(KZ, CityReader(sample_cities())))
    assert all(proposal.field for proposal in mapped.proposals)
    assert len(mapped.proposals) == len(COLUMNS)
    context = Context(CityReader(sample_cities()), frozenset(), date(2022, 8, 3), KZ)
    read = [
        read_draft(draft, context)
        for unit in units(mapped.layouts, [mapped.constants]) for draft in unit.drafts
    ]
    meant = [new_person(row, "meant") for row in people(SEED, PEOPLE)]
    assert len(read) == len(meant)
    for found, person in zip(read, meant, strict=True):
        assert found.problems == ()
        got = found.person
        assert got is not None
        assert (got.city, got.sex, got.language) == (person.city, person.sex, person.language)
        assert (got.household_size, got.head) == (person.household_size, person.head)
        assert got.consent == person.consent
        assert got.data.phones == person.data.phones
        assert [one.script for one in got.data.names] == [one.script for one in person.data.names]
        assert joined(got.data.names) == joined(person.data.names)
        assert there(got.data.birth).date == there(person.data.birth).date
        assert there(got.data.birth).calendar == there(person.data.birth).calendar
        assert [(one.kind, one.number) for one in got.data.documents] == [
            (one.kind, one.number) for one in person.data.documents
        ]
        assert got.consent is None or got.consent.version == CONSENT_VERSION


def joined(names: tuple[WrittenName, ...]) -> set[tuple[str, str]]:
    """The names without the unseen sign that keeps Arabic letters apart."""
    return {(one.text.replace("\u200c", ""), one.father.replace("\u200c", "")) for one in names}
