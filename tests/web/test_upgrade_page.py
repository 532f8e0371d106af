"""A newer cbi is served while a till's page is open, or has taken without a connection: nothing is
lost, nothing counts twice, and the page goes over to the new version between two vouchers.
"""

from contextlib import ExitStack
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cbi.web import static
from tests.conftest import World
from tests.vouchers import in_hand
from tests.web.conftest import Served, opened
from tests.web.test_offline_page import (
    KEPT,
    TOLD,
    WHY,
    claims_of,
    sale,
    spent,
    until,
    with_list,
)

VERSION = "self.version ?? 1"
TAKES_OVER = """async () => {
  const workers = navigator.serviceWorker;
  const changed = new Promise((done) => workers.addEventListener("controllerchange", done));
  await (await workers.ready).update();
  await changed;
}"""
CLEARED = """() => new Promise((done, failed) => {
  const asked = indexedDB.deleteDatabase("cbi-till");
  asked.onsuccess = () => done(true);
  asked.onerror = asked.onblocked = () => failed(new Error("it is still open"));
})"""
CLOCK_BACK = """async (hours) => {
  const { Line } = await import("/line.js");
  const line = new Line(() => "en", () => {}), real = Date.now;
  await line.reach();
  Date.now = () => real() - hours * 3600000;
  await line.look();
  const before = line.here.why;
  await line.tick();
  return [before, line.here.why];
}"""


