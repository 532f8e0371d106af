"""Chromium driven as a cashier drives it."""

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.programs import program

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

OF_A_REQUEST = re.compile(r"status of (4\d\d|502)")
"""What Chromium says of an answer that refuses is no fault of the page's."""
CUT_OFF = re.compile(rf"{OF_A_REQUEST.pattern}|net::ERR_INTERNET_DISCONNECTED")

AXE = """() => axe.run(document, { resultTypes: ["violations"] }).then((found) => (
  found.violations.map((one) => [one.id, ...one.nodes.map((node) => node.html.slice(0, 120))])))"""
PHONE: "ViewportSize" = {"width": 320, "height": 640}
DESKTOP: "ViewportSize" = {"width": 1024, "height": 768}
KEYS = re.compile(r"\{|\b(?:till|office|account|later|shift)-[a-z]+-?[a-z]*\b")
"""What a text without its words or facts would show."""
PROMISES = """StorageManager.prototype.persist = async () => { self.promised = true; return true; };
StorageManager.prototype.persisted = async () => !self.broken;"""
"""A browser without a window never promises to keep anything; one on a phone does."""


class Kept:
    """A browser that stays open for the tests of a file: starting one takes longer than what most
    of them do in it. Each test has a context of its own, with its own cookies and store."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._driver: Any = None
        self._browser: Any = None

    def browser(self) -> Any:
        """The one that is open, or a new one where none is, or it broke down."""
        if self._browser is None or not self._browser.is_connected():
            self._browser = self._stack.enter_context(self.another())
        return self._browser

    @contextmanager
    def another(self, *words: str, home: Path | None = None) -> Iterator[Any]:
        """A browser of one's own, started with these words.

        Without Chromium the test is skipped, or fails where the tools are required.
        """
        chromium = program("chromium", "google-chrome")
        if self._driver is None:
            from playwright.sync_api import sync_playwright

            self._driver = self._stack.enter_context(sync_playwright())
        browser = self._driver.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", *words],
            env=None if home is None else {**os.environ, "HOME": str(home)},
        )
        try:
            yield browser
        finally:
            browser.close()

    def close(self) -> None:
        """Leave nothing running."""
        self._driver = self._browser = None
        self._stack.close()


KEPT = Kept()


@contextmanager
def page_at(
    url: str, *, camera: Path | None = None, keeps: bool = False, home: Path | None = None,
    **context: Any,
) -> Iterator[Any]:
    """A page at this address; what went wrong on it fails the test.

    `keeps`: it may keep itself and what it takes on the device, and be without a connection.
    """
    with ExitStack() as stack:
        browser = KEPT.browser() if camera is home is None else stack.enter_context(
            KEPT.another(*_filmed(camera), home=home)
        )
        opened = browser.new_context(service_workers="allow" if keeps else "block", **context)
        stack.callback(opened.close)
        page = opened.new_page()
        expected = CUT_OFF if keeps else OF_A_REQUEST
        if keeps:
            opened.add_init_script(PROMISES)
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda line: wrong.append(line.text)
                if line.type == "error" and not expected.search(line.text) else None)
        own = (url.partition("#")[0], "data:", "blob:")
        page.on("request", lambda request: wrong.append(f"asked elsewhere: {request.url}")
                if not request.url.startswith(own) else None)
        page.goto(url)
        yield page
        assert wrong == []


def _filmed(camera: Path | None) -> list[str]:
    """What lets a browser see a film before its camera."""
    return [] if camera is None else [
        "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera}",
    ]


def violations_on(page: Any) -> list[Any]:
    """What axe-core finds wrong on the page as it stands now."""
    import axe_core_python

    tool = Path(str(axe_core_python.__file__)).parent / "axe.min.js"
    page.evaluate(tool.read_text("utf-8"))
    return list(page.evaluate(AXE))


def assert_fits(page: Any, name: str, folder: Path) -> None:
    """Axe finds nothing, no text lacks its words, and nothing runs over on a phone or a computer,
    each of which leaves a picture; the page is a phone's afterwards."""
    assert violations_on(page) == [], name
    assert not (found := KEYS.search(page.inner_text("body"))), (name, found)
    for called, size in (("computer", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(size)
        page.screenshot(path=folder / f"{name}-{called}.png", full_page=True)
        over = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert over <= 0, (name, called, over)
