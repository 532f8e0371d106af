"""A manager undoes a redemption on the till's page, later than its cashier may."""

from functools import partial
from pathlib import Path

import pytest

from cbi.base.clock import DAY_US
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from tests.conftest import World
from tests.operators.test_second import HALF_MINUTE, code_of
from tests.vouchers import in_hand
from tests.web.chromium import PHONE, assert_fits, in_languages, page_at
from tests.web.conftest import STORE, Served
from tests.web.test_office_page import PASSPHRASE, signs_in, unhurried, with_second


def redeemed(world: World, store: str = STORE) -> str:
    """A redemption of the day before; its number."""
    paper, = in_hand(world, [9_000_00])
    answer = redeem(world.session("cashier1"), Redeem(
        code=paper.code, amount_minor=4_500_00, store=store, receipt="004521",
    ))
    assert answer.redemption is not None
    world.clock.now += DAY_US
    return answer.redemption


def next_code(world: World) -> str:
    world.clock.now += HALF_MINUTE
    return code_of(world)


def test_a_manager_undoes_it_whole_and_once_with_a_fresh_code(served: Served) -> None:
    world, number = served.world, redeemed(served.world)
    with_second(world, "madina", "manager")
    with unhurried(served) as browser:
        used = code_of(world)
        assert signs_in(browser, used)["undoes"] is True
        told = browser(f"/till/redemption?number={number.lower()}")
        assert (told["redemption"], told["operator"], told["receipt"], told["reversed"]) \
            == (number, "cashier1", "004521", False)
        asked = {"redemption": number, "reason": "wrong receipt", "code": used}
        told = browser("/till/later-undo", asked)
        assert (told.status, told["error"]) == (403, "till-office.code-refused")
        told = browser("/till/later-undo", asked | {"code": next_code(world)})
        assert (told.status, told["answer"], told["redemption"]) == (200, "ok", number)
        again = browser("/till/later-undo", asked | {"code": next_code(world)})
        assert (again.status, again["error"]) == (409, "ledger.reversed-already")
        assert browser(f"/till/redemption?number={number}")["reversed"] is True
    with world.ledger.read() as tx:
        line = [*tx.tuples("SELECT operator, reason, amount_minor FROM entry"
                           " WHERE kind = 'reverse'")]
        assert line == [("madina", "wrong receipt", 4_500_00)]
        assert [one.name for one in check_ledger(tx) if one.wrong] == []


def test_nobody_else_undoes_later(served: Served) -> None:
    world, number = served.world, redeemed(served.world)
    with_second(world)  # finance
    asked = {"redemption": number, "reason": "wrong receipt", "code": "000000"}
    with unhurried(served) as browser:
        assert signs_in(browser, code_of(world))["undoes"] is False
        assert browser(f"/till/redemption?number={number}").status == 403
        asked["code"] = next_code(world)
        assert browser("/till/later-undo", asked)["error"] == "operators.role-missing"
        cashier = served.signed_in()
        assert cashier(f"/till/redemption?number={number}")["error"] == "till-office.refused"
        assert cashier("/till/later-undo", asked)["error"] == "till-office.refused"
        nobody = served.paired()
        assert nobody("/till/later-undo", asked).status == 401
    with world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM entry WHERE kind = 'reverse'") == 0


@pytest.mark.parametrize("wrong", ["", "/", "KZ22-R1-000001", "KZ22-R1-000001/9", "x/y", "é/１"])
def test_a_number_that_is_none_is_told(served: Served, wrong: str) -> None:
    redeemed(served.world)
    with_second(served.world, "madina", "manager")
    with unhurried(served) as browser:
        signs_in(browser, code_of(served.world))
        from urllib.parse import quote

        told = browser(f"/till/redemption?number={quote(wrong)}")
        assert (told.status, told["error"]) == (404, "ledger.redemption-unknown")


@in_languages
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_on_the_page_in_every_language(served: Served, language: str, tmp_path: Path) -> None:
    number = redeemed(served.world)
    with_second(served.world, "madina", "manager")
    with page_at(f"http://127.0.0.1:{served.port}/", locale=language, viewport=PHONE) as page:
        fits = partial(assert_fits, page, folder=tmp_path)
        page.context.add_cookies([
            {"name": name, "value": value, "url": page.url}
            for name, value in served.paired().cookies.items()
        ])
        page.reload()
        page.click("#to-office")
        page.fill("#office-name", "madina")
        page.fill("#passphrase", PASSPHRASE)
        page.fill("#second", code_of(served.world))
        page.press("#second", "Enter")
        page.click("#to-later")
        fits("later")
        page.fill("#later-number", number)
        page.press("#later-number", "Enter")
        page.wait_for_selector("#later-do:not([hidden])")
        fits("later-told")
        page.fill("#later-reason", "wrong receipt")
        page.fill("#later-code", next_code(served.world))
        page.press("#later-code", "Enter")
        page.wait_for_selector("#answer:not([hidden])")
        fits("later-done")
        assert not page.is_visible("#undo")
        page.click("#next")
        page.wait_for_selector("#account:not([hidden])")
