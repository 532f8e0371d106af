"""Between ledger and vault: what is planted in the vault or taken out shows; nothing is faked."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cbi.base.errors import Unusable
from cbi.people.persons import approve, correct, enrol, erase, facts_of, split
from cbi.people.privacy.vault_rules import VAULT_RULES, Inside, broken_vault
from cbi.people.records.record import PersonalData, WrittenName
from cbi.storage.sqlite import SqliteDatabase
from tests.conftest import World
from tests.people.given import ZAHRA, somebody, zahra
from tests.there import as_postgres


@pytest.fixture
def numbers(world: World) -> tuple[str, ...]:
    """A busy day."""
    from dataclasses import replace

    session = world.session("field1")
    nobody = replace(somebody(4), data=PersonalData(names=(WrittenName("—"),)))
    numbers = enrol(session, [
        zahra(), somebody(1, household_ref="kobo:77", head=False), somebody(2), somebody(3), nobody,
    ]).numbers
    approve(world.session("manager1"), numbers)
    correct(session, numbers[0], replace(ZAHRA, notes="x"), reason="x")
    split(session, [numbers[0]], head=numbers[0], reason="x", date="2022-08-20")
    erase(world.session("admin1"), numbers[3], "asked for it")
    return numbers


@contextlib.contextmanager
def by_hand(world: World) -> Iterator[Callable[..., object]]:
    """The vault as who owns its file or database writes to it."""
    connection = world.vault.another_connection()
    if isinstance(world.vault, SqliteDatabase):
        yield lambda sql, *values: connection.execute(sql, values)
        connection.close()
        return
    import psycopg

    connection.close()
    with psycopg.connect(as_postgres(world.vault).url, autocommit=True) as owner:
        yield lambda sql, *values: owner.execute(sql.replace("?", "%s"), values)


def found(world: World, *, key: bool = True) -> dict[str, Any]:
    people = world.keys.need("people") if key else None
    with world.ledger.read() as tx, world.vault.read() as vault:
        told = broken_vault(tx, Inside(vault, people))
    return {name: wrong for name, wrong in told.items() if wrong}


def test_every_rule_holds_after_a_busy_day(world: World, numbers: tuple[str, ...]) -> None:
    assert found(world) == {}
    assert found(world, key=False) == {}


def test_keys_taken_out_and_given_back_are_seen(world: World, numbers: tuple[str, ...]) -> None:
    with by_hand(world) as run:
        run("DELETE FROM person_key WHERE person = ?", numbers[1])
        run("INSERT INTO person_key (person, wrapped, made_at) VALUES (?, ?, 1)", numbers[3], b"x")
    assert found(world) == {"keys-of-the-living": sorted([numbers[1], numbers[3]])}


def test_a_key_that_was_altered_or_exchanged_is_seen(
    world: World, numbers: tuple[str, ...],
) -> None:
    with by_hand(world) as run:
        run("UPDATE person_key SET wrapped = (SELECT wrapped FROM person_key WHERE person = ?) "
            "WHERE person = ?", numbers[1], numbers[0])
    assert found(world) == {"keys-of-the-living": [numbers[0]]}
    with by_hand(world) as run:
        run("UPDATE person_key SET wrapped = ?", bytes(60))
    assert found(world) == {"keys-of-the-living": sorted(set(numbers) - {numbers[3]})}
    assert found(world, key=False) == {}


def test_of_what_is_in_the_vault_these_changes_are_not_seen(
    world: World, numbers: tuple[str, ...],
) -> None:
    """As `docs/proof.md` says: they move no money, and hide one person from a search."""
    with by_hand(world) as run:
        run("UPDATE person_key SET made_at = made_at + 1")
        run("UPDATE posting SET kind = 'other'")
        run("DELETE FROM posting WHERE person = ? AND key_hash = (SELECT min(key_hash) "
            "FROM posting WHERE person = ?)", numbers[0], numbers[0])
        run("UPDATE posting SET person = ? WHERE key_hash = (SELECT min(key_hash) "
            "FROM posting WHERE person = ?)", numbers[1], numbers[0])
    assert found(world) == {}


def test_all_keys_taken_out_are_seen(world: World, numbers: tuple[str, ...]) -> None:
    with by_hand(world) as run:
        run("DELETE FROM person_key")
        run("DELETE FROM posting")
    assert found(world)["keys-of-the-living"] == sorted({*numbers} - {numbers[3]})


def test_a_person_whom_no_keyed_hash_finds_any_more_is_seen(
    world: World, numbers: tuple[str, ...],
) -> None:
    with by_hand(world) as run:
        run("DELETE FROM posting WHERE person = ?", numbers[0])
    assert found(world) == {"postings-of-somebody": [numbers[0]]}


def test_keyed_hashes_of_who_was_erased_or_of_nobody_are_seen(
    world: World, numbers: tuple[str, ...],
) -> None:
    with by_hand(world) as run:
        for number, owner in enumerate((numbers[3], "B-0")):
            run("INSERT INTO posting (key_hash, person, kind) VALUES (?, ?, 'name')",
                bytes([number]) * 32, owner)
    assert found(world) == {"postings-of-somebody": sorted([numbers[3], "B-0"])}


def test_a_vault_that_is_not_there_breaks_its_rules(world: World, numbers: tuple[str, ...]) -> None:
    with world.ledger.read() as tx:
        assert broken_vault(tx, Inside(None)) == {name: ["vault"] for name in VAULT_RULES}


KEEPS = {
    "sqlite": (
        "CREATE TABLE kept (person TEXT, wrapped BLOB)",
        "CREATE TRIGGER keep AFTER DELETE ON person_key BEGIN "
        "INSERT INTO kept VALUES (old.person, old.wrapped); END",
    ),
    "postgresql": (
        "CREATE TABLE kept (person text, wrapped bytea)",
        "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN "
        "INSERT INTO public.kept VALUES (OLD.person, OLD.wrapped); RETURN OLD; END $$",
        "CREATE TRIGGER keep AFTER DELETE ON person_key FOR EACH ROW EXECUTE FUNCTION keep()",
    ),
}
STAYS = {
    "sqlite": (
        "CREATE TRIGGER stay BEFORE DELETE ON person_key BEGIN SELECT RAISE(IGNORE); END",
    ),
    "postgresql": (
        "CREATE FUNCTION stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "CREATE TRIGGER stay BEFORE DELETE ON person_key FOR EACH ROW EXECUTE FUNCTION stay()",
    ),
}


@pytest.mark.parametrize("planted", [KEEPS, STAYS], ids=["keeps", "stays"])
def test_a_planted_trigger_fakes_no_erasure(
    world: World, engine: str, numbers: tuple[str, ...], planted: dict[str, tuple[str, ...]],
) -> None:
    with by_hand(world) as run:
        for statement in planted[engine]:
            run(statement)
    assert set(found(world)) == {"vault-stands"}
    with pytest.raises(Unusable) as refused:
        erase(world.session("admin1"), numbers[0], "asked for it")
    assert refused.value.code == "people.vault-altered"
    with world.ledger.read() as tx:
        assert facts_of(tx, numbers[0]).erased_at is None


def test_what_is_still_there_after_deleting_is_said(
    world: World, engine: str, numbers: tuple[str, ...], monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever lets it stay: the vault is looked at again before anything is kept."""
    with by_hand(world) as run:
        for statement in STAYS[engine]:
            run(statement)
    monkeypatch.setattr("cbi.people.records.vault.fallen_rules", lambda *_: [])
    with pytest.raises(Unusable) as refused:
        erase(world.session("admin1"), numbers[0], "asked for it")
    assert refused.value.code == "people.erasure-withstood"
    with world.vault.read() as vault:
        assert vault.value("SELECT 1 FROM posting WHERE person = :number", number=numbers[0]) == 1
