"""Households in both shapes, and the exports of survey tools."""

from typing import Any

from cbi.enrolment.lists.taking import Taken, with_households
from tests.enrolment.lists import fields, people, problems, read, table
from tests.there import there


def families(taken: Taken) -> list[tuple[str, str, bool]]:
    """Name, household and whether head, of everybody who would be enrolled."""
    return [
        (one.data.names[0].text, one.household_ref, one.head)
        for one in with_households(taken, "L")
    ]


def test_one_row_a_person_with_a_household_number() -> None:
    listed = table(
        ["HH No", "Name", "City", "Relationship", "Family size"],
        ["1", "Zahra", "Almaty", "wife", 3.0], ["1", "Farid", "Almaty", "head", 3.0],
        [2.0, "Omid", "Almaty", None, None], [None, "Laila", "Almaty", None, None],
    )
    taken = read(listed)
    assert families(taken) == [
        ("Zahra", "list:L:1", False), ("Farid", "list:L:1", True), ("Omid", "list:L:2", True),
        ("Laila", "", True),
    ]
    assert people(taken)[0].household_size == 3
    assert people(taken)[0].facts == {"relation": "wife"}


def test_one_row_a_household_with_members_in_columns() -> None:
    listed = table(
        ["Name of head of household", "Sex", "Phone", "City", "Consent", "Member 1 name",
         "Member 1 sex", "Member 1 age", "Member 2 name", "Member 2 sex", "Member 2 age"],
        ["Farid", "M", "87010000001", "Almaty", "yes", "Zahra", "F", "30", "Omid", "M", "5"],
        ["Laila", "F", "87010000002", "Astana", "yes", None, None, None, None, None, None],
    )
    taken = read(listed)
    found = with_households(taken, "L")
    assert [(one.data.names[0].text, one.head, one.city) for one in found] == [
        ("Farid", True, "almaty"), ("Zahra", False, "almaty"), ("Omid", False, "almaty"),
        ("Laila", True, "astana"),
    ]
    assert len({one.household_ref for one in found[:3]}) == 1
    assert found[0].household_ref.startswith("unit:")
    assert found[3].household_ref == ""
    assert found[1].data.phones == (), "a phone told once is nobody else's"
    assert found[1].consent is not None
    assert there(found[2].data.birth).date == "2017"


def test_a_household_with_one_bad_member_goes_back_whole() -> None:
    listed = table(
        ["Name", "City", "Member 1 name", "Member 1 sex", "Member 2 name", "Member 2 sex"],
        ["Farid", "Almaty", "Zahra", "F", "Omid", "Q"],
        ["Laila", "Almaty", "Nazia", "F", "Amin", "5"],
        ["Karim", "Almaty", "Salma", "F", "Amin", "M"],
    )
    taken = read(listed)
    assert problems(taken) == [(2, "F", "sex-unreadable"), (3, "F", "sex-unreadable")]
    assert [one.person.data.names[0].text for one in taken.candidates] == ["Karim", "Salma", "Amin"]


def test_numbered_questions_are_no_members() -> None:
    listed = table(["1. Name", "2. Father's name", "3. Sex", "4. City"],
                   ["Farid", "Karim", "M", "Almaty"])
    assert set(fields(listed).values()) == {"name", "father", "sex", "city"}
    assert families(read(listed)) == [("Farid", "", True)]


KOBO = ["start", "end", "grp_personal/full_name", "grp_personal/sex", "grp_personal/dob",
        "contact/phone_number", "city", "documents", "documents/passport", "documents/tazkira",
        "consent", "_id", "_uuid", "_submission_time", "_validation_status", "_index"]


def kobo(
    name: str, uuid: str, index: int, verdict: str | None = None, sex: str = "female",
) -> list[Any]:
    return ["2022-08-01T09:00:00", "2022-08-01T09:20:00", name, sex, "1990-05-12",
            "+77010000001", "almaty", "passport tazkira", 1.0, 1.0, "yes", 1000.0 + index, uuid,
            "2022-08-01T09:30:00", verdict, float(index)]


def test_a_kobo_export_is_known_by_its_submissions() -> None:
    taken = read(table(KOBO, kobo("Zahra Karimi", "aaaa-1", 1), kobo("Laila", "aaaa-2", 2)))
    assert [one.source for one in taken.candidates] == ["kobo:aaaa-1", "kobo:aaaa-2"]
    person = people(taken)[0]
    assert (person.sex, person.city, person.data.phones) == ("f", "almaty", ("+77010000001",))
    assert person.data.documents == (), "a choice of a select_multiple is no number"
    assert person.consent.date == "2022-08-01", "the day of the submission"


def test_a_kobo_export_by_labels_is_read_too() -> None:
    listed = table(
        ["What is your full name?", "Gender", "Phone number", "City of residence", "_uuid",
         "_submission_time"],
        ["Zahra Karimi", "Female", "+77010000001", "Almaty", "aaaa-1", "2022-08-01T09:30:00"],
    )
    assert read(listed).candidates[0].source == "kobo:aaaa-1"


def test_a_submission_that_its_reviewer_refused_goes_back() -> None:
    taken = read(table(
        KOBO, kobo("Zahra", "a", 1, "Approved"), kobo("Laila", "b", 2, "Not Approved"),
        kobo("Omid", "c", 3, "On Hold"),
    ))
    assert problems(taken) == [(3, "O", "not-approved"), (4, "O", "not-approved")]


FIRST_SENT, SECOND_SENT = "kobo:#1001@2022-08-01T09:30", "kobo:#1002@2022-08-01T09:30"
"""Homes are called by the server's number and minute, which stay when a submission is edited."""


