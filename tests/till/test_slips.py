"""A redemption's slip for the shop's receipt: what it says, and what it keeps to itself."""

import contextlib
import io
import os
import sys
import threading
import tty
from pathlib import Path

import pypdfium2
import pytest

from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.messages import LANGUAGES
from tests.conftest import World
from tests.lines import Typed, typed_by
from tests.till.test_lists import in_hand

STORE = "magnum-almaty-1"


@pytest.fixture
def cbi(world: World, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a line as an operator; gives the exit code, standard output and standard error."""
    return typed_by(world, capsys, "cashier1")


def sold(world: World, code: str, amount_minor: int, receipt: str) -> str:
    """A redemption's number."""
    answer = redeem(world.session("cashier1"), Redeem(
        code=code, amount_minor=amount_minor, store=STORE, receipt=receipt))
    assert answer.redemption is not None
    return answer.redemption


def said(file: Path) -> str:
    """The words of a slip, spaces as one."""
    page = pypdfium2.PdfDocument(file)[0].get_textpage().get_text_range()
    return " ".join(page.replace("\u00a0", " ").split())


def test_a_slip_says_what_was_taken_and_left_then_and_neither_name_nor_code(
    world: World, cbi: Typed, tmp_path: Path,
) -> None:
    paper, = in_hand(world, [1_500_000])
    first = sold(world, paper.code, 450_000, "004521")
    sold(world, paper.code, 300_000, "004522")
    code, out, err = cbi("till", "slip", first, "-o", str(tmp_path / "slip.pdf"))
    assert (code, err) == (0, "")
    assert first in out
    words = said(tmp_path / "slip.pdf")
    for one in ("4,500 tenge", "10,500 tenge", "004521", first):
        assert one in words, words
    assert paper.code not in words.replace(" ", "")
    with world.ledger.read() as tx:
        assert str(tx.value("SELECT beneficiary FROM voucher")) not in words


def test_a_slip_is_for_who_works_at_its_store(world: World, cbi: Typed, tmp_path: Path) -> None:
    paper, = in_hand(world, [1_500_000])
    number = sold(world, paper.code, 450_000, "1")
    file = str(tmp_path / "slip.pdf")
    other = cbi("till", "slip", number, "-o", file, "--store", "magnum-astana-1", who="cashier2")
    assert other[0] == 4, other
    assert cbi("till", "slip", "KZ22-R1-000001/99", "-o", file)[0] == 4
    assert cbi("till", "slip", number, "-o", file, "--format", "a4")[0] == 2
    assert not (tmp_path / "slip.pdf").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_goes_to_a_printer_on_both_rolls(
    world: World, cbi: Typed, tmp_path: Path, language: str,
) -> None:
    paper, = in_hand(world, [1_500_000])
    number = sold(world, paper.code, 450_000, "1")
    for form in ("roll", "roll-58"):
        file = tmp_path / f"{form}.prn"
        assert cbi("--lang", language, "till", "slip", number, "-o", str(file), "--format",
                   form)[0] == 0
        sent = file.read_bytes()
        assert sent.startswith(b"\x1b@\x1dv0\x00")
        assert sent.endswith(b"\x1dVB\x00")


def drained(master: int, into: bytearray) -> None:
    """Read what a terminal's other end is sent until nobody holds it any more."""
    with contextlib.suppress(OSError):
        while piece := os.read(master, 65_536):
            into += piece


def test_a_till_sends_a_slip_of_each_redemption_and_goes_on_without_its_printer(
    world: World, cbi: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = in_hand(world, [1_500_000, 700_000])
    master, slave = os.openpty()
    tty.setraw(slave)
    printed = bytearray()
    reader = threading.Thread(target=drained, args=(master, printed))
    reader.start()

    def typed(path: Path, *lines: str) -> tuple[str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{one}\n" for one in lines)))
        code, out, err = cbi("till", "--slips", str(path))
        assert code == 0, err
        return out, err

    typed(Path(os.ttyname(slave)), first.code, "4500", "1", second.code, "")
    os.close(slave)
    reader.join(30)
    assert printed.count(b"\x1dVB\x00") == 1, "one sale, one slip"
    out, _ = typed(tmp_path / "none" / "printer", first.code, "500", "2", second.code, "700", "3")
    assert out.count("cannot be sent") == 2
    with world.ledger.read() as tx:
        assert list(tx.tuples("SELECT spent_minor FROM voucher ORDER BY serial")) == [
            (500_000,), (70_000,)]
