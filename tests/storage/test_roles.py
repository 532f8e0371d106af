"""PostgreSQL: what a database user of each duty can do by hand, and what the server must prove."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from cbi.base.errors import Unusable, UsageError
from cbi.field import work
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.storage.faults import ConstraintViolation
from cbi.storage.postgres import DUTIES, PostgresDatabase, duty_role, make_database
from cbi.storage.roles import give_rights
from tests.conftest import World
from tests.field.given import field_operators, paired
from tests.issuance.given import enrolled, issued_to, serials_of
from tests.lived import live
from tests.there import as_postgres
from tests.vouchers import in_hand

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


@contextmanager
def working_as(world: World, duty: str) -> Iterator[psycopg.Connection]:
    """A connection with a duty's rights, as its database user has them; nothing is kept."""
    with psycopg.connect(as_postgres(world.ledger).url) as connection:
        connection.execute(f'SET ROLE "{duty_role(as_postgres(world.ledger).name, duty)}"')
        yield connection
        connection.rollback()


BY_HAND = {
    "till": [
        "INSERT INTO operator_role SELECT name, 'admin' FROM operator",
        "UPDATE programme SET name = 'x'", "UPDATE retailer SET name = 'x'",
        "UPDATE person SET city = 'x'", "DELETE FROM operator_role",
        "UPDATE voucher SET valid_until = '2099-01-01'", "DELETE FROM entry",
        "INSERT INTO payment (id) VALUES ('x')", "UPDATE operator SET disabled_at = NULL",
    ],
    "field": [
        "UPDATE voucher SET spent_minor = 0", "INSERT INTO settlement (id) VALUES ('x')",
        "INSERT INTO operator_role SELECT name, 'admin' FROM operator",
        "UPDATE voucher SET valid_until = '2099-01-01'", "UPDATE batch SET approved_by = 'x'",
        "INSERT INTO field_laptop (name) VALUES ('x')",
        "UPDATE field_laptop SET recalled_at = NULL",
        "UPDATE field_laptop SET sign_key = 'x'", "INSERT INTO field_bundle (laptop) VALUES ('x')",
        "INSERT INTO field_decision (reason) VALUES ('x')", "DELETE FROM field_event",
    ],
    "finance": [
        "INSERT INTO voucher (id) VALUES ('x')", "UPDATE person SET city = 'x'",
        "UPDATE round SET valid_until = '2099-01-01'",
    ],
    "manager": ["UPDATE voucher SET face_minor = 1", "UPDATE entry SET amount_minor = 1"],
}


@pytest.mark.parametrize(
    ("duty", "statement"), [(duty, text) for duty, texts in BY_HAND.items() for text in texts]
)
def test_a_duty_may_not_write_what_is_anothers(world: World, duty: str, statement: str) -> None:
    with working_as(world, duty) as connection, pytest.raises(
        psycopg.errors.InsufficientPrivilege
    ):
        connection.execute(statement)


def test_a_field_user_takes_a_laptops_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    field_operators(world)
    enrolled(world)
    serial = serials_of(world, issued_to(world, "almaty"))[0]
    office = paired(world)
    laptop = office.opened()
    work.hand_over(laptop, serial, "signature", world.clock)
    role = duty_role(as_postgres(world.ledger).name, "field")
    monkeypatch.setattr(world.ledger, "_role", role)
    assert office.taken(office.packed(laptop)).count("posted") == 1


@pytest.mark.parametrize("duty", DUTIES)
@pytest.mark.parametrize(
    "change", ["spent_minor = spent_minor - 1", "state = 'blocked'", "last_seq = last_seq + 1",
               "closed_minor = face_minor - spent_minor, state = 'void'"],
)
def test_a_voucher_changes_only_beside_its_line(world: World, duty: str, change: str) -> None:
    live(world)
    with working_as(world, duty) as connection, pytest.raises(
        (psycopg.errors.RaiseException, psycopg.errors.InsufficientPrivilege)
    ):
        connection.execute(
            f"UPDATE voucher SET {change} WHERE spent_minor > 0 AND closed_minor = 0"
        )


@pytest.mark.parametrize("kind", ["hand-over", "extend", "block", "honour"])
def test_a_till_adds_no_line_but_its_own(world: World, kind: str) -> None:
    live(world)
    with working_as(world, "till") as connection, pytest.raises(
        psycopg.errors.InsufficientPrivilege, match="not for this database user"
    ):
        connection.execute(
            "INSERT INTO entry (voucher, seq, id, kind, amount_minor, valid_until, reason, "
            "operator, occurred_at, recorded_at, hash) SELECT id, last_seq + 1, id, %s, 0, "
            "'2099-01-01', 'x', 'x', 1, 1, id FROM voucher LIMIT 1", (kind,),
        )


@pytest.mark.parametrize("duty", ["till", "field", "finance"])
def test_only_a_manager_says_yes_to_a_late_sale(world: World, duty: str) -> None:
    live(world)
    with working_as(world, duty) as connection, pytest.raises(
        psycopg.errors.InsufficientPrivilege
    ):
        connection.execute(
            "INSERT INTO late_verdict (sale, verdict, reason, decided_by, decided_at) "
            "SELECT voucher, 'refused', 'x', 'x', 1 FROM late_sale LIMIT 1"
        )


