"""The journal for bookkeepers: Beancount takes it, and its balances are ours."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.core import data, realization

from cbi.finance.decisions.deciding import decide
from cbi.finance.identities import retailer_balances, voucher_balances
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.settlements import pay, settle
from cbi.ledger.vouchers.reversing import reverse
from cbi.reports.journal import write_journal
from cbi.reports.journal_forms import decimal, quoted
from cbi.reports.postings import Accounts
from tests.conftest import World
from tests.finance.bills import bought, line, taken_in
from tests.reports.campaign import ended, played
from tests.vouchers import in_hand


def written(world: World, **more: Any) -> tuple[Path, Any]:
    path = world.folder / "journal.beancount"
    with world.ledger.read() as tx:
        posted = write_journal(tx, path, **more)
    return path, posted


def loaded(path: Path) -> tuple[Any, dict[str, Any], Any]:
    """What Beancount makes of it: entries and balances by account; no error."""
    entries, errors, options = loader.load_file(str(path))
    assert errors == []
    root = realization.realize(entries)
    balances = {
        account.account: account.balance.get_currency_units("KZT").number
        for account in realization.iter_children(root) if account.account.count(":")
    }
    return entries, balances, options


@pytest.fixture
def paid(world: World) -> World:
    """A bill reconciled, partly waived, settled and paid, and a reversal after it."""
    a, b, c = in_hand(world, [1_500_000] * 3)
    bought(world, a, 1_000_050, "1")
    bought(world, b, 900_000, "2")
    late = bought(world, c, 300_000, "3")
    taken_in(world, [line(a.serial, "10000,50", "1"), line(b.serial, "8500", "2"),
                     line(c.serial, "3000", "3")])
    reconcile(world.session("finance1"), "MAGNUM-S1")
    decide(world.session("finance1"), ["MAGNUM-S1/2"], "waive", "agreed by telephone")
    made = settle(world.session("finance1"), "MAGNUM-S1")
    pay(world.session("finance2"), made.number, 'BANK "7"')
    reverse(world.session("manager1"), late, "the goods came back")
    bought(world, c, 200_000, "4")
    return world


def test_beancount_takes_a_whole_campaign_and_its_balances_are_ours(empty_world: World) -> None:
    played(empty_world, people=15)
    ended(empty_world)
    path, posted = written(empty_world)
    entries, balances, _ = loaded(path)
    with empty_world.ledger.read() as tx:
        vouchers, retailers = voucher_balances(tx), retailer_balances(tx)
        moved = tx.value("SELECT count(*) FROM entry WHERE amount_minor > 0")
    assert len([one for one in entries if isinstance(one, data.Transaction)]) == moved
    assert posted.transactions == moved
    assert balances["Liabilities:Vouchers:KZ22"] == 0
    assert balances["Expenses:Vouchers:KZ22"] == Decimal(sum(
        one.redeemed_minor for one in vouchers)) / 100
    assert balances["Liabilities:Retailers:Magnum"] == -Decimal(
        retailers[0].unsettled_minor) / 100


def test_payments_waivers_and_what_a_reversal_takes_back_are_in_it(paid: World) -> None:
    path, posted = written(paid)
    entries, balances, _ = loaded(path)
    assert balances["Assets:Bank"] == Decimal("-21500.50")
    assert balances["Income:Waived:Magnum"] == Decimal("-500")
    with paid.ledger.read() as tx:
        (one,) = retailer_balances(tx, retailer="magnum")
    assert balances["Liabilities:Retailers:Magnum"] == -Decimal(
        one.unsettled_minor + one.payable_minor) / 100
    payment = next(e for e in entries if getattr(e, "narration", "") == "payment")
    assert payment.meta["reference"] == 'BANK "7"'
    assert payment.meta["settlement"] == "MAGNUM-P1"
    checks = [e for e in entries if isinstance(e, data.Balance)]
    assert len(checks) == len(posted.balances) == 7


def test_a_journal_that_misses_a_line_is_refused(paid: World) -> None:
    path, _ = written(paid)
    blocks = path.read_text("utf-8").split("\n\n")
    redeemed = next(number for number, block in enumerate(blocks) if '"redeem"' in block)
    path.write_text("\n\n".join(blocks[:redeemed] + blocks[redeemed + 1 :]), "utf-8")
    _, errors, _ = loader.load_file(str(path))
    assert any("Balance failed" in error.message for error in errors)


def test_accounts_are_configuration(paid: World) -> None:
    path, _ = written(paid, accounts=Accounts(
        funds="Expenses:307420-Vouchers:{code}", bank="Assets:Bank:Payments"))
    _, balances, _ = loaded(path)
    assert "Expenses:307420-Vouchers:KZ22" in balances
    assert balances["Assets:Bank:Payments"] == Decimal("-21500.50")


def test_an_empty_ledger_has_a_journal(world: World) -> None:
    path, posted = written(world)
    _, _, options = loaded(path)
    assert posted.transactions == 0
    assert options["title"] == "Kazakhstan 2022"
    assert options["operating_currency"] == ["KZT"]


def test_the_same_ledger_gives_the_same_journal(paid: World) -> None:
    assert written(paid)[0].read_bytes() == written(paid)[0].read_bytes()


def test_amounts_are_exact_and_words_stay_on_their_line() -> None:
    assert decimal(-1_000_050, "KZT") == "-10000.50"
    assert decimal(7, "KZT") == "0.07"
    assert decimal(15, "JPY") == "15"
    assert quoted('a "b"\nc\\') == '"a \\"b\\" c\\\\"'
