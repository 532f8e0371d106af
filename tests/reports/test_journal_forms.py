"""The journal's other forms: a day a line, hledger, QuickBooks, 1C; accounts from a file."""

import csv
import os
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from beancount import loader

from cbi.finance.identities import retailer_balances
from cbi.reports.journal import write_journal
from tests.conftest import World
from tests.lines import Typed, typed_by
from tests.programs import program
from tests.reports.campaign import ended, played
from tests.reports.test_journal import loaded, paid

__all__ = ["paid"]


@pytest.fixture
def cbi(world: World, capsys: pytest.CaptureFixture[str]) -> Typed:
    return typed_by(world, capsys, "finance1")


def hledger(*words: str) -> str:
    """What hledger says, which must take the journal; without it the test is skipped."""
    said = subprocess.run(
        [program("hledger"), *words], capture_output=True, text=True, timeout=60,
        check=False, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert said.returncode == 0, said.stderr
    return said.stdout


def test_a_day_is_one_transaction_of_each_kind_with_the_same_balances(empty_world: World) -> None:
    played(empty_world, people=15)
    ended(empty_world)
    each, daily = empty_world.folder / "each.beancount", empty_world.folder / "daily.beancount"
    with empty_world.ledger.read() as tx:
        whole = write_journal(tx, each)
        summed = write_journal(tx, daily, daily=True)
    assert summed.balances == whole.balances
    assert summed.transactions < whole.transactions / 2
    assert loaded(daily)[1] == loaded(each)[1]
    told = daily.read_text("utf-8")
    lines = sum(int(one.split('"')[1]) for one in told.splitlines() if one.startswith("  lines:"))
    assert lines == whole.transactions


def test_a_daily_journal_that_misses_a_day_is_refused(paid: World) -> None:
    path = paid.folder / "daily.beancount"
    with paid.ledger.read() as tx:
        write_journal(tx, path, daily=True)
    blocks = path.read_text("utf-8").split("\n\n")
    redeemed = next(number for number, block in enumerate(blocks) if '"redeem"' in block)
    path.write_text("\n\n".join(blocks[:redeemed] + blocks[redeemed + 1 :]), "utf-8")
    _, errors, _ = loader.load_file(str(path))
    assert any("Balance failed" in error.message for error in errors)


@pytest.mark.parametrize("daily", [False, True])
def test_hledger_takes_it_strictly_and_its_balances_are_ours(
    paid: World, daily: bool
) -> None:
    path = paid.folder / "books.hledger"
    with paid.ledger.read() as tx:
        posted = write_journal(tx, path, form="hledger", daily=daily)
        (one,) = retailer_balances(tx, retailer="magnum")
    hledger("-f", str(path), "check", "-s", "ordereddates")
    said = hledger("-f", str(path), "balance", "--flat", "-E", "-N", "-O", "csv")
    balances = {row[0]: row[1] for row in csv.reader(said.splitlines()[1:])}
    for (account, currency), amount in posted.balances.items():
        shown = balances[account].removesuffix(f" {currency}").replace(",", "")
        assert Decimal(shown) * 100 == amount
    assert one.paid_minor
    broken = path.read_text("utf-8").replace("= -21500.50 KZT", "= -21500.51 KZT")
    path.write_text(broken, "utf-8")
    with pytest.raises(AssertionError, match="balance assertion"):
        hledger("-f", str(path), "check")


def rows_of(path: Path, separator: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def test_quickbooks_rows_balance_entry_by_entry(paid: World, cbi: Typed) -> None:
    path = paid.folder / "books.csv"
    code, _, err = cbi("report", "journal", "--form", "quickbooks", "-o", str(path))
    assert code == 0, err
    sums: dict[str, Decimal] = {}
    accounts: dict[str, Decimal] = {}
    for row in rows_of(path):
        amount = Decimal(row["Debits"] or 0) - Decimal(row["Credits"] or 0)
        sums[row["Journal No"]] = sums.get(row["Journal No"], Decimal(0)) + amount
        accounts[row["Account Name"]] = accounts.get(row["Account Name"], Decimal(0)) + amount
    assert set(sums.values()) == {Decimal(0)}
    assert accounts["Assets:Bank"] == Decimal("-21500.50")
    assert any("BANK \"7\"" in row["Description"] for row in rows_of(path))


def test_1c_takes_pairs_of_its_own_accounts(paid: World, cbi: Typed) -> None:
    named, path = paid.folder / "accounts.toml", paid.folder / "books.csv"
    named.write_text('funds = "7210"\nvouchers = "3397"\nretailer = "3310"\nwaived = "6280"\n'
                     'bank = "1030"\n', "utf-8")
    code, _, err = cbi("report", "journal", "--form", "1c", "--daily", "--accounts", str(named),
                       "-o", str(path))
    assert code == 0, err
    balances: dict[str, Decimal] = {}
    for row in rows_of(path, ";"):
        amount = Decimal(row["Сумма"].replace(",", "."))
        assert amount > 0
        balances[row["Дебет"]] = balances.get(row["Дебет"], Decimal(0)) + amount
        balances[row["Кредит"]] = balances.get(row["Кредит"], Decimal(0)) - amount
    assert balances["1030"] == Decimal("-21500.50")
    assert sum(balances.values()) == 0


def test_accounts_that_a_program_would_not_take_are_refused_in_words(
    paid: World, cbi: Typed
) -> None:
    named, path = paid.folder / "accounts.toml", paid.folder / "books"
    for words, form, told in (
        ('bank = "1030"', "beancount", "Beancount takes no account “1030”"),
        ('bank = "Assets:Bank  Two"', "hledger", "hledger takes no account"),
        ('banks = "Assets:Bank"', "beancount", "“banks” in accounts.toml"),
        ('bank = "Assets:{code.__class__}"', "beancount", "no braces but the code's"),
        ("bank = ", "beancount", "can't be read as TOML"),
    ):
        named.write_text(words, "utf-8")
        code, _, err = cbi("report", "journal", "--form", form, "--accounts", str(named),
                           "-o", str(path))
        assert code, words
        assert told in err
        assert not path.exists()
    assert "no form of the journal" in cbi("report", "journal", "--form", "sap")[2]
