"""A line that is typed twice writes once: the second time it says so, and no table has more."""

import pytest

from cbi.context import ledger_metadata
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.people.registration.approving import approve
from cbi.people.registration.enrolling import enrol
from tests.conftest import World
from tests.finance.bills import bought, line, taken_in
from tests.finance.test_cures import AUGUST
from tests.lines import TypedIn
from tests.people.given import zahra
from tests.rows import all_rows
from tests.vouchers import FIRST_DAY, in_hand

LINES = (
    ("complaint add {number} --kind shop --channel desk --text short", "field1", "C-1"),
    ("people consent {number} --way spoken --version 2022-2", "field1", "already"),
    ("people flags {number} disability", "field1", "Waits for a second person"),
    ("people edit {number} --name Zohra --reason passport", "field1", "Waits for a second"),
    ("people retention KZ22 2025-12-31", "manager1", "2025-12-31"),
    ("training plan cashier till", "manager1", "is to be trained"),
    ("training require field persons --programme KZ22", "admin1", "only after training"),
    ("contract set magnum --from 2022-08-01 --contract 12 --date 2022-07-15 --discount 2.5%",
     "manager1", "contract No. 12"),
    ("report note magnum-almaty-1 bread --month 2022-08 --price 150", "manager1", "Noted"),
    ("sanctions name retailer magnum Magnum-Holding", "manager1", "Magnum-Holding"),
    ("exception decide ask MAGNUM-S1/1 --reason called", "finance2", "nothing was written"),
    ("exception decide accept MAGNUM-S1/1 --reason small", "finance2", "nothing was written"),
    ("exception decide accept --statement MAGNUM-S1 --rule amount-differs --reason small",
     "finance2", "nothing was written"),
)
READING = ("leaf", "seal", "throttle", "log", "log_head", "row_digest", "row_digest_head")


@pytest.fixture
def number(world: World) -> str:
    """Somebody approved, beside a bill that asks too much twice."""
    papers = in_hand(world, [1_500_000] * 2, handed_at=FIRST_DAY)
    for place, paper in enumerate(papers):
        bought(world, paper, 500_000, f"7{place}")
    taken_in(world, [line(paper.serial, "5001", f"7{place}")
                     for place, paper in enumerate(papers)], how=AUGUST)
    reconcile(world.session("finance1"), "MAGNUM-S1")
    made, = enrol(world.session("field1"), [zahra()]).numbers
    approve(world.session("manager1"), [made])
    return made


def held(world: World) -> dict[str, int]:
    """How many rows each table has, and how many deeds the log tells of."""
    with world.ledger.read() as tx:
        counts = {
            name: int(tx.value(f"SELECT count(*) FROM {name}"))
            for name in ledger_metadata().tables if name not in READING
        }
        deeds = all_rows(tx, "SELECT action FROM log WHERE action NOT LIKE 'people.read%'")
    return {**counts, "deeds": len(deeds)}


def test_a_line_typed_twice_writes_once(world: World, cbi: TypedIn, number: str) -> None:
    for told, who, says in LINES:
        words = ("--yes", *told.format(number=number).split())
        before = held(world)
        code, out, err = cbi(*words, who=who)
        assert code == 0, (told, err)
        once = held(world)
        assert once != before, told
        code, out, err = cbi(*words, who=who)
        assert code in (0, 5), (told, err)
        assert says in out + err, told
        twice = held(world)
        assert twice == once, (told, {k: v for k, v in twice.items() if v != once[k]})


def test_what_differs_is_written(world: World, cbi: TypedIn, number: str) -> None:
    ask = ("exception", "decide", "ask", "MAGNUM-S1/1", "--reason", "called")
    for words, who in ((ask, "finance2"), (ask, "finance1"), ((*ask[:-1], "again"), "finance1"),
                       ((*ask[:2], "later", *ask[3:-1], "again"), "finance1"), (ask, "finance1")):
        before = held(world)["decision"]
        assert cbi(*words, who=who)[0] == 0
        assert held(world)["decision"] == before + 1
    take = ("complaint", "add", number, "--kind", "shop", "--channel", "desk", "--text")
    for text in ("short", "long", "short and long"):
        assert cbi(*take, text, who="field1")[0] == 0
    assert held(world)["complaint"] == 3
