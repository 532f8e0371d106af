"""The month's end as it is typed."""

import json
from functools import partial

from cbi.base.clock import instant_on
from tests.conftest import ZONE, World
from tests.finance.bills import bought, line, taken_in
from tests.lines import TypedIn
from tests.vouchers import in_hand


def test_a_month_is_closed_shown_and_listed_as_typed(world: World, cbi: TypedIn) -> None:
    controller = partial(cbi, who="controller1")
    paper, = in_hand(world, [1_500_000])
    taken_in(world, [line("KZ22-R1-900001", "100")])
    world.clock.now = instant_on("2022-09-02", 9, ZONE)
    assert controller("close", "2022-08", "--yes")[0] == 5
    code, out, _ = controller("close", "2022-08", "--despite", "they answer soon", "--yes")
    assert code == 0
    assert "statements not reconciled: MAGNUM-S1" in out
    assert "2022-08 is closed and sealed." in out
    bought(world, paper, 200_000, "1", day="2022-08-30")
    code, out, _ = controller("period", "show", "2022-08")
    assert "Closed with something undecided: they answer soon" in out
    assert f"{paper.serial}/3\tredeemed" in out
    assert out.rstrip().endswith("2022-08-30 11:00\t2022-09-02 09:00\t2022-09")
    said = json.loads(controller("period", "show", "2022-08", "--json")[1])
    assert [one["amount_minor"] for one in said["late"]] == [200_000]
    listed = json.loads(controller("period", "list", "--json")[1])
    assert [one["period"] for one in listed] == ["2022-08"]
    assert controller("period", "show", "2022-07")[0] == 4
