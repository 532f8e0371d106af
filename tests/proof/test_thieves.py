"""Who holds the database, a till's keyring or an office's beside it: what is found, and what not.

Each thief knows the program and makes every hash fit. What no check can tell from honest work is a
test, too, so that `docs/security.md` claims no more than it holds.
"""

from typing import Any

import pytest

from cbi.base.errors import NotAllowed
from cbi.context import check_everything
from cbi.ledger.chain import chained, genesis, line_digest
from cbi.ledger.journal import line_json
from cbi.ledger.sealing import seal
from cbi.ledger.vouchers import changes
from cbi.ledger.vouchers.late import Sale, bring_in
from cbi.ledger.vouchers.reading import ISSUE_FACTS
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.operators import log
from cbi.operators.digests import Vouching, tell, vouching, vouching_keys
from cbi.operators.rows import StoredLine
from cbi.storage.following import GONE, row_digest
from cbi.storage.transactions import WriteTransaction
from tests.conftest import World
from tests.ledger.tampering import tampering
from tests.ledger.test_vouching import STORE, given_to_a_till, plant, till
from tests.rows import all_rows, one_row
from tests.tampered import said_in
from tests.vouchers import in_hand


def wrong(world: World, keys: None = None) -> set[str]:
    """What a check at an office finds. (The tests' hand-overs have no evidence.)"""
    with world.ledger.read() as tx:
        found = check_everything(tx, keys=keys or vouching_keys(world.keys))
    return {
        one.what for rule in found for one in rule.wrong if rule.name != "hand-overs-on-record"
    }


@pytest.fixture
def a_programme_of_his_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thief's program asks nobody what a till may say."""
    monkeypatch.setattr(Vouching, "must_be_an_offices", lambda *_: None)


def rewrite_log(world: World, by: Vouching) -> None:
    """Change who did the deed before the last, and all hashes after, and vouch for each anew."""
    with world.ledger.read() as tx:
        lines = all_rows(tx, "SELECT * FROM log ORDER BY seq")
    lines[-2]["operator"] = "somebody"
    head, told = log.GENESIS, {}
    for line in lines:
        was, line["hash"] = line["hash"], log.chained_line(head, StoredLine(**line))
        head = line["hash"]
        if was != head:
            told[str(line["seq"])] = row_digest(line, frozenset())
    with tampering(world) as run:
        for line in lines:
            run("UPDATE log SET operator = ?, hash = ? WHERE seq = ?",
                line["operator"], line["hash"], line["seq"])
        run("UPDATE log_head SET hash = ?", head)
    world.ledger.transact(lambda tx: tell(tx, {"log": told}, by))


def take_out(world: World, serial: str, seq: int, **state: str) -> None:
    """Take one line out of a voucher's journal, and let all that is left fit."""
    with world.ledger.read() as tx:
        voucher = one_row(tx, "SELECT * FROM voucher WHERE serial = :serial", serial=serial)
        lines = all_rows(
            tx, "SELECT * FROM entry WHERE voucher = :id ORDER BY seq", id=voucher["id"]
        )
    out, head = lines.pop(seq - 1), genesis(voucher["id"])
    with tampering(world) as run:
        run("DELETE FROM entry WHERE id = ?", out["id"])
        for number, line in enumerate(lines, 1):
            facts = {name: voucher[name] for name in ISSUE_FACTS} | {"voucher": voucher["id"]}
            told = line_json(said_in(line), facts if number == 1 else None)
            head = chained(head, line_digest(told))
            run("UPDATE entry SET seq = ?, hash = ? WHERE id = ?", number, head, line["id"])
        run("UPDATE voucher SET spent_minor = spent_minor - ?, state = ?, last_seq = ?, "
            "last_hash = ?, last_at = ? WHERE serial = ?", out["amount_minor"],
            state.get("state", voucher["state"]), len(lines), head, lines[-1]["recorded_at"],
            serial)
        run("DELETE FROM receipt WHERE number = ?", out["receipt"] or "")


def spend(world: World, code: str, *receipts: str) -> None:
    for receipt in receipts:
        asked = Redeem(code=code, amount_minor=100, store=STORE, receipt=receipt)
        assert redeem(world.session("cashier1"), asked).answer == "ok"


def block_and_unblock(world: World) -> None:
    """Two deeds that the log tells of, after the newest seal."""
    paper, = in_hand(world, [1_000])
    changes.block(world.session("field1"), paper.serial, "lost")
    changes.unblock(world.session("field1"), paper.serial, "found")


