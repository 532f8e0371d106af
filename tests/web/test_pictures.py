"""The pictures of `docs/cashier.md`: taken from the page, on a phone and on a computer.

    CBI_DRAW=1 python -m pytest -n 0 tests/web/test_pictures.py
"""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from cbi.ledger.vouchers.redeeming import Redeem, redeem
from tests.conftest import World
from tests.operators.test_second import code_of
from tests.vouchers import Paper, in_hand
from tests.web.chromium import page_at
from tests.web.conftest import STORE, Served
from tests.web.test_account_page import billed
from tests.web.test_office_page import PASSPHRASE, with_second
from tests.web.test_offline_page import sale, until, with_list
from tests.web.test_scanning import signed_in

PAGE = Path(__file__).parents[2] / "docs" / "cashier.md"
FOLDER = PAGE.with_name("till")
SIZES = {"phone": (360, 700), "computer": (1024, 700)}
COLOURS, BYTES_MAX = 48, 200_000


def taken(page: Any, folder: Path, name: str) -> None:
    """A picture of the window, small enough for a page."""
    page.evaluate("document.activeElement.blur()")
    page.evaluate("document.getElementById('place').textContent = 'Magnum, Abay 1, Almaty'")
    path = folder / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as seen:
        seen.convert("RGB").quantize(COLOURS).save(path, optimize=True)


def screens(page: Any, papers: list[Paper], folder: Path, size: str) -> None:
    """A voucher scanned, found good, taken off; another without a connection."""
    first, second = papers
    taken(page, folder, f"scan-{size}")
    page.locator(".box").first.fill(first.code)
    page.wait_for_selector("#sale:not([hidden])")
    taken(page, folder, f"good-{size}")
    page.fill("#amount", "4500")
    page.fill("#receipt", f"4521-{size}")
    page.press("#receipt", "Enter")
    page.wait_for_selector("#confirm:not([hidden])")
    assert "4,500 tenge" in page.inner_text("#ask").replace("\u00a0", " ")
    page.click("#yes")
    page.wait_for_selector("#proof-line:not([hidden])")
    taken(page, folder, f"done-{size}")
    page.click("#next")
    page.context.set_offline(True)
    sale(page, second.code, "1000", f"4522-{size}")
    page.wait_for_selector("#panel.pending #proof-line:not([hidden])")
    taken(page, folder, f"pending-{size}")
    page.context.set_offline(False)
    until(page, "import('/store.js').then((of) => of.claims()).then((all) => all[0].told)")


def office_screens(page: Any, world: World, folder: Path) -> None:
    """A manager signs in with two factors, sees the account, and undoes a redemption."""
    paper, = in_hand(world, [9_000_00], start=50)
    number = redeem(world.session("cashier1"), Redeem(
        code=paper.code, amount_minor=4_500_00, store=STORE, receipt="004521",
    )).redemption
    page.click("#to-office")
    page.fill("#office-name", "madina")
    page.fill("#passphrase", PASSPHRASE)
    page.fill("#second", code_of(world))
    taken(page, folder, "office-phone")
    page.press("#second", "Enter")
    page.wait_for_selector("#account:not([hidden])")
    taken(page, folder, "account-phone")
    page.click("#to-later")
    page.fill("#later-number", str(number))
    page.press("#later-number", "Enter")
    page.wait_for_selector("#later-do:not([hidden])")
    page.fill("#later-reason", "Wrong receipt")
    taken(page, folder, "later-phone")


def shift_screen(page: Any, served: Served, folder: Path) -> None:
    """A cashier's count that differs from the ledger's."""
    paper, = in_hand(served.world, [9_000_00], start=60)
    signed_in(page, served)
    sale = {"code": paper.code, "amount": "4500", "receipt": "004522", "request": "one"}
    assert served.signed_in()("/till/redeem", sale)["answer"] == "ok"
    page.click("#to-day")
    page.click("#to-shift")
    page.wait_for_selector("#shift-count:not([hidden])")
    page.fill("#shift-receipts", "1")
    page.fill("#shift-amount", "4000")
    page.press("#shift-amount", "Enter")
    page.wait_for_selector("#shift-panel.yellow")
    taken(page, folder, "shift-phone")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_offices_pictures_are_taken_from_the_page(served: Served, tmp_path: Path) -> None:
    folder = FOLDER if os.environ.get("CBI_DRAW") else tmp_path
    width, height = SIZES["phone"]
    billed(served.world)
    with_second(served.world, "madina", "manager")
    url, viewport = f"http://127.0.0.1:{served.port}/", {"width": width, "height": height}
    with page_at(url, locale="en", viewport=viewport) as page:
        page.context.add_cookies([
            {"name": name, "value": value, "url": page.url}
            for name, value in served.paired().cookies.items()
        ])
        page.reload()
        office_screens(page, served.world, folder)
    with page_at(url, locale="en", viewport=viewport) as page:
        shift_screen(page, served, folder)
    for name in ("office", "account", "later", "shift"):
        with Image.open(folder / f"{name}-phone.png") as seen:
            assert seen.size == (width, height)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_pictures_are_taken_from_the_page(served: Served, size: str, tmp_path: Path) -> None:
    folder = FOLDER if os.environ.get("CBI_DRAW") else tmp_path
    folder.mkdir(exist_ok=True)
    papers = in_hand(served.world, [17_000_00, 9_000_00])
    width, height = SIZES[size]
    with with_list(
        served, locale="en", viewport={"width": width, "height": height}
    ) as page:
        screens(page, papers, folder, size)
    if folder == FOLDER and size == "computer":
        for name in ("scan", "done", "pending"):
            (folder / f"{name}-{size}.png").unlink()
        return
    for name in ("scan", "good", "done", "pending"):
        with Image.open(folder / f"{name}-{size}.png") as seen:
            assert seen.size == (width, height)


def test_the_page_shows_every_picture_there_is() -> None:
    named = set(re.findall(r"\(till/([a-z-]+\.png)\)", PAGE.read_text("utf-8")))
    assert named == {one.name for one in FOLDER.iterdir()}
    assert sum(one.stat().st_size for one in FOLDER.iterdir()) < BYTES_MAX
