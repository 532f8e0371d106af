"""As of when: a report shows how things stood, and a closed month never changes."""

import pytest
import typer

from cbi.base.clock import instant_on
from cbi.base.errors import NotFound, UsageError
from cbi.cli.commands import build_root
from cbi.finance.identities import retailer_balances, voucher_balances
from cbi.ledger.periods import close_period
from cbi.ledger.sealing import seal
from cbi.ledger.vouchers.changes import void
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.ledger.vouchers.reversing import reverse
from cbi.operators.log import record
from cbi.reports.as_of import as_of, of_period
from cbi.reports.five_w import FiveWRequest, report_five_w
from cbi.reports.overview import overview
from cbi.reports.reached import population, reached_by_row
from cbi.reports.standing import groups, retailer_books
from tests.conftest import ZONE, World
from tests.lived import live
from tests.reports.campaign import ended, played
from tests.reports.test_five_w import enrolled
from tests.vouchers import Paper, in_hand


def test_as_of_now_every_figure_is_the_identities_own(world: World) -> None:
    live(world)
    with world.ledger.write() as tx:
        tx.insert("statement", [{
            "id": b"\5" * 16, "number": "MAGNUM-S1", "retailer": "magnum", "currency": "KZT",
            "zone": ZONE, "file": "bill.csv", "digest": b"\5" * 32, "period_from": "2022-08-01",
            "period_until": "2022-08-31", "line_count": 1, "claimed_minor": 1, "stated_minor": None,
            "left_minor": 0, "columns": "", "withdrawn_at": None, "replaced_by": None,
            "imported_by": "finance1", "imported_at": 1, "reconciled_at": None}])
    with world.ledger.read() as tx:
        now = as_of(tx, None, world.clock(), ZONE)
        for programme in ("KZ22", "KZ23"):
            assert [one.balance for one in groups(tx, now, programme)] == voucher_balances(
                tx, programme=programme)
        theirs = {one.retailer: one for one in retailer_balances(tx)}
        for one in retailer_books(tx, now):
            books = theirs[one.retailer]
            for name in ("redeemed", "settled", "waived", "unsettled", "deducted", "paid",
                         "payable"):
                assert getattr(one, f"{name}_minor") == getattr(books, f"{name}_minor"), name


def test_a_campaign_adds_up_at_every_instant(empty_world: World) -> None:
    played(empty_world)
    ended(empty_world)
    last = ""
    with empty_world.ledger.read() as tx:
        for day in ("2022-08-16", "2022-08-25", "2022-09-10", "2022-09-19", "2022-10-03"):
            view = overview(tx, empty_world.clock(), asked=day)
            assert sum(one.amount_minor for one in view.days) == view.total("redeemed_minor")
            assert sum(use.amount_minor for use in view.stores) == view.total("redeemed_minor")
            assert not any(group.balance.difference_minor for group in view.groups)
            assert all(one.days_left >= 0 for one in view.open)
            assert day > last
            last = day
        assert view.total("outstanding_minor") == 0


def spent(world: World, paper: Paper, day: str, receipt: str) -> str:
    answer = redeem(world.session("cashier2"), Redeem(
        code=paper.code, amount_minor=100_000, store="magnum-almaty-1", receipt=receipt,
        occurred_at=instant_on(day, 15, ZONE)))
    assert answer.redemption is not None
    return answer.redemption


def figures(world: World, first: str, last: str) -> tuple[int, int, int]:
    """Redeemed, people reached and households of a period, all rows together."""
    with world.ledger.read() as tx:
        from cbi.programmes.programmes import programme

        found = programme(tx, "KZ22")
        seen = of_period(tx, None, world.clock(), ZONE, last)
        period = instant_on(first, 0, ZONE), instant_on(last, 24 - 1, ZONE) + 3_600_000_000
        rows = reached_by_row(tx, seen, found, population(tx, seen), period)
    return (sum(one.redeemed_minor for one in rows.values()),
            sum(len(one.people) for one in rows.values()),
            sum(len(one.households) for one in rows.values()))


AUGUST, SEPTEMBER = ("2022-08-01", "2022-08-31"), ("2022-09-01", "2022-09-30")


