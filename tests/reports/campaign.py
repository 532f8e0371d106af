"""A campaign for the reports' tests: five cities, weeks of buying, and what goes wrong."""

import random
from pathlib import Path

from cbi.base.clock import instant_on
from cbi.ledger.periods import close_period
from cbi.ledger.sealing import seal
from cbi.ledger.vouchers.changes import block, expire_due, replace, void
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.ledger.vouchers.reversing import reverse
from cbi.operators.places import add_cities, add_retailers, add_stores
from cbi.places.loading import read_cities, read_retailers, read_stores
from cbi.programmes.programmes import add_programme
from cbi.programmes.rounds import EntitlementRule, add_round
from tests.conftest import ZONE, World
from tests.rows import one_row
from tests.vouchers import Paper, in_hand, issued

SAMPLE = Path(__file__).parents[2] / "data" / "kazakhstan-2022"
CITIES = ("almaty", "astana", "shymkent", "karaganda", "semey")


def set_up(world: World) -> None:
    """The sample's places, a programme and its first round."""
    admin, manager = world.session("admin1"), world.session("manager1")
    add_cities(admin, read_cities(SAMPLE / "cities.json"))
    add_retailers(admin, read_retailers(SAMPLE / "retailers.json"))
    add_stores(admin, read_stores(SAMPLE / "stores.json"))
    add_programme(
        manager, code="KZ22", name="Kazakhstan 2022: vouchers for food and non-food items",
        short_name="CBI 2022", currency="KZT", zone=ZONE, budget_minor=6_000_000_000,
        reversal_alone_max_minor=10_000_000,
    )
    add_round(
        manager, "KZ22-R1", "KZ22", "2022-08-16", "2022-09-30", in_parts=True,
        entitlements=[
            EntitlementRule("food", 1_500_000, "person"),
            EntitlementRule("non-food", 2_000_000, "household"),
        ],
        retailers={"food": ["magnum", "tulpar"], "non-food": ["magnum"]},
    )


def played(world: World, people: int = 40, seed: int = 5) -> dict[str, list[Paper]]:
    """The campaign as it stands in the middle of September; returns its papers by city."""
    dice = random.Random(seed)
    set_up(world)
    world.clock.now = instant_on("2022-08-16", 9, ZONE)
    stores = {"almaty": "magnum-almaty-1", "astana": "magnum-astana-1",
              "shymkent": "magnum-shymkent-1", "karaganda": "magnum-karaganda-1",
              "semey": "magnum-semey-1"}
    papers, first = {}, 1
    for number, city in enumerate(CITIES):
        count = max(people - number * people // 7, 3)
        give = issued if city == "semey" else in_hand
        papers[city] = give(world, [1_500_000] * count, city=city, start=first)
        papers[city] += in_hand(
            world, [2_000_000] * (count // 3 or 1), category="non-food", city=city, start=first
        )
        first += count
    days = [(f"2022-08-{day:02d}") for day in range(17, 32)]
    days += [(f"2022-09-{day:02d}") for day in range(1, 19)]
    asked = [
        (dice.choice(days), dice.randrange(9, 21), city, paper)
        for city in CITIES if city != "semey" for paper in papers[city]
        for _ in range(dice.choice((0, 1, 1, 2)))
    ]
    till = world.session("cashier2")
    for number, (day, hour, city, paper) in enumerate(sorted(asked)):
        world.clock.now = max(world.clock.now, instant_on(day, hour, ZONE))
        redeem(till, Redeem(
            code=paper.code, amount_minor=dice.randrange(2, 8) * 100_000, store=stores[city],
            receipt=f"{number:06d}", code_way=(None, "scanner", "typed")[number % 3]))
    mishaps(world, papers)
    return papers


def mishaps(world: World, papers: dict[str, list[Paper]]) -> None:
    """One of each: reversed, blocked, void, replaced; and a seal over all of it."""
    world.clock.now = instant_on("2022-09-19", 10, ZONE)
    manager = world.session("manager1")
    with world.ledger.read() as tx:
        row = one_row(tx, "SELECT v.serial, e.seq FROM entry e JOIN voucher v ON v.id = e.voucher "
                     "WHERE e.kind = 'redeem' ORDER BY e.id LIMIT 1")
    reverse(manager, f"{row['serial']}/{row['seq']}", "the shop took the goods back")
    block(world.session("field1"), papers["karaganda"][-1].serial, "said to be lost")
    void(manager, papers["karaganda"][-1].serial, "left the country")
    waiting = papers["semey"][0].serial
    replace(world.session("field1"), waiting, "the paper was torn")
    seal(manager, "batch.approve")


def ended(world: World) -> None:
    """The same after the last day: what was left is expired, and sealed."""
    world.clock.now = instant_on("2022-10-03", 9, ZONE)
    expire_due(world.session("manager1"))
    seal(world.session("manager1"), "daily")


def closed(world: World, month: str) -> None:
    """A month closed on the second day after it."""
    year, number = int(month[:4]), int(month[5:])
    following = f"{year + number // 12:04d}-{number % 12 + 1:02d}-02"
    world.clock.now = max(world.clock.now, instant_on(following, 9, ZONE))
    close_period(world.session("controller1"), month)
