"""The retailer's own account: its own alone, for who works for all of it, read and nothing else."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from cbi.base.errors import NotFound
from cbi.finance.decisions.deciding import decide
from cbi.finance.letters.shop_account import account_of, lines_of
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.settling.contracts import TermsSaid, set_terms
from cbi.finance.settling.settlements import pay, settle
from cbi.messages.catalogue import RIGHT_TO_LEFT
from cbi.operators.accounts import add_operator, set_roles
from cbi.places.places import close_store
from tests.conftest import World
from tests.finance.bills import allow, bought, line, taken_in
from tests.finance.conftest import AUGUST
from tests.vouchers import in_hand
from tests.web.chromium import PHONE, assert_fits, in_languages, page_at
from tests.web.conftest import CHEAP, Browser, Served
from tests.web.test_scanning import signed_in

SECRET = "the roll of Aigul Ospanova says 9 000"


def billed(world: World) -> None:
    """A settled and a disputed line, one that waits, and another retailer's sale."""
    a, b, c, d = in_hand(world, [1_500_000] * 4)
    allow(world)
    bought(world, a, 1_000_050, "1")
    bought(world, b, 900_000, "2")
    bought(world, c, 500_000, "3")
    bought(world, d, 400_000, "4", store="other-almaty-1")
    taken_in(world, [
        line(a.serial, "10000,50", "1"), line(b.serial, "9500", "2"), line(d.serial, "4000", "4"),
        line(a.serial, "10000,50", "1"),
    ], how=AUGUST)
    finance = world.session("finance1")
    reconcile(finance, "MAGNUM-S1")
    decide(finance, ["MAGNUM-S1/2"], "accept", SECRET)
    decide(finance, ["MAGNUM-S1/4"], "reject", SECRET)
    settle(finance, "MAGNUM-S1")


def for_all_of_it(served: Served) -> None:
    """`till1` works at every store of the retailer that is open."""
    with served.world.ledger.read() as tx:
        stores = [code for code, in tx.tuples("SELECT code FROM store WHERE retailer = 'magnum'")]
    assert len(stores) > 1
    add_operator(served.world.session("admin1"), "admin9", {"admin"}, must_change=False,
                 passphrase="a long passphrase", stretching=CHEAP)
    set_roles(served.world.session("admin1"), "till1", {"cashier"}, stores=stores)


def plain(told: Any) -> str:
    return str(told).replace("\\xa0", " ").replace("\u00a0", " ")


DAYS_STAND = """() => {
  const days = [...document.querySelectorAll("#account-statements bdi")]
    .map((one) => one.firstChild).find((one) => one.data.includes(" – "));
  const dash = days.data.indexOf(" – ");
  return [[0, dash], [dash + 3, days.data.length]].map(([from, to]) => {
    const part = document.createRange();
    part.setStart(days, from);
    part.setEnd(days, to);
    return part.getBoundingClientRect().left;
  });
}"""
"""Where a statement's first and last day stand: a reader's first day comes first."""


def seen(browser: Browser) -> tuple[Any, Any]:
    return browser("/till/account"), browser("/till/account-lines?number=MAGNUM-S1")


def test_who_works_for_the_whole_retailer_sees_its_account_and_no_other(served: Served) -> None:
    billed(served.world)
    browser = served.signed_in()
    assert browser("/till/me")["account"] is False
    for told in seen(browser):
        assert (told.status, told["error"]) == (403, "till-account.not-yours")
    for_all_of_it(served)
    assert browser("/till/me")["account"] is True
    whole, lines = seen(browser)
    settlement, = whole["settlements"]
    assert plain(settlement["amount"]) == plain(settlement["left"]) == "19,000.50 tenge"
    bill, = whole["statements"]
    assert (bill["number"], plain(bill["claimed"]), plain(bill["accepted"])) \
        == ("MAGNUM-S1", "33,501 tenge", "19,000.50 tenge")
    balance, = whole["balances"]
    assert plain(balance["payable"]) == "19,000.50 tenge"
    assert plain(balance["unsettled"]) == "5,000 tenge"
    assert {one["why"]: one["waits"] for one in lines["lines"]} == {
        "amount-differs-over": False, "another-retailer": True, "billed-twice": False,
    }
    for told in (whole, lines):
        assert SECRET not in str(told)
        assert "other-almaty" not in str(told)
    assert browser("/till/account-lines?number=OTHER-S1").status == 404
    with served.world.ledger.read() as tx:
        theirs = account_of(tx, "other", "UTC")
        assert (theirs.statements, theirs.settlements) == ([], [])
        with pytest.raises(NotFound):
            lines_of(tx, "other", "MAGNUM-S1")
    pay(served.world.session("finance2"), "MAGNUM-P1", "BANK-1")
    assert browser("/till/account")["settlements"][0]["left"] is None


def test_it_says_by_when_and_less_what_the_contract_takes(served: Served) -> None:
    set_terms(served.world.session("manager1"), TermsSaid(
        retailer="magnum", currency="KZT", valid_from="2022-08-01", contract="17",
        contract_date="2022-07-20", discount_rate=10_000, fee_minor=500_00, days=10,
    ))
    billed(served.world)
    for_all_of_it(served)
    settlement, = served.signed_in()("/till/account")["settlements"]
    assert settlement["due"] == "30 Aug 2022"
    assert settlement["agreed"] is not None
    whole, off, left = (
        int("".join(one for one in plain(settlement[name]).split(" ")[0] if one.isdigit()))
        for name in ("amount", "agreed", "left")
    )
    assert left == whole - off, settlement


def test_a_store_that_was_closed_is_not_asked_for(served: Served) -> None:
    browser = served.signed_in()
    with served.world.ledger.read() as tx:
        stores = [code for code, in tx.tuples(
            "SELECT code FROM store WHERE retailer = 'magnum' AND code <> 'magnum-almaty-1'")]
    with served.world.ledger.write() as tx:
        for store in stores:
            close_store(tx, store, served.world.clock())
    assert browser("/till/me")["account"] is True


def test_who_is_not_signed_in_is_told_nothing_of_it(served: Served) -> None:
    for browser in (served.browser(), served.paired()):
        for told in seen(browser):
            assert told.status == 401
    till = served.own_till()
    assert till("/till/account").status == 401


@in_languages
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_it_is_read_on_the_page_in_every_language(
    served: Served, language: str, tmp_path: Path
) -> None:
    billed(served.world)
    for_all_of_it(served)
    with page_at(f"http://127.0.0.1:{served.port}/", locale=language,
                 viewport=PHONE) as page:
        signed_in(page, served)
        fits = partial(assert_fits, page, folder=tmp_path)

        page.click("#to-account")
        page.wait_for_selector("#account:not([hidden])")
        fits("account")
        first, last = page.evaluate(DAYS_STAND)
        assert (first > last) == (language in RIGHT_TO_LEFT)
        page.click("#account-statements button")
        page.wait_for_selector("#account-part:not([hidden])")
        assert page.locator("#account-lines li").count() == 3
        fits("lines")
        page.click("#from-part")
        page.click("#from-account")
        page.wait_for_selector("#scan:not([hidden])")