def test_a_closed_month_never_changes_and_what_comes_later_counts_later(world: World) -> None:
    enrolled(world, ("P-1", "H-1", "f", 1990), ("P-2", "H-2", "m", 1991), sizes=[("H-1", 3)])
    papers = in_hand(world, [1_500_000] * 2, beneficiaries=["P-1", "P-2"])
    papers += in_hand(world, [2_000_000], category="nonfood", beneficiaries=["P-1"])
    world.clock.now = instant_on("2022-08-30", 9, ZONE)
    wrong = spent(world, papers[0], "2022-08-28", "R1")
    spent(world, papers[1], "2022-08-29", "R2")
    world.clock.now = instant_on("2022-09-03", 9, ZONE)
    before = figures(world, *AUGUST)
    close_period(world.session("controller1"), "2022-08")
    assert figures(world, *AUGUST) == before == (200_000, 5, 3)
    world.clock.now = instant_on("2022-09-05", 9, ZONE)
    reverse(world.session("manager1"), wrong, "wrong goods")
    spent(world, papers[1], "2022-08-31", "R3")
    with world.ledger.write() as tx:
        tx.run("UPDATE household SET size = 7 WHERE number = 'H-1'")
        tx.insert("person_change", [{
            "id": b"\1" * 16, "person": "P-1", "kind": "size", "was": "3", "became": "7",
            "date": "2022-09-05", "reason_sealed": None, "changed_by": "field1",
            "changed_at": world.clock()}])
    assert figures(world, *AUGUST) == before
    assert figures(world, *SEPTEMBER) == (0, 0, 0)  # one taken back, one that came late
    world.clock.now = instant_on("2022-09-05", 16, ZONE)
    spent(world, papers[2], "2022-09-05", "R4")
    assert figures(world, *SEPTEMBER)[0] == 100_000


def test_a_seal_shows_what_was_under_it(world: World) -> None:
    papers = in_hand(world, [1_500_000] * 2)
    first = seal(world.session("manager1"), "daily")
    world.clock.now = instant_on("2022-08-21", 9, ZONE)
    spent(world, papers[0], "2022-08-20", "R1")
    void(world.session("manager1"), papers[1].serial, "left")
    seal(world.session("manager1"), "daily")
    with world.ledger.read() as tx:
        then = overview(tx, world.clock(), asked=str(first.size))
        now = overview(tx, world.clock())
    assert (then.total("redeemed_minor"), then.total("outstanding_minor")) == (0, 3_000_000)
    assert (now.total("redeemed_minor"), now.total("void_minor")) == (100_000, 1_500_000)
    assert then.seal is not None
    assert then.seal.size == first.size
    assert then.waiting == ()


def test_what_is_no_seal_and_no_date_is_refused(world: World) -> None:
    with world.ledger.read() as tx:
        for text in ("August", "2022-13-01", "22-08-01", "-1"):
            with pytest.raises(UsageError, match="as-of-unreadable"):
                as_of(tx, text, world.clock(), ZONE)
        with pytest.raises(NotFound, match="seal-unknown"):
            as_of(tx, "99999", world.clock(), ZONE)


@pytest.mark.parametrize("name", ["5w.csv", "5w.xlsx"])
def test_the_5w_of_a_closed_month_is_the_same_file_after_a_correction(
    world: World, name: str
) -> None:
    enrolled(world, *((f"P-{n}", f"H-{n}", "f" if n % 2 else "m", 1990) for n in range(1, 41)))
    papers = in_hand(world, [1_500_000] * 40, beneficiaries=[f"P-{n}" for n in range(1, 41)])
    world.clock.now = instant_on("2022-08-30", 9, ZONE)
    wrong = spent(world, papers[0], "2022-08-28", "R1")
    world.clock.now = instant_on("2022-09-03", 9, ZONE)
    close_period(world.session("controller1"), "2022-08")

    def made(folder: str) -> bytes:
        path = world.folder / folder / name
        path.parent.mkdir()
        report_five_w(world.session("manager1"), path, FiveWRequest(
            date_from="2022-08-01", date_until="2022-08-31", least=10, disability=True))
        return path.read_bytes()

    before = made("before")
    world.clock.now = instant_on("2022-09-05", 9, ZONE)
    reverse(world.session("manager1"), wrong, "wrong goods")
    spent(world, papers[1], "2022-08-31", "R3")
    with world.ledger.write() as tx:
        tx.run("UPDATE person SET sex = 'm' WHERE number = 'P-1'")
        tx.insert("person_change", [{
            "id": b"\1" * 16, "person": "P-1", "kind": "sex", "was": "f", "became": "m",
            "date": "2022-09-05", "reason_sealed": None, "changed_by": "field1",
            "changed_at": world.clock()}])
        record(tx, operator="field1", action="people.flags", object="P-3", at=world.clock(),
               detail={"was": "", "became": "disability"}, origin="test")
    assert made("after") == before


WITHOUT = {"decide": "keeps a verdict", "note": "keeps a price"}


def test_every_report_takes_as_of() -> None:
    root = build_root()
    group = root.get_command(typer.Context(root), "report")
    lacking = {
        name for name, command in getattr(group, "commands", {}).items()
        if not any("--as-of" in one.opts for one in command.params)
    }
    assert lacking == WITHOUT.keys()
