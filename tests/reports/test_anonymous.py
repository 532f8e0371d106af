"""The ledger for analysts: polars adds it up to the ledger's identities, and nobody is in it."""

from collections import Counter

import polars
import pytest

from cbi.finance.identities import voucher_balances
from tests.conftest import World
from tests.lines import Typed, typed_by
from tests.reports.campaign import ended, played


@pytest.fixture
def cbi(
    empty_world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> Typed:
    monkeypatch.chdir(empty_world.folder)
    return typed_by(empty_world, capsys, "manager1")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_polars_adds_it_up_to_the_identities(empty_world: World, cbi: Typed, kind: str) -> None:
    papers = played(empty_world, people=20)
    ended(empty_world)
    code, out, _ = cbi("report", "export", "out", *(["--parquet"] if kind == "parquet" else []))
    assert code == 0
    assert "No person, serial or code" in out
    folder = empty_world.folder / "out"
    read = polars.read_csv if kind == "csv" else polars.read_parquet
    vouchers, lines = read(folder / f"vouchers.{kind}"), read(folder / f"lines.{kind}")
    with empty_world.ledger.read() as tx:
        balances = voucher_balances(tx)
        by_way = dict(tx.tuples("SELECT coalesce(code_way, ''), count(*) FROM entry "
                                "WHERE kind = 'redeem' GROUP BY code_way"))
    for name, theirs in (("issued_minor", "issued_minor"), ("redeemed_minor", "redeemed_minor"),
                         ("expired_minor", "expired_minor"), ("void_minor", "void_minor"),
                         ("left_minor", "outstanding_minor")):
        assert vouchers[name].sum() == sum(getattr(one, theirs) for one in balances)
    signed = {"redeem": 1, "reverse": -1}
    moved = sum(
        row["amount_minor"] * signed.get(row["kind"], 0) for row in lines.iter_rows(named=True))
    assert moved == vouchers["redeemed_minor"].sum()
    ways = Counter(lines.filter(lines["kind"] == "redeem")["code_way"].fill_null(""))
    assert ways == Counter(by_way)
    assert vouchers["small_group"].sum() > 0
    told = b"".join(one.read_bytes() for one in folder.iterdir())
    for paper in papers["almaty"]:
        assert paper.serial.encode() not in told
        assert paper.code.encode() not in told
    assert b"P-0000" not in told
    dictionary = polars.read_csv(folder / "dictionary.csv")
    assert set(dictionary["column"]) == set(vouchers.columns) | set(lines.columns)
    assert cbi("report", "export", "out", who="cashier1")[0] == 3
