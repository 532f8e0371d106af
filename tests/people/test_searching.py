"""Search by anything: a number, a phone, a document, a name in any script, misspelt."""

from typing import Any

import pytest

from cbi.base.errors import NotAllowed, UsageError
from cbi.people.matching import lookup
from cbi.people.matching.searching import search
from cbi.people.persons import enrol
from cbi.people.records.record import BirthDate, NewPerson, PersonalData, WrittenName
from tests.conftest import World
from tests.people.given import CONSENT, somebody, zahra
from tests.rows import all_rows

OTHERS = (
    "Karim Rahimi", "Fariba Noori", "Gul Mohammad Wardak", "Mohammad Reza Karimi",
    "Habib ur Rahman Popal", "Abdul Rahman Safi", "Shakila Amiri", "Omid Haidari",
)


@pytest.fixture
def numbers(world: World) -> dict[str, str]:
    """Zahra among others; beneficiary numbers by name."""
    people = [
        NewPerson(
            data=PersonalData(names=(WrittenName(name),)), city="almaty", consent=CONSENT,
            source_ref=name,
        )
        for name in OTHERS
    ]
    made = enrol(world.session("field1"), [zahra(), *people, *map(somebody, range(30))]).numbers
    return dict(zip(("Zahra Haidari", *OTHERS), made, strict=False))


@pytest.mark.parametrize(
    "asked",
    [
        "Zahra Haidari", "zahra haydari", "زهرا حیدری", "Захра Хайдари", "Haidari Zahra",
        "Zahra", "Zahara Haidary", "Zahra Haidarri", "Zahra Haidavi", "Z. Haidari",
        "+7 701 555 01 42", "8 701 555 0142", "77015550142", "۷۰۱۵۵۵۰۱۴۲", "1399-0502-00123",
        "1399050200123", "۱۳۹۹۰۵۰۲۰۰۱۲۳",
    ],
)
def test_zahra_is_found_first_by(asked: str, world: World, numbers: dict[str, str]) -> None:
    assert search(world.session("field1"), asked)[0].number == numbers["Zahra Haidari"]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("محمدرضا کریمی", "Mohammad Reza Karimi"), ("Mohammadreza Karimi", "Mohammad Reza Karimi"),
        ("حبیب‌الرحمن پوپل", "Habib ur Rahman Popal"), ("Habiburrahman", "Habib ur Rahman Popal"),
        ("عبدالرحمن صافی", "Abdul Rahman Safi"), ("Абдурахман Сафи", "Abdul Rahman Safi"),
        ("گل محمد وردک", "Gul Mohammad Wardak"), ("Gulmohammad Vardak", "Gul Mohammad Wardak"),
        ("Карим Рахими", "Karim Rahimi"), ("Shekila Amiry", "Shakila Amiri"),
    ],
)
def test_a_name_is_found_first_in_another_script_joined_or_misspelt(
    asked: str, name: str, world: World, numbers: dict[str, str],
) -> None:
    assert search(world.session("field1"), asked)[0].number == numbers[name]


def test_a_number_is_read_as_people_say_it(world: World, numbers: dict[str, str]) -> None:
    number = numbers["Karim Rahimi"]
    session = world.session("field1")
    for asked in (number, number.lower(), number.replace("-", " "), number[2:]):
        (hit,) = search(session, asked)
        assert (hit.number, hit.by) == (number, "number")


def test_nobody_is_found_by_what_nobody_has(world: World, numbers: dict[str, str]) -> None:
    session = world.session("field1")
    assert search(session, "+7 777 000 00 00") == []
    assert search(session, "Xqztw") == []


def test_a_search_is_logged_once_without_what_was_asked(
    world: World, numbers: dict[str, str],
) -> None:
    session = world.session("field1")
    before = _reads(world)
    search(session, "Zahra Haidari")
    assert len(_reads(world)) == len(before) + 1
    assert "Zahra" not in str(_reads(world))


def _reads(world: World) -> list[dict[str, Any]]:
    with world.ledger.read() as tx:
        return all_rows(tx, "SELECT * FROM log WHERE action = 'people.read'")


