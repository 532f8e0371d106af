"""Enrolling a list: all or nothing, once, into households, sealed."""

from dataclasses import replace
from typing import Any

import pytest

from cbi.base.clock import DAY_US
from cbi.base.errors import CbiError, NotAllowed, NotFound, Unusable
from cbi.operators.log import entries
from cbi.operators.operator_session import OperatorSession
from cbi.people.persons import enrol, facts_of, household, known_sources, people, unseal
from cbi.people.records import gathering
from cbi.people.records.keys import search_keys
from cbi.people.records.record import BirthDate, PersonalData, WrittenName
from cbi.people.records.sealing import hasher
from cbi.people.records.vault import Posting, add_postings
from cbi.people.registration import enrolling
from cbi.storage.database import Database
from cbi.storage.sqlite import SqliteDatabase
from cbi.storage.transactions import WriteTransaction
from tests.conftest import World
from tests.people.given import CONSENT, SECRETS, ZAHRA, holders, somebody, zahra


def count(database: Database, table: str) -> int:
    with database.read() as tx:
        return int(tx.value(f"SELECT count(*) FROM {table}"))


def keyed(world: World) -> set[str]:
    """Whoever has a key in the vault."""
    with world.vault.read() as tx:
        return {person for (person,) in tx.tuples("SELECT person FROM person_key")}


def test_a_person_is_enrolled_and_read_back_as_given(world: World) -> None:
    result = enrol(world.session("field1"), [zahra()], list_hash="ab" * 32)
    (number,) = result.numbers
    assert result.known == frozenset()
    person = unseal(world.session("field2"), [number], purpose="test")[number]
    assert person.data == ZAHRA
    assert (person.city, person.sex, person.language, person.status) == (
        "almaty", "f", "fa", "active"
    )
    assert (person.head, person.household_size, person.birth_year) == (True, 4, 1990)
    assert (person.facts, person.source) == ({"Occupation": "tailor"}, "Kobo-7788")
    with world.ledger.read() as tx:
        facts = facts_of(tx, number)
        assert (facts.consent, facts.approved_by, facts.enrolled_by) == (True, None, "field1")
        assert facts.list_hash == "ab" * 32


def test_enrolling_the_same_rows_again_enrols_nobody(world: World) -> None:
    session = world.session("field1")
    first = enrol(session, [zahra(), somebody(1)])
    again = enrol(session, [somebody(1), zahra(), somebody(2)])
    assert again.numbers[:2] == first.numbers[::-1]
    assert again.known == {0, 1}
    assert count(world.ledger, "person") == 3
    assert count(world.vault, "person_key") == 3


def test_a_row_that_stands_twice_in_a_list_is_enrolled_once(world: World) -> None:
    result = enrol(world.session("field1"), [somebody(1), somebody(2), somebody(1)])
    assert result.numbers[0] == result.numbers[2]
    assert result.known == {2}
    assert count(world.ledger, "person") == 2


def test_rows_without_a_label_are_people_of_their_own(world: World) -> None:
    result = enrol(
        world.session("field1"), [somebody(1, source_ref=""), somebody(1, source_ref="")]
    )
    assert len(set(result.numbers)) == 2


def test_known_rows_are_named_before_anything_is_written(world: World) -> None:
    session = world.session("field1")
    (number,) = enrol(session, [zahra()]).numbers
    assert known_sources(session, ["Kobo-7788", "Kobo-0"]) == {"Kobo-7788": number}


def test_one_label_makes_one_household_in_this_list_and_in_later_ones(world: World) -> None:
    session = world.session("field1")
    first = enrol(session, [
        zahra(), somebody(1, household_ref="kobo:77", head=False, household_size=4),
        somebody(2, household_ref="kobo:78", household_size=1),
    ]).numbers
    later = enrol(session, [
        somebody(number, household_ref="kobo:77", head=True) for number in (3, 4, 5)
    ]).numbers
    with world.ledger.read() as tx:
        family = household(tx, first[0])
        assert set(family.members) == {first[0], first[1], *later}
        assert family.head == first[0]
        assert family.size == 5
        assert household(tx, first[2]).size == 1


def test_whoever_is_no_head_and_names_no_household_heads_none(world: World) -> None:
    (number,) = enrol(world.session("field1"), [somebody(1, head=False)]).numbers
    with world.ledger.read() as tx:
        assert household(tx, number).head is None


