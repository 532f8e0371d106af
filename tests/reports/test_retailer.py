"""A retailer's page: what it sold, how its bills went, what is asked, prices; and nobody's name."""

import json
from pathlib import Path

import openpyxl
import pytest

from cbi.base.clock import DAY_US
from cbi.finance.decisions.deciding import decide
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.settlements import pay, settle
from cbi.ledger.vouchers.reversing import reverse
from cbi.reports.shops.notes import note_shop
from cbi.reports.shops.retailer_page import write_retailer
from cbi.reports.shops.retailer_sheet import retailer_sheet
from tests.browser import LOOKS, faults, printed
from tests.conftest import World
from tests.finance.bills import bought, line, taken_in
from tests.lines import Typed, typed_by
from tests.vouchers import in_hand


@pytest.fixture
def cbi(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> Typed:
    monkeypatch.chdir(world.folder)
    return typed_by(world, capsys, "manager1")


def business(world: World) -> list[str]:
    """Three sales of which one is taken back; a bill with one sum too high, paid on day nine."""
    a, b, c = in_hand(world, [1_500_000] * 3)
    bought(world, a, 1_000_000, "1")
    bought(world, b, 900_000, "2")
    back = bought(world, c, 300_000, "3")
    reverse(world.session("manager1"), back, "the goods came back")
    taken_in(world, [line(a.serial, "10000", "1"), line(b.serial, "9500", "2")])
    reconcile(world.session("finance1"), "MAGNUM-S1")
    return [a.serial, b.serial, c.serial]


def test_a_retailer_sees_sales_bills_and_what_is_asked(world: World, cbi: Typed) -> None:
    serials = business(world)
    said = json.loads(cbi("report", "retailer", "magnum", "--json")[1])
    assert [(one["month"], one["sales"], one["amount_minor"]) for one in said["months"]] == [
        ("2022-08", 2, 1_900_000)]
    (bill,) = said["bills"]
    assert (bill["claimed_minor"], bill["paid_at"], bill["days"]) == (1_950_000, None, 0)
    assert [(one["rule"], one["questions"], one["open"]) for one in said["disputes"]] == [
        ("amount-differs", 1, 1)]
    decide(world.session("finance1"), ["MAGNUM-S1/2"], "reject", "the receipt says so")
    made = settle(world.session("finance1"), "MAGNUM-S1")
    world.clock.now += 9 * DAY_US
    pay(world.session("finance2"), made.number, "BANK 7")
    said = json.loads(cbi("report", "retailer", "magnum", "--json")[1])
    assert (said["days_to_pay"], said["disputes"][0]["open"]) == (9, 0)
    assert said["bills"][0]["paid_minor"] == said["bills"][0]["accepted_minor"] > 0
    for name in ("page.html", "page.xlsx"):
        assert cbi("report", "retailer", "magnum", "-o", name)[0] == 0
    page = (world.folder / "page.html").read_text("utf-8")
    assert "From a bill to its payment: 9 days on average." in page
    assert "amount differs" in page
    told = page + "".join(str(row) for sheet in openpyxl.load_workbook(
        world.folder / "page.xlsx") for row in sheet.values)
    assert not any(one in told for one in (*serials, "P-0000", "H-", "cashier", "finance1"))


def test_prices_and_stock_are_noted_and_the_newest_counts(world: World, cbi: Typed) -> None:
    shop, note = "magnum-almaty-1", ("report", "note", "magnum-almaty-1")
    assert cbi(*note, "Rice  1 kg", "--month", "2022-08", "--price", "650", who="field1")[0] == 0
    assert cbi(*note, "rice 1 kg", "--month", "2022-08", "--price", "700", "--stock", "low")[0] == 0
    assert cbi(*note, "oil", "--month", "2022-08", "--stock", "no")[0] == 0
    said = json.loads(cbi("report", "retailer", "magnum", "--json")[1])
    assert [(one["item"], one["price_minor"], one["stock"]) for one in said["notes"]] == [
        ("oil", None, "no"), ("rice 1 kg", 70_000, "low")]
    assert "Prices and stock" in cbi("report", "retailer", "magnum")[1]
    then = json.loads(cbi("report", "retailer", "magnum", "--as-of", "2022-08-01", "--json")[1])
    assert (then["notes"], then["bills"], then["months"]) == ([], [], [])
    assert shop in {one["store"] for one in said["notes"]}
    for wrong in (("rice", "--month", "August"), ("rice", "--month", "2022-08", "--stock", "x"),
                  ("=1+1", "--month", "2022-08"),
                  ("rice", "--month", "2022-08", "--price", "none")):
        assert cbi(*note, *wrong)[0] == 2
    assert cbi("report", "note", "nowhere", "rice", "--month", "2022-08")[0] == 4
    assert cbi(*note, "rice", "--month", "2022-08", who="cashier1")[0] == 3


def test_who_is_no_retailer_or_may_not_read_is_refused(world: World, cbi: Typed) -> None:
    assert cbi("report", "retailer", "nobody")[0] == 4
    assert cbi("report", "retailer", "magnum", who="field1")[0] == 3
    assert cbi("report", "retailer", "magnum", "-o", "page.html")[0] == 0
    assert "Nothing was sold" in (world.folder / "page.html").read_text("utf-8")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_browser_shows_and_prints_the_page_whole(
    world: World, language: str, tmp_path: Path
) -> None:
    business(world)
    note_shop(world.session("field1"), "magnum-almaty-1", "rice", month="2022-08", price="650")
    page = tmp_path / "page.html"
    write_retailer(retailer_sheet(world.session("manager1"), "magnum", language=language), page,
                   language=language)
    assert faults(page, LOOKS, widths=(390, 768, 1_100)) == []
    assert len(printed(page, tmp_path)) == 1
