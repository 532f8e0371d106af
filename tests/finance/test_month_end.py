"""The page of a month's end, typed line by line in the tests' world."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from cbi.base.clock import instant_on
from cbi.cli.globals import Globals
from cbi.cli.run import run
from cbi.finance.workbook.proof import check_workbook
from tests.cli.conftest import WorldHere
from tests.conftest import ZONE, World
from tests.finance.bills import bought
from tests.vouchers import in_hand

PAGE = (Path(__file__).parents[2] / "docs" / "month-end.md").read_text("utf-8")
PEOPLE = {"dana": "finance1", "erlan": "finance2", "saule": "controller1"}


def lines() -> Iterator[list[str]]:
    """The lines to type, in order."""
    for line in PAGE.splitlines():
        if line.startswith("    cbi "):
            yield shlex.split(line)[1:]


def said_by(
    world: World, who: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    code = run(["--lang", "en", *words, "--yes"], context=WorldHere(Globals(), world, who))
    told = capsys.readouterr()
    return code, told.out + told.err


def test_every_line_of_the_page_does_what_it_says(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, c, d = in_hand(world, [1_500_000] * 4)
    for paper, amount, receipt in ((a, 10_000, "1"), (b, 9_000, "2"), (c, 4_000, "3"),
                                   (d, 2_500, "4")):
        bought(world, paper, amount * 100, receipt)
    example = re.search(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    (world.folder / "august.csv").write_text(example[1], "utf-8")
    monkeypatch.chdir(world.folder)
    world.clock.now = instant_on("2022-09-05", 9, ZONE)
    who, told = "", dict[str, str]()
    for words in lines():
        if words[0] == "login":
            who = PEOPLE[words[1]]
            continue
        if words[0] == "check":
            with world.ledger.read() as tx:
                assert check_workbook(tx, Path(words[2])).wrong == ()
            continue
        code, said = said_by(world, who, words, capsys)
        assert code == 0, f"cbi {shlex.join(words)}: {said}"
        told[shlex.join(words)] = said
    assert "matched\t1" in told["reconcile MAGNUM-S1"]
    assert "Settlement MAGNUM-P1" in told["settle MAGNUM-S1"]
    assert "23" in told["settle MAGNUM-S1"]
    assert "2022-08 is closed and sealed." in told["close 2022-08"]
    for name in ("letter.pdf", "act.pdf", "august.xlsx", "august.hledger", "august-1c.csv",
                 "august-quickbooks.csv", "journal.beancount"):
        assert (world.folder / name).stat().st_size > 100
