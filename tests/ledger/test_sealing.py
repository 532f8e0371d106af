"""Seals and checks: what was sealed stays, and an older copy shows against a checkpoint."""

import dataclasses
from typing import Any

import pytest

from cbi.audit.checkpoint import VerifierKey, make_checkpoint, verify_checkpoint
from cbi.audit.merkle import inclusion_proof, leaf_hash, verify_inclusion
from cbi.audit.proofs import check_against
from cbi.base.errors import BadFile, CbiError, Conflict, NotAllowed
from cbi.base.ids import first_id
from cbi.ledger import sealing
from cbi.ledger.invariants import check_ledger
from cbi.ledger.periods import close_period, periods
from cbi.ledger.sealing import (
    SLOWEST_WRITE_US,
    last_seal,
    latest_checkpoint,
    seal,
    seal_if_able,
    seal_in,
    seals,
    unsealed,
)
from cbi.ledger.tables import Seal
from cbi.ledger.vouchers import changes
from cbi.operators.keyring import Keyring, make_keyring
from cbi.operators.operator_session import OperatorSession
from cbi.storage.faults import RetryTransaction
from cbi.storage.transactions import WriteTransaction
from tests.conftest import World
from tests.ledger.tampering import tampering
from tests.rows import all_rows
from tests.there import there
from tests.vouchers import in_hand

FACE = 1_500_000


def refused(code: str, kind: type[CbiError] = CbiError) -> pytest.RaisesExc[CbiError]:
    return pytest.raises(kind, match=code.replace(".", r"\."))


def holds(world: World) -> None:
    with world.ledger.read() as tx:
        assert [finding for finding in check_ledger(tx) if finding.wrong] == []


def findings(world: World, checkpoint: str, key: str | None = None) -> list[str]:
    with world.ledger.read() as tx:
        return [one.what for one in check_against(tx, checkpoint, key).wrong]


def public_key(world: World) -> str:
    with world.ledger.read() as tx:
        origin = tx.value("SELECT origin FROM ledger_identity")
    return str(VerifierKey(origin, world.keys.seal_public))


def test_there_is_nothing_to_seal_on_an_empty_ledger(world: World) -> None:
    with refused("ledger.nothing-to-seal", Conflict):
        seal(world.session("finance1"), "daily")
    with world.ledger.read() as tx:
        assert latest_checkpoint(tx) == ""
    holds(world)


def test_a_seal_is_a_signed_root_over_all_there_is(world: World) -> None:
    serial = in_hand(world, [FACE] * 3)[0].serial
    changes.block(world.session("field1"), serial, "lost")
    made = seal(world.session("finance1"), "daily")
    with world.ledger.read() as tx:
        assert unsealed(tx) == []
        assert there(last_seal(tx)).model_dump() == made.model_dump()
        assert latest_checkpoint(tx) == made.checkpoint
        assert [one.size for one in seals(tx)] == [5, made.size]  # 3 lines and two heads
        leaves = [leaf_hash(row["data"]) for row in all_rows(
            tx, "SELECT * FROM leaf ORDER BY position"
        )]
        origin = tx.value("SELECT origin FROM ledger_identity")
    signed = verify_checkpoint(made.checkpoint, key_name=origin, public_key=world.keys.seal_public)
    assert (signed.origin, signed.size, signed.root) == (origin, len(leaves), made.root)
    proof = inclusion_proof(leaves, 2)
    assert verify_inclusion(leaves[2], 2, made.size, proof, signed.root)
    holds(world)


def test_sealing_again_with_nothing_new_is_the_same_seal(world: World) -> None:
    in_hand(world, [FACE])
    made = seal(world.session("finance1"), "daily")
    assert seal(world.session("manager1"), "again").size == made.size
    holds(world)


def test_leaves_of_one_addition_are_ordered_by_instant_and_id(world: World) -> None:
    in_hand(world, [FACE] * 20)
    seal(world.session("finance1"), "daily")
    with world.ledger.read() as tx:
        rows = all_rows(tx,
            "SELECT e.recorded_at, e.id FROM leaf l JOIN entry e ON e.id = l.object "
            "WHERE l.kind = 'entry' ORDER BY l.position"
        )
    assert [tuple(row.values()) for row in rows] == sorted(tuple(row.values()) for row in rows)