def test_a_sealed_redemption_taken_out_is_found_and_an_unsealed_one_is_not(world: World) -> None:
    """Lines since the last seal are the ledger's own word; a check says how many there are."""
    first, second = in_hand(world, [1_000, 1_000])
    spend(world, first.code, "R1", "R2", "R3")
    take_out(world, first.serial, 4)
    assert wrong(world) == set()
    with world.ledger.read() as tx:
        told = {one.name: one.told for one in check_everything(tx)}
    assert {line.where for line in told["all-sealed"]} == {"entry"}
    spend(world, second.code, "R4", "R5", "R6")
    seal(world.session("finance1"), "daily")
    take_out(world, second.serial, 4)
    assert "check.sealed-changed" in wrong(world)


def test_a_block_taken_out_is_found_before_any_seal(world: World) -> None:
    """What an office did to a voucher, and what was undone at a till, is in the log too."""
    paper, = in_hand(world, [1_000])
    changes.block(world.session("field1"), paper.serial, "stolen")
    take_out(world, paper.serial, 3, state="active")
    assert wrong(world) == {"check.not-as-logged"}


def test_who_has_the_database_alone_rewrites_no_line_of_the_log(world: World) -> None:
    block_and_unblock(world)
    rewrite_log(world, Vouching("codes", b"a key of his own"))
    assert wrong(world) == {"check.rows-unvouched", "check.rows-said-again"}


def test_a_tills_keyring_rewrites_no_line_of_the_log(
    world: World, a_programme_of_his_own: None,
) -> None:
    block_and_unblock(world)
    rewrite_log(world, vouching(given_to_a_till(world)))
    assert wrong(world) == {"check.rows-said-again", "check.deed-of-no-till"}


def test_a_tills_keyring_tells_of_no_deed_of_an_office(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    ring = given_to_a_till(world)
    session = till(world)
    told: dict[str, Any] = {
        "operator": "admin1", "object": "B-1", "at": world.clock(), "detail": {}, "origin": "",
    }
    with pytest.raises(NotAllowed) as refused:
        session.ledger.transact(lambda tx: log.record(tx, action="people.erase", **told))
    assert refused.value.code == "operators.not-from-a-till"
    assert wrong(world) == set()
    monkeypatch.setattr(Vouching, "must_be_an_offices", lambda *_: None)
    session.ledger.transact(lambda tx: log.record(tx, action="people.erase", **told))
    assert wrong(world) == {"check.deed-of-no-till"}
    assert ring.machine != session.keys.machine
    session.ledger.close()


def test_a_tills_keyring_takes_no_late_sale_of_another_back(
    world: World, a_programme_of_his_own: None,
) -> None:
    paper, = in_hand(world, [1_000])
    with world.ledger.read() as tx:
        voucher = tx.value("SELECT id FROM voucher WHERE serial = :one", one=paper.serial)
    at = world.clock()
    bring_in(world.session("finance1"), Sale(voucher, STORE, "L1", None, 100, at), "late")
    assert wrong(world) == set()
    with world.ledger.read() as tx:
        key = tx.value("SELECT id FROM late_sale").hex()
    with tampering(world) as run:
        run("DELETE FROM late_sale")
    by = vouching(given_to_a_till(world))
    world.ledger.transact(lambda tx: tell(tx, {"late_sale": {key: GONE}}, by))
    assert wrong(world) == {"check.rows-said-again"}


def test_a_tills_keyring_voids_and_expires_nothing(
    world: World, a_programme_of_his_own: None,
) -> None:
    paper, = in_hand(world, [1_000])
    plant(world, paper, vouching(given_to_a_till(world)), kind="void", state="void",
          spent_minor=0, closed_minor=1_000)
    assert wrong(world) == {"check.line-unvouched"}


def test_a_tills_keyring_beside_the_database_spends_in_any_cashiers_name(world: World) -> None:
    """What no check tells from honest work: the line says which machine vouched for it."""
    paper, = in_hand(world, [1_000])
    ring = given_to_a_till(world)
    plant(world, paper, vouching(ring))
    assert wrong(world) == set()
    with world.ledger.read() as tx:
        assert tx.value("SELECT vouched_by FROM entry WHERE kind = 'redeem'") == ring.machine


def test_an_offices_keyring_beside_the_database_may_say_anything_until_it_is_sealed(
    world: World,
) -> None:
    """What is sealed stays as it was; a checkpoint that is kept elsewhere holds it to that."""
    in_hand(world, [1_000])
    by = vouching(world.keys)
    role = {"operator": "field1", "role": "manager"}
    told = {"operator_role": {"field1/manager": row_digest(role, frozenset())}}

    def grant(tx: WriteTransaction) -> None:
        tell(tx, told, by)

    with tampering(world) as run:
        run("INSERT INTO operator_role (operator, role) VALUES ('field1', 'manager')")
    world.ledger.transact(grant)
    assert wrong(world) == set()
    seal(world.session("finance1"), "daily")
    with tampering(world) as run:
        run("DELETE FROM operator_role")
        run("DELETE FROM row_digest WHERE place = 'operator_role'")
    assert "check.rows-line-changed" in wrong(world)
