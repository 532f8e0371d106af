"""Reading personal data: by whom, what for, and what happens when it cannot be opened."""

from dataclasses import replace

import pytest

from cbi.base.errors import NotAllowed, NotFound, Unusable, UsageError
from cbi.operators.keyring import make_keyring
from cbi.operators.log import LogLine, entries
from cbi.people.matching.duplicates import find_duplicates
from cbi.people.persons import (
    Person,
    enrol,
    erase,
    facts_of,
    people,
    unseal,
)
from cbi.people.records.record import Document, PersonalData, WrittenName
from cbi.people.records.sealing import cipher
from tests.conftest import World
from tests.people.given import ZAHRA, holders, somebody, zahra
from tests.rows import all_rows


@pytest.fixture
def number(world: World) -> str:
    return enrol(world.session("field1"), [zahra()]).numbers[0]


def reads(world: World) -> list[LogLine]:
    with world.ledger.read() as tx:
        return entries(tx, action="people.read")


@pytest.mark.parametrize("name", ["cashier1", "finance1", "auditor1", "admin1"])
def test_whoever_need_not_read_personal_data_cannot(world: World, number: str, name: str) -> None:
    session = world.session(name)
    with pytest.raises(NotAllowed):
        unseal(session, [number], purpose="curiosity")
    with pytest.raises(NotAllowed):
        find_duplicates(session, ZAHRA)
    assert reads(world) == []


def test_every_reading_is_one_line_with_its_purpose(world: World, number: str) -> None:
    others = enrol(world.session("field1"), [somebody(1), somebody(2)]).numbers
    unseal(world.session("manager1"), [number], purpose="show")
    unseal(world.session("field2"), others, purpose="distribution list")
    told = [(line.operator, line.object, line.detail) for line in reversed(reads(world))]
    assert told == [
        ("manager1", number, {"people": 1, "purpose": "show"}),
        ("field2", "people", {"people": 2, "purpose": "distribution list"}),
    ]


def test_a_reading_without_a_purpose_is_refused(world: World, number: str) -> None:
    with pytest.raises(UsageError, match="purpose-missing"):
        unseal(world.session("field1"), [number], purpose=" ")


def test_people_come_in_the_order_asked_for_and_once(world: World, number: str) -> None:
    others = enrol(world.session("field1"), [somebody(1), somebody(2)]).numbers
    asked = [others[1], number, others[0], number]
    found = unseal(world.session("field1"), asked, purpose="test")
    assert list(found) == [others[1], number, others[0]]


def test_nobody_is_opened_if_one_of_them_is_unknown(world: World, number: str) -> None:
    with pytest.raises(NotFound, match="person-unknown"):
        unseal(world.session("field1"), [number, "B-000-000-000"], purpose="test")


def test_facts_in_the_clear_are_there_for_whoever_types_the_number_kindly(
    world: World, number: str,
) -> None:
    with world.ledger.read() as tx:
        assert facts_of(tx, number.replace("-", " ").lower()).number == number
        with pytest.raises(NotFound, match="person-unknown"):
            facts_of(tx, "B-000-000-000")


def test_people_are_listed_by_city_approval_status_and_list(world: World, number: str) -> None:
    enrol(world.session("field1"), [somebody(1, city="astana")], list_hash="ef" * 32)
    with world.ledger.read() as tx:
        assert len(people(tx)) == 2
        assert [one.city for one in people(tx, city="astana")] == ["astana"]
        assert [one.city for one in people(tx, list_hash="efef")] == ["astana"]
        assert people(tx, approved=True) == []
        assert len(people(tx, approved=False)) == 2
        assert people(tx, status="left") == []
        assert len(people(tx, limit=1)) == 1


def test_another_ledgers_people_key_gives_one_clear_line(world: World, number: str) -> None:
    other = make_keyring(world.keys.ledger_id, world.entropy)
    world.keys = replace(world.keys, keys={**world.keys.keys, "people": other.need("people")})
    with pytest.raises(Unusable) as refused:
        unseal(world.session("field1"), [number], purpose="test")
    assert refused.value.code == "people.key-unopened"
    assert refused.value.facts["number"] == number