def test_cashiers_seal_nothing_and_a_till_without_the_key_cannot(world: World) -> None:
    in_hand(world, [FACE])
    with refused("operators.role-missing", NotAllowed):
        seal(world.session("cashier1"), "daily")
    till = Keyring(world.keys.ledger_id, world.keys.seal_public,
                   {"lookup": world.keys.need("lookup")})
    session = dataclasses.replace(world.session("finance1"), open_keys=lambda: till)
    with refused("operators.key-missing"):
        seal(session, "daily")
    holds(world)


def test_a_seal_key_that_is_not_the_ledgers_signs_nothing(world: World) -> None:
    in_hand(world, [FACE])
    other = dataclasses.replace(world.keys, keys={**world.keys.keys, "seal": bytes(range(32))})
    with refused("ledger.seal-key-wrong"):
        seal(dataclasses.replace(world.session("finance1"), open_keys=lambda: other), "daily")
    with world.ledger.read() as tx:
        last = last_seal(tx)
    assert last is None or last.reason != "daily"
    holds(world)


def test_two_offices_that_seal_at_once_make_two_seals_one_after_the_other(world: World) -> None:
    """The second finds its places taken, and seals on top of the first."""
    in_hand(world, [FACE] * 3)
    tries = []

    def overtaken(tx: WriteTransaction) -> Seal:
        tries.append(True)
        last = there(last_seal(tx))
        if len(tries) == 1:
            with pytest.raises(RetryTransaction):
                stale = Seal(**{**last.model_dump(), "size": last.size - 1})
                seal_on(tx, world.session("finance1"), stale)
            raise RetryTransaction("as the engine would ask")
        return seal_in(tx, world.session("finance1"), "daily")

    made = world.ledger.transact(overtaken)
    assert len(tries) == 2
    assert made.size > 3
    holds(world)


def seal_on(tx: WriteTransaction, session: OperatorSession, stale: Seal) -> None:
    """Seal as one does who has not seen the newest seal yet."""
    from cbi.ledger import sealing

    module: Any = sealing
    original = sealing.last_seal
    peaks = b"\0" * 32 * stale.size.bit_count()
    module.last_seal = lambda _: Seal(**{**stale.model_dump(), "peaks": peaks})
    try:
        sealing.seal_in(tx, session, "too late")
    finally:
        module.last_seal = original


def test_a_period_holds_what_its_seal_has_and_the_one_before_had_not(world: World) -> None:
    in_hand(world, [FACE])
    first = close_period(world.session("controller1"), "2022-08")
    with refused("ledger.period-closed-already", Conflict):
        close_period(world.session("controller1"), "2022-08")
    in_hand(world, [FACE], start=9)
    second = close_period(world.session("controller1"), "2022-09")
    assert (first.from_size, second.from_size) == (0, first.to_size)
    with world.ledger.read() as tx:
        assert [row.code for row in periods(tx)] == ["2022-08", "2022-09"]
    holds(world)


# Against a checkpoint kept elsewhere.


def test_a_ledger_that_grew_fits_every_checkpoint_it_ever_gave(world: World) -> None:
    given = []
    for start in (1, 5, 9):
        in_hand(world, [FACE] * 3, start=start)
        given.append(seal(world.session("finance1"), "daily").checkpoint)
    for checkpoint in given:
        assert findings(world, checkpoint) == []
        assert findings(world, checkpoint, public_key(world)) == []


def test_an_older_copy_put_back_is_found_though_it_holds_by_itself(world: World) -> None:
    in_hand(world, [FACE] * 3)
    with world.ledger.read() as tx:
        before = {
            table: all_rows(tx, f"SELECT * FROM {table}")
            for table in ("voucher", "entry", "leaf", "seal", "log", "log_head", "batch",
                          "batch_line", "round", "hand_over", "row_digest", "row_digest_head")
        }
    in_hand(world, [FACE] * 3, start=9)
    kept = seal(world.session("finance1"), "daily").checkpoint
    put_back(world, before)
    holds(world)
    assert findings(world, kept, public_key(world)) == ["check.older-ledger"]


def put_back(world: World, tables: dict[str, list[dict[str, Any]]]) -> None:
    with tampering(world) as run:
        for table, rows in tables.items():
            run(f"DELETE FROM {table}")
            for row in rows:
                run(f"INSERT INTO {table} ({', '.join(row)}) "
                    f"VALUES ({', '.join('?' * len(row))})", *row.values())


