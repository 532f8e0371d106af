"""The page without a connection: it opens, takes what its list allows, and is settled later."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.changes import block
from cbi.programmes.offline import OfflineBounds, set_offline
from cbi.till.devices import revoke
from tests.browser import faults_for_others
from tests.rows import all_rows
from tests.vouchers import in_hand
from tests.web.chromium import PHONE, assert_fits, in_languages, page_at
from tests.web.conftest import STORE, Served

BOUNDS = OfflineBounds(10_000_00, 12_000_00, 14_000_00, 24)
WHY = "import('/offline.js').then((of) => of.standing()).then((here) => here.why)"
TOLD = ("import('/store.js').then((store) => store.claims())"
        ".then((all) => all.every((claim) => claim.told))")
UNTIL = """async () => {
  for (const end = Date.now() + 30000; !(await (%s));) {
    if (Date.now() > end) throw new Error("it never came to that");
    await new Promise(requestAnimationFrame);
  }
}"""
KEPT = "(name) => import('/store.js').then((store) => store.kept(name))"
KEEP = "([name, kept]) => import('/store.js').then((store) => store.keep(name, kept))"
AGAIN = """(claim) => fetch("/till/offline-claim", { method: "POST", body: JSON.stringify(claim),
  headers: { "x-cbi-till": "1", "content-type": "application/json" } }).then((told) => told.json())
"""


@contextmanager
def with_list(
    served: Served, bounds: OfflineBounds = BOUNDS, **more: Any
) -> Iterator[Any]:
    """A page that is signed in, has a list, and keeps its own files on the device."""
    set_offline(served.world.session("manager1"), "KZ22", bounds, "no signal in the villages")
    with page_at(f"http://127.0.0.1:{served.port}/", keeps=True, **more) as page:
        page.context.add_cookies([
            {"name": name, "value": value, "url": page.url}
            for name, value in served.signed_in().cookies.items()
        ])
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        page.wait_for_selector("#scan:not([hidden])")
        until(page, f"{WHY}.then((why) => why === null)")
        yield page


def until(page: Any, promised: str) -> None:
    """Wait until what this promises is so."""
    page.evaluate(UNTIL % promised)


def sale(page: Any, code: str, amount: str, receipt: str) -> None:
    """A voucher typed, its amount and receipt, and yes."""
    page.locator(".box").first.fill(code)
    page.wait_for_selector("#sale:not([hidden])")
    page.fill("#amount", amount)
    page.fill("#receipt", receipt)
    page.press("#receipt", "Enter")
    page.wait_for_selector("#confirm:not([hidden])")
    page.click("#yes")


def claims_of(served: Served) -> list[Any]:
    with served.world.ledger.read() as tx:
        assert [one for one in check_ledger(tx) if one.wrong] == []
        return all_rows(tx, "SELECT outcome, posted_minor, taken_by, charged_to, reason "
                            "FROM offline_claim ORDER BY uploaded_at, id")


def spent(served: Served) -> list[int]:
    with served.world.ledger.read() as tx:
        return [one for one, in tx.tuples("SELECT spent_minor FROM voucher ORDER BY serial")]


@pytest.fixture
def only_sqlite(engine: str) -> None:
    if engine != "sqlite":
        pytest.skip("the page is the same on both engines")


def film_of(code: str, path: Path) -> Path:
    """A voucher's square as the fake camera plays it."""
    square = zxingcpp.write_barcode_to_image(
        zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode), scale=12
    )
    frame = Image.new("RGB", (640, 480), "white")
    frame.paste(Image.fromarray(square).convert("RGB"), (150, 70))
    packed = io.BytesIO()
    frame.save(packed, "JPEG", quality=92, subsampling=2)
    path.write_bytes(packed.getvalue() * 10)
    return path