def test_a_tills_keyring_opens_no_name(world: World, number: str) -> None:
    world.keys = replace(world.keys, keys={"lookup": world.keys.need("lookup")})
    with pytest.raises(Unusable, match="key-missing"):
        unseal(world.session("field1"), [number], purpose="test")


def test_a_corrupted_record_gives_one_clear_line(world: World) -> None:
    """Two records that were swapped behind the program's back: neither opens for the other."""
    session = world.session("field1")
    numbers = enrol(session, [zahra(), somebody(1)]).numbers
    with world.ledger.read() as tx:
        sealed = tx.value(
            "SELECT sealed FROM person_version WHERE person = :number", number=numbers[0]
        )
    with world.ledger.write() as tx:
        tx.insert("person_version", [{
            "person": numbers[1], "version": 2, "sealed": bytes(sealed), "made_by": "x",
            "made_at": 1,
        }])
        tx.run("UPDATE person SET version = 2 WHERE number = :number", number=numbers[1])
    with pytest.raises(Unusable) as refused:
        unseal(session, [numbers[1]], purpose="test")
    assert refused.value.code == "people.record-damaged"
    assert refused.value.facts["number"] == numbers[1]
    assert unseal(session, [numbers[0]], purpose="test")


def test_a_person_whose_key_is_gone_but_who_was_not_erased_is_named(
    world: World, number: str,
) -> None:
    with world.vault.write() as tx:
        tx.run("DELETE FROM person_key WHERE person = :number", number=number)
    with pytest.raises(Unusable, match=r"people\.key-missing"):
        unseal(world.session("field1"), [number], purpose="test")


def test_the_erased_are_left_out(world: World, number: str) -> None:
    other = enrol(world.session("field1"), [somebody(1)]).numbers[0]
    erase(world.session("admin1"), number, "asked for it")
    assert list(unseal(world.session("field1"), [number, other], purpose="test")) == [other]


def test_an_opened_person_prints_as_stars(world: World, number: str) -> None:
    person = unseal(world.session("field1"), [number], purpose="test")[number]
    assert isinstance(person, Person)
    assert repr(person) == f"Person({number!r}, 'almaty', ***)"


def test_the_same_document_or_phone_is_found_with_nothing_opened(world: World, number: str) -> None:
    enrol(world.session("field1"), [somebody(1)])
    session = world.session("field1")
    named = PersonalData(names=(WrittenName("Somebody Else"),))
    document = Document("tazkira", "1399050200123")
    assert holders(session, replace(named, documents=(document,))) == [number]
    assert holders(session, replace(named, phones=("+77015550142",))) == [number]
    assert holders(session, ZAHRA) == [number]
    assert holders(session, replace(named, phones=("+77010000009",))) == []
    assert reads(world) == []


def test_no_two_people_are_sealed_with_the_same_key_or_nonce(world: World) -> None:
    numbers = enrol(world.session("field1"), [somebody(number) for number in range(20)]).numbers
    with world.vault.read() as tx:
        wrapped = [bytes(row["wrapped"]) for row in all_rows(tx, "SELECT wrapped FROM person_key")]
    with world.ledger.read() as tx:
        sealed = [bytes(row["sealed"]) for row in all_rows(tx, "SELECT sealed FROM person_version")]
    people_cipher = cipher(world.keys.need("people"))
    assert len({one[:12] for one in wrapped + sealed}) == 40
    assert len({len(one) for one in sealed}) == 1
    assert len(numbers) == 20
    with world.vault.read() as tx:
        rows = all_rows(tx, "SELECT person, wrapped FROM person_key")
    keys = {
        people_cipher.decrypt(
            bytes(row["wrapped"])[:12], bytes(row["wrapped"])[12:],
            b"cbi key\x1f" + row["person"].encode(),
        )
        for row in rows
    }
    assert len(keys) == 20
