"""The identities hold on a lived-in ledger, and whatever is tampered with shows."""

import pytest

from cbi.base.clock import instant_on
from cbi.base.errors import Conflict, UsageError
from cbi.finance.closing import close, open_work
from cbi.finance.decisions.deciding import decide
from cbi.finance.identities import check, retailer_balances, voucher_balances
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.settlements import pay, settle
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.changes import replace, void
from cbi.storage.postgres import PostgresDatabase
from tests.conftest import ZONE, World
from tests.finance.bills import bought, line, taken_in
from tests.rows import all_rows
from tests.there import as_postgres
from tests.vouchers import in_hand, issued


@pytest.fixture
def lived_in(world: World) -> World:
    """Vouchers in every state, a statement settled in part and paid."""
    a, b, c, d = in_hand(world, [1_500_000] * 4)
    in_hand(world, [2_000_000], category="nonfood", city="astana")
    issued(world, [1_000_000], start=50)
    bought(world, a, 1_500_000, "1")
    bought(world, b, 900_000, "2")
    bought(world, c, 100_000, "3")
    void(world.session("manager1"), c.serial, "lost")
    replace(world.session("manager1"), d.serial, "torn")
    taken_in(world, [line(a.serial, "15000", "1"), line(b.serial, "9500", "2"),
                     line("KZ22-R1-999999", "100")])
    reconcile(world.session("finance1"), "MAGNUM-S1")
    decide(world.session("finance1"), ["MAGNUM-S1/3"], "reject", "none of ours")
    pay(world.session("finance2"), settle(world.session("finance1"), "MAGNUM-S1").number, "BANK-1")
    return world


def wrongs(world: World) -> set[str]:
    with world.ledger.read() as tx:
        return {one.name for one in [*check(tx), *check_ledger(tx)] if one.wrong}


def past_the_triggers(world: World, attack: str) -> None:
    """As who owns the file or the server can."""
    if world.ledger.engine == "sqlite":
        with world.ledger.write() as tx:
            for row in all_rows(tx, "SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
                tx.run(f"DROP TRIGGER {row['name']}")
            tx.run(attack)
        return
    owner = PostgresDatabase(as_postgres(world.ledger).url, as_owner=True)
    with owner.write() as tx:
        tx.run("SET LOCAL session_replication_role = replica")
        tx.run(attack)
    owner.close()


def test_every_identity_holds_on_a_lived_in_ledger(lived_in: World) -> None:
    assert wrongs(lived_in) == set()
    with lived_in.ledger.read() as tx:
        food, other = voucher_balances(tx)
        magnum, = retailer_balances(tx)
    assert (food.city, food.category) == ("almaty", "food")
    assert (food.issued_minor, food.redeemed_minor, food.outstanding_minor, food.void_minor) == (
        8_500_000, 2_500_000, 3_100_000, 2_900_000,
    )
    assert (food.issued_count, food.open_count, food.used_up_count, food.closed_count) == (
        6, 3, 1, 2,
    )
    assert other.outstanding_minor == other.issued_minor == 2_000_000
    assert (magnum.claimed_minor, magnum.accepted_minor, magnum.rejected_minor,
            magnum.pending_minor, magnum.paid_minor) == (
        2_460_000, 1_500_000, 10_000, 950_000, 1_500_000,
    )


def test_balances_can_be_asked_for_one_programme_or_round(lived_in: World) -> None:
    with lived_in.ledger.read() as tx:
        assert len(voucher_balances(tx, programme="KZ22")) == 2
        assert len(voucher_balances(tx, round_code="KZ22-R1")) == 2
        assert voucher_balances(tx, programme="KZ99") == []
        assert retailer_balances(tx, retailer="other") == []


@pytest.mark.parametrize(
    ("attack", "found"),
    [
        ("UPDATE claim SET amount_minor = amount_minor + 1 WHERE line = 2", "statements-hold"),
        ("DELETE FROM claim WHERE line = 2", "statements-hold"),
        ("UPDATE decision SET verdict = 'accept'", "decisions-hold"),
        ("UPDATE settlement_line SET settled_minor = settled_minor - 1, "
         "waived_minor = waived_minor + 1", "settlements-hold"),
        ("UPDATE settlement SET made_by = 'somebody'", "settlements-hold"),
        ("UPDATE payment SET amount_minor = 1", "accepted-adds-up"),
        ("UPDATE payment SET reference = 'BANK-X'", "settlements-hold"),
        ("DELETE FROM settlement_line", "settled-once"),
        ("UPDATE voucher SET spent_minor = spent_minor - 1 WHERE spent_minor > 0 "
         "AND state = 'active'", "issued-adds-up"),
        ("UPDATE claim SET amount_minor = 1 WHERE line = 1", "claims-settled-within"),
        ("UPDATE claim SET amount_minor = amount_minor - 1 WHERE line = 1",
         "claims-settled-within"),
    ],
)
def test_what_is_tampered_with_past_the_triggers_shows(
    lived_in: World, attack: str, found: str,
) -> None:
    past_the_triggers(lived_in, attack)
    assert found in wrongs(lived_in)


def test_a_period_is_closed_and_says_what_is_left_open(lived_in: World) -> None:
    with lived_in.ledger.read() as tx:
        work = open_work(tx)
    assert (work.not_reconciled, work.undecided, work.unpaid) == ((), 2, ())
    assert work.anything
    lived_in.clock.now = instant_on("2022-09-01", 9, ZONE)
    closed = close(lived_in.session("controller1"), "2022-08", "the shop answers next week")
    assert closed.from_size == 0
    assert "cbi/" in closed.checkpoint
    with pytest.raises(Conflict, match="period-closed-already"):
        close(lived_in.session("controller1"), "2022-08")
    with pytest.raises(UsageError, match="period-unreadable"):
        close(lived_in.session("controller1"), "August '22")
    assert wrongs(lived_in) == set()
    with lived_in.ledger.read() as tx:
        kinds = {row["kind"] for row in all_rows(tx, "SELECT DISTINCT kind FROM leaf")}
    assert kinds == {"entry", "settlement", "payment", "decision", "log", "rows"}
