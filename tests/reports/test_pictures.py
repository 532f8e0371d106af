"""The page on reports shows what a command draws."""

import re
from pathlib import Path

import pytest

from tests.conftest import World
from tests.report_pictures import FOLDER, PAGES, SHEETS, SHOP_PAGES, TERMINALS, terminal

PAGE = FOLDER.parent / "reports.md"


def test_the_page_shows_every_picture_there_is() -> None:
    named = set(re.findall(r"\(reports/([a-z0-9-]+\.(?:png|svg))\)", PAGE.read_text("utf-8")))
    assert named == {one.name for one in FOLDER.iterdir()}
    assert {*PAGES, *SHOP_PAGES, *SHEETS, *TERMINALS} < named
    assert sum(one.stat().st_size for one in FOLDER.iterdir()) < 600_000


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_terminals_picture_is_what_the_terminal_shows(world: World, tmp_path: Path) -> None:
    drawn = terminal(tmp_path, "report", "--help")
    assert drawn.startswith("<svg")
    assert "progress" in drawn
