"""Chromium driven as a cashier drives it."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cbi.messages import LANGUAGES
from tests.browser import KEPT, faults_for_others

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

OF_A_REQUEST = re.compile(r"status of (4\d\d|502)")
"""What Chromium says of an answer that refuses is no fault of the page's."""
CUT_OFF = re.compile(
    rf"{OF_A_REQUEST.pattern}|net::ERR_(INTERNET_DISCONNECTED|CONNECTION_|EMPTY_RESPONSE)"
)

PHONE: "ViewportSize" = {"width": 320, "height": 640}
DESKTOP: "ViewportSize" = {"width": 1024, "height": 768}
KEYS = re.compile(r"\{|\b(?:till|office|account|later|shift)-[a-z]+-?[a-z]*\b")
"""What a text without its words or facts would show."""
PROMISES = """StorageManager.prototype.persist = async () => { self.promised = true; return true; };
StorageManager.prototype.persisted = async () => !self.broken;"""
"""A browser without a window never promises to keep anything; one on a phone does."""


in_languages = pytest.mark.parametrize("language", [
    one if one in ("ru", "fa") else pytest.param(one, marks=pytest.mark.long) for one in LANGUAGES
])
"""A page in one language from each side, long words and other digits among them, and in all six
with `-m long`; a cashier's whole day is gone through in all six each time."""


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


def assert_fits(page: Any, name: str, folder: Path) -> None:
    """Axe finds nothing, no text lacks its words, and nothing runs over on a phone or a computer;
    what does not fit leaves a picture. The page is a phone's afterwards."""
    assert faults_for_others(page) == [], name
    assert not (found := KEYS.search(page.inner_text("body"))), (name, found)
    for called, size in (("computer", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(size)
        over = page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        if over > 0:
            page.screenshot(path=folder / f"{name}-{called}.png", full_page=True)
        assert over <= 0, (name, called, over)
