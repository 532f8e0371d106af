"""The ledger's benchmarks still run with today's rooms: a few vouchers, no figure looked at."""

import asyncio
from contextlib import nullcontext
from pathlib import Path

import pytest

from cbi.base.clock import system_clock
from cbi.operators.keyring import write_keyring
from cbi.web.till import Till
from tests.benchmarks import beside, checking, hard_pairs, ledger, rehearsal
from tests.benchmarks.served import till_of
from tests.benchmarks.served_alike import ask_engine
from tests.benchmarks.served_locking import LockingTill
from tests.conftest import World
from tests.vouchers import in_hand


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two redemptions a side."""
    monkeypatch.setattr(ledger, "REDEEMED", 2)
    monkeypatch.setattr(ledger, "PAIRS", 1)


def test_a_redemption_can_be_measured_on_sqlite() -> None:
    assert ledger._redeem_sqlite("off", "OFF")["ratio"] > 0


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_a_redemption_can_be_measured_on_postgresql(
    world: World, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ledger, "postgres_world", lambda _folder: nullcontext(world))
    assert ledger._redeem_postgres_one()["ratio"] > 0


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
@pytest.mark.parametrize("till", [Till, LockingTill])
def test_an_engine_can_be_measured_without_http(world: World, till: type[Till]) -> None:
    write_keyring(world.keys, world.folder / "keyring.json")
    codes = [one.code for one in in_hand(world, [2_000_000] * 3)]
    assert asyncio.run(ask_engine(
        str(world.folder), world.ledger.place, system_clock() - world.clock(), till_of(world),
        codes, till,
    ))["rate"] > 0
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM voucher WHERE spent_minor > 0") == 3


def test_a_check_can_be_measured(tmp_path: Path) -> None:
    checking._build(tmp_path, 20)()
    for side in (checking._theirs, checking._ours):
        side(tmp_path, 20)()


def test_hard_pairs_can_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hard_pairs, "OF_A_KIND", 1)
    found, told = hard_pairs.measured(held=True, people=60)
    assert len(found) == len(told) == 47
    assert hard_pairs.figures(found, [one.desk for one in told]).recall > 0


@pytest.mark.long
def test_a_small_rehearsal_plays_to_its_end() -> None:
    took = rehearsal.rehearsed(50, postgres=False)
    assert list(took)[-1] == "restore"
    assert all(one.cpu_s > 0 and one.peak_mb > 1 for one in took.values())


@pytest.mark.long
def test_long_commands_can_be_measured_beside_an_earlier_build(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(beside, "PAIRS", 1)
    found = beside.beside(50)
    assert [one["name"].partition(",")[0] for one in found] == list(beside.BARS)
    assert all(one["ours"] > 0 and one["theirs"] > 0 for one in found)
