"""Chromium as a witness: it opens a page of ours, prints it, and says what did not fit."""

import atexit
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2

from tests.programs import program

_FAULTS = """() => axe.run(document, { resultTypes: ["violations"] }).then((found) => (
  found.violations.map((one) => [one.id, ...one.nodes.map((node) => node.html.slice(0, 120))])))"""
_OVER = """() => Math.max(...[document.scrollingElement,
  ...document.querySelectorAll(".wide")].map(box => box.scrollWidth - box.clientWidth))"""

Look = tuple[int, str]
"""A window's width, and `light` or `dark`."""
LOOKS: tuple[Look, ...] = ((390, "light"), (1_100, "light"), (1_100, "dark"))
"""A phone's, a computer's, and a computer's at night."""


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
atexit.register(KEPT.close)


def faults_for_others(page: Any) -> list[Any]:
    """What axe-core finds wrong, as the page stands now, for somebody who does not see it as others
    do; it is given to a page once, since that takes as long as its look."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_axe())
    return list(page.evaluate(_FAULTS))


@cache
def _axe() -> str:
    import axe_core_python

    return (Path(str(axe_core_python.__file__)).parent / "axe.min.js").read_text("utf-8")


def printed(page: Path, folder: Path) -> list[str]:
    """The words of each sheet of paper that the browser prints the page on."""
    paper = folder / "printed.pdf"
    with _opened(page) as shown:
        shown.pdf(path=paper, prefer_css_page_size=True)
    with pypdfium2.PdfDocument(paper) as document:
        return [sheet.get_textpage().get_text_bounded() for sheet in document]


def faults(
    page: Path, looks: Sequence[Look], *, widths: Sequence[int] = ()
) -> list[tuple[int, object]]:
    """What is wrong with a page of ours, each with the window's width: anything wider than its
    place (by so many pixels) in these widths, and what axe-core finds at these looks."""
    found: list[tuple[int, object]] = []
    with _opened(page) as shown:
        for width in widths:
            shown.set_viewport_size({"width": width, "height": 900})
            found += [(width, over)] if (over := int(shown.evaluate(_OVER))) > 0 else []
        for width, colours in looks:
            shown.set_viewport_size({"width": width, "height": 900})
            shown.emulate_media(color_scheme=colours)
            found += [(width, one) for one in faults_for_others(shown)]
    return found


def picture(page: Path, to: Path, size: tuple[int, int], *, dark: bool = False) -> None:
    """The page as a picture (PNG) of a window of this width and height."""
    with _opened(page, size, dark=dark) as shown:
        shown.screenshot(path=to)


@contextmanager
def _opened(
    page: Path, size: tuple[int, int] = (1_280, 900), *, dark: bool = False
) -> Iterator[Any]:
    context = KEPT.browser().new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
    )
    try:
        shown = context.new_page()
        shown.goto(page.as_uri())
        yield shown
    finally:
        context.close()
