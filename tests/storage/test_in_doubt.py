"""A COMMIT that is cut off: whether it was carried out is not known, and that is what is said."""

from typing import Any

import psycopg
import pytest

from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.storage import CommitInDoubt, ConstraintViolation
from tests.cli.conftest import typing_in
from tests.conftest import World
from tests.cut import Cut, cut_at_commit, failing
from tests.storage.test_trouble import RECEIPT, count, one_line
from tests.vouchers import in_hand

STORE = "magnum-almaty-1"
REDEMPTION = "ledger.redemption-in-doubt"
FACE = 1_500_000
both_ends = pytest.mark.parametrize("kept", [True, False])
on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)


def spent(world: World) -> int:
    with world.ledger.read() as tx:
        return int(tx.value("SELECT coalesce(sum(spent_minor), 0) FROM voucher"))


def ask(world: World, code: str) -> Answer:
    return redeem(world.session("cashier2"), Redeem(code, 500_000, STORE, "R1"))


def in_doubt(code: str = "storage.commit-in-doubt") -> pytest.RaisesExc[CommitInDoubt]:
    return pytest.raises(CommitInDoubt, match=code.replace(".", r"\."))


def says_nothing_of_what_was_recorded(error: CommitInDoubt) -> None:
    assert "not known" in one_line(error)
    assert "nothing" not in one_line(error).lower()
    assert error.exit_code == 7


@both_ends
def test_a_line_cut_at_commit_leaves_it_open(world: World, kept: bool) -> None:
    with cut_at_commit(world.ledger, Cut(kept=kept)) as ledger:
        with in_doubt() as caught:
            ledger.transact(lambda tx: tx.run(RECEIPT, number="1"))
        says_nothing_of_what_was_recorded(caught.value)
        assert caught.value.facts["place"] == ledger.place
        assert count(ledger) == kept  # a new connection is made, and it tells
        ledger.transact(lambda tx: tx.run(RECEIPT, number="2"))
    assert count(world.ledger) == kept + 1


@both_ends
def test_ctrl_c_at_commit_leaves_it_open(world: World, kept: bool) -> None:
    failing(world.ledger, Cut(kept=kept), KeyboardInterrupt())
    with in_doubt() as caught:
        world.ledger.transact(lambda tx: tx.run(RECEIPT, number="1"))
    says_nothing_of_what_was_recorded(caught.value)
    assert caught.value.stopped_by_hand
    assert count(world.ledger) == kept


def test_what_the_engine_refuses_at_commit_is_refused(world: World) -> None:
    with world.ledger.write() as tx:
        tx.run("CREATE TEMP TABLE one (n integer PRIMARY KEY)")
        tx.run("CREATE TEMP TABLE two (n integer REFERENCES one DEFERRABLE INITIALLY DEFERRED)")
    with pytest.raises(ConstraintViolation), world.ledger.write() as tx:
        tx.run(RECEIPT, number="1")
        tx.run("INSERT INTO two (n) VALUES (1)")
    assert count(world.ledger) == 0


@on_postgres
def test_a_commit_that_the_server_turns_into_a_rollback_is_not_taken_for_done(world: World) -> None:
    with pytest.raises(Exception, match="engine-said"), world.ledger.write() as tx:
        tx.run(RECEIPT, number="1")
        with pytest.raises(ConstraintViolation):
            tx.run(RECEIPT, number="1")
    assert count(world.ledger) == 0


@both_ends
def test_a_redemption_cut_at_commit_is_asked_again_and_taken_once(world: World, kept: bool) -> None:
    _, code = in_hand(world, [FACE])[0]
    whole = world.ledger
    with cut_at_commit(whole, Cut(kept=kept)) as world.ledger:
        answer = ask(world, code)
    world.ledger = whole
    assert (answer.answer, answer.balance_minor, answer.replayed) == ("ok", 1_000_000, kept)
    assert spent(world) == 500_000
    again = ask(world, code)
    assert (again.answer, again.replayed, again.redemption) == ("ok", True, answer.redemption)
    assert spent(world) == 500_000


@both_ends
def test_a_redemption_whose_ledger_stays_away_is_in_doubt(world: World, kept: bool) -> None:
    _, code = in_hand(world, [FACE])[0]
    whole = world.ledger
    cut = Cut(kept=kept, for_good=True)
    with cut_at_commit(whole, cut) as world.ledger, in_doubt(REDEMPTION) as caught:
        ask(world, code)
    world.ledger = whole
    says_nothing_of_what_was_recorded(caught.value)
    assert "R1" in one_line(caught.value)
    assert spent(world) == (500_000 if kept else 0)
    again = ask(world, code)
    assert (again.answer, again.replayed) == ("ok", kept)
    assert spent(world) == 500_000


@both_ends
@on_sqlite
def test_a_redemption_stopped_by_hand_is_not_done_afterwards(world: World, kept: bool) -> None:
    _, code = in_hand(world, [FACE])[0]
    failing(world.ledger, Cut(kept=kept), KeyboardInterrupt())
    with in_doubt(REDEMPTION):
        ask(world, code)
    assert spent(world) == (500_000 if kept else 0)


@on_postgres
def test_a_redemption_stopped_by_hand_is_in_doubt(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, code = in_hand(world, [FACE])[0]
    execute: Any = psycopg.Connection.execute

    def stopped(connection: psycopg.Connection, sql: str, *values: object) -> object:
        if "redeem_vouchers" in sql:
            raise KeyboardInterrupt
        return execute(connection, sql, *values)

    monkeypatch.setattr(psycopg.Connection, "execute", stopped)
    with in_doubt(REDEMPTION):
        ask(world, code)


@both_ends
def test_a_command_says_it_and_ends_with_seven(
    world: World, capsys: pytest.CaptureFixture[str], kept: bool,
) -> None:
    whole = world.ledger
    with cut_at_commit(whole, Cut(kept=kept)) as world.ledger:
        code, _, said = typing_in(world, capsys)("city", "add", "taraz", "--name", "en=Taraz",
                                             who="admin1")
    world.ledger = whole
    assert code == 7
    assert "It is not known whether the last step was recorded" in said
    with whole.read() as tx:
        assert tx.value("SELECT count(*) FROM city WHERE code = 'taraz'") == kept
