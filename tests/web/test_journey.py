"""A cashier's day in a browser: paired, signed in, a voucher typed, taken off, undone."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cbi.messages import LANGUAGES
from cbi.till.devices import offer
from tests.vouchers import in_hand
from tests.web.chromium import PHONE, assert_fits, page_at
from tests.web.conftest import PINS, STORE, Served


def slip_on_paper(page: Any, serial: str, code: str) -> None:
    """The slip is what is printed, and alone; nothing of it is seen on the screen."""
    page.evaluate("window.print = () => { window.printed = true; }")
    page.click("#slip")
    assert page.evaluate("window.printed")
    assert not page.is_visible("#paper")
    page.emulate_media(media="print")
    told = page.inner_text("body")
    assert f"{serial}/3" in told
    assert "17" in told
    assert code not in told.replace(" ", "")
    assert not page.is_visible("main")
    page.emulate_media(media="screen")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_voucher_from_pairing_to_undoing(
    served: Served, language: str, tmp_path: Path
) -> None:
    if served.world.ledger.engine != "sqlite" and language != "fa":
        pytest.skip("one round on PostgreSQL is enough")
    paper, = in_hand(served.world, [10_000_00])
    code = offer(served.world.session("admin1"), STORE).code
    with page_at(
        f"http://127.0.0.1:{served.port}/", locale=language, viewport=PHONE,
    ) as page:
        fits = partial(assert_fits, page, folder=tmp_path)
        page.fill("#pair-code", code)
        fits("1-pair")
        page.keyboard.press("Enter")
        page.fill("#name", "till1")
        page.fill("#pin", PINS["till1"])
        fits("2-sign")
        page.keyboard.press("Enter")
        page.wait_for_selector("#scan:not([hidden])")
        assert page.evaluate("document.documentElement.dir") == (
            "rtl" if language in ("fa", "ps") else "ltr"
        )
        fits("3-scan")
        page.keyboard.type(paper.code.lower(), delay=100)
        page.wait_for_selector("#sale:not([hidden])")
        assert page.evaluate("document.activeElement.id") == "amount"
        fits("4-good")
        page.keyboard.type("4000")
        page.fill("#receipt", "17")
        page.keyboard.press("Enter")
        page.wait_for_selector("#confirm:not([hidden])")
        fits("5-confirm")
        page.keyboard.press("Enter")
        page.wait_for_selector("#done:not([hidden])")
        fits("6-done")
        assert page.inner_text("#proof") == f"{paper.serial}/3"
        slip_on_paper(page, paper.serial, paper.code)
        assert "{" not in page.inner_text("body")
        page.click("#undo")
        page.wait_for_selector("#confirm:not([hidden])")
        page.click("#yes")
        page.wait_for_selector("#proof-line:not([hidden])")
        fits("7-undone")
        page.click("#next")
        page.click("#to-day")
        page.wait_for_selector("#day:not([hidden])")
        fits("8-day")
        page.click("#to-shift")
        page.wait_for_selector("#shift-count:not([hidden])")
        fits("9-count")
        page.fill("#shift-receipts", "0")
        page.fill("#shift-amount", "1500")
        page.press("#shift-amount", "Enter")
        page.wait_for_selector("#shift-panel.yellow")
        fits("10-differs")
        page.click("#shift-again")
        page.fill("#shift-amount", "۰")
        page.press("#shift-amount", "Enter")
        page.wait_for_selector("#shift-panel.green")
        fits("11-agrees")
        assert "{" not in page.inner_text("body")
        page.click("#shift-close")
        page.wait_for_selector("#shift-done:not([hidden])")
        fits("12-closed")
        page.click("#from-shift")
        page.click("#to-day")
        page.click("#to-shift")
        page.wait_for_selector("#notice:not([hidden])")
        fits("13-nothing")
    with served.world.ledger.read() as tx:
        assert tx.value("SELECT amount_minor + counted_minor FROM till_shift") == 0
        assert tx.value("SELECT code_way FROM entry WHERE kind = 'redeem'") == "typed"
        kinds = [kind for kind, in tx.tuples("SELECT kind FROM entry ORDER BY seq")]
    assert kinds == ["issue", "hand-over", "redeem", "reverse"]
