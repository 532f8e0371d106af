"""A ledger that has lived: every kind of line, receipt, settlement, seal and period is in it."""

from cbi.base.clock import instant_on
from cbi.ledger.paying import Transfer, pay_in
from cbi.ledger.periods import close_period
from cbi.ledger.sealing import seal
from cbi.ledger.settling import SettledEntry, settle_in
from cbi.ledger.vouchers import changes
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.codes import make_codes
from cbi.ledger.vouchers.late import Sale, bring_in
from cbi.ledger.vouchers.late_deciding import accept_late
from cbi.ledger.vouchers.reading import by_serial, journal
from cbi.ledger.vouchers.redeeming import Redeem, redeem, verify
from cbi.ledger.vouchers.reversing import reverse
from cbi.programmes.batches import DraftLine, cancel, draft
from cbi.programmes.programmes import add_programme, change_programme
from cbi.programmes.rounds import CategoryTerms, EntitlementRule, add_round
from tests.conftest import World
from tests.there import there
from tests.vouchers import Paper, in_hand, issued

STORE = "magnum-almaty-1"
FACE = 1_500_000


def live(world: World) -> list[Paper]:
    """Make a ledger live; returns its vouchers' papers: the first was spent in parts."""
    _frame(world)
    papers = in_hand(world, [FACE] * 8)
    changes.take_back(world.session("field1"), [papers[7].serial], "the wrong person")
    changes.hand_over(world.session("field1"), [papers[7].serial])
    waiting = issued(world, [2_000_000], category="nonfood", start=20)
    _spend(world, papers)
    serials = [paper.serial for paper in papers]
    changes.block(world.session("field1"), serials[3], "lost")
    changes.unblock(world.session("field1"), serials[3], "found")
    changes.block(world.session("field1"), serials[4], "stolen")
    changes.void(world.session("manager1"), serials[5], "left the country")
    changes.replace(world.session("field1"), serials[6], "torn")
    changes.extend(world.session("manager1"), serials[7], "2022-12-31", "shop closed")
    verify(world.session("cashier2"), make_codes(1, world.entropy)[0])
    _settle(world, serials)
    close_period(world.session("controller1"), "2022-08")
    world.clock.now = instant_on("2022-10-02", 9, "Asia/Almaty")
    _late(world, serials[3], "2022-09-10")
    changes.expire_due(world.session("manager1"))
    _late(world, serials[0], "2022-09-29", "expired")
    close_period(world.session("controller1"), "2022-09")
    seal(world.session("finance1"), "daily")
    return papers + waiting


def _frame(world: World) -> None:
    add_programme(
        world.session("manager1"), code="KZ23", name="Kazakhstan 2023", currency="KZT",
        zone="Asia/Almaty", budget_minor=10**12, web_address="https://v.example/", hotline="111",
    )
    change_programme(world.session("admin1"), "KZ23", "one-person office", duties_apart=False)
    add_round(
        world.session("manager1"), "KZ23-R1", "KZ23", "2023-01-01", "2023-02-01",
        entitlements=[EntitlementRule("food", 1_000, "person", size_from=1, size_to=3)],
        retailers={"food": ["magnum"]}, terms=[CategoryTerms("food", cap_minor=5_000)],
    )
    lines = [DraftLine("P-000099", "almaty", "en", "food", FACE)]
    number = draft(world.session("field1"), "KZ22-R1", lines).number
    cancel(world.session("field1"), number, "wrong list")
    draft(world.session("field1"), "KZ22-R1", lines)


def _spend(world: World, papers: list[Paper]) -> None:
    first, second, third, *_ = (paper.code for paper in papers)
    _redeem(world, first, 400_000, "R1", total=900_000)
    _redeem(world, second, 500_000, "R1")
    wrong = _redeem(world, first, 300_000, "R2")
    reverse(world.session("manager1"), there(wrong.redemption), "wrong customer")
    _redeem(world, first, 350_000, "R2")
    _redeem(world, third, FACE, "R3")


def _late(world: World, serial: str, day: str, why: str = "late") -> None:
    """A sale that came in late, and what a manager said of it."""
    with world.ledger.read() as tx:
        voucher = by_serial(tx, serial)
    sold = instant_on(day, 15, "Asia/Almaty")
    sale = Sale(voucher.id, STORE, f"L-{day}", None, 100_000, sold)
    accept_late(world.session("manager2"), bring_in(world.session("finance1"), sale, why).number)


def _redeem(
    world: World, code: str, amount: int, receipt: str, *, total: int | None = None,
) -> Answer:
    asked = Redeem(code=code, amount_minor=amount, store=STORE, receipt=receipt,
                   receipt_total_minor=total)
    return redeem(world.session("cashier2"), asked)


def _settle(world: World, serials: list[str]) -> None:
    with world.ledger.read() as tx:
        lines = [line for serial in serials[1:3] for line in journal(tx, by_serial(tx, serial).id)
                 if line.kind == "redeem"]
    settled = [SettledEntry(line.id, line.amount_minor - 100, 100) for line in lines]
    made = world.ledger.transact(lambda tx: settle_in(
        tx, world.session("finance1"), retailer="magnum", statement=b"\5" * 16, lines=settled
    ))
    world.ledger.transact(lambda tx: pay_in(
        tx, world.session("finance2"), [made.number], Transfer("BANK-1", "KZT")
    ))
