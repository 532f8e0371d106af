"""Chromium driven as a cashier drives it."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def page_at(
    url: str, *, camera: Path | None = None, keeps: bool = False, home: Path | None = None,
    **context: Any,
) -> Iterator[Any]:
    """A page at this address; what went wrong on it fails the test.

    `keeps`: it may keep itself and what it takes on the device, and be without a connection.

    Without Chromium the test is skipped, or fails where the tools are required.
    """
    chromium = program("chromium", "google-chrome")
    from playwright.sync_api import sync_playwright

    words = ["--no-sandbox", "--disable-gpu", "--use-fake-ui-for-media-stream"]
    if camera is not None:
        words += ["--use-fake-device-for-media-stream",
                  f"--use-file-for-fake-video-capture={camera}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=words,
            env=None if home is None else {**os.environ, "HOME": str(home)},
        )
        try:
            page = browser.new_context(
                service_workers="allow" if keeps else "block", **context
            ).new_page()
            expected = CUT_OFF if keeps else OF_A_REQUEST
            if keeps:
                page.context.add_init_script(PROMISES)
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
        finally:
            browser.close()


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
