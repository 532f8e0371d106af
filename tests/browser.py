"""Chromium as a witness: it opens a page of ours, prints it, and says what did not fit."""

import json
import re
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pypdfium2

from tests.programs import program

_MEASURE = """<script>
document.title = "over " + Math.max(...[document.scrollingElement,
  ...document.querySelectorAll(".wide")].map(box => box.scrollWidth - box.clientWidth));
</script></body>"""
_AXE = """<script>
axe.run(document, {resultTypes: ["violations"]}).then(found => {
  document.body.innerHTML = "";
  document.title = "axe " + JSON.stringify(found.violations.map(
    one => [one.id, one.nodes.map(node => node.html.slice(0, 120))]));
});
</script></body>"""
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def printed(page: Path, folder: Path) -> list[str]:
    """The words of each sheet of paper that the browser prints the page on."""
    paper = folder / "printed.pdf"
    _chromium(folder, "--no-pdf-header-footer", f"--print-to-pdf={paper}", page.as_uri())
    with pypdfium2.PdfDocument(paper) as document:
        return [sheet.get_textpage().get_text_bounded() for sheet in document]


def overflow(page: Path, folder: Path, width: int) -> int:
    """By how many pixels anything is wider than its place, in a window of this width."""
    copy = folder / "measured.html"
    text = _POLICY.sub("", page.read_text("utf-8"))
    copy.write_text(text.replace("</body>", _MEASURE), "utf-8")
    seen = _chromium(folder, f"--window-size={width},900", "--dump-dom", copy.as_uri())
    found = re.search(r"<title>over (\d+)</title>", seen)
    assert found is not None, seen[:500]
    return int(found[1])


def violations(page: Path, folder: Path, width: int = 1_100, *, dark: bool = False) -> list[Any]:
    """What axe-core finds wrong with the page for somebody who does not see it as others do."""
    import axe_core_python

    tool = (Path(str(axe_core_python.__file__)).parent / "axe.min.js").read_text("utf-8")
    copy = folder / "examined.html"
    text = _POLICY.sub("", page.read_text("utf-8"))
    text = text.replace("</head>", f"<script>{tool}</script></head>")
    copy.write_text(text.replace("</body>", _AXE), "utf-8")
    seen = _chromium(
        folder, f"--window-size={width},900", "--virtual-time-budget=20000",
        *(("--blink-settings=preferredColorScheme=0",) if dark else ()), "--dump-dom",
        copy.as_uri(),
    )
    found = re.search(r"<title>axe (.*?)</title>", seen, re.DOTALL)
    assert found is not None, seen[:500]
    return list(json.loads(unescape(found[1])))


def picture(
    page: Path, folder: Path, to: Path, size: tuple[int, int], *, dark: bool = False
) -> None:
    """The page as a picture (PNG) of a window of this width and height."""
    _chromium(
        folder, "--hide-scrollbars", f"--window-size={size[0]},{size[1]}",
        *(("--blink-settings=preferredColorScheme=0",) if dark else ()), f"--screenshot={to}",
        page.as_uri(),
    )


def _chromium(folder: Path, *words: str) -> str:
    """Without Chromium the test is skipped, or fails where the tools are required."""
    done = subprocess.run(
        [program("chromium", "google-chrome"), "--headless=new", "--no-sandbox", "--disable-gpu",
         f"--user-data-dir={folder / 'browser'}", *words],
        capture_output=True, text=True, timeout=120, check=True,
    )
    return done.stdout