@pytest.mark.parametrize("language", ["ru", "fa"])
def test_a_day_with_and_without_a_connection_is_settled_once(
    served: Served, language: str, tmp_path: Path
) -> None:
    if served.world.ledger.engine != "sqlite" and language != "fa":
        pytest.skip("one day on PostgreSQL is enough")
    first, second = in_hand(served.world, [10_000_00, 5_000_00])
    film = film_of(first.code, tmp_path / "camera.mjpeg")
    with with_list(served, camera=film, locale=language, permissions=["camera"],
                   viewport={"width": 320, "height": 640}) as page:
        page.click("#camera")
        page.wait_for_selector("#sale:not([hidden])", timeout=60_000)
        page.fill("#amount", "4 000")
        page.fill("#receipt", "17")
        page.press("#receipt", "Enter")
        page.click("#yes")
        page.wait_for_selector("#proof-line:not([hidden])")
        page.click("#next")
        page.context.set_offline(True)
        page.reload()  # it opens all the same
        page.wait_for_selector("#offline:not([hidden])")
        sale(page, second.code, "1 500", "18")
        page.wait_for_selector("#panel.pending #proof-line:not([hidden])")
        assert page.inner_text("#proof").startswith("P-")
        page.screenshot(path=tmp_path / "pending.png", full_page=True)
        assert faults_for_others(page) == []
        assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
        page.click("#next")
        page.click("#sign-out")
        page.wait_for_selector("#notice:not([hidden])")
        assert page.is_visible("#scan"), "nobody signs out while something waits"
        kept, = page.evaluate("import('/store.js').then((store) => store.claims())")
        assert first.code not in str(page.evaluate(
            "import('/store.js').then((store) => store.kept('list'))"))
        page.context.set_offline(False)
        page.wait_for_selector("#offline", state="hidden")
        page.click("#to-queue")
        page.locator("#queue-lines li", has_text=second.serial).wait_for()
        assert faults_for_others(page) == []
        asked = {name: kept[name] for name in (
            "request", "list", "code", "amount", "receipt", "receipt_total", "said_at", "taken_by",
            "code_way")}
        for _ in range(2):  # as if its answer had been lost
            told = page.evaluate(AGAIN, asked | {"device_now": kept["said_at"]})
            assert told["outcome"] == "posted", told
    assert spent(served) == [4_000_00, 1_500_00]
    with served.world.ledger.read() as tx:
        ways = tx.tuples("SELECT code_way FROM entry WHERE kind = 'redeem' ORDER BY receipt")
        assert list(ways) == [("camera",), ("typed",)]
    assert claims_of(served) == [{"outcome": "posted", "posted_minor": 1_500_00,
                                  "taken_by": "till1", "charged_to": None, "reason": None}]


@in_languages
@pytest.mark.usefixtures("only_sqlite")
def test_a_pending_sale_is_undone_before_it_is_sent(
    served: Served, language: str, tmp_path: Path
) -> None:
    first, second = in_hand(served.world, [10_000_00, 9_000_00])
    with with_list(served, locale=language, viewport=PHONE) as page:
        fits = partial(assert_fits, page, folder=tmp_path)
        page.context.set_offline(True)
        page.wait_for_selector("#offline:not([hidden])")
        fits("offline")
        sale(page, first.code, "8000", "17")
        page.wait_for_selector("#panel.pending #proof-line:not([hidden])")
        fits("pending")
        page.click("#undo")
        page.wait_for_selector("#confirm:not([hidden])")
        page.click("#yes")
        page.wait_for_selector("#panel.cyan")
        fits("undone")
        page.click("#next")
        sale(page, second.code, "7000", "18")
        page.wait_for_selector("#panel.pending #proof-line:not([hidden])")
        page.click("#next")
        page.click("#to-queue")
        assert page.locator("#queue-lines button").count() == 1
        fits("queue")
        page.click("#queue-lines button")
        page.click("#yes")
        page.wait_for_selector("#panel.cyan")
        kept = page.evaluate("import('/store.js').then((store) => store.claims())")
        assert [one["told"]["outcome"] for one in kept] == ["undone", "undone"]
        assert not any("code" in one for one in kept)
        page.context.set_offline(False)
        page.wait_for_selector("#offline", state="hidden")
        until(page, f"{WHY}.then((why) => why === null)")
    assert spent(served) == [0, 0]
    assert claims_of(served) == []