@pytest.mark.parametrize(("changed", "code"), [
    ({"city": "nowhere"}, "people.city-unknown"),
    ({"sex": "x"}, "people.sex-unreadable"),
    ({"language": "tlh"}, "people.language-unknown"),
    ({"household_size": 0}, "people.size-impossible"),
    ({"household_size": 100}, "people.size-impossible"),
    ({"data": PersonalData(names=())}, "people.name-missing"),
    ({"data": PersonalData(names=(WrittenName("  "),))}, "people.name-missing"),
    ({"data": replace(ZAHRA, birth=BirthDate("x", "1790-01-01"))}, "people.birth-impossible"),
    ({"data": replace(ZAHRA, birth=BirthDate("x", "2031"))}, "people.birth-impossible"),
    ({"data": replace(ZAHRA, birth=BirthDate("x", "soon"))}, "people.birth-impossible"),
    ({"consent": replace(CONSENT, way="telepathy")}, "people.consent-way-unknown"),
    ({"consent": replace(CONSENT, version=" ")}, "people.consent-version-missing"),
    ({"consent": replace(CONSENT, date="2022-13-01")}, "people.date-unreadable"),
    ({"consent": replace(CONSENT, date="2023-01-01")}, "people.date-ahead"),
    ({"consent": replace(CONSENT, witness="Zahra")}, "people.witness-unknown"),
])  # fmt: skip
def test_one_person_that_cannot_be_keeps_the_whole_list_out(
    world: World, changed: dict[str, Any], code: str,
) -> None:
    with pytest.raises(CbiError) as refused:
        enrol(world.session("field1"), [somebody(1), zahra(**changed)])
    assert refused.value.code == code
    assert count(world.ledger, "person") == 0
    assert count(world.vault, "person_key") == 0


@pytest.mark.parametrize("name", ["cashier1", "finance1", "manager1", "auditor1", "admin1"])
def test_only_field_staff_enrol(world: World, name: str) -> None:
    with pytest.raises(NotAllowed):
        enrol(world.session(name), [zahra()])
    assert count(world.ledger, "person") == 0


