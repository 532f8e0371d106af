"""Who must agree on a history of finance: model, books, letter, act, workbook, two programs.

Every figure is held against another way of getting at it: the model that added up as things
happened, the ledger's identities, what was written for retailers, the cells of the workbook, and
the journal as beancount and hledger read it.
"""

import csv
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from beancount import loader
from beancount.core import data
from openpyxl import load_workbook

from cbi.base.errors import Conflict
from cbi.finance.identities import (
    check,
    claims_by_statement,
    retailer_balances,
    voucher_balances,
)
from cbi.finance.letters.acts import ActAsked, make_act
from cbi.finance.letters.letters import make_letter
from cbi.finance.settling.settlements import foresee
from cbi.finance.workbook.workbook import make_workbook
from cbi.ledger.invariants import check_ledger
from cbi.reports.journal import write_journal
from cbi.reports.postings import Accounts, named
from tests.office import computed
from tests.proof.finance_life import NAMES, FinanceLife

Balances = dict[str, int]
Rows = Sequence[Sequence[object]]


def agree(life: FinanceLife, *, recalculated: bool = False) -> None:
    """Every witness says the same, to the minor unit; with `recalculated` LibreOffice too."""
    _books_are_the_models(life)
    _journals_agree(life)
    _letters_agree(life)
    _acts_agree(life)
    _workbook_agrees(life, recalculated=recalculated)
    _closed_months_stand(life)


def _books_are_the_models(life: FinanceLife) -> None:
    model = life.model
    with life.world.ledger.read() as tx:
        assert [one for one in [*check(tx), *check_ledger(tx)] if one.wrong] == []
        vouchers, retailers = voucher_balances(tx), retailer_balances(tx)
    redeemed = sum(model.redeemed.values())
    assert _summed(vouchers, "issued", "redeemed") == [model.issued, redeemed]
    assert sum(_summed(vouchers, "expired", "void")) == model.closed
    assert _summed(vouchers, "outstanding") == [model.issued - redeemed - model.closed]
    assert all(not any(one.differences().values()) for one in retailers)
    for kind in ("redeemed", "claimed", "paid"):
        told = {one.retailer: getattr(one, f"{kind}_minor") for one in retailers}
        assert {name: told.get(name, 0) for name in NAMES} == {
            name: getattr(model, kind)[name] for name in NAMES}, kind


def _summed(rows: Sequence[object], *kinds: str) -> list[int]:
    return [sum(getattr(one, f"{kind}_minor") for one in rows) for kind in kinds]


def _journals_agree(life: FinanceLife) -> None:
    """Each form, by line and by day: both programs take it, and have the model's balances."""
    model, folder, accounts = life.model, life.world.folder, Accounts()
    left = model.issued - sum(model.redeemed.values()) - model.closed
    want = {named(accounts.vouchers, "KZ22"): -left,
            accounts.bank: -sum(model.paid.values()) - model.bank_fees}
    found: list[Balances] = []
    for daily in (False, True):
        bean, ledger = folder / f"{daily}.beancount", folder / f"{daily}.hledger"
        with life.world.ledger.read() as tx:
            posted = write_journal(tx, bean, daily=daily)
            write_journal(tx, ledger, form="hledger", daily=daily)
        found += [{name: minor for (name, _), minor in posted.balances.items()},
                  _by_beancount(bean)]
        if program := shutil.which("hledger"):
            found.append(_by_hledger(program, ledger))
    for balances in found:
        there = {name: minor for name, minor in balances.items() if minor}
        assert there == {name: minor for name, minor in found[0].items() if minor}
        assert {name: balances.get(name, 0) for name in want} == want


def _by_beancount(path: Path) -> Balances:
    entries, errors, _ = loader.load_file(str(path))
    assert errors == []
    sums: Counter[str] = Counter()
    for one in entries:
        for leg in one.postings if isinstance(one, data.Transaction) else ():
            assert leg.units is not None
            assert leg.units.number is not None
            sums[leg.account] += _minor(leg.units.number)
    return dict(sums)


