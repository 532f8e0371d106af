"""The page for a shop's own till: its lines are typed as they stand there."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from cbi.till.devices import offer
from cbi.web.sandbox import opened_sandbox
from tests.conftest import World
from tests.programs import program
from tests.vouchers import in_hand
from tests.web.conftest import STORE, Served, opened

PAGE = Path(__file__).parents[2] / "docs" / "own-till.md"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_lines_of_the_page_do_what_it_says(world: World) -> None:
    with opened_sandbox() as sandbox, opened(world, sandbox=sandbox) as served:
        lines_do_what_it_says(served)


def lines_do_what_it_says(served: Served) -> None:
    program("curl")
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 6
    paper, = in_hand(served.world, [10_000_00])
    done = subprocess.run(
        [program("bash"), "-eu", "-c", "\necho\n".join(blocks)],
        capture_output=True, text=True, check=True, env={
            "PATH": "/usr/bin:/bin", "TILL": f"http://127.0.0.1:{served.port}",
            "PAIRING": offer(served.world.session("admin1"), STORE, "till1").code,
            "CODE": paper.code, "REDEMPTION": f"{paper.serial}/3",
        },
    )
    texts = done.stdout.replace("}{", "}\n{").split("\n")
    about, tried, sold, verified, taken, day, undone, refused = (
        json.loads(one) for one in texts if one
    )
    assert [one["sandbox"] for one in (about, tried, sold)] == [True] * 3
    assert (tried["answer"], sold["balance"]) == ("ok", 15_000_00 - 4_500_00)
    assert not any("sandbox" in one for one in (verified, taken, day, undone, refused))
    assert (verified["answer"], verified["balance"]) == ("ok", 10_000_00)
    assert (taken["redemption"], taken["balance"]) == (f"{paper.serial}/3", 5_500_00)
    assert [one["amount"] for one in day["redemptions"]] == [4_500_00]
    assert undone["balance"] == 10_000_00
    assert (refused["status"], refused["type"]) == (409, "/api/v1/problems/too-much")