def test_the_role_is_taken_up_for_one_transaction_alone(world: World) -> None:
    manager = duty_role(as_postgres(world.ledger).name, "manager")
    with world.ledger.read() as tx:
        assert tx.value("SELECT current_user") == manager
    with world.ledger.write() as tx:
        assert tx.value("SELECT current_user") == manager
    with psycopg.connect(as_postgres(world.ledger).url) as owner:
        owner.execute(
            "CREATE FUNCTION who(role text) RETURNS text LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM set_config('role', role, true); RETURN current_user; END $$"
        )
    assert as_postgres(world.ledger).call("who", []) == [(manager,)]
    connection = world.ledger.connection()
    (now,) = connection.execute("SELECT current_user").fetchone()
    assert now == connection.info.user
    assert connection.prepare_threshold is None


def test_a_redemption_has_the_callers_rights_alone(world: World) -> None:
    paper, role = in_hand(world, [900_000])[0], duty_role(as_postgres(world.ledger).name, "manager")
    with psycopg.connect(as_postgres(world.ledger).url) as owner:
        owner.execute(f'REVOKE INSERT ON entry FROM "{role}"')
    with pytest.raises(Unusable) as caught:
        redeem(world.session("cashier1"), Redeem(paper.code, 100, "magnum-almaty-1", "R1"))
    assert caught.value.code == "storage.no-right"


def test_what_the_commit_refuses_is_not_answered(world: World) -> None:
    paper = in_hand(world, [900_000])[0]
    with psycopg.connect(as_postgres(world.ledger).url) as owner:
        owner.execute(
            "CREATE FUNCTION too_late() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'too late' USING ERRCODE = 'check_violation'; END $$"
        )
        owner.execute(
            "CREATE CONSTRAINT TRIGGER too_late AFTER INSERT ON entry DEFERRABLE INITIALLY "
            "DEFERRED FOR EACH ROW EXECUTE FUNCTION too_late()"
        )
    with pytest.raises(ConstraintViolation):
        redeem(world.session("cashier1"), Redeem(paper.code, 100, "magnum-almaty-1", "R1"))


def test_a_dump_without_its_roles_says_what_mends_it(world: World) -> None:
    names = {duty: duty_role(as_postgres(world.ledger).name, duty) for duty in DUTIES}
    with psycopg.connect(as_postgres(world.ledger).url) as owner:
        for name in names.values():
            owner.execute(f'ALTER ROLE "{name}" RENAME TO "{name}_gone"')
    again = PostgresDatabase(as_postgres(world.ledger).url)
    with pytest.raises(Unusable) as caught, again.read():
        pass
    assert caught.value.code == "storage.no-roles"
    assert caught.value.facts["roles"] == ", ".join(names.values())
    whole = PostgresDatabase(as_postgres(world.ledger).url, as_owner=True)
    with whole.write() as tx:
        for name in names.values():
            tx.run(f'DROP OWNED BY "{name}_gone"')
            tx.run(f'DROP ROLE "{name}_gone"')
    give_rights(whole, "ledger")
    with again.read() as tx:
        assert tx.value("SELECT 1 FROM ledger_identity") == 1
    again.close()
    whole.close()


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("PGSSLMODE", "PGHOST", "PGHOSTADDR", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    "address", [
        "me@db.example/cbi", "me@localhost/cbi?host=db.example",
        "me@db.example/cbi?application_name=x", "me@localhost,db.example/cbi",
        "me@127.0.0.1:5432,db.example:5432/cbi", "me@127.0.0.1.db.example/cbi",
        "me@localhost/cbi?hostaddr=192.0.2.1", "/cbi?host=localhost,db.example",
        "me@[2001:db8::1]:5432/cbi", "/cbi?service=beyond",
    ],
)
def test_a_server_elsewhere_must_prove_who_it_is(
    engine: str, address: str, no_settings: pytest.MonkeyPatch,
) -> None:
    url = f"postgresql://{address}"
    for attempt in (PostgresDatabase, make_database):
        with pytest.raises(UsageError) as caught:
            attempt(url)
        assert caught.value.code == "storage.sslmode"


@pytest.mark.parametrize(
    "url", ["postgresql://me@db.example/cbi?sslmode=verify-full", "postgresql:///cbi?host=/run",
            "postgresql://me@localhost/cbi", "postgresql://me@db.example/cbi?sslmode=disable",
            "postgresql://me@[::1]:5432/cbi", "postgresql://me@127.0.0.1:5432/cbi",
            "postgresql://me@%2Frun%2Fpostgresql/cbi", "postgresql:///cbi"],
)
def test_an_address_that_says_how_is_taken(
    engine: str, url: str, no_settings: pytest.MonkeyPatch,
) -> None:
    PostgresDatabase(url)


def test_the_environments_word_counts_too(engine: str, no_settings: pytest.MonkeyPatch) -> None:
    no_settings.setenv("PGHOST", "db.example")
    PostgresDatabase("postgresql://me@localhost/cbi")
    with pytest.raises(UsageError):
        PostgresDatabase("postgresql:///cbi")
    no_settings.setenv("PGSSLMODE", "verify-full")
    PostgresDatabase("postgresql:///cbi")
    PostgresDatabase("postgresql://me@db.example/cbi")