LOST_MEANWHILE = """async () => {
  const { Line } = await import("/line.js");
  const line = new Line(() => "en", () => {}), real = fetch;
  self.fetch = async (...asked) => {
    self.fetch = real;
    const answer = await real(...asked);
    dispatchEvent(new Event("offline"));
    return answer;
  };
  await line.reach();
  const meanwhile = line.off;
  await line.reach();
  return [meanwhile, line.off];
}"""


@pytest.mark.usefixtures("only_sqlite")
def test_an_answer_of_before_the_line_was_lost_does_not_say_that_it_is_there(
    served: Served,
) -> None:
    with with_list(served, locale="en") as page:
        assert page.evaluate(LOST_MEANWHILE) == [True, False]


@pytest.mark.usefixtures("only_sqlite")
def test_what_may_have_been_sent_is_not_undone_on_the_device(served: Served) -> None:
    """Sent without an answer it may be counted; it is counted, once, and undone by nobody here."""
    paper, = in_hand(served.world, [10_000_00])
    with with_list(served, locale="en") as page:
        page.context.set_offline(True)
        page.wait_for_selector("#offline:not([hidden])")
        sale(page, paper.code, "800", "17")
        page.wait_for_selector("#panel.pending #proof-line:not([hidden])")
        cut = """import('/offline.js').then((of) => of.deliver(
          () => { throw new Error("no answer"); }, () => false))
          .then(() => "", (why) => why.message)"""
        assert page.evaluate(cut) == "no answer"
        strange = cut.replace('throw new Error("no answer")', "return {}")
        assert "no answer of the ledger" in page.evaluate(strange), "another server's is none"
        assert page.evaluate("import('/store.js').then((store) => store.claims())")[0]["code"]
        page.click("#undo")
        page.click("#yes")
        page.locator("#notice", has_text="sent already").wait_for()
        page.context.set_offline(False)
        page.wait_for_selector("#offline", state="hidden")
        until(page, TOLD)
    assert spent(served) == [800_00]


@pytest.mark.usefixtures("only_sqlite")
def test_nothing_is_taken_by_what_is_no_list_of_this_till(served: Served) -> None:
    """Stale, forged, another's, under a moved clock, kept by no promise, or with nobody there."""
    in_hand(served.world, [10_000_00])
    hour = 3_600_000
    with with_list(served, locale="en") as page:
        page.context.set_offline(True)
        page.wait_for_selector("#offline:not([hidden])")
        changes: tuple[tuple[str, Callable[[Any], Any], str], ...] = (
            ("list", lambda old: old | {"asked_at": old["asked_at"] - 25 * hour}, "stale-list"),
            ("list", lambda old: old | {"text": old["text"].replace("1000000", "9000000")},
             "list-not-ours"),
            ("list", lambda old: old | {"signature": "ab" * 64}, "list-not-ours"),
            ("device", lambda old: old | {"id": "ab" * 16}, "list-anothers"),
            ("device", lambda old: old | {"place": "magnum-almaty-2"}, "list-anothers"),
            ("high", lambda old: old + hour, "clock"),
            ("list", lambda old: old | {"asked_at": old["asked_at"] + hour}, "clock"),
            ("active", lambda old: old - 5 * hour, "signed-out"),
        )
        for name, change, why in changes:
            before = page.evaluate(KEPT, name)
            page.evaluate(KEEP, [name, change(before)])
            assert page.evaluate(WHY) == why, (name, why)
            page.evaluate(KEEP, [name, before])
            assert page.evaluate(WHY) is None, (name, why)
        page.evaluate("self.broken = true")
        assert page.evaluate(WHY) == "not-kept"
        page.locator("#offline-what", has_text="does not promise").wait_for()
        paper, = in_hand(served.world, [5_000_00], start=7)
        page.locator(".box").first.fill(paper.code)
        page.wait_for_selector("#notice button")
        assert page.is_hidden("#sale")
        page.evaluate("self.broken = false")
    assert claims_of(served) == []


