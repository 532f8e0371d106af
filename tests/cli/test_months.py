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


def test_a_list_of_statements_says_which_claim_nothing_any_more(
    world: World, cbi: TypedIn,
) -> None:
    finance = partial(cbi, who="finance1")
    for number in range(3):
        taken_in(world, [line(f"KZ22-R1-90000{number}", "100")], name=f"{number}.csv")
    assert finance("reconcile", "MAGNUM-S1")[0] == 0
    withdrawn = finance("statement", "withdraw", "MAGNUM-S2", "--reason", "a slip", "--yes")
    assert withdrawn[0] == 0
    states = [row.split("\t")[-1] for row in finance("statement", "list")[1].splitlines()[1:]]
    assert states == ["reconciled", "withdrawn", "taken in"]
    shown = [finance("statement", "show", f"MAGNUM-S{number}")[1] for number in (1, 2, 3)]
    assert ["is reconciled" in told for told in shown] == [True, False, False]
    assert "is withdrawn" in shown[1]
    assert "has not been reconciled yet" in shown[2]