def test_repeats_on_their_own_sheet_join_their_household() -> None:
    main = table(KOBO, kobo("Farid Ahmadzai", "a", 1, sex="male"), kobo("Laila", "b", 2),
                 sheet="Households")
    repeat = table(
        ["members/name", "members/gender", "members/age", "members/relation", "_index",
         "_parent_table_name", "_parent_index", "_submission__uuid"],
        ["Zahra", "female", 30.0, "wife", 1.0, "Households", 1.0, "a"],
        ["Omid", "male", 5.0, "son", 2.0, "Households", 1.0, "a"],
        ["Nazia", "female", 60.0, "mother", 3.0, "Households", 2.0, "b"],
        sheet="members",
    )
    taken = read(main, repeat)
    found = with_households(taken, "L")
    assert [(one.data.names[0].text, one.household_ref, one.head) for one in found] == [
        ("Farid Ahmadzai", FIRST_SENT, True), ("Zahra", FIRST_SENT, False),
        ("Omid", FIRST_SENT, False), ("Laila", SECOND_SENT, True), ("Nazia", SECOND_SENT, False),
    ]
    assert [one.source_ref for one in found[:3]] == ["kobo:a", "kobo:a/1", "kobo:a/2"]
    assert found[2].city == "almaty"
    assert there(found[2].data.birth).date == "2017"
    assert found[0].household_size == 1, "counted when they are enrolled"


def test_a_bad_repeat_sends_its_whole_submission_back() -> None:
    main = table(KOBO, kobo("Farid", "a", 1, sex="male"), kobo("Laila", "b", 2), sheet="H")
    repeat = table(
        ["name", "gender", "age", "_parent_table_name", "_parent_index"],
        ["Zahra", "female", "grown", "H", 1.0], ["Omid", "male", 5.0, "H", 1.0],
        ["Nazia", "female", 60.0, "H", 2.0], sheet="members",
    )
    taken = read(main, repeat)
    assert [(one.sheet, one.row) for one in taken.problems] == [("members", 2)]
    assert [[sheet for sheet, _ in unit.rows] for unit, _ in taken.rejected] == [[0, 1, 1]]
    assert [one.person.data.names[0].text for one in taken.candidates] == ["Laila", "Nazia"]


def test_a_head_told_above_and_again_among_the_members_is_one_person() -> None:
    main = table(KOBO, kobo("Farid", "a", 1, sex="male"), kobo("Laila", "b", 2), sheet="H")
    repeat = table(
        ["name", "gender", "age", "relation", "_parent_table_name", "_parent_index"],
        ["Zahra", "female", 30.0, "wife", "H", 1.0],
        ["Farid Ahmadzai", "male", 40.0, "head", "H", 1.0],
        ["Laila", "female", 60.0, None, "H", 2.0], sheet="members",
    )
    taken = read(main, repeat)
    found = with_households(taken, "L")
    assert [(one.data.names[0].text, one.head, one.source_ref) for one in found] == [
        ("Farid Ahmadzai", True, "kobo:a"), ("Zahra", False, "kobo:a/1"),
        ("Laila", True, "kobo:b"),
    ]
    assert found[0].data.phones == ("+77010000001",), "what was told above is not lost"


def test_an_odk_export_is_known_by_its_keys() -> None:
    main = table(
        ["SubmissionDate", "household-city", "household-phone", "meta-instanceID", "KEY"],
        ["2022-08-01T10:00:00", "Almaty", "87010000001", "uuid:x1", "uuid:x1"], sheet="main",
    )
    repeat = table(
        ["full_name", "sex", "year_of_birth", "PARENT_KEY", "KEY"],
        ["Zahra", "f", "1990", "uuid:x1", "uuid:x1/members[1]"],
        ["Omid", "m", "2015", "uuid:x1", "uuid:x1/members[2]"], sheet="members",
    )
    taken = read(main, repeat)
    assert [(one.source, one.household, one.head) for one in taken.candidates] == [
        ("kobo:x1/1", "=kobo:x1", True), ("kobo:x1/2", "=kobo:x1", False),
    ]


def test_a_contact_phone_told_above_is_the_heads() -> None:
    main = table(
        ["location-city", "location-address", "contact_phone", "meta-instanceID", "KEY"],
        ["Almaty", "Abay 15", "87010000001", "uuid:x1", "uuid:x1"], sheet="main",
    )
    repeat = table(
        ["full_name", "sex", "year_of_birth", "relation", "PARENT_KEY", "KEY"],
        ["Omid", "m", "2015", "son", "uuid:x1", "uuid:x1/members[1]"],
        ["Zahra", "f", "1990", "head", "uuid:x1", "uuid:x1/members[2]"], sheet="members",
    )
    omid, zahra = people(read(main, repeat))
    assert (omid.data.phones, zahra.data.phones) == ((), ("+77010000001",))
    assert {omid.data.address, zahra.data.address} == {"Abay 15"}


def test_cells_merged_over_a_household_are_told_of_each_of_it() -> None:
    rows: list[list[Any]] = [
        ["HH No", "City", "Phone", "Name", "Age"],
        ["1", "Almaty", "87010000001", "Baryalai", 50.0],
        [None, None, None, "Zarmina", 45.0], [None, None, None, "Omid", "small"],
        ["2", "Astana", "87010000002", "Sher Agha", 40.0],
    ]
    merges = [((1, column), (3, column)) for column in (0, 1, 2)]
    taken = read(table(*rows, merges=merges))
    assert [
        (one.household, one.person.city, one.person.data.phones) for one in taken.candidates
    ] == [
        ("1", "almaty", ("+77010000001",)), ("1", "almaty", ()), ("2", "astana", ("+77010000002",)),
    ]
    assert problems(taken) == [(4, "E", "age-unreadable")]
    [(unit, _)] = taken.rejected
    assert unit.rows[0][1].cells[:2] == ("1", "Almaty"), "it comes back whole"
