"""A code on the page: judged while it is typed, and heard from a scanner whatever the layout."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.vouchers import in_hand
from tests.web.chromium import page_at
from tests.web.conftest import Served

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "data" / "codes.json").read_text("utf-8")
)
TYPES = """([code, layout, ending = ["Enter"]]) => {
  for (const one of [...code, ...ending]) {
    const name = one === "Enter" ? one : (/[0-9]/.test(one) ? "Digit" : "Key") + one;
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {
      code: name, key: layout[one] ?? one, bubbles: true, cancelable: true,
    }));
    if (one !== "Enter" && document.activeElement.value !== undefined) {
      document.activeElement.value += layout[one] ?? one;
      if (!ending.length) {
        document.activeElement.dispatchEvent(new InputEvent("input", { bubbles: true }));
      }
    }
  }
}"""
KAZAKH = dict(zip(
    "QWERTYUIOPASDFGHJKLZXCVBNM1234567890",
    "йцукенгшщзфывапролдячсмить" + '"әіңғ,.үұқ', strict=True,
))


def signed_in(page: Any, served: Served) -> None:
    """Carry a paired and signed-in browser's cookies over to the page."""
    page.context.add_cookies([
        {"name": name, "value": value, "url": page.url}
        for name, value in served.signed_in().cookies.items()
    ])
    page.reload()
    page.wait_for_selector("#scan:not([hidden])")


@pytest.fixture
def only_sqlite(engine: str) -> None:
    if engine != "sqlite":
        pytest.skip("the page is the same on both engines")


@pytest.mark.usefixtures("only_sqlite")
def test_the_page_judges_codes_as_the_ledger_does(served: Served) -> None:
    with page_at(f"http://127.0.0.1:{served.port}/") as page:
        right = "(code) => import('/code.js').then((of) => of.isRight(of.plain(code)))"
        assert [code for code in VECTORS["codes"] if not page.evaluate(right, code)] == []
        wrong = [one["text"] for one in VECTORS["mistyped"]]
        assert [code for code in wrong if page.evaluate(right, code)] == []
        read = "(text) => import('/code.js').then((of) => of.plain(text))"
        latin = [one for one in VECTORS["read"] if not any(
            "\u0400" <= letter <= "\u04ff" for letter in one["text"])]
        assert [one for one in latin if page.evaluate(read, one["text"]) != one["code"]] == []


@pytest.mark.usefixtures("only_sqlite")
def test_a_scanner_is_heard_on_a_kazakh_keyboard_from_anywhere(served: Served) -> None:
    first, second = in_hand(served.world, [10_000, 20_000])
    with page_at(f"http://127.0.0.1:{served.port}/") as page:
        signed_in(page, served)
        page.focus("#camera")
        page.evaluate(TYPES, [first.code, KAZAKH])
        page.wait_for_selector("#sale:not([hidden])")
        page.fill("#amount", "10")
        page.focus("#receipt")
        page.evaluate(TYPES, [second.code, KAZAKH])
        page.locator("#left", has_text="200").wait_for()
        assert page.input_value("#receipt") == ""
        page.fill("#amount", "10")
        page.fill("#receipt", "18")
        page.press("#receipt", "Enter")
        page.click("#yes")
        page.wait_for_selector("#done:not([hidden])")
    assert ways(served) == ["scanner"]


@pytest.mark.usefixtures("only_sqlite")
def test_a_scanner_that_ends_with_no_enter_is_told_from_fingers(served: Served) -> None:
    paper, = in_hand(served.world, [20_000])
    with page_at(f"http://127.0.0.1:{served.port}/") as page:
        signed_in(page, served)
        page.evaluate(TYPES, [paper.code, {}, []])
        page.wait_for_selector("#sale:not([hidden])")
        page.fill("#amount", "10")
        page.fill("#receipt", "19")
        page.press("#receipt", "Enter")
        page.click("#yes")
        page.wait_for_selector("#done:not([hidden])")
    assert ways(served) == ["scanner"]


def ways(served: Served) -> list[str | None]:
    with served.world.ledger.read() as tx:
        return [way for way, in tx.tuples("SELECT code_way FROM entry WHERE kind = 'redeem'")]


@pytest.mark.usefixtures("only_sqlite")
def test_boxes_forgive_and_tell_while_one_types(served: Served) -> None:
    paper, = in_hand(served.world, [10_000])
    with page_at(f"http://127.0.0.1:{served.port}/", locale="en") as page:
        signed_in(page, served)
        wrong = ("1" if paper.code[0] != "1" else "2") + paper.code[1:]
        page.keyboard.type(wrong.lower(), delay=90)
        page.wait_for_selector("#code-state:not(:empty)")
        assert page.get_attribute(".box", "aria-invalid") == "true"
        page.locator(".box").first.fill(" ".join(paper.code.lower()))
        page.wait_for_selector("#sale:not([hidden])")


@pytest.mark.usefixtures("only_sqlite")
def test_without_an_answer_the_same_is_asked_again_and_counts_once(served: Served) -> None:
    """The line breaks after the ledger has taken it: nothing else can be done before the answer."""
    paper, = in_hand(served.world, [10_000])
    with page_at(f"http://127.0.0.1:{served.port}/") as page:
        signed_in(page, served)
        page.locator(".box").first.fill(paper.code)
        page.wait_for_selector("#sale:not([hidden])")
        page.fill("#amount", "40")
        page.fill("#receipt", "17")
        page.press("#receipt", "Enter")
        cut = [True]

        def answer(route: Any) -> None:
            response = route.fetch()
            if cut.pop() if cut else False:
                route.fulfill(status=502, body="gone")  # it was done, and nobody heard
            else:
                route.fulfill(response=response)

        page.route("**/till/redeem", answer)
        page.click("#yes")
        page.wait_for_selector("#notice button")
        assert page.is_hidden("#back")
        page.click("#notice button")
        page.wait_for_selector("#proof-line:not([hidden])")
    with served.world.ledger.read() as tx:
        assert tx.value("SELECT sum(amount_minor) FROM entry WHERE kind = 'redeem'") == 4_000
