"""The page on reports shows what a command draws."""

import re
from pathlib import Path

import pytest
import typer

from cbi.cli.commands import build_root
from tests.conftest import World
from tests.report_pictures import (
    FOLDER,
    PAGES,
    REFERRALS,
    SHEETS,
    SHOP_PAGES,
    TERMINALS,
    terminal,
)

PAGE = FOLDER.parent / "reports.md"


def test_the_page_shows_every_picture_there_is() -> None:
    named = set(re.findall(r"\(reports/([a-z0-9-]+\.(?:png|svg))\)", PAGE.read_text("utf-8")))
    assert named == {one.name for one in FOLDER.iterdir()}
    assert {*PAGES, *SHOP_PAGES, *SHEETS, *TERMINALS, *REFERRALS} < named
    assert sum(one.stat().st_size for one in FOLDER.iterdir()) < 650_000


def test_every_report_has_a_picture() -> None:
    root = build_root()
    group = root.get_command(typer.Context(root), "report")
    shown = {one.name.partition("-")[0] for one in FOLDER.iterdir()}
    assert set(getattr(group, "commands", {})) - shown == set()


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_terminals_picture_is_what_the_terminal_shows(world: World, tmp_path: Path) -> None:
    drawn = terminal(tmp_path, "report", "--help")
    assert drawn.startswith("<svg")
    assert "progress" in drawn
