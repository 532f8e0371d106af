"""What tills took without a connection and no voucher covered stands beside the reconciliation."""

import json
from pathlib import Path

import openpyxl
import pytest

from cbi.finance.intake.previewing import HowToRead
from cbi.ledger.vouchers.offline import OfflineClaim
from cbi.ledger.vouchers.offline_bounds import OfflineList, note_list
from cbi.programmes.offline import OfflineBounds, set_offline
from cbi.reports.waiting import waiting_work
from cbi.till.offline import upload
from tests.conftest import World
from tests.finance.bills import bought, line, taken_in
from tests.lines import Typed, typed_by
from tests.vouchers import in_hand

AUGUST = HowToRead(period_from="2022-08-01", period_until="2022-08-31")
DEVICE, LIST, STORE = b"d" * 16, b"l" * 16, "magnum-almaty-1"


@pytest.fixture
def cbi(world: World, capsys: pytest.CaptureFixture[str]) -> Typed:
    return typed_by(world, capsys, "finance1")


@pytest.fixture
def torn(world: World) -> World:
    """A voucher of 15,000 spent online to 9,000 elsewhere, and 8,000 of it taken offline."""
    set_offline(world.session("manager1"), "KZ22", OfflineBounds(2_000_000, 3_000_000, 5_000_000,
                                                                 24), "no signal")
    paper, = in_hand(world, [1_500_000])
    cashier = world.session("cashier2")
    world.ledger.transact(lambda tx: note_list(tx, OfflineList(
        LIST, DEVICE, STORE, cashier.operator.name, cashier.clock(), b"x" * 32
    )))
    bought(world, paper, 900_000, "1")
    claim = OfflineClaim("r1", DEVICE, LIST, paper.code, 800_000, STORE, "2", world.clock.now,
                         "cashier2")
    told, = upload(cashier, DEVICE, world.clock.now, [claim])
    assert (told.outcome, told.posted_minor) == ("part", 600_000)
    taken_in(world, [line(paper.serial, "9000", "1"), line(paper.serial, "8000", "2")],
             how=AUGUST)
    return world


def waiting(world: World) -> dict[str, str]:
    with world.ledger.read() as tx:
        return {one.what: one.line for one in waiting_work(tx, world.clock.now)}


def test_the_rest_waits_until_its_days_are_reconciled(torn: World, cbi: Typed) -> None:
    assert waiting(torn)["offline"] == "till conflicts"
    code, out, _ = cbi("reconcile", "MAGNUM-S1", "--json")
    assert code == 0
    assert json.loads(out)["offline"] == {
        "sales": 1, "amount_minor": 800_000, "retailer_minor": 200_000, "programme_minor": 0,
    }
    assert "offline" not in waiting(torn)


def test_it_is_a_line_on_the_screen_and_in_the_workbook(
    torn: World, cbi: Typed, tmp_path: Path
) -> None:
    out = cbi("reconcile", "MAGNUM-S1")[1].replace("\u00a0", " ")
    words = " ".join(out.split())
    assert "not covered: 1 sale, 8,000 tenge" in words
    assert "shop bears 2,000 tenge" in words
    file = tmp_path / "book.xlsx"
    assert cbi("report", "workbook", "-o", str(file))[0] == 0
    book = openpyxl.load_workbook(file)
    rows = [[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]
    start = next(n for n, row in enumerate(rows)
                 if row[0] == "Taken without a connection and not covered")
    assert rows[start + 2][1:7] == ["2", STORE, 8_000, 6_000, 2_000, 0]
