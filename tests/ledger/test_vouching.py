"""Who wrote a line: its machine vouches for it, and nobody writes one in another's name."""

from dataclasses import replace

import pytest

from cbi.base.errors import NotAllowed
from cbi.base.ids import new_id
from cbi.ledger.chain import chained, line_digest
from cbi.ledger.invariants import check_ledger
from cbi.ledger.journal import ENTRY_COLUMNS, FUNDS, VOUCHERS, NewLine, line_json, line_mac
from cbi.ledger.vouchers import changes
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.operators.digests import (
    OFFICE,
    Vouching,
    following,
    vouching,
    vouching_key,
    vouching_keys,
    with_till_key,
)
from cbi.operators.keyring import Keyring
from cbi.operators.operator_session import OperatorSession
from tests.conftest import World
from tests.ledger.tampering import tampering
from tests.rows import all_rows, one_row
from tests.vouchers import Paper, in_hand

STORE = "magnum-almaty-1"


def given_to_a_till(world: World) -> Keyring:
    """A keyring as an office gives it out."""
    made = with_till_key(world.keys, world.entropy)
    return replace(made, keys={name: made.keys[name] for name in ("lookup", "till")})


def till(world: World) -> OperatorSession:
    """A till's desk at the world's ledger, with a keyring as an office gives it out."""
    ring = given_to_a_till(world)
    ledger = world.again()
    ledger.following = following(lambda: vouching(ring))
    return replace(world.session("cashier1"), ledger=ledger, open_keys=lambda: ring)


def wrong(world: World, keys: dict[str, bytes] | None) -> set[str]:
    with world.ledger.read() as tx:
        return {one.what for found in check_ledger(tx, keys=keys) for one in found.wrong}


def plant(
    world: World, paper: Paper, by: Vouching, kind: str = "redeem", **changed: str | int,
) -> None:
    """A line that fits the chain, the voucher and the receipt, written past the program."""
    with world.ledger.read() as tx:
        voucher = one_row(tx, "SELECT * FROM voucher WHERE serial = :serial", serial=paper.serial)
    at = world.clock()
    line = NewLine(
        new_id(at, world.entropy), kind, "cashier1", at, at,
        **({"amount_minor": 700, "debit": VOUCHERS, "credit": "retailer:magnum", "store": STORE,
            "receipt": "P1", "receipt_key": b"\1" * 32, "request_id": b"\2" * 32}
           if kind == "redeem" else {"reason": "x"}
           | ({"amount_minor": voucher["face_minor"], "debit": VOUCHERS, "credit": FUNDS}
              if kind == "void" else {})),
    )
    digest = line_digest(line_json(line))
    head = chained(voucher["last_hash"], digest)
    row = {**line._asdict(), "voucher": voucher["id"], "seq": voucher["last_seq"] + 1,
           "hash": head, "vouched_by": by.name,
           "mac": line_mac(by.key, voucher["code_hash"], digest)}
    moved = {"last_seq": row["seq"], "last_hash": head, "last_at": at,
             "spent_minor": voucher["spent_minor"] + line.amount_minor, **changed}
    with tampering(world) as run:
        run(f"INSERT INTO entry ({', '.join(ENTRY_COLUMNS)}) "
            f"VALUES ({', '.join('?' * len(ENTRY_COLUMNS))})", *(row[n] for n in ENTRY_COLUMNS))
        run(f"UPDATE voucher SET {', '.join(f'{name} = ?' for name in moved)} WHERE id = ?",
            *moved.values(), voucher["id"])
        if kind == "redeem":
            run("INSERT INTO receipt (store, number, used_minor) VALUES (?, 'P1', 700)", STORE)


def test_an_offices_and_a_tills_lines_are_vouched_for(world: World) -> None:
    papers = in_hand(world, [1_000, 1_000])
    session = till(world)
    asked = Redeem(code=papers[0].code, amount_minor=400, store=STORE, receipt="R1")
    assert redeem(session, asked).answer == "ok"
    changes.block(world.session("field1"), papers[1].serial, "lost")
    with world.ledger.read() as tx:
        said = {row["kind"]: row["vouched_by"] for row in all_rows(tx, "SELECT * FROM entry")}
    assert said["redeem"] == session.keys.machine
    assert {said[kind] for kind in ("issue", "hand-over", "block")} == {OFFICE}
    assert wrong(world, vouching_keys(world.keys)) == set()
    assert wrong(world, vouching_keys(session.keys)) == set()
    session.ledger.close()


@pytest.mark.parametrize("name", [OFFICE, "till 01020304", "nobody", ""])
def test_a_line_by_who_has_the_database_alone_shows(world: World, name: str) -> None:
    papers = in_hand(world, [1_000])
    plant(world, papers[0], Vouching(name, b"a key of his own"))
    assert wrong(world, vouching_keys(world.keys)) == {"check.line-unvouched"}
    assert wrong(world, None) == set()


def test_a_till_cannot_write_in_another_tills_name(world: World) -> None:
    papers = in_hand(world, [1_000])
    mine, theirs = (given_to_a_till(world) for _ in range(2))
    plant(world, papers[0], Vouching(theirs.machine, vouching(mine).key))
    assert wrong(world, vouching_keys(world.keys)) == {"check.line-unvouched"}
    assert wrong(world, vouching_keys(theirs)) == {"check.line-unvouched"}


def test_a_tills_word_is_good_for_what_a_till_does_alone(world: World) -> None:
    papers = in_hand(world, [1_000])
    session = till(world)
    field = replace(session, operator=world.session("field1").operator)
    with pytest.raises(NotAllowed) as refused:
        changes.block(field, papers[0].serial, "lost")
    assert refused.value.code == "operators.not-from-a-till"
    plant(world, papers[0], session.vouching, kind="block", state="blocked")
    assert wrong(world, vouching_keys(world.keys)) == {"check.line-unvouched"}
    session.ledger.close()


def test_the_office_knows_every_tills_key_and_a_till_its_own(world: World) -> None:
    mine, theirs = (given_to_a_till(world) for _ in range(2))
    office = vouching_keys(world.keys)
    assert vouching_key(office, mine.machine) == mine.keys["till"]
    assert vouching_key(vouching_keys(mine), theirs.machine) is None
    assert vouching_key(vouching_keys(mine), OFFICE) is None
