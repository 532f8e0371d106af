"""Erasing: nothing gives the name back, the totals stay, a restored copy is erased again."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cbi.base.clock import DAY_US
from cbi.base.errors import Conflict, NotAllowed, NotFound, Unusable, UsageError
from cbi.operators.log import entries
from cbi.people.matching.beneficiaries import eligible
from cbi.people.persons import (
    approve,
    correct,
    due_for_erasure,
    enrol,
    erase,
    erase_again,
    erase_due,
    erased_since,
    export_person,
    facts_of,
    household,
    name_proxy,
    retentions,
    set_flags,
    set_retention,
    sweep,
    unseal,
)
from cbi.people.privacy.proxies import ProxyPerson
from cbi.people.records.sealing import hasher
from cbi.people.records.vault import vault_of
from cbi.programmes.programmes import add_programme
from cbi.programmes.rounds import EntitlementRule, add_round
from cbi.storage.database import Database
from cbi.storage.sqlite import SqliteDatabase
from tests.conftest import World
from tests.people.given import ZAHRA, holders, somebody, zahra
from tests.rows import all_rows
from tests.vouchers import issued


@pytest.fixture
def numbers(world: World) -> tuple[str, ...]:
    return enrol(world.session("field1"), [zahra(), somebody(1)]).numbers


def rows(database: Database, sql: str, **values: str) -> list[dict[str, Any]]:
    with database.read() as tx:
        return all_rows(tx, sql, **values)


def erased(world: World, number: str, reason: str = "asked for it") -> None:
    erase(world.session("admin1"), number, reason)


def test_an_erased_person_is_a_pseudonym_with_what_totals_need(
    world: World, numbers: tuple[str, ...],
) -> None:
    approve(world.session("manager1"), numbers)
    set_flags(world.session("field1"), numbers[0], ["disability"])
    erased(world, numbers[0])
    with world.ledger.read() as tx:
        facts = facts_of(tx, numbers[0])
        assert [one.number for one in eligible(tx)] == [numbers[1]]
        assert household(tx, facts.household).head is None
    assert facts.erased_at is not None
    assert (facts.city, facts.sex, facts.birth_year, facts.consent) == ("almaty", "f", 1990, False)
    assert rows(world.ledger, "SELECT * FROM person_flag") == []
    for attempt in (
        lambda: export_person(world.session("field1"), numbers[0]),
        lambda: correct(world.session("field1"), numbers[0], replace(ZAHRA, notes="x"), reason="x"),
        lambda: approve(world.session("manager1"), numbers[:1]),
    ):
        with pytest.raises(Conflict, match="erased"):
            attempt()


def test_nothing_in_the_vault_is_left_of_an_erased_person(
    world: World, numbers: tuple[str, ...],
) -> None:
    erased(world, numbers[0])
    assert [row["person"] for row in rows(world.vault, "SELECT person FROM person_key")] == [
        numbers[1]
    ]
    owners = {
        row["person"]
        for row in rows(world.vault, "SELECT person FROM posting WHERE kind <> 'erased'")
    }
    assert owners == {numbers[1]}
    assert holders(world.session("field1"), ZAHRA) == []


def test_a_households_label_stays_while_somebody_of_it_does(world: World) -> None:
    session = world.session("field1")
    pair = enrol(session, [zahra(), somebody(1, household_ref="kobo:77", head=False)]).numbers
    erased(world, pair[0])
    (third,) = enrol(session, [somebody(2, household_ref="kobo:77", head=False)]).numbers
    with world.ledger.read() as tx:
        assert household(tx, third).number == household(tx, pair[1]).number


def test_key_and_hashes_are_gone_from_the_vaults_bytes(world: World) -> None:
    if not isinstance(world.vault, SqliteDatabase):
        pytest.skip("the files are the server's")
    people = [somebody(number) for number in range(300)]
    numbers = enrol(world.session("field1"), [zahra(), *people]).numbers
    secrets = [
        bytes(row["wrapped"])
        for row in rows(
            world.vault, "SELECT wrapped FROM person_key WHERE person = :n", n=numbers[0]
        )
    ] + [
        bytes(row["key_hash"])
        for row in rows(world.vault, "SELECT key_hash FROM posting WHERE person = :n"
                        " AND kind <> 'source'", n=numbers[0])
    ]
    assert len(secrets) > 10
    assert all(secret in vault_bytes(world) for secret in secrets)
    erased(world, numbers[0])
    assert not [secret for secret in secrets if secret in vault_bytes(world)]
    assert numbers[0].encode() not in vault_bytes(world)


def vault_bytes(world: World) -> bytes:
    return b"".join(
        path.read_bytes() for path in world.folder.iterdir() if path.name.startswith("vault.db")
    )


def test_a_backup_of_the_ledger_gives_no_erased_name_back(
    world: World, numbers: tuple[str, ...], tmp_path: Path,
) -> None:
    if not isinstance(world.ledger, SqliteDatabase):
        pytest.skip("the copy is made of files")
    world.ledger.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(world.folder / "ledger.db", tmp_path / "older.db")
    erased(world, numbers[0])
    older = SqliteDatabase(tmp_path / "older.db")
    world.ledger.close()
    world.ledger = older
    with pytest.raises(Unusable, match=r"people\.key-missing"):
        unseal(world.session("field1"), [numbers[0]], purpose="test")


def test_whoever_holds_the_vault_open_is_told_to_let_go_and_then_it_is_complete(
    world: World, numbers: tuple[str, ...],
) -> None:
    if not isinstance(world.vault, SqliteDatabase):
        pytest.skip("a server has no log of ours")
    world.vault.connection().execute("PRAGMA busy_timeout = 50")
    other = SqliteDatabase(world.folder / "vault.db")
    with other.read() as tx:
        assert tx.value("SELECT count(*) FROM person_key") == 2
        with pytest.raises(Unusable, match="vault-held-open"):
            erased(world, numbers[0])
    other.close()
    erased(world, numbers[0])
    with world.ledger.read() as tx:
        assert facts_of(tx, numbers[0]).erased_at is not None
    assert numbers[0].encode() not in vault_bytes(world)


def test_erasing_again_changes_nothing(world: World, numbers: tuple[str, ...]) -> None:
    erased(world, numbers[0])
    with world.ledger.read() as tx:
        before = facts_of(tx, numbers[0])
    erased(world, numbers[0], "again")
    with world.ledger.read() as tx:
        assert facts_of(tx, numbers[0]) == before
        assert len(entries(tx, action="people.erase")) == 1


@pytest.mark.parametrize("reason", [
    "Zahra asked", "mother of Nabi", "HAIDARI, by letter", "زهرا", "tazkira 1399-0502-00123",
    "phone 8 701 555 01 42",
])  # fmt: skip
def test_a_reason_that_tells_who_it_was_is_refused(
    world: World, numbers: tuple[str, ...], reason: str,
) -> None:
    with pytest.raises(UsageError, match="reason-tells-who"):
        erased(world, numbers[0], reason)
    assert unseal(world.session("field1"), numbers[:1], purpose="test")


def test_an_erasure_killed_after_the_vault_is_completed_by_the_next(
    world: World, numbers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch,
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cbi.people.privacy.erasing._mark", killed)
    with pytest.raises(KeyboardInterrupt):
        erased(world, numbers[0])
    monkeypatch.undo()
    assert sweep(world.session("admin1")).without_key == (numbers[0],)
    erased(world, numbers[0])
    assert sweep(world.session("admin1")).without_key == ()
    with world.ledger.read() as tx:
        assert facts_of(tx, numbers[0]).erased_at is not None


@pytest.mark.parametrize("name", ["field1", "manager1", "auditor1", "finance1", "cashier1"])
def test_only_an_admin_erases(world: World, numbers: tuple[str, ...], name: str) -> None:
    session = world.session(name)
    for attempt in (
        lambda: erase(session, numbers[0], "x"), lambda: erase_due(session, "2022-08-20"),
        lambda: erase_again(session, []),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_an_unknown_person_or_no_reason_erases_nobody(
    world: World, numbers: tuple[str, ...],
) -> None:
    with pytest.raises(NotFound):
        erased(world, "B-000-000-000")
    with pytest.raises(UsageError, match="reason-missing"):
        erased(world, numbers[0], " ")


def test_a_proxy_named_by_an_erased_head_ends(world: World, numbers: tuple[str, ...]) -> None:
    name_proxy(world.session("field1"), numbers[0], ProxyPerson("Nasir", "P1", "son"))
    erased(world, numbers[0])
    (row,) = rows(world.ledger, "SELECT ended_at FROM proxy")
    assert row["ended_at"] is not None


def test_a_restored_copy_is_erased_again(world: World, numbers: tuple[str, ...]) -> None:
    """A copy from before the erasure: its ledger does not know of it, its vault has the key."""
    with world.ledger.read() as tx:
        at = world.clock()
    erased(world, numbers[0])
    with world.ledger.read() as tx:
        since = erased_since(tx, at)
        assert erased_since(tx, world.clock()) == []
    assert [one.person for one in since] == [numbers[0]]
    bring_back(world, numbers[0])
    assert erase_again(world.session("admin1"), since) == 1
    with world.ledger.read() as tx:
        assert erased_since(tx)[0].person == numbers[0]
        assert facts_of(tx, numbers[0]).erased_at == since[0].erased_at
    assert rows(world.vault, "SELECT 1 FROM person_key WHERE person = :n", n=numbers[0]) == []
    assert erase_again(world.session("admin1"), since) == 0


def bring_back(world: World, number: str) -> None:
    """What an older copy would hold."""
    owner = getattr(world.ledger, "url", None)
    if owner is None:
        with world.ledger.write() as tx:
            tx.run("DROP TRIGGER erasure_no_delete")
            tx.run("DELETE FROM erasure")
    else:
        from cbi.storage.postgres import PostgresDatabase

        database = PostgresDatabase(owner, as_owner=True)
        with database.write() as tx:
            tx.run("ALTER TABLE erasure DISABLE TRIGGER ALL")
            tx.run("DELETE FROM erasure")
        database.close()
    with world.ledger.write() as tx:
        tx.run("UPDATE person SET erased_at = NULL")
    with world.vault.write() as tx:
        tx.insert("person_key", [{"person": number, "wrapped": b"old", "made_at": 1}])


def programme(world: World, code: str, day: str | None = None) -> None:
    if code != "KZ22":
        add_programme(
            world.session("admin1"), code=code, name=code, currency="KZT", zone="Asia/Almaty",
            budget_minor=10**12,
        )
    if day:
        set_retention(world.session("manager1"), code, day)


def voucher(world: World, number: str, round_code: str) -> None:
    """A voucher of a round for somebody."""
    issued(world, [1_500_000], round_code=round_code, beneficiaries=[number])


def due(world: World, today: str) -> list[str]:
    with world.ledger.read() as tx:
        return due_for_erasure(tx, today)


def test_people_are_due_once_every_programme_of_theirs_is_past_its_day(
    world: World, numbers: tuple[str, ...],
) -> None:
    programme(world, "KZ23")
    add_round(
        world.session("manager1"), "KZ23-R1", "KZ23", "2022-10-01", "2022-10-31", in_parts=True,
        entitlements=[EntitlementRule("food", 1_500_000, "person")],
        retailers={"food": ["magnum"]},
    )
    voucher(world, numbers[0], "KZ22-R1")
    voucher(world, numbers[1], "KZ22-R1")
    voucher(world, numbers[1], "KZ23-R1")
    assert due(world, "2030-01-01") == []
    programme(world, "KZ22", "2023-12-31")
    assert due(world, "2023-12-31") == []
    assert due(world, "2024-01-01") == [numbers[0]]
    set_retention(world.session("manager1"), "KZ23", "2024-12-31")
    assert due(world, "2024-12-31") == [numbers[0]]
    assert due(world, "2025-01-01") == sorted(numbers)


def test_somebody_without_a_voucher_is_due_when_all_programmes_are_past(
    world: World, numbers: tuple[str, ...],
) -> None:
    programme(world, "KZ22", "2022-12-31")
    assert due(world, "2023-01-01") == sorted(numbers)
    world.clock.now += 200 * DAY_US
    (late,) = enrol(world.session("field1"), [somebody(5)]).numbers
    assert late not in due(world, "2024-01-01")
    programme(world, "KZ23")
    assert due(world, "2023-01-01") == []


def test_what_is_due_is_erased_together(world: World, numbers: tuple[str, ...]) -> None:
    programme(world, "KZ22", "2022-12-31")
    assert erase_due(world.session("admin1"), "2022-12-31") == []
    assert erase_due(world.session("admin1"), "2023-01-01") == sorted(numbers)
    assert erase_due(world.session("admin1"), "2023-01-01") == []
    assert rows(world.vault, "SELECT 1 FROM person_key") == []
    with world.ledger.read() as tx:
        assert {one.reason for one in erased_since(tx)} == {"retention"}


def test_retention_is_a_day_of_a_known_programme(world: World) -> None:
    session = world.session("manager1")
    with pytest.raises(NotFound, match="programme-unknown"):
        set_retention(session, "KZ99", "2023-12-31")
    with pytest.raises(UsageError, match="date-unreadable"):
        set_retention(session, "KZ22", "in a year")
    with pytest.raises(NotAllowed):
        set_retention(world.session("field1"), "KZ22", "2023-12-31")
    set_retention(session, "kz22", "2023-12-31")
    set_retention(session, "KZ22", "2024-12-31")
    with world.ledger.read() as tx:
        assert [(one.programme, one.delete_after) for one in retentions(tx)] == [
            ("KZ22", "2024-12-31")
        ]


def test_keys_without_records_are_swept_after_a_day(world: World, numbers: tuple[str, ...]) -> None:
    hashed = hasher(world.keys.need("people"))
    with vault_of(world.session("field1")).write() as tx:
        tx.insert("person_key", [
            {"person": "B-1", "wrapped": b"x", "made_at": world.clock.now},
            {"person": "B-2", "wrapped": b"x", "made_at": world.clock.now - 2 * DAY_US},
        ])
        tx.insert("posting", [
            {"key_hash": hashed("phone", str(number)), "person": owner, "kind": "phone"}
            for number, owner in enumerate(("B-1", "B-2", "B-2", "H-3"))
        ])
    swept = sweep(world.session("admin1"))
    assert (swept.keys, swept.postings, swept.without_key) == (1, 3, ())
    left = {row["person"] for row in rows(world.vault, "SELECT person FROM person_key")}
    assert left == {*numbers, "B-1"}
    world.clock.now += 2 * DAY_US
    assert sweep(world.session("admin1")).keys == 1
    assert set(unseal(world.session("field1"), numbers, purpose="test")) == set(numbers)
    known = enrol(world.session("field1"), [zahra()]).known
    assert known == {0}