def test_nothing_and_nobodys_right(world: World, numbers: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="nothing-asked"):
        search(world.session("field1"), " -- ")
    with pytest.raises(NotAllowed):
        search(world.session("auditor1"), "Zahra")


@pytest.mark.parametrize(
    "asked",
    ["Mullah Karim Rahimi", "Sheikh Karim Rahimi", "Ustad Karim Rahimi", "Haji Karim Saheb Rahimi",
     "Dr. Karim Rahimi", "Karim Rahimi from Kunduz", "ملا کریم رحیمی", "Qari Karim Rahimi",
     "Maulavi Karim Rahimi", "کریم رحیمی از کندز"],
)
def test_a_title_and_a_place_are_no_names(
    asked: str, world: World, numbers: dict[str, str],
) -> None:
    hit = search(world.session("field1"), asked)[0]
    assert hit.number == numbers["Karim Rahimi"]
    assert not [reason for reason in hit.reasons if reason.bits < 0]


@pytest.fixture
def family(world: World, numbers: dict[str, str]) -> dict[str, str]:
    """A father, his wife and his son, and a namesake of the son: numbers by a word for each."""
    told = {
        "father": ("Toryalai Zadran", "Baryalai", "1960"),
        "wife": ("Spozhmai Toryalai", "", "1965"),
        "son": ("Wais Zadran", "Toryalai", "1990"), "other": ("Wais Zadran", "Gulab", "1970"),
    }
    people = [
        NewPerson(
            data=PersonalData(names=(WrittenName(name, father),),
                              birth=BirthDate(year, year, "year")),
            city="almaty", consent=CONSENT, source_ref=word,
        )
        for word, (name, father, year) in told.items()
    ]
    return dict(zip(told, enrol(world.session("field1"), people).numbers, strict=True))


def test_a_person_comes_before_their_children(world: World, family: dict[str, str]) -> None:
    found = [hit.number for hit in search(world.session("field1"), "Toryalai")]
    assert found[0] == family["father"]
    assert found.index(family["father"]) < found.index(family["son"])


@pytest.mark.parametrize(
    ("asked", "who"),
    [
        ("Wais Zadran son of Toryalai", "son"), ("Wais Zadran s/o Gulab", "other"),
        ("Wais Zadran 1990", "son"), ("Wais Zadran 1970", "other"), ("Wais Zadran ۱۳۶۹", "son"),
        ("وایس ځدران ولد گلاب", "other"), ("Вайс Задран, 1990 г.", "son"),
        ("Spozhmai wife of Toryalai", "wife"),
    ],
)
def test_a_father_or_a_year_tells_namesakes_apart(
    asked: str, who: str, world: World, family: dict[str, str],
) -> None:
    assert search(world.session("field1"), asked)[0].number == family[who]


@pytest.mark.parametrize(
    ("asked", "name"),
    [("Najibullah Zurmati", "Najib Zurmati"), ("Rahman Sarabi", "Abdul Rahman Sarabi"),
     ("Abdul Karim Nuristani", "Karim Nuristani"), ("Najm Sarabi", "Najmuddin Sarabi"),
     ("Khoja Zurmati", "Khwaja Zurmati"), ("Zebunnisa", "زیب النساء"),
     ("Celal Zurmati", "Jalal Zurmati")],
)
def test_another_form_of_a_name_finds_it(
    asked: str, name: str, world: World, numbers: dict[str, str],
) -> None:
    session = world.session("field1")
    made = enrol(session, [NewPerson(
        data=PersonalData(names=(WrittenName(name),)), city="almaty", consent=CONSENT,
        source_ref=name,
    )]).numbers
    assert search(session, asked)[0].number == made[0]


def test_a_word_that_too_many_have_asks_for_more(
    world: World, numbers: dict[str, str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = world.session("field1")
    monkeypatch.setattr(lookup, "POSTINGS_MAX", 20)
    with pytest.raises(UsageError, match="too-many"):
        search(session, "Wali")
    assert search(session, "Karim Rahimi")[0].number == numbers["Karim Rahimi"]
    assert search(session, "Xqztw") == []
