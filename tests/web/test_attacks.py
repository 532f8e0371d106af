"""Attacks and accidents at the page that have no test of their own elsewhere."""

import json
from typing import Any

import pytest

from cbi.ledger.vouchers.codes import make_codes
from cbi.ledger.vouchers.failed_lookups import note_guess
from cbi.reports.waiting import WaitingWork, waiting_work
from tests.conftest import World
from tests.vouchers import in_hand
from tests.web.chromium import page_at
from tests.web.conftest import STORE, Served
from tests.web.test_offline_page import until
from tests.web.test_scanning import signed_in

MARKED = '<b id="planted">Shop</b> & <i>Sons</i>'


def guesses(world: World) -> list[WaitingWork]:
    with world.ledger.read() as tx:
        return [one for one in waiting_work(tx, world.clock()) if one.what.startswith("guesses")]


def test_somebody_who_guesses_codes_is_told_of_in_waiting(served: Served) -> None:
    browser, world = served.signed_in(), served.world
    for code in make_codes(9, world.entropy):
        assert browser("/till/verify", {"code": code})["answer"] == "unknown"
    assert guesses(world) == []
    assert browser("/till/verify", {"code": make_codes(1, world.entropy)[0]})["answer"] == "unknown"
    found, = guesses(world)
    assert (found.what, found.object, found.things, found.line, found.roles) \
        == ("guesses", STORE, 10, f"till list --store {STORE}", ["admin", "manager"])
    world.clock.now += 25 * 3_600_000_000
    assert guesses(world) == [], "a day later it is in the log, and alarms nobody"


def test_guesses_spread_over_stores_are_told_of_together(world: World) -> None:
    for place in range(10):
        for _ in range(3):
            note_guess(world.session("manager1"), f"shop-{place}")
            world.clock.now += 11 * 60_000_000
    found, = guesses(world)
    assert (found.what, found.things, found.line) == ("guesses-all", 30, "till list")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_name_with_markup_in_it_is_shown_as_it_is_written(served: Served) -> None:
    with served.world.ledger.write() as tx:
        tx.run("UPDATE store SET names = :names", names=json.dumps({"en": MARKED}))
    paper, = in_hand(served.world, [10_000_00])
    with page_at(f"http://127.0.0.1:{served.port}/", locale="en") as page:
        signed_in(page, served)
        assert page.inner_text("#place") == MARKED
        page.locator(".box").first.fill(paper.code)
        page.wait_for_selector("#sale:not([hidden])")
        page.fill("#amount", "40")
        page.fill("#receipt", MARKED)
        page.press("#receipt", "Enter")
        page.click("#yes")
        page.wait_for_selector("#proof-line:not([hidden])")
        page.click("#next")
        page.click("#to-day")
        page.click("#to-shift")
        page.fill("#shift-receipts", "1")
        page.fill("#shift-amount", "40")
        page.press("#shift-amount", "Enter")
        page.wait_for_selector("#shift-panel.green")
        assert MARKED.upper() in page.inner_text("#shift-lines")  # a receipt is kept in capitals
        assert page.locator("#planted").count() == 0


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_square_with_an_address_or_ten_thousand_letters_is_no_voucher(served: Served) -> None:
    """No address is opened (`page_at` sees every request), and nothing is taken for a code."""
    paper, = in_hand(served.world, [10_000_00])
    odd = ["https://elsewhere.example/?q=1", "https://elsewhere.example/#there", "A" * 10_000,
           "WIFI:S:shop;T:WPA;P:x;;", "tel:+77000000000"]
    with page_at(f"http://127.0.0.1:{served.port}/", locale="en") as page:
        signed_in(page, served)
        right = "(text) => import('/code.js').then((of) => of.isRight(of.plain(text)))"
        for text in odd:
            assert page.evaluate(right, text) is False, text[:40]
            first: Any = page.locator(".box").first
            first.fill(text)
            page.click("#scan button:not([type])")
            until(page, "document.getElementById('code-state').textContent"
                        " || !document.getElementById('answer').hidden")
            assert page.evaluate("location.host") == f"127.0.0.1:{served.port}"
            assert page.is_hidden("#sale"), text[:40]
            page.reload()
            page.wait_for_selector("#scan:not([hidden])")
        page.locator(".box").first.fill(f"https://elsewhere.example/#{paper.code}")
        page.wait_for_selector("#sale:not([hidden])")  # of an address its code alone is read
    browser = served.signed_in()
    assert browser("/till/verify", {"code": "A" * 10_000}).status == 422