@pytest.mark.usefixtures("only_sqlite")
def test_the_bounds_hold_on_the_device_and_in_two_tabs(served: Served) -> None:
    first, second = in_hand(served.world, [10_000_00, 10_000_00])
    later, = in_hand(served.world, [1_000_00], start=9)
    with with_list(served, locale="en") as page:
        other = page.context.new_page()
        other.goto(page.url)
        other.wait_for_selector("#scan:not([hidden])")
        page.context.set_offline(True)
        take = """([code, amount, receipt]) => import('/offline.js').then((of) => of.take({
          code, amount, receipt, request: receipt })).then((told) => told.answer)"""
        assert page.evaluate(take, [later.code, 9_000_00, "r0"]) == "too-much"
        assert page.evaluate(take, [later.code, 600_00, "r6"]) == "pending"
        assert page.evaluate(take, [later.code, 600_00, "r7"]) == "too-much", "400 are left"
        assert page.evaluate(take, [first.code, 100, "https://receipt"]) == "receipt"
        assert page.evaluate(take, [first.code, 6_000_00, "r1"]) == "pending"
        assert page.evaluate(take, [first.code, 6_000_00, "r1"]) == "pending", "told again"
        assert page.evaluate(take, [first.code, 1_000_00, "r1"]) == "request"
        assert other.evaluate(take, [first.code, 6_000_00, "r2"]) == "too-much"
        assert other.evaluate(take, [second.code, 5_000_00, "r3"]) == "pending"
        assert page.evaluate(take, [second.code, 2_000_00, "r4"]) == "over-device"
        assert page.evaluate(take, [later.code[::-1], 100, "r5"]) in ("mistyped", "not-listed")
        page.context.set_offline(False)
        for one in (page, other):
            until(one, TOLD)

    assert spent(served) == [6_000_00, 5_000_00, 600_00]
    assert [one["outcome"] for one in claims_of(served)] == ["posted", "posted", "posted"]


@pytest.mark.usefixtures("only_sqlite")
def test_a_voucher_that_is_stopped_over_or_over_its_bound_is_not_taken(served: Served) -> None:
    """The list says of each until when and whether; an hour later another may be over."""
    good, stopped = in_hand(served.world, [10_000_00, 10_000_00])
    block(served.world.session("manager1"), stopped.serial, "reported lost")
    with served.world.ledger.read() as tx:
        served.world.clock.now = tx.value("SELECT min(closes_at) FROM voucher") - 3_600_000_000
    with with_list(served, BOUNDS._replace(per_voucher_minor=3_000_00), locale="en") as page:
        page.context.set_offline(True)
        look = """(code) => import('/offline.js').then((of) => of.look(code))
          .then((told) => [told.answer, told.left ?? null])"""
        assert page.evaluate(look, stopped.code) == ["not-now", None]
        assert page.evaluate(look, good.code) == ["good", 3_000_00]
        kept = page.evaluate(KEPT, "list")
        page.evaluate(KEEP, ["list", kept | {"asked_at": kept["asked_at"] - 2 * 3_600_000}])
        assert page.evaluate(look, good.code) == ["not-now", None]
    assert claims_of(served) == []


@pytest.mark.usefixtures("only_sqlite")
def test_a_day_has_its_bound_and_a_receipt_is_of_one_sale(served: Served) -> None:
    """The bound of a day is the device's, whichever list was taken by; the receipt once more is
    the sale that is kept, under another request too."""
    one, other = in_hand(served.world, [10_000_00, 10_000_00])
    with with_list(served, BOUNDS._replace(per_day_minor=5_000_00), locale="en") as page:
        page.context.set_offline(True)
        take = """([code, amount, receipt, request]) => import('/offline.js').then((of) => of.take({
          code, amount, receipt, request })).then((told) => told.answer)"""
        assert page.evaluate(take, [one.code, 3_000_00, "r1", "q1"]) == "pending"
        assert page.evaluate(take, [one.code, 3_000_00, "r1", "q2"]) == "pending", "told again"
        assert page.evaluate(take, [other.code, 3_000_00, "r2", "q3"]) == "over-day"
        assert page.evaluate(take, [other.code, 2_000_00, "r2", "q3"]) == "pending"
        page.context.set_offline(False)
        until(page, TOLD)
    assert spent(served) == [3_000_00, 2_000_00]
    assert [told["outcome"] for told in claims_of(served)] == ["posted", "posted"]


