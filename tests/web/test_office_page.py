"""Finance and managers over the network: two factors, and then to read."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from cbi.operators.accounts import add_operator
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.operators.pins import set_pin
from cbi.operators.second import reset_second, set_second
from tests.conftest import World
from tests.operators.test_second import HALF_MINUTE, SECRET, code_of
from tests.vouchers import in_hand
from tests.web.chromium import PHONE, assert_fits, in_languages, page_at
from tests.web.conftest import CHEAP, STORE, Browser, Served, Told
from tests.web.test_account_page import billed

PASSPHRASE = "a long passphrase"


def joined(world: World, name: str, *roles: str, stores: tuple[str, ...] = ()) -> OperatorSession:
    """Somebody with an account of their own, as at the office's terminal."""
    add_operator(world.session("admin1"), name, set(roles), stores=stores, passphrase=PASSPHRASE,
                 must_change=False, stretching=CHEAP)
    mine = world.session("admin1")
    return OperatorSession(
        mine.ledger, Operator(name, frozenset(roles), frozenset(stores)), mine.clock,
        mine.entropy, mine.open_keys, mine.open_vault, "test", CHEAP,
    )


def with_second(world: World, name: str = "madina", *roles: str) -> list[str]:
    made = set_second(joined(world, name, *(roles or ("finance",))), SECRET, code_of(world))
    world.clock.now += 10 * HALF_MINUTE
    return list(made.recovery)


def signs_in(browser: Browser, code: str, name: str = "madina", passphrase: str = PASSPHRASE,
             ) -> Told:
    return browser("/till/office-sign-in",
                   {"name": name, "passphrase": passphrase, "code": code})


@contextmanager
def unhurried(served: Served) -> Iterator[Browser]:
    """A paired browser whose sign-ins nobody slows but the ledger."""
    from cbi.web.limits import Limit

    browser, before = served.paired(), Limit.take
    Limit.take = lambda *_: 0.0  # type: ignore[method-assign]
    try:
        yield browser
    finally:
        Limit.take = before  # type: ignore[method-assign]


def test_with_two_factors_they_read_and_redeem_nothing(served: Served) -> None:
    billed(served.world)
    with_second(served.world)
    browser = served.paired()
    told = signs_in(browser, code_of(served.world))
    assert (told.status, told["operator"], told["office"], told["account"]) \
        == (200, "madina", True, True)
    assert browser("/till/account")["statements"][0]["number"] == "MAGNUM-S1"
    assert browser("/till/day").status == 200
    paper, = in_hand(served.world, [1_000_00], start=50)
    sale = {"code": paper.code, "amount": "1", "receipt": "1", "request": "1"}
    for path, body in (("redeem", sale), ("shift-close", None), ("offline-list", {})):
        if body is not None:
            assert browser(f"/till/{path}", body).status == 403, path
    assert browser("/till/shift").status == 403
    thief = served.paired()
    thief.cookies["cbi-login"] = browser.cookies["cbi-login"]
    assert thief("/till/account").status == 401
    assert browser("/till/sign-out", {}).status == 200
    assert browser("/till/me")["operator"] is None


def test_one_factor_is_none_and_a_code_is_used_up(served: Served) -> None:
    codes = with_second(served.world)
    with unhurried(served) as browser:
        code = code_of(served.world)
        for name, passphrase, typed in (
            ("madina", "another passphrase", code), ("madina", PASSPHRASE, "000000"),
            ("madina", PASSPHRASE, ""), ("nobody", PASSPHRASE, code),
        ):
            told = signs_in(browser, typed, name, passphrase)
            assert (told.status, told["error"]) == (403, "till-office.refused")
        assert signs_in(browser, code).status == 200
        assert signs_in(browser, code).status == 403, "the same code again"
        assert signs_in(browser, codes[3]).status == 200
        assert signs_in(browser, codes[3]).status == 403
        assert signs_in(served.browser(), codes[4]).status == 401, "no device of ours"
    with served.world.ledger.read() as tx:
        failed = [*tx.tuples("SELECT operator, detail FROM log "
                             "WHERE action = 'operator.login-failed' ORDER BY seq")]
    assert [name for name, _ in failed] == ["madina"] * 3 + [""] + ["madina"] * 2
    assert not any(PASSPHRASE in detail or code in detail for _, detail in failed)


def test_wrong_codes_rest_and_wrong_passphrases_do_not_lock_it(served: Served) -> None:
    with_second(served.world)
    with unhurried(served) as browser:
        for _ in range(3):
            assert signs_in(browser, "000000", passphrase="x").status == 403
        with served.world.ledger.read() as tx:
            assert tx.value("SELECT misses FROM operator_second") == 0
        for _ in range(5):
            assert signs_in(browser, "000000")["error"] == "till-office.refused"
        assert signs_in(browser, code_of(served.world))["error"] == "operators.resting"


def test_who_has_none_is_told_where_and_who_was_reset_is_out(served: Served) -> None:
    joined(served.world, "bolat", "manager")
    joined(served.world, "serik", "field")
    with_second(served.world)
    with unhurried(served) as browser:
        assert signs_in(browser, "000000", "bolat")["error"] == "till-office.second-missing"
        assert signs_in(browser, "000000", "serik")["error"] == "till-office.second-missing"
        assert signs_in(browser, code_of(served.world)).status == 200
        reset_second(served.world.session("admin1"), "madina", "lost her bag")
        assert browser("/till/account").status == 401


def test_a_pin_opens_the_till_and_no_books(served: Served) -> None:
    """Who is cashier and finance in one has the cashier's part by PIN."""
    billed(served.world)
    set_pin(joined(served.world, "aliya", "cashier", "finance", stores=(STORE,)), "730518")
    browser = served.paired()
    told = browser("/till/sign-in", {"name": "aliya", "pin": "730518"})
    assert (told.status, told["office"], told["account"]) == (200, False, False)
    assert browser("/till/account").status == 403


@in_languages
@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_on_the_page_in_every_language(
    served: Served, language: str, tmp_path: Path
) -> None:
    billed(served.world)
    with_second(served.world)
    with page_at(f"http://127.0.0.1:{served.port}/", locale=language,
                 viewport=PHONE) as page:
        fits = partial(assert_fits, page, folder=tmp_path)

        page.context.add_cookies([
            {"name": name, "value": value, "url": page.url}
            for name, value in served.paired().cookies.items()
        ])
        page.reload()
        page.wait_for_selector("#sign:not([hidden])")
        page.click("#to-office")
        fits("office")
        page.fill("#office-name", "madina")
        page.fill("#passphrase", PASSPHRASE)
        page.fill("#second", "000000")
        page.press("#second", "Enter")
        page.wait_for_selector("#notice:not([hidden])")
        fits("refused")
        page.fill("#second", code_of(served.world))
        page.press("#second", "Enter")
        page.wait_for_selector("#account:not([hidden])")
        assert not page.is_visible("#from-account")
        fits("books")
        page.click("#office-day")
        page.wait_for_selector("#day:not([hidden])")
        assert not page.is_visible("#to-shift")
        page.click("#from-day")
        page.wait_for_selector("#account:not([hidden])")
        page.reload()
        page.wait_for_selector("#account:not([hidden])")
        page.click("#office-out")
        page.wait_for_selector("#sign:not([hidden])")
        kept = "import('/store.js').then((store) => store.kept('operator'))"
        assert page.evaluate(kept) is None
