"""Search by anything: a number, a phone, a document, a name in any script, misspelt."""

import pytest

from cbi.base.errors import NotAllowed, UsageError
from cbi.people.matching.searching import search
from cbi.people.persons import enrol
from cbi.people.records.record import NewPerson, PersonalData, WrittenName
from tests.people.given import CONSENT, somebody, zahra

OTHERS = (
    "Karim Rahimi", "Fariba Noori", "Gul Mohammad Wardak", "Mohammad Reza Karimi",
    "Habib ur Rahman Popal", "Abdul Rahman Safi", "Shakila Amiri", "Omid Haidari",
)


@pytest.fixture
def numbers(world):
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
def test_zahra_is_found_first_by(asked, world, numbers):
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
def test_a_name_is_found_first_in_another_script_joined_or_misspelt(asked, name, world, numbers):
    assert search(world.session("field1"), asked)[0].number == numbers[name]


def test_a_number_is_read_as_people_say_it(world, numbers):
    number = numbers["Karim Rahimi"]
    session = world.session("field1")
    for asked in (number, number.lower(), number.replace("-", " "), number[2:]):
        (hit,) = search(session, asked)
        assert (hit.number, hit.by) == (number, "number")


def test_nobody_is_found_by_what_nobody_has(world, numbers):
    session = world.session("field1")
    assert search(session, "+7 777 000 00 00") == []
    assert search(session, "Xqztw") == []


def test_a_search_is_logged_once_without_what_was_asked(world, numbers):
    session = world.session("field1")
    before = _reads(world)
    search(session, "Zahra Haidari")
    assert len(_reads(world)) == len(before) + 1
    assert "Zahra" not in str(_reads(world))


def _reads(world):
    with world.ledger.read() as tx:
        return tx.rows("SELECT * FROM log WHERE action = 'people.read'")


def test_nothing_and_nobodys_right(world, numbers):
    with pytest.raises(UsageError, match="nothing-asked"):
        search(world.session("field1"), " -- ")
    with pytest.raises(NotAllowed):
        search(world.session("auditor1"), "Zahra")
