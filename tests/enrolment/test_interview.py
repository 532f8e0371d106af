"""An interview's answers: every script, every dress, each refused at once where it cannot be."""

from datetime import date

import pytest

from cbi.base.errors import CbiError, NotFound, UsageError
from cbi.enrolment.interview import Interview, corrected, written
from cbi.people.records.record import BirthDate, Document, PersonalData, WrittenName
from cbi.places import Alias, City, CityReader
from tests.countries import KZ
from tests.there import there

CITIES = CityReader([
    City("almaty", {"en": "Almaty", "ru": "Алматы", "fa": "آلماتی"}),
    City("astana", {"en": "Astana", "ru": "Астана"}, aliases=(
        Alias("Nur-Sultan", "en", "2019-03-23", "2022-09-17"),
    )),
])
DAY = date(2022, 8, 20)


@pytest.fixture
def interview() -> Interview:
    return Interview(CITIES, DAY, KZ)


def test_answers_make_a_person(interview: Interview) -> None:
    for question, text in (
        ("name", " Zahra  Haidari "), ("other-name", "زهرا حیدری"), ("father", "محمد نبی"),
        ("birth", "۱۲ ثور ۱۳۶۹"), ("sex", "زن"), ("document", "passport p 1234567"),
        ("phone", "8 701 555 01 42"), ("city", "nur sultan"), ("language", "fa"),
        ("household-size", "۴"), ("consent", "thumbprint"),
    ):
        interview.answer(question, text)
    person = interview.person(consent_version="2022-1", source="form:1")
    assert person.data.names == (
        WrittenName("Zahra Haidari", "", "Latn"), WrittenName("زهرا حیدری", "محمد نبی", "Arab"),
    )
    assert person.data.birth == BirthDate("۱۲ ثور ۱۳۶۹", "1990-05-02", "day", "solar-hijri")
    assert person.data.documents == (Document("passport", "P1234567", "p 1234567"),)
    assert person.data.phones == ("+77015550142",)
    assert (person.city, person.sex, person.language, person.household_size) == (
        "astana", "f", "fa", 4
    )
    assert (person.head, person.household_ref, person.source_ref) == (True, "", "form:1")
    assert person.consent is not None
    assert (person.consent.way, person.consent.version, person.consent.date) == (
        "thumbprint", "2022-1", "2022-08-20"
    )


@pytest.mark.parametrize(("question", "text", "error"), [
    ("name", "  ", UsageError), ("name", "123", UsageError), ("birth", "soon", UsageError),
    ("birth", "2031", UsageError), ("sex", "tall", UsageError), ("document", "none at hand", None),
    ("document", "passport", UsageError), ("phone", "12", UsageError), ("city", "Paris", NotFound),
    ("language", "", UsageError), ("household-size", "many", UsageError),
    ("household-size", "100", UsageError), ("consent", "", UsageError),
    ("consent", "perhaps", UsageError),
])  # fmt: skip
def test_an_answer_that_cannot_be_is_refused_and_nothing_is_kept(
    interview: Interview, question: str, text: str, error: type[CbiError] | None,
) -> None:
    if error is None:
        with pytest.raises(UsageError):
            interview.answer(question, text)
        return
    with pytest.raises(error):
        interview.answer(question, text)
    assert question not in interview.answered
    assert interview.data() == PersonalData(names=())


@pytest.mark.parametrize(("text", "date_", "precision"), [
    ("34", "1988", "estimated"), ("1990", "1990", "year"), ("۱۳۶۹", "1990", "year"),
    ("02.05.1990", "1990-05-02", "day"), ("1990-05", "1990-05", "month"),
])  # fmt: skip
def test_a_birth_is_a_date_a_month_a_year_or_an_age(
    interview: Interview, text: str, date_: str, precision: str,
) -> None:
    interview.answer("birth", text)
    birth = there(interview.data().birth)
    assert (birth.date, birth.precision) == (date_, precision)


def test_a_misspelt_city_names_the_likeliest(interview: Interview) -> None:
    with pytest.raises(NotFound) as refused:
        interview.answer("city", "Almatty")
    assert refused.value.code == "people.city-near"
    assert refused.value.facts["near"] == "almaty"


@pytest.mark.parametrize(("text", "way"), [
    ("signature", "signature"), ("подпись", "signature"), ("شصت", "thumbprint"), ("no", ""),
    ("yes", "spoken"),
])  # fmt: skip
def test_consent_is_a_way_or_no(interview: Interview, text: str, way: str) -> None:
    interview.answer("consent", text)
    interview.language = "fa"
    consent = interview.person(consent_version="1").consent
    assert (consent.way if consent else "") == way


def test_what_is_not_known_is_left_out(interview: Interview) -> None:
    interview.answer("name", "Zahra")
    for question in ("other-name", "father", "birth", "sex", "document", "phone"):
        interview.answer(question, "")
    assert interview.data() == PersonalData(names=(WrittenName("Zahra"),))


def test_a_member_of_a_household_that_is_there_is_no_head(interview: Interview) -> None:
    interview.answer("name", "Zahra")
    person = interview.person(consent_version="1", household="H-104-226-518")
    assert (person.head, person.household_ref) == (False, "number:H-104-226-518")


def test_two_spellings_in_one_script_are_both_kept() -> None:
    made = written(["Zahra", "Zohra", "Захра"], ["Nabi", "Наби"])
    assert [(name.text, name.father) for name in made] == [
        ("Zahra", "Nabi"), ("Zohra", ""), ("Захра", "Наби")
    ]


def test_a_correction_replaces_what_was_said_and_nothing_else(interview: Interview) -> None:
    before = PersonalData(
        names=(WrittenName("Zahra", "Nabi"), WrittenName("Zohra"),
               WrittenName("زهرا", "نبی", "Arab")),
        birth=BirthDate("1990", "1990", "year"), documents=(Document("iin", "900101300007"),),
        phones=("+77015550142",), address="Abay 7", notes="x",
    )
    assert corrected(before, interview) == before
    interview.answer("name", "Захра")
    interview.answer("name", "Zahraa")
    interview.answer("father", "نبي")
    interview.answer("phone", "8 701 555 01 43")
    after = corrected(before, interview)
    assert after.names == (
        WrittenName("Zahraa", "Nabi"), WrittenName("Zohra"), WrittenName("زهرا", "نبي", "Arab"),
        WrittenName("Захра", "", "Cyrl"),
    )
    assert after.phones == ("+77015550143",)
    assert (after.birth, after.documents, after.address) == (
        before.birth, before.documents, before.address
    )


def test_an_interview_prints_as_stars(interview: Interview) -> None:
    interview.answer("name", "Zahra")
    assert repr(interview) == "Interview(***)"
