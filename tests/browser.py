"""Chromium as a witness: it opens a page of ours, prints it, and says what did not fit."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest

_MEASURE = """<script>
document.title = "over " + Math.max(...[document.scrollingElement,
  ...document.querySelectorAll(".wide")].map(box => box.scrollWidth - box.clientWidth));
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


def _chromium(folder: Path, *words: str) -> str:
    """Without Chromium the test is skipped, or fails where the tools are required."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        assert "CBI_REQUIRE_TOOLS" not in os.environ, "Chromium is missing"
        pytest.skip("Chromium is not installed")
    done = subprocess.run(
        [program, "--headless=new", "--no-sandbox", "--disable-gpu",
         f"--user-data-dir={folder / 'browser'}", *words],
        capture_output=True, text=True, timeout=120, check=True,
    )
    return done.stdout