def test_a_list_that_fails_on_its_way_leaves_nobody_in_the_ledger(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise NotFound("test.broken")

    monkeypatch.setattr(enrolling, "record_by", broken)
    with pytest.raises(NotFound):
        enrol(world.session("field1"), [zahra(), somebody(1)])
    assert count(world.ledger, "person") == 0
    assert count(world.ledger, "household") == 0
    monkeypatch.undo()
    result = enrol(world.session("field1"), [zahra()])
    assert result.known == frozenset()
    assert count(world.ledger, "person") == 1


def killed(*_: object, **__: object) -> None:
    """Stands where a list ends on its way."""
    raise NotFound("test.killed")


@pytest.mark.parametrize("where", ["cbi.people.registration.enrolling.record_by",
                                   "cbi.people.records.gathering.Gathering.write"])
def test_a_list_typed_again_takes_up_what_it_left_when_it_was_killed(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str,
) -> None:
    """Before people are stored, or before their keyed hashes: what nobody has would count among
    people wherever a name is weighed."""
    session, listed = world.session("field1"), [zahra(), somebody(1), somebody(2)]
    with monkeypatch.context() as patch:
        patch.setattr(where, killed)
        for _ in range(2):
            with pytest.raises(NotFound):
                enrol(session, listed)
    left = keyed(world)
    numbers = enrol(session, listed).numbers
    assert set(numbers) == left
    assert len(left) == 3
    opened = unseal(session, numbers, purpose="test")
    assert [opened[number].data for number in numbers] == [one.data for one in listed]
    assert [holders(session, one.data) for one in listed] == [[number] for number in numbers]


def test_what_a_sweep_might_take_meanwhile_is_not_taken_up(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = world.session("field1")
    with monkeypatch.context() as patch:
        patch.setattr(enrolling, "record_by", killed)
        with pytest.raises(NotFound):
            enrol(session, [zahra()])
    left = keyed(world)
    world.clock.now += DAY_US * 2 // 3
    assert not left & set(enrol(session, [zahra()]).numbers)


def test_an_upload_overtaken_by_the_same_upload_enrols_nobody_twice(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody enrols the same row between the vault and the turn."""
    honest, done = enrolling._fill_vault, list[Any]()

    def overtaken(session: OperatorSession, ready: Any, progress: Any) -> None:
        honest(session, ready, progress)
        if not done:
            done.append(True)
            done.extend(enrol(world.session("field2"), [zahra()]).numbers)

    monkeypatch.setattr(enrolling, "_fill_vault", overtaken)
    result = enrol(world.session("field1"), [zahra(), somebody(1)])
    assert result.numbers[0] == done[1]
    assert result.known == {0}
    assert count(world.ledger, "person") == 2
    assert count(world.vault, "person_key") == 2
    opened = unseal(world.session("field1"), result.numbers, purpose="test")
    assert [opened[number].data for number in result.numbers] == [ZAHRA, somebody(1).data]


def test_an_upload_overtaken_by_one_with_keys_of_its_own_gives_up_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both had looked before either had written."""
    honest, done = enrolling._fill_vault, list[Any]()

    def overtaken(session: OperatorSession, ready: Any, progress: Any) -> None:
        if not done:
            done.append(True)
            done.extend(enrol(world.session("field2"), [zahra()]).numbers)
        honest(session, ready, progress)

    monkeypatch.setattr(enrolling, "_fill_vault", overtaken)
    result = enrol(world.session("field1"), [zahra()])
    assert result.numbers == (done[1],)
    assert count(world.vault, "person_key") == 1
    assert unseal(world.session("field1"), result.numbers, purpose="test")[done[1]].data == ZAHRA


def test_the_log_names_how_many_and_nobody(world: World) -> None:
    enrol(world.session("field1"), [zahra(), somebody(1)], list_hash="cd" * 32)
    with world.ledger.read() as tx:
        (line,) = entries(tx, action="people.enrol")
    assert line.object == "cd" * 32
    assert line.detail == {"people": 2, "known": 0}


def test_progress_hears_how_many_have_keys(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolling, "SLICE", 3)
    monkeypatch.setattr(enrolling, "TOLD_EVERY", 2)
    heard: list[int] = []
    enrol(world.session("field1"), [somebody(number) for number in range(5)], progress=heard.append)
    assert heard == [0, 2, 4, 5]


def test_a_lists_keyed_hashes_are_written_in_the_order_of_their_table(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A page of the table is written in one transaction, or in two that follow each other."""
    monkeypatch.setattr(gathering, "WRITTEN", 10)
    monkeypatch.setattr(enrolling, "SLICE", 2)
    written = list[list[Posting]]()

    def kept(tx: WriteTransaction, rows: list[Posting]) -> None:
        written.append(sorted(rows))
        add_postings(tx, rows)

    monkeypatch.setattr("cbi.people.records.gathering.add_postings", kept)
    numbers = enrol(world.session("field1"), [somebody(number) for number in range(5)]).numbers
    assert len(written) > 2
    hashes = [row.key_hash for rows in written for row in rows]
    assert hashes == sorted(hashes)
    hashed = hasher(world.session("field1").keys.need("people"))
    wanted = {
        Posting(hashed(kind, value), number, kind)
        for number, person in zip(numbers, map(somebody, range(5)), strict=True)
        for kind, value in search_keys(person.data)
    }
    with world.vault.read() as vault:
        kept_there = set(vault.read(Posting, "SELECT key_hash, person, kind FROM posting"))
    assert wanted <= {row for rows in written for row in rows} <= {
        Posting(bytes(row.key_hash), row.person, row.kind) for row in kept_there
    }


def test_an_empty_list_enrols_nobody(world: World) -> None:
    assert enrol(world.session("field1"), []).numbers == ()
    with world.ledger.read() as tx:
        assert people(tx) == []


def test_no_name_phone_or_document_stands_in_any_file_in_the_clear(world: World) -> None:
    if not isinstance(world.ledger, SqliteDatabase):
        pytest.skip("the files are the server's")
    enrol(world.session("field1"), [zahra()])
    with pytest.raises(AssertionError, match="Zahra"):
        assert_secret(b"..Zahra..")  # the scan sees what it looks for
    read = 0
    for path in world.folder.iterdir():
        assert_secret(path.read_bytes())
        read += path.stat().st_size
    assert read > 100_000


def assert_secret(content: bytes) -> None:
    for secret in SECRETS:
        for encoding in ("utf-8", "utf-16-le"):
            assert secret.encode(encoding) not in content, secret


def test_another_ledgers_vault_is_refused(world: World) -> None:
    enrol(world.session("field1"), [zahra()])
    world.vault.remembered.clear()
    world.keys = replace(world.keys, ledger_id=bytes(16))
    with pytest.raises(Unusable, match="vault-of-another-ledger"):
        enrol(world.session("field1"), [somebody(1)])
