"""The page about the office's own certificate: every language of a till, each on its own sheet."""

import re
from pathlib import Path

import pytest

from cbi.base.clock import system_clock
from cbi.messages.catalogue import LANGUAGES, text
from cbi.web.certificate import make_certificate
from cbi.web.trust_page import write_trust_page
from tests.browser import faults, printed


@pytest.mark.parametrize("language", ["en", "fa"])
def test_it_is_there_in_every_language_and_fits_a_phone(tmp_path: Path, language: str) -> None:
    made = make_certificate(tmp_path / "office", ["till.office", "192.168.1.20"], system_clock)
    page = write_trust_page(made, 8765, language)
    words = page.read_text("utf-8")
    assert re.findall(r'<section id="(\w+)"', words) \
        == [language, *(one for one in LANGUAGES if one != language)]
    assert "{" not in re.sub(r"<style>.*?</style>", "", words)
    assert words.count(f"<code dir=\"ltr\">{made.fingerprint}") == len(LANGUAGES)
    assert faults(page, [(1_100, "light")], widths=[320]) == []
    sheets = printed(page, tmp_path)
    for one in ("en", "ru", "kk", "uz"):
        title = " ".join(text("trust-page.title", one).split())
        assert [title in " ".join(sheet.split()) for sheet in sheets].count(True) == 1, one
    assert len(sheets) >= len(LANGUAGES)
