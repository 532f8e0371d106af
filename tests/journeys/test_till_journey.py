"""The demo's till, opened as typed; its camera is shown a voucher of the demo's paper."""

import io
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from tests.journeys.conftest import office_in
from tests.web.chromium import page_at

PEOPLE, PIN = "40", "419275"
STORE, CASHIER = "magnum-almaty-1", "till-south"


class Paper(NamedTuple):
    """A voucher as it is printed."""

    code: str
    picture: Image.Image


class Demo:
    """The demo's folder, and its commands as each operator types them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.papers: list[Paper] = []
        self.typed = office_in(folder)
        self.typed.env |= {"CBI_LEDGER": str(folder / "demo" / "ledger.db"),
                           "CBI_SESSIONS": str(folder / "sessions")}

    def words(self, name: str, *words: str) -> list[str]:
        file = self.folder / "demo" / "passphrases" / f"{name}.txt"
        return ["--yes", "--as", name, "--passphrase-file", str(file), *words]

    def __call__(self, name: str, *words: str) -> str:
        done = self.typed(*self.words(name, *words))
        assert done.code == 0, done.err
        return done.out


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The demo with its second round printed and in people's hands, and a cashier's PIN."""
    folder = tmp_path_factory.mktemp("till")
    made = Demo(folder)
    played = made.typed("demo", "--dir", str(folder / "demo"), "--people", PEOPLE)
    assert played.code == 0, played.err
    made("bolat", "batch", "approve", "KZ22-R2-B1")
    made("amina", "print", "KZ22-R2-B1", "-o", str(folder / "r2.pdf"))
    made.papers = vouchers_of(folder / "r2.pdf")[:4]
    for paper in made.papers:
        made("amina", "hand-over", paper.code)
    (folder / "pin").write_text(PIN)
    made(CASHIER, "operator", "pin", "--pin-file", str(folder / "pin"))
    return made


@pytest.fixture(scope="module")
def till(demo: Demo) -> Iterator[str]:
    """`cbi serve`, as typed; stopped as Ctrl-C stops it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "cbi", *demo.words("bolat", "serve", "--port", str(port))],
        env=demo.typed.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    assert server.stdout is not None
    said = server.stdout.readline()  # once it listens
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()
        out, err = server.communicate(timeout=60)
    assert server.returncode == 0, err
    assert str(port) in said + out


def vouchers_of(paper: Path) -> list[Paper]:
    """The vouchers of the first sheet after the cover, as pictures, and their codes."""
    with pypdfium2.PdfDocument(paper) as document:
        sheet = document[1].render(scale=4).to_pil().convert("RGB")
    found = []
    for square in zxingcpp.read_barcodes(sheet):
        if square.format != zxingcpp.BarcodeFormat.QRCode:
            continue  # the ornament may look like another kind
        left, top = square.position.top_left.x, square.position.top_left.y
        side = square.position.top_right.x - left
        found.append(Paper(square.text, sheet.crop((
            max(0, left - 2 * side), top - side // 5, left + side + side // 5, top + side * 6 // 5,
        ))))
    return sorted(found, key=lambda paper: paper.code)


def film_of(paper: Paper, path: Path) -> Path:
    """A voucher as the fake camera plays it."""
    picture = paper.picture.copy()
    picture.thumbnail((640, 480))
    frame = Image.new("RGB", (640, 480), "white")
    frame.paste(picture, ((640 - picture.width) // 2, (480 - picture.height) // 2))
    packed = io.BytesIO()
    frame.save(packed, "JPEG", quality=92, subsampling=2)
    path.write_bytes(packed.getvalue() * 10)
    return path


def paired(page: Any, code: str) -> None:
    """The link's code stands there; Enter is pressed once somebody could press it."""
    page.wait_for_selector("body:not([aria-busy]) #pair:not([hidden])")
    assert page.input_value("#pair-code") == code
    page.press("#pair-code", "Enter")


@pytest.mark.parametrize(("language", "number"), [("ru", 0), ("fa", 1)])
def test_a_voucher_held_before_the_camera_is_redeemed(
    demo: Demo, till: str, tmp_path: Path, language: str, number: int
) -> None:
    offered = json.loads(demo("bolat", "till", "pair", STORE, "--address", till, "--json"))
    film = film_of(demo.papers[number], tmp_path / "camera.mjpeg")
    with page_at(offered["link"], camera=film, locale=language, permissions=["camera"],
                 viewport={"width": 360, "height": 740}) as page:
        paired(page, offered["code"])
        page.fill("#name", CASHIER)
        page.fill("#pin", PIN)
        page.press("#pin", "Enter")
        page.wait_for_selector("#scan:not([hidden])")
        page.click("#camera")
        page.wait_for_selector("#sale:not([hidden])", timeout=60_000)
        page.click("#all")
        page.fill("#receipt", f"R{number}")
        page.press("#receipt", "Enter")
        page.wait_for_selector("#confirm:not([hidden])")
        page.click("#yes")
        page.wait_for_selector("#proof-line:not([hidden])")
        redemption = page.inner_text("#proof")
        page.screenshot(path=tmp_path / "done.png")
    story = demo("dana", "explain", redemption.split("/")[0])
    assert CASHIER in story
    demo("farida", "check")


def test_another_is_taken_without_a_connection_and_settled(
    demo: Demo, till: str, tmp_path: Path
) -> None:
    demo("bolat", "programme", "offline", "KZ22", "--per-voucher", "50000", "--per-device",
         "100000", "--per-day", "100000", "--reason", "no signal in the villages")
    offered = json.loads(demo("bolat", "till", "pair", STORE, "--address", till, "--json"))
    film = film_of(demo.papers[2], tmp_path / "camera.mjpeg")
    with page_at(offered["link"], camera=film, keeps=True, locale="ru", permissions=["camera"],
                 viewport={"width": 360, "height": 740}) as page:
        paired(page, offered["code"])
        page.fill("#name", CASHIER)
        page.fill("#pin", PIN)
        page.press("#pin", "Enter")
        page.wait_for_selector("#scan:not([hidden])")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.reload()
        page.locator("#ready", has_text="Работает и без связи").wait_for()
        page.click("#camera")
        page.wait_for_selector("#sale:not([hidden])", timeout=60_000)
        page.click("#all")
        page.fill("#receipt", "R2")
        page.press("#receipt", "Enter")
        page.click("#yes")
        page.wait_for_selector("#proof-line:not([hidden])")
        page.click("#next")
        page.context.set_offline(True)
        page.wait_for_selector("#offline:not([hidden])")
        page.locator(".box").first.fill(demo.papers[3].code)
        page.wait_for_selector("#panel.pending")
        page.click("#all")
        page.fill("#receipt", "R3")
        page.press("#receipt", "Enter")
        page.click("#yes")
        page.wait_for_selector("#panel.pending #proof-line:not([hidden])")
        page.context.set_offline(False)
        page.wait_for_selector("#offline", state="hidden")
        page.click("#next")
        page.click("#to-queue")
        page.locator("#queue-lines li", has_text="засчитано").wait_for()
        serial = page.locator("#queue-lines li bdi").last.inner_text()
    assert "R3" in demo("dana", "explain", serial)
    demo("farida", "check")
