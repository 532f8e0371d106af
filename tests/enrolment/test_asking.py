"""What a list leaves open is asked, answers are kept, and no cell becomes a heading kept."""

import json
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import Font

from cbi.base.errors import UsageError
from cbi.enrolment.importing.importing import carry_out, preview
from cbi.operators.operator_session import OperatorSession
from tests.enrolment.corpus import brought, corpus
from tests.rows import all_rows

MEMBERS = ["HH No,Full name,City", "1,Omid Popal,Almaty", ",Sara Noori,Almaty",
           "2,Karim Wardak,Astana"]


def written(folder: Path, *lines: str, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_an_open_question_enrols_nobody_until_it_is_answered(
    desk: OperatorSession, tmp_path: Path,
) -> None:
    path = written(tmp_path, *MEMBERS)
    with pytest.raises(UsageError) as refused:
        carry_out(desk, preview(desk, path))
    assert refused.value.code == "enrolment.unanswered"
    above = preview(desk, path, mapping={"members": "=above"})
    assert len({one.household_ref for one in above.people}) == 2
    apart = preview(desk, path, mapping={"members": "=apart"})
    assert [one.head for one in apart.people] == [True, True, True]
    with pytest.raises(UsageError, match="above, apart"):
        preview(desk, path, mapping={"members": "=perhaps"})


def test_an_answer_is_remembered_with_its_mapping(desk: OperatorSession, tmp_path: Path) -> None:
    path = written(tmp_path, *MEMBERS)
    shown = preview(desk, path, mapping={"members": "=above"}, mapping_name="families")
    carry_out(desk, shown)
    longer = written(tmp_path, *MEMBERS, ",Laila Wardak,Astana", name="longer.csv")
    again = preview(desk, longer)
    assert again.mapping_name == "families"
    assert not again.questions
    assert (again.known_count, again.new_count) == (3, 1)


def test_no_word_of_a_list_is_kept_that_may_be_somebodys(
    desk: OperatorSession, tmp_path: Path,
) -> None:
    path = written(
        tmp_path, "Full name,City,Abdul Qadir Secret", "Omid Popal,Almaty,yes", "Sara,Almaty,no"
    )
    shown = preview(desk, path, mapping={"notes": "=Somebody's own words"}, mapping_name="odd")
    carry_out(desk, shown)
    with desk.ledger.read() as tx:
        kept = [row["mapping"] for row in all_rows(tx, "SELECT mapping FROM column_mapping")]
        kept += [row["mapping"] for row in all_rows(tx, "SELECT mapping FROM import_run")]
    assert len(kept) == 2
    for mapping in kept:
        assert "secret" not in mapping.casefold()
        assert "own words" not in mapping
        assert json.loads(mapping)["fullname"] == "name"


def test_a_letter_means_the_column_and_a_sheet_may_stand_before_it(
    desk: OperatorSession, tmp_path: Path,
) -> None:
    path = written(tmp_path, "Name,C,Town", "Omid Popal,Almaty,Astana")
    letter = preview(desk, path, mapping={"city": "C"})
    assert [one.city for one in letter.people] == ["astana"]
    heading = preview(desk, path, mapping={"city": "c"})
    assert [one.city for one in heading.people] == ["almaty"]


def test_an_edited_submission_is_known_by_its_first_version(
    desk: OperatorSession, tmp_path: Path,
) -> None:
    head = "full_name,city,phone,meta/rootUuid,_id,_uuid,_submission_time"
    first = written(tmp_path, head,
                    "Omid Popal,almaty,+77010000001,uuid:r-1,1,r-1,2022-08-10T10:00:00")
    carry_out(desk, preview(desk, first))
    edited = written(tmp_path, head, "Omid Popal,almaty,+77010000002,uuid:r-1,1,r-9,"
                     "2022-08-10T10:00:00", name="edited.csv")
    shown = preview(desk, edited)
    assert (shown.known_count, shown.new_count) == (1, 0)


def test_nobody_who_is_said_to_be_no_head_becomes_one(
    desk: OperatorSession, tmp_path: Path,
) -> None:
    path = written(
        tmp_path, "HH No,Full name,Head of household,Sex,City", "1,Omid Popal,yes,what,Almaty",
        "1,Sara Noori,no,f,Almaty", "2,Karim Wardak,yes,m,Almaty",
    )
    shown = preview(desk, path)
    assert [one.data.names[0].text for one in shown.people] == ["Karim Wardak"]
    assert {one.code for one in shown.problems} == {
        "enrolment.sex-unreadable", "enrolment.household-headless",
    }


GONE = ["HH No,Full name,City,Status,Notes", "1,Omid Popal,Almaty,Died,",
        ",Sara Popal,Almaty,Active,", "2,Karim Wardak,Astana,Active,moved to Almaty",
        "3,Laila Wardak,Astana,Active,left hand lost"]


def test_who_is_gone_is_asked_about_and_left_out_without_moving_anybody_into_another_home(
    desk: OperatorSession, tmp_path: Path,
) -> None:
    path = written(tmp_path, *GONE)
    asked = preview(desk, path)
    question = next(one for one in asked.questions if one.code == "enrolment.ask-status")
    assert (question.facts["count"], question.facts["values"]) == (2, "Died: 1")
    answers = {"members": "=above", "status": "=leave"}
    left = preview(desk, path, mapping=answers)
    assert [one.data.names[0].text for one in left.people] == ["Sara Popal", "Laila Wardak"]
    assert len({one.household_ref for one in left.people}) == 2
    assert left.skipped["status"] == 2
    taken = preview(desk, path, mapping={**answers, "status": "=take"})
    assert taken.new_count == 4


def test_who_is_enrolled_of_mothers_and_children_has_what_is_theirs(
    desk: OperatorSession, tmp_path: Path,
) -> None:
    path = written(
        tmp_path,
        "Child's name,Child's sex,Child's date of birth,Birth certificate No,Mother's name,"
        "Mother's date of birth,Mother's passport / tazkira,Mother's phone,Husband's name,City",
        "Idris,M,2021-12-31,BC-121914,Sara Noori,1986-03-28,P01234567,+77015551001,Omid,Almaty",
        "Hosna,F,2021-11-02,BC-080209,Laila Safi,2001-05-17,P01234568,+77015551002,Karim,Almaty",
    )
    assert [one.code for one in preview(desk, path).questions] == ["enrolment.ask-column"]

    def read(whose: str) -> list[tuple[object, ...]]:
        shown = preview(desk, path, mapping={"name": f"{whose} name"})
        assert not shown.questions
        return [
            (one.data.names[0].text, one.sex, one.data.birth and one.data.birth.date,
             one.data.phones, [document.number for document in one.data.documents])
            for one in shown.people
        ]

    assert read("Mother's") == [
        ("Sara Noori", "f", "1986-03-28", ("+77015551001",), ["P01234567"]),
        ("Laila Safi", "f", "2001-05-17", ("+77015551002",), ["P01234568"]),
    ]
    assert read("Child's") == [
        ("Idris", "m", "2021-12-31", (), ["BC121914"]),
        ("Hosna", "f", "2021-11-02", (), ["BC080209"]),
    ]


def test_dates_that_a_spreadsheet_turned_are_turned_back_or_kept(
    desk: OperatorSession, tmp_path: Path,
) -> None:
    one = next(one for one in corpus() if one.name == "n4-turned-dates")
    path = brought(one, tmp_path)

    def births(answer: str) -> list[str]:
        shown = preview(desk, path, mapping={"turned-dates": f"={answer}"})
        assert not shown.questions
        return [one.data.birth.date for one in shown.people if one.data.birth]

    assert births("turn") == [
        "1975-04-03", "1983-02-11", "1991-06-06", "2003-03-25", "1996-04-22", "1966-12-13",
    ]
    assert births("keep")[:2] == ["1975-03-04", "1983-11-02"]


def test_columns_without_headings_are_answered_by_the_names_they_are_asked_by(
    desk: OperatorSession, tmp_path: Path,
) -> None:
    path = written(
        tmp_path, "Omid Popal,m,12.05.1990,87015551001,Almaty,4,yes",
        "Sara Noori,f,02.01.1985,87015551002,Astana,1,yes",
    )
    asked = preview(desk, path).questions
    assert {one.facts["heading"] for one in asked} == {"Column F", "Column G"}
    shown = preview(desk, path, mapping={"household-size": "Column F", "consent": "-"})
    assert not shown.questions
    assert [(one.household_size, one.consent) for one in shown.people] == [(4, None), (1, None)]
    assert preview(desk, path, mapping={"household-size": "-", "consent": "-"}).people


def test_names_that_are_struck_through_are_asked_about(
    desk: OperatorSession, tmp_path: Path,
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Name", "Sex", "City"], ["Omid Popal", "M", "Almaty"],
                ["Sara Noori", "F", "Astana"], ["Karim Safi", "M", "Almaty"]):
        sheet.append(row)
    sheet["A3"].font = Font(strike=True)
    sheet["C4"].font = Font(strike=True)  # a city struck out says nothing of the person
    path = tmp_path / "list.xlsx"
    book.save(path)
    asked = preview(desk, path).questions
    assert [(one.code, one.facts["count"], one.row) for one in asked] == [
        ("enrolment.ask-struck-rows", 1, 3)
    ]
    left = preview(desk, path, mapping={"struck-rows": "=leave"})
    assert [one.data.names[0].text for one in left.people] == ["Omid Popal", "Karim Safi"]
    assert left.skipped == {"struck": 1}
    assert len(preview(desk, path, mapping={"struck-rows": "=take"}).people) == 3


def test_that_all_are_women_can_be_denied(desk: OperatorSession, tmp_path: Path) -> None:
    path = written(tmp_path, "Mother's name,Age,City", "Sara Noori,29,Almaty")
    assert [one.sex for one in preview(desk, path).people] == ["f"]
    assert [one.sex for one in preview(desk, path, mapping={"sex": "-"}).people] == [""]