class Versions:
    """The page's files as they are, and of a newer version whose script says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.newer = False
        files = dict(static._files())
        now = static.routes()
        files["/till.js"] = static._packed(
            ".js", b"self.version = 2;\n" + files["/till.js"].plain
        )
        monkeypatch.setattr(static, "_files", lambda: files)
        later = static.routes()
        both = [self._either(*pair) for pair in zip(now, later, strict=True)]
        monkeypatch.setattr(static, "routes", lambda: both)

    def _either(self, now: Route, later: Route) -> Route:
        async def send(request: Request) -> Response:
            answer: Response = await (later if self.newer else now).endpoint(request)
            return answer

        return Route(now.path, send)


@pytest.fixture
def versions(engine: str, monkeypatch: pytest.MonkeyPatch) -> Versions:
    if engine != "sqlite":
        pytest.skip("the page is the same on both engines")
    return Versions(monkeypatch)


def pending(page: Any, code: str, amount: str, receipt: str) -> None:
    """A sale that is taken without a connection."""
    page.context.set_offline(True)
    page.wait_for_selector("#offline:not([hidden])")
    sale(page, code, amount, receipt)
    page.wait_for_selector("#panel.pending #proof-line:not([hidden])")


def test_a_server_is_stopped_and_a_newer_one_begun_beside_a_running_till(
    versions: Versions, world: World,
) -> None:
    """Nobody signs in anew: what was taken meanwhile is brought, and the next sale is online."""
    first, second = in_hand(world, [10_000_00, 9_000_00])
    with ExitStack() as until_stopped:
        served = until_stopped.enter_context(opened(world))
        with with_list(served, locale="en") as page:
            until_stopped.close()
            sale(page, first.code, "1000", "17")
            page.wait_for_selector("#panel.pending #proof-line:not([hidden])")
            page.click("#next")
            versions.newer = True
            with opened(world, port=served.port):
                page.wait_for_selector("#offline", state="hidden")
                until(page, TOLD)
                sale(page, second.code, "2000", "18")
                page.wait_for_selector("#panel:not(.pending) #proof-line:not([hidden])")
    assert spent(served) == [1_000_00, 2_000_00]
    assert [one["outcome"] for one in claims_of(served)] == ["posted"]


def test_an_old_page_brings_what_it_took_and_goes_over_with_the_next_voucher(
    versions: Versions, served: Served,
) -> None:
    """Served anew while it was away; a sale goes on where it is, and its receipt stays."""
    first, second, third = in_hand(served.world, [10_000_00, 9_000_00, 8_000_00])
    with with_list(served, locale="en") as page:
        pending(page, first.code, "1000", "17")
        versions.newer = True
        page.context.set_offline(False)
        page.wait_for_selector("#offline", state="hidden")
        until(page, TOLD)
        page.click("#next")
        page.locator(".box").first.fill(second.code)
        page.wait_for_selector("#sale:not([hidden])")
        page.evaluate(TAKES_OVER)
        until(page, "caches.keys().then((kept) => kept.length === 1)")
        page.fill("#amount", "2000")
        page.fill("#receipt", "18")
        page.press("#receipt", "Enter")
        page.click("#yes")
        page.wait_for_selector("#proof-line:not([hidden])")
        page.click("#same")
        assert page.input_value("#receipt") == "18"
        sale(page, third.code, "3000", "18")
        page.wait_for_selector("#proof-line:not([hidden])")
        assert page.evaluate(VERSION) == 1
        with page.expect_navigation():
            page.click("#next")
        page.wait_for_selector("#scan:not([hidden])")
        assert page.evaluate(VERSION) == 2
    assert spent(served) == [1_000_00, 2_000_00, 3_000_00]
    assert [one["outcome"] for one in claims_of(served)] == ["posted"]


def test_a_new_version_that_comes_while_sales_wait_opens_with_them(
    versions: Versions, served: Served,
) -> None:
    """The line was there for the page's files alone; then it is lost again, and two tabs, one of
    each version, come back to it together."""
    first, second = in_hand(served.world, [10_000_00, 9_000_00])
    with with_list(served, locale="en") as page:
        other = page.context.new_page()
        other.goto(page.url)
        other.wait_for_selector("#scan:not([hidden])")
        pending(page, first.code, "1000", "17")
        versions.newer = True
        page.context.route("**/till/**", lambda route: route.abort("internetdisconnected"))
        page.context.set_offline(False)
        page.evaluate(TAKES_OVER)
        page.context.set_offline(True)
        page.reload()
        page.wait_for_selector("#offline:not([hidden])")
        assert [page.evaluate(VERSION), other.evaluate(VERSION)] == [2, 1]
        page.locator("#to-queue", has_text="1").wait_for()
        sale(page, second.code, "2000", "18")
        page.wait_for_selector("#panel.pending #proof-line:not([hidden])")
        page.context.unroute_all()
        page.context.set_offline(False)
        for one in (page, other):
            until(one, TOLD)
    assert spent(served) == [1_000_00, 2_000_00]
    assert [one["outcome"] for one in claims_of(served)] == ["posted", "posted"]


def test_a_page_whose_store_was_cleared_takes_nothing_until_it_knows_its_till_again(
    versions: Versions, served: Served,
) -> None:
    paper, = in_hand(served.world, [10_000_00])
    with with_list(served, locale="en") as page:
        page.evaluate(CLEARED)
        page.context.set_offline(True)
        page.wait_for_selector("#offline:not([hidden])")
        assert page.evaluate(WHY) == "not-paired"
        page.context.set_offline(False)
        page.wait_for_selector("#offline", state="hidden")
        page.click("#to-day")  # somebody is there
        page.click("#from-day")
        until(page, f"{WHY}.then((why) => why === null)")
        pending(page, paper.code, "1000", "17")
        page.context.set_offline(False)
        page.wait_for_selector("#offline", state="hidden")
        until(page, TOLD)
    assert spent(served) == [1_000_00]


def test_a_clock_that_was_set_back_is_set_right_by_the_next_list(
    versions: Versions, served: Served,
) -> None:
    """It is asked for although by the clock the last one came in the future."""
    with with_list(served, locale="en") as page:
        asked = page.evaluate(KEPT, "list")["asked_at"]
        assert page.evaluate(CLOCK_BACK, 48) == ["clock", None]
        assert page.evaluate(KEPT, "list")["asked_at"] < asked
