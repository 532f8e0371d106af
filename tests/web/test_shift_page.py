"""A shift closed over the network: as it was shown, and once however often it is sent."""

from typing import Any

import pytest

from tests.vouchers import in_hand
from tests.web.chromium import page_at
from tests.web.conftest import Served
from tests.web.test_scanning import signed_in


def counted(shift: dict[str, Any], request: str, minor: int) -> dict[str, Any]:
    return {
        "request": request, "currency": shift["currency"], "until": shift["until"],
        "receipts": shift["receipts"], "amount": shift["amount"],
        "counted_receipts": shift["receipts"], "counted": minor,
    }


def test_what_was_undone_stands_once_on_the_shift(served: Served) -> None:
    paper, = in_hand(served.world, [10_000_00])
    browser = served.signed_in()
    sale = {"code": paper.code, "amount": "40", "receipt": "17", "request": "one"}
    undo = {"redemption": browser("/till/redeem", sale)["redemption"]}
    assert browser("/till/undo", undo)["answer"] == "ok"
    shift, = browser("/till/shift")["shifts"]
    assert (shift["receipts"], shift["amount"]) == (0, 0)
    assert [(one["redemption"], one["undone"]) for one in shift["lines"]] \
        == [(f"{paper.serial}/3", True)]
    assert browser("/till/shift-close", counted(shift, "close", 0)).status == 200


def test_a_shift_is_closed_as_it_was_shown_and_once(served: Served) -> None:
    paper, = in_hand(served.world, [10_000_00])
    first, second = served.signed_in(), served.signed_in("till2")
    sale = {"code": paper.code, "amount": "40", "receipt": "17", "request": "one"}
    assert first("/till/redeem", sale)["answer"] == "ok"
    shift, = first("/till/shift")["shifts"]
    assert (shift["receipts"], shift["amount"], len(shift["lines"])) == (1, 40_00, 1)
    assert second("/till/shift")["shifts"] == []
    asked = counted(shift, "close one", 40_00)
    assert second("/till/shift-close", asked).status == 409
    told = [first("/till/shift-close", asked) for _ in range(2)]
    assert told[0] == told[1]
    assert (told[0].status, told[0]["name"]) == (200, "magnum-almaty-1/till1/1")
    assert first("/till/shift")["shifts"] == []
    for wrong in ({"until": "zz"}, {"receipts": 7}):
        refused = first("/till/shift-close", {**asked, "request": "another", **wrong})
        assert refused.status == 409
    assert first("/till/shift-close", {**asked, "counted": -1}).status == 422
    for browser in (served.browser(), served.paired()):
        assert browser("/till/shift").status == 401
        assert browser("/till/shift-close", asked).status == 401
    with served.world.ledger.read() as tx:
        assert [*tx.tuples("SELECT device, amount_minor FROM till_shift")] \
            == [("magnum-almaty-1/1", 40_00)]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_page_says_what_changed_and_lets_a_lost_answer_be_asked_for_again(
    served: Served,
) -> None:
    paper, = in_hand(served.world, [10_000_00])
    sale = {"code": paper.code, "amount": "40", "receipt": "17", "request": "one"}
    with page_at(f"http://127.0.0.1:{served.port}/", locale="en") as page:
        signed_in(page, served)
        other = served.signed_in()
        assert other("/till/redeem", sale)["answer"] == "ok"

        def count(receipts: str, amount: str) -> None:
            page.fill("#shift-receipts", receipts)
            page.fill("#shift-amount", amount)
            page.press("#shift-amount", "Enter")
            page.wait_for_selector("#shift-panel.green, #shift-panel.yellow")

        def begin() -> None:
            page.click("#to-day")
            page.click("#to-shift")
            page.wait_for_selector("#shift-count:not([hidden])")

        begin()
        count("1", "40")
        assert page.inner_text("#shift-word") == "IT AGREES"
        assert other("/till/redeem", {**sale, "receipt": "18", "request": "two"})["answer"] == "ok"
        page.click("#shift-close")
        page.wait_for_selector("#notice:not([hidden])")
        assert "since you counted" in page.inner_text("#notice")
        page.click("#from-shift")
        begin()
        count("1", "75")
        assert page.inner_text("#shift-difference").replace("\u00a0", " ") \
            == "You counted 5 tenge less."
        page.route("**/till/shift-close", lambda route: (route.fetch(), route.fulfill(
            status=502, content_type="application/json", body="{}"
        )))
        page.click("#shift-close")
        page.wait_for_selector("#notice button")
        page.unroute("**/till/shift-close")
        page.click("#notice button")
        page.wait_for_selector("#shift-done:not([hidden])")
    with served.world.ledger.read() as tx:
        assert [*tx.tuples("SELECT receipts, amount_minor, counted_receipts, counted_minor "
                           "FROM till_shift")] == [(2, 80_00, 1, 75_00)]
