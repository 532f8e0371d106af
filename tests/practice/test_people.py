"""Invented people: the same for a seed, in households that hold together, some written twice."""

from collections import Counter, defaultdict
from itertools import islice

import pytest

from cbi.people.names import skeletons, words
from cbi.practice.generator import WAYS, new_person, people, truth
from cbi.practice.vocabulary import words as vocabulary

ROWS = list(people(2022, 1200))


def test_the_same_seed_gives_the_same_people() -> None:
    assert list(people(2022, 1200)) == ROWS
    assert list(people(2023, 1200)) != ROWS


@pytest.mark.parametrize("count", [1, 2, 7, 100, 1200])
def test_as_many_different_people_as_asked_for(count: int) -> None:
    rows = list(people(5, count))
    assert sum(row.same_as == 0 for row in rows) == count
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))


def test_a_stream_begins_at_once_and_does_not_depend_on_its_length() -> None:
    first = list(islice(people(1, 1_000_000), 50))
    assert first == list(people(1, 10_000))[:50]


def test_about_three_in_a_hundred_are_written_down_again_in_every_way() -> None:
    pairs = truth(ROWS)
    assert 30 <= len(pairs) <= 40
    ways = Counter(pair.way for pair in pairs)
    assert set(ways) == set(WAYS)
    assert min(ways.values()) >= 5
    assert len({pair.first for pair in pairs}) == len(pairs)
    assert truth(people(2022, 1200, planted=0)) == []


def test_a_household_has_one_head_and_as_many_members_as_it_says() -> None:
    households = defaultdict(list)
    for row in ROWS:
        households[row.household].append(row)
    for members in households.values():
        assert sum(row.head for row in members) == 1
        assert members[0].head
        assert {row.household_size for row in members} == {len(members)}
        assert len({row.consent_date for row in members}) == 1
        if not members[0].same_as:
            assert len({row.city for row in members}) == 1


def test_a_second_row_shows_what_its_way_says() -> None:
    by_number = {row.number: row for row in ROWS}
    for pair in truth(ROWS):
        first, second = by_number[pair.first], by_number[pair.second]
        assert first.birth.year == second.birth.year
        assert first.sex == second.sex
        if pair.way == "document":
            assert first.document == second.document
            assert first.document_text != second.document_text
        else:
            assert second.document_text == ""
        assert (first.phone == second.phone != "") == (pair.way == "phone")
        if pair.way == "new-year":
            assert second.birth.date.endswith("-01-01")
            assert not first.birth.date.endswith("-01-01")
        if pair.way == "script":
            assert first.latin
            assert not second.latin
            assert bool(second.cyrillic) != bool(second.arabic)
            assert not first.cyrillic
            assert not first.arabic
        if pair.way == "swapped" and len(first.latin.split()) > 1:
            assert first.latin.split()[0] != second.latin.split()[0]


def test_apart_from_the_planted_no_two_people_share_a_document() -> None:
    numbers = Counter(row.document for row in ROWS if row.document[1] and not row.same_as)
    assert max(numbers.values()) == 1


def test_members_of_a_household_share_its_phone() -> None:
    shared = Counter(row.phone for row in ROWS if row.phone)
    assert max(shared.values()) > 2
    households = defaultdict(set)
    for row in ROWS:
        if row.phone and not row.same_as:
            households[row.phone].add(row.household)
    assert all(len(found) == 1 for found in households.values())


def test_phones_are_read_by_the_library_that_reads_everybodys() -> None:
    import phonenumbers

    for row in ROWS[:300]:
        if row.phone_text:
            read = phonenumbers.parse(row.phone_text, "KZ")
            e164 = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
            assert e164 == row.phone, row.phone_text
            assert phonenumbers.is_valid_number(read)


def test_birth_dates_come_in_every_precision_and_both_calendars() -> None:
    kinds = Counter((row.birth.calendar, row.birth.precision) for row in ROWS)
    assert set(kinds) == {("gregorian", "day"), ("gregorian", "year"), ("solar-hijri", "day")}
    assert sum(row.birth.date.endswith("-01-01") for row in ROWS) > 60


def test_heads_are_grown_up_and_nobody_is_unborn() -> None:
    for row in ROWS:
        assert 1930 <= row.birth.year <= 2022
        if row.head and not row.same_as:
            assert row.birth.year <= 2003


def test_every_word_of_a_name_sounds_alike_in_all_its_spellings() -> None:
    """Names that no spelling joins would be no duplicates that anybody could find."""
    apart = []
    for kind in "mfuvn":
        for word in vocabulary(kind):
            for spelling in (*word.latin[1:], *word.cyrillic, word.arabic):
                if not _joined(word.latin[0], spelling):
                    apart.append((word.latin[0], spelling))
    total = sum(len(vocabulary(kind)) for kind in "mfuvn")
    assert len(apart) < total * 0.25, apart


def test_a_row_becomes_a_person_to_enrol() -> None:
    rows = [row for row in ROWS if row.consent_way and row.arabic and row.document[1]]
    made = new_person(rows[0], "test")
    assert [name.script for name in made.data.names][-1] == "Arab"
    assert made.source_ref == f"test:{rows[0].number}"
    assert made.household_ref == f"test:{rows[0].household}"
    assert made.consent is not None
    assert made.consent.date == rows[0].consent_date


def test_a_few_households_have_not_consented() -> None:
    refused = {row.household for row in ROWS if not row.consent_way}
    assert 1 <= len(refused) <= 12


def _joined(one: str, other: str) -> bool:
    first = {key for word in words(one) for key in skeletons(word)}
    second = {key for word in words(other) for key in skeletons(word)}
    return bool(first & second) or "".join(sorted(first)) == "".join(sorted(second))