def test_a_history_written_anew_and_longer_is_found_too(world: World) -> None:
    """Even one signed with the ledger's own key: what it signed before stands elsewhere."""
    in_hand(world, [FACE] * 3)
    kept = seal(world.session("finance1"), "daily").checkpoint
    with tampering(world) as run:
        run("UPDATE leaf SET data = ? WHERE position = 1", b"\7" * 32)
    in_hand(world, [FACE] * 3, start=9)
    seal(world.session("finance1"), "daily")
    assert findings(world, kept, public_key(world)) == ["check.history-differs"]


def test_a_checkpoint_of_another_ledger_or_key_is_told_apart(world: World) -> None:
    in_hand(world, [FACE])
    other = make_keyring(b"\2" * 16, world.entropy)
    foreign = make_checkpoint("cbi/elsewhere", 3, b"\0" * 32, "cbi/elsewhere", other.need("seal"))
    assert findings(world, foreign) == ["check.other-ledger"]
    foreign_key = str(VerifierKey("cbi/elsewhere", other.seal_public))
    assert findings(world, foreign, foreign_key) == ["check.other-ledger", "check.other-key"]
    with refused("seal.checkpoint-signed-by-another", BadFile):
        findings(world, foreign, public_key(world))
    with refused("seal.key-unreadable", BadFile):
        findings(world, foreign, "no key")
    with refused("seal.checkpoint", BadFile):
        findings(world, "no checkpoint")


def test_a_ledger_re_signed_with_a_thiefs_key_is_found_by_the_auditors_key(world: World) -> None:
    """Whoever holds the database can put their own key in it and sign all anew."""
    in_hand(world, [FACE])
    auditors = public_key(world)
    kept = seal(world.session("finance1"), "daily").checkpoint
    thief = make_keyring(world.keys.ledger_id, world.entropy)
    with tampering(world) as run:
        run("UPDATE ledger_identity SET seal_public = ?", thief.seal_public)
    assert findings(world, kept, auditors) == ["check.other-key"]


def test_many_lines_are_sealed_in_slices_each_a_seal_of_its_own(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    in_hand(world, [1_000] * 8)
    monkeypatch.setattr(sealing, "SLICE", 3)
    before = len(made_so_far(world))
    made = seal(world.session("finance1"), "daily")
    slices = made_so_far(world)[before:]
    told = [f"daily {number}/{len(slices)}" for number in range(1, len(slices) + 1)]
    assert [one.reason for one in slices] == told
    assert len(slices) > 2
    assert slices[-1].size == made.size
    with world.ledger.read() as tx:
        assert unsealed(tx) == []
        assert check_against(tx, made.checkpoint).wrong == ()
    holds(world)


def made_so_far(world: World) -> list[Seal]:
    with world.ledger.read() as tx:
        return seals(tx)


def test_a_reading_seals_what_came_since_the_last_seal_and_looks_at_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    papers = in_hand(world, [1_000] * 4)
    first = seal(world.session("finance1"), "daily")
    changes.block(world.session("field1"), papers[0].serial, "lost")
    read = world.session("finance1")
    world.ledger.transact(lambda tx: seal_if_able(tx, read, "personal data read"))
    with world.ledger.read() as tx:
        assert there(last_seal(tx)).size > first.size
        assert unsealed(tx) == []
    world.clock.now += SLOWEST_WRITE_US * 3
    looked: list[sealing.Lines] = []

    def look(_: object, lines: sealing.Lines) -> list[object]:
        looked.append(lines)
        return []

    monkeypatch.setattr(sealing, "unsealed", look)
    world.ledger.transact(lambda tx: seal_if_able(tx, read, "personal data read"))
    with world.ledger.read() as tx:
        last = there(last_seal(tx))
    assert first_id(0) < looked[0].first < first_id(last.sealed_at - SLOWEST_WRITE_US)
    assert len(looked) == 1


def test_after_a_seal_by_a_clock_that_was_ahead_a_reading_looks_at_everything(world: World) -> None:
    papers = in_hand(world, [1_000] * 2)
    now = world.clock.now
    world.clock.now += SLOWEST_WRITE_US * 50
    seal(world.session("finance1"), "daily")
    world.clock.now = now
    changes.block(world.session("field1"), papers[1].serial, "lost")
    read = world.session("finance1")
    world.ledger.transact(lambda tx: seal_if_able(tx, read, "personal data read"))
    with world.ledger.read() as tx:
        assert unsealed(tx) == []
