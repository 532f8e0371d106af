"""Many tills without a connection, for many days: nothing is spent twice, and every claim is told.

Clocks are up to two days off, uploads are cut short and sent again, in any order; some devices are
lost with what they hold; other sales go on online, vouchers are blocked and unblocked.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from cbi.base.errors import CbiError
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.changes import block, unblock
from cbi.ledger.vouchers.offline import ClaimOutcome, OfflineClaim
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.programmes.offline import OfflineBounds, set_offline
from cbi.till.offline import upload
from tests.conftest import World
from tests.rows import all_rows
from tests.till.offline_device import HOUR_US, OfflineDevice
from tests.vouchers import Paper, in_hand

STORES = ("magnum-almaty-1", "magnum-almaty-2")
BOUNDS = OfflineBounds(400_000, 1_500_000, 4_000_000, 24, "programme")
FACE = 1_000_000
CUT_SHORT, ONLINE, LOST, BLOCKED = 0.3, 0.15, 0.01, 0.03


@dataclass
class Story:
    """What happened outside the ledger, to hold it to."""

    sent: dict[bytes, OfflineClaim] = field(default_factory=dict)
    told: dict[bytes, ClaimOutcome] = field(default_factory=dict)
    lost: int = 0

    def hear(self, claims: list[OfflineClaim], outcomes: list[ClaimOutcome]) -> None:
        """What was told of a claim is told again, word for word."""
        for claim, outcome in zip(claims, outcomes, strict=True):
            self.sent[claim.id] = claim
            assert self.told.setdefault(claim.id, outcome) == outcome


@pytest.mark.parametrize(("tills", "days", "vouchers"), [
    pytest.param(8, 8, 8, id="short"),
    pytest.param(50, 30, 250, id="long", marks=pytest.mark.long),
])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_claim_is_accounted_for_and_nothing_is_spent_twice(
    world: World, tills: int, days: int, vouchers: int, seed: int,
) -> None:
    dice = random.Random(seed)
    set_offline(world.session("manager1"), "KZ22", BOUNDS, "villages")
    papers = in_hand(world, [FACE] * vouchers)
    devices = [
        OfflineDevice(bytes([number]) * 16, dice.choice(STORES), dice.randint(-48, 48) * HOUR_US)
        for number in range(tills)
    ]
    story = Story()
    for day in range(days):
        for number in dice.sample(range(len(devices)), len(devices)):
            a_day_of(world, devices[number], papers, dice, story, day)
        some_are_blocked(world, papers, dice)
        world.clock.now += 12 * HOUR_US
    for device in devices:
        bring_back(world, device, dice, story, whole=True)
    held_to(world, story)


def a_day_of(
    world: World, device: OfflineDevice, papers: list[Paper], dice: random.Random, story: Story,
    day: int,
) -> None:
    """A list perhaps, sales on paper and online, and an upload that may be cut short."""
    session = world.session("cashier2")
    if dice.random() < 0.9 and not device.pending:
        device.refresh(session, world.keys.seal_public, world.clock.now)
    for number in range(dice.randrange(5)):
        paper, amount = dice.choice(papers), dice.randrange(1, 45) * 10_000
        receipt = f"{device.id[0]}-{day}-{number}"
        if dice.random() < ONLINE:
            redeem(session, Redeem(paper.code, amount, device.store, receipt))
        else:
            device.take(paper.code, amount, receipt, world.clock.now)
    if dice.random() < LOST:
        story.lost += len(device.pending)
        device.pending = []
    if dice.random() < 0.5:
        bring_back(world, device, dice, story, whole=False)


def bring_back(
    world: World, device: OfflineDevice, dice: random.Random, story: Story, *, whole: bool
) -> None:
    """Upload what waits; where the line is cut, all of it is sent again, some of it twice."""
    session, claims = world.session("cashier2"), list(device.pending)
    if not whole and dice.random() < CUT_SHORT:
        arrived = claims[: dice.randrange(len(claims) + 1)]
        story.hear(arrived, upload(session, device.id, device_now(world, device), arrived))
        return
    story.hear(claims, device.back(session, world.clock.now))
    again = dice.sample(claims, dice.randrange(len(claims) + 1))
    story.hear(again, upload(session, device.id, device_now(world, device), again))


def device_now(world: World, device: OfflineDevice) -> int:
    return world.clock.now + device.clock_off


def some_are_blocked(world: World, papers: list[Paper], dice: random.Random) -> None:
    for paper in papers:
        if dice.random() < BLOCKED:
            work = dice.choice((block, unblock))
            try:
                work(world.session("manager1"), paper.serial, "the dice")
            except CbiError:
                continue


def held_to(world: World, story: Story) -> None:
    """The ledger against the story."""
    with world.ledger.read() as tx:
        assert [one for one in check_ledger(tx) if one.wrong] == []
        claims = all_rows(tx, "SELECT * FROM offline_claim")
        posted = {row["id"]: row["amount_minor"] for row in all_rows(
            tx, "SELECT c.id, e.amount_minor FROM offline_claim c JOIN entry e ON e.id = c.entry"
        )}
        faces = all_rows(tx, "SELECT face_minor, spent_minor, closed_minor FROM voucher")
        late = int(tx.value("SELECT count(*) FROM late_sale"))
    assert {row["id"] for row in claims} == set(story.sent)
    assert all(0 <= row["spent_minor"] <= row["face_minor"] for row in faces)
    for row in claims:
        claim = story.sent[row["id"]]
        assert (row["amount_minor"], row["receipt"]) == (claim.amount_minor, claim.receipt)
        assert row["posted_minor"] == posted.get(row["id"], 0)
        rest = row["amount_minor"] - row["posted_minor"]
        if row["outcome"] in ("part", "conflict"):
            assert rest > 0
            assert row["charged_to"] in ("retailer", "programme")
    outcomes = [row["outcome"] for row in claims]
    assert outcomes.count("waits") == late
    assert {"posted", "part", "conflict"} <= set(outcomes)
    assert set(of_honest_tills(claims)) <= {None, "too-much", "used-up", "blocked", "late"}
    print({name: outcomes.count(name) for name in sorted(set(outcomes))}, "lost:", story.lost)


def of_honest_tills(claims: list[dict[str, object]]) -> Iterator[object]:
    """Why anything was not posted: these tills keep to their lists and bounds."""
    for row in claims:
        yield row["reason"]