@pytest.mark.usefixtures("only_sqlite")
def test_a_sale_whose_answer_was_lost_is_kept_under_its_own_name(served: Served) -> None:
    paper, = in_hand(served.world, [10_000_00])
    with with_list(served, locale="en") as page:
        def lost(route: Any) -> None:
            route.fetch()  # the ledger takes it, and nobody hears
            page.context.set_offline(True)
            route.abort("internetdisconnected")

        page.route("**/till/redeem", lost)
        sale(page, paper.code, "4000", "17")
        page.wait_for_selector("#panel.pending #proof-line:not([hidden])")
        page.context.set_offline(False)
        page.wait_for_selector("#offline", state="hidden")
        until(page, TOLD)
    assert spent(served) == [4_000_00]
    assert [one["outcome"] for one in claims_of(served)] == ["same"]


@pytest.mark.usefixtures("only_sqlite")
def test_a_revoked_device_takes_nothing_and_loses_nothing(served: Served) -> None:
    paper, = in_hand(served.world, [10_000_00])
    with with_list(served, locale="en") as page:
        page.context.set_offline(True)
        sale(page, paper.code, "4000", "17")
        page.wait_for_selector("#panel.pending #proof-line:not([hidden])")
        revoke(served.world.session("manager1"), f"{STORE}/1")
        page.context.set_offline(False)
        until(page, f"{WHY}.then((why) => why === 'not-paired')")
        page.context.set_offline(True)
        page.reload()
        page.wait_for_selector("#offline:not([hidden])")
        assert page.evaluate(WHY) == "not-paired"
        assert page.is_hidden("#scan")
        page.context.set_offline(False)
        page.reload()
        page.wait_for_selector("#pair:not([hidden])")
        page.click("#pair-queue")
        line = page.inner_text("#queue-lines li")
        assert "17" in line
        assert paper.code[:4] in line, "the office can still be told"
    assert claims_of(served) == []


@pytest.mark.usefixtures("only_sqlite")
def test_what_the_ledger_no_longer_covers_stays_on_the_screen(served: Served) -> None:
    paper, = in_hand(served.world, [10_000_00])
    with with_list(served, locale="en") as page:
        page.context.set_offline(True)
        sale(page, paper.code, "4000", "17")
        page.wait_for_selector("#panel.pending #proof-line:not([hidden])")  # taken, not only found
        told = served.signed_in("till2")("/till/redeem", {
            "code": paper.code, "amount": "9000", "receipt": "99", "request": "other"})
        assert told["answer"] == "ok"
        page.context.set_offline(False)
        page.wait_for_selector("#offline", state="hidden")
        page.click("#next")
        page.click("#to-queue")
        page.locator("#queue-lines li.wrong", has_text="only 1,000 tenge counted").wait_for()
        page.locator("#queue-lines li", has_text="the shop bears 3,000 tenge").wait_for()
    assert spent(served) == [10_000_00]
    assert [one["outcome"] for one in claims_of(served)] == ["part"]


@pytest.mark.usefixtures("only_sqlite")
def test_online_only_is_said_and_nothing_is_kept(served: Served) -> None:
    with page_at(f"http://127.0.0.1:{served.port}/", keeps=True, locale="en") as page:
        page.context.add_cookies([
            {"name": name, "value": value, "url": page.url}
            for name, value in served.signed_in().cookies.items()
        ])
        page.reload()
        page.locator("#ready", has_text="the programme works online only").wait_for()
        assert page.evaluate("import('/store.js').then((of) => of.kept('list'))") is None