def _by_hledger(program: str, path: Path) -> Balances:
    def said(*words: str) -> str:
        return subprocess.run([program, "-f", str(path), *words], capture_output=True, text=True,
                              timeout=60, check=True, env={"LC_ALL": "C.UTF-8"}).stdout

    said("check", "-s", "ordereddates")
    rows = csv.reader(said("balance", "--flat", "-E", "-N", "-O", "csv").splitlines()[1:])
    return {account: _minor(Decimal(amount.removesuffix(" KZT").replace(",", "")))
            for account, amount in rows}


def _letters_agree(life: FinanceLife) -> None:
    """Each bill's letter accepts what is settled of it and what a settlement would take now."""
    with life.world.ledger.read() as tx:
        stands = claims_by_statement(tx)
    assert set(stands) == set(life.model.statements)
    for number, (_, claimed) in life.model.statements.items():
        made = make_letter(life.world.session("finance1"), number,
                           life.world.folder / "letter.xlsx")
        one = stands[number]
        assert made.claimed_minor == int(one.claimed_minor) == claimed, number
        assert made.accepted_minor + made.disputed_minor + made.open_minor == claimed, number
        assert made.accepted_minor == int(one.accepted_minor) + _to_settle(life, number), number
        assert made.disputed_minor >= int(one.rejected_minor), number


def _to_settle(life: FinanceLife, number: str) -> int:
    """What of a bill a settlement would take now."""
    try:
        return foresee(life.world.session("finance2"), number).claims_minor
    except Conflict:  # there is nothing
        return 0


def _acts_agree(life: FinanceLife) -> None:
    """What is owed to each retailer at the end is what the books have as payable."""
    with life.world.ledger.read() as tx:
        retailers = retailer_balances(tx)
    billed = {name for name, _ in life.model.statements.values()}
    for one in retailers:
        if one.retailer in billed:
            act = make_act(
                life.world.session("finance1"), one.retailer, life.world.folder / "act.xlsx",
                ActAsked(first="2022-08-01", last=life.today))
            assert (act.opening_minor, act.paid_minor) == (0, life.model.paid[one.retailer])
            assert act.closing_minor == one.payable_minor, one.retailer


def _workbook_agrees(life: FinanceLife, *, recalculated: bool) -> None:
    """The long sheets' own cells add up to the model; the checks, where they are computed, hold."""
    path, model = life.world.folder / "book.xlsx", life.model
    assert make_workbook(life.world.session("finance1"), path).balanced
    book = load_workbook(path, read_only=True, data_only=True)
    sheets: dict[str, Rows] = {one.title: list(one.values) for one in book}
    book.close()
    if recalculated:
        sheets = {**computed(path, life.world.folder)}
        assert ["Check", "balanced"] in [list(row[:2]) for row in sheets["Summary"]]
    sums = {name: _sums(sheets[name], *headings) for name, headings in _SUMMED.items()}
    redeemed = sum(model.redeemed.values())
    for name in ("Voucher register", "Journal"):
        issued, spent, expired, voided = sums[name]
        assert (issued, spent, expired + voided) == (model.issued, redeemed, model.closed), name
    claimed, accepted, rejected, pending = sums["Retailer statement"]
    assert claimed == accepted + rejected + pending == sum(model.claimed.values())


_SUMMED = {
    "Voucher register": ("Face value", "Redeemed", "Expired", "Void"),
    "Journal": ("Issued", "Redeemed", "Expired", "Void"),
    "Retailer statement": ("Claimed", "Accepted", "Rejected", "Pending"),
}


def _sums(rows: Rows, *headings: str) -> list[int]:
    """The columns under these headings of a sheet, added up row by row."""
    at = next(number for number, row in enumerate(rows) if set(headings) <= set(row))
    places = [list(rows[at]).index(one) for one in headings]
    there = [row for row in rows[at + 1:] if row and row[0] not in (None, "")]
    return [sum(_minor(row[place]) for row in there) for place in places]


def _minor(amount: object) -> int:
    """Minor units of a decimal amount; of none, nothing."""
    return round(Decimal(str(amount)) * 100) if amount not in (None, "") else 0


def _closed_months_stand(life: FinanceLife) -> None:
    """A closed month's journal is byte for byte what it was when it was closed."""
    for size, kept in life.closings:
        assert life.journal_then(size) == kept, size
