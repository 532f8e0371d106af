"""Lists changed in ways that mean nothing: nobody is enrolled otherwise without its being said."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from cbi.base.errors import BadFile
from cbi.enrolment.importing.importing import preview
from cbi.enrolment.values.vocabulary import _file
from cbi.operators.operator_session import OperatorSession
from tests.enrolment.corpus import ENCODINGS, Outcome, corpus, outcome

PEOPLE = [
    {"household": "1", "name": "Omid Popal", "sex": "m", "birth": "12.05.1990", "city": "Almaty",
     "phone": "+77010000001", "relation": "head", "passport": "P0123456", "father": "Karim"},
    {"household": "1", "name": "Sara Noori", "sex": "f", "birth": "25.01.1992", "city": "Almaty",
     "phone": "", "relation": "wife", "passport": "", "father": "Ali"},
    {"household": "2", "name": "Karim Wardak", "sex": "m", "birth": "30.12.1970", "city": "Astana",
     "phone": "+77010000003", "relation": "head", "passport": "P0123458", "father": "Rahim"},
    {"household": "2", "name": "Laila Wardak", "sex": "f", "birth": "28.02.1975", "city": "Astana",
     "phone": "", "relation": "wife", "passport": "", "father": "Omar"},
]
FIELDS = tuple(PEOPLE[0])
SEXES = {"m": ["m", "M", "Male", "мужской", "مرد", "ер", "erkak", "Homme"],
         "f": ["f", "F", "Female", "женский", "زن", "әйел", "ayol", "Femme"]}
HEADS = {"head": ["head", "Head of household", "глава семьи", "سرپرست", "отбасы басшысы"],
         "wife": ["wife", "Spouse", "жена", "همسر", "әйелі"]}
STRANGE = {
    "Next of kin phone": "+77019999999", "City of origin": "Kabul", "Enumerator": "Somebody Else",
    "Nationality": "Afghan", "Date of arrival": "01.02.2021", "needs/phone": "1",
    "Опекун": "Кто Угодно", "Emergency contact name": "Another Person", "Age of child": "3",
    "Sex of interviewer": "M", "Place of birth": "Kabul", "Status": "active",
    "Phone of spouse": "+77019999998", "Date of issue": "01.02.2021", "Прежний город": "Astana",
}
TOTALS = ["Total", "Итого", "مجموع", "Барлығы", "Jami", "Page total"]


def headings_of(field: str) -> list[str]:
    """Every heading that lists are known to give a field, in every language."""
    listed = _file("headings")[field]
    assert isinstance(listed, dict)
    return [phrase for phrases in listed.values() for phrase in phrases]


@st.composite
def changed(draw: st.DrawFn) -> list[list[str]]:
    """The list under other headings, in another order, with rows between that are no people."""
    columns = draw(st.permutations(FIELDS))
    strange = draw(st.lists(st.sampled_from(sorted(STRANGE)), unique=True, max_size=3))
    heading = [draw(st.sampled_from(headings_of(field))) for field in columns] + strange
    if draw(st.booleans()):
        heading = [text.capitalize() for text in heading]
    rows = [heading]
    for person in PEOPLE:
        cells = [
            draw(st.sampled_from(SEXES[person["sex"]])) if field == "sex"
            else draw(st.sampled_from(HEADS[person["relation"]])) if field == "relation"
            else person[field] for field in columns
        ]
        rows.append([*cells, *(STRANGE[one] for one in strange)])
        between = draw(st.sampled_from(["nothing", "nothing", "blank", "total", "heading"]))
        if between == "blank":
            rows.append([""] * len(heading))
        elif between == "total":
            rows.append([draw(st.sampled_from(TOTALS)), "2", *[""] * (len(heading) - 2)])
        elif between == "heading":
            rows.append(heading)
    return rows


@given(rows=changed())
@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_nobody_is_enrolled_otherwise_without_a_word(
    desk: OperatorSession, rows: list[list[str]],
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        try:
            shown = preview(desk, path)
        except BadFile:
            event("refused")
            return
    if shown.questions:
        event("asked")
        return
    unread = {
        one.column for one in shown.notices
        if one.code in ("enrolment.column-unread", "enrolment.column-is-other")
    }
    letters = {one.column: one.heading for one in shown.proposals}
    strange = {heading.casefold() for heading in STRANGE}
    said = [letters[one or ""] for one in unread if letters[one or ""].casefold() not in strange]
    came = [
        (one.data.names[0].text, one.sex, one.data.birth and one.data.birth.date, one.city,
         one.data.phones, one.data.names[0].father, one.head)
        for one in shown.people
    ]
    event("told" if said else "read")
    went_back = [one.code for one in shown.problems]
    assert said or (came, went_back) == (WANTED, []), (
        json.dumps(rows[0], ensure_ascii=False), came, went_back
    )


WANTED = [
    ("Omid Popal", "m", "1990-05-12", "almaty", ("+77010000001",), "Karim", True),
    ("Sara Noori", "f", "1992-01-25", "almaty", (), "Ali", False),
    ("Karim Wardak", "m", "1970-12-30", "astana", ("+77010000003",), "Rahim", True),
    ("Laila Wardak", "f", "1975-02-28", "astana", (), "Omar", False),
]


BY_PLACE = ("m-cards", "m-codes-by-sheet", "n5-form-above")
"""Lists whose labels stand before what they label, or codes before their words."""


@pytest.mark.long
def test_no_list_of_the_corpus_reads_otherwise_with_its_columns_turned_round(
    desk: OperatorSession, tmp_path: Path,
) -> None:
    otherwise = []
    for one in corpus():
        turned = replace(one, name=f"{one.name}-turned", sheets=[
            {**sheet, "rows": [_turned(row, sheet["rows"]) for row in sheet["rows"]]}
            for sheet in one.sheets
        ])
        as_text = one.kind in ("raw", *ENCODINGS) or any(sheet["merges"] for sheet in one.sheets)
        if as_text or one.wanted["outcome"] != "people" or "beside" in one.shape or (
            one.name in BY_PLACE
        ):
            continue  # columns told by their place, or a second table that has to stand second
        came = outcome(desk, turned, tmp_path)
        if came.kind == "people" and (
            _whom(came) != _whom(outcome(desk, one, tmp_path))
        ):
            otherwise.append(one.name)
    assert otherwise == []


def _turned(row: str, rows: list[str]) -> str:
    width = max(len(one.split("|")) for one in rows)
    cells = row.split("|")
    return "|".join(reversed([*cells, *[""] * (width - len(cells))]))


def _whom(came: Outcome) -> list[tuple[list[str], str, str, str, list[str], bool]]:
    """Everybody with what tells them; names of two scripts in any order."""
    return sorted(
        (sorted(one["name"].split(" / ")), one["sex"], one["birth"], one["city"],
         sorted(one["phones"]), one["head"])
        for one in came.people
    )
