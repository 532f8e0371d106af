"""The page's requests: paired once, signed in by PIN, and every answer as on the command line."""

from itertools import islice
from random import Random

from cbi.ledger.vouchers.codes import ALPHABET, make_codes
from cbi.ledger.vouchers.keyboards import readings
from cbi.operators.training import Trained, add_trainings, require_training
from tests.vouchers import in_hand
from tests.web.conftest import PINS, STORE, Served


def test_a_voucher_is_checked_redeemed_and_undone(served: Served) -> None:
    paper, = in_hand(served.world, [10_000_00])
    browser = served.signed_in()
    me = browser("/till/me")
    assert (me["operator"], me["device"]) == ("till1", f"{STORE}/1")
    told = browser("/till/verify", {"code": paper.code})
    assert (told["answer"], told["balance"], told["sign"]) == ("ok", 10_000_00, "green")
    sale = {"code": paper.code, "amount": "4 000", "receipt": "17", "request": "one"}
    for replayed in (False, True):
        told = browser("/till/redeem", sale)
        assert (told["answer"], told["balance"], told["replayed"]) == ("ok", 6_000_00, replayed)
    assert told["redemption"] == f"{paper.serial}/3"
    assert "6" in told["left"]
    day = browser("/till/day")
    assert [(one["redemption"], one["reversed"]) for one in day["lines"]] \
        == [(f"{paper.serial}/3", False)]
    assert [one["operator"] for one in day["totals"]] == ["till1"]
    told = browser("/till/undo", {"redemption": f"{paper.serial}/3"})
    assert (told["answer"], told["balance"]) == ("ok", 10_000_00)
    assert browser("/till/day")["totals"] == []
    with served.world.ledger.read() as tx:
        assert tx.value("SELECT operator FROM entry WHERE kind = 'redeem'") == "till1"
        assert tx.value("SELECT origin FROM log WHERE action = 'till.reverse'") == f"{STORE}/1"


def test_who_is_not_paired_or_signed_in_is_told_nothing(served: Served) -> None:
    paper, = in_hand(served.world, [10_000])
    for browser in (served.browser(), served.paired()):
        for path, body in (
            ("verify", {"code": paper.code}), ("day", None),
            ("undo", {"redemption": f"{paper.serial}/3"}),
            ("redeem", {"code": paper.code, "amount": "1", "receipt": "1", "request": "1"}),
        ):
            told = browser(f"/till/{path}", body)
            assert told.status == 401, (path, told)
            assert paper.serial not in str(told)


def test_a_wrong_pin_and_a_name_that_nobody_has_look_alike(served: Served) -> None:
    browser = served.paired()
    told = [browser("/till/sign-in", {"name": name, "pin": pin})
            for name, pin in (("till1", "000001"), ("nobody", "419275"), ("till1", "x"))]
    assert {(one.status, one["error"], one["words"]) for one in told} \
        == {(403, "till-page.sign-in-refused", told[0]["words"])}
    with served.world.ledger.read() as tx:
        found = [*tx.tuples("SELECT operator, detail FROM log WHERE action LIKE '%failed'")]
    assert {operator for operator, _ in found} == {"till1", ""}
    assert not any(pin in str(found) for pin in PINS.values())


def test_a_revoked_device_is_out_at_its_next_request(served: Served) -> None:
    from cbi.till.devices import revoke

    browser, other = served.signed_in(), served.signed_in("till2")
    assert browser("/till/day").status == 200
    revoke(served.world.session("manager1"), f"{STORE}/1")
    assert browser("/till/day").status == 401
    assert browser("/till/me").status == 401
    assert other("/till/day").status == 200


def test_a_login_is_good_on_its_own_device_alone_and_until_signed_out(served: Served) -> None:
    browser, thief = served.signed_in(), served.paired()
    thief.cookies["cbi-login"] = browser.cookies["cbi-login"]
    assert thief("/till/day").status == 401
    kept = dict(browser.cookies)
    assert browser("/till/sign-out", {}).status == 200
    browser.cookies.update(kept)
    assert browser("/till/day").status == 401
    assert browser("/till/me")["operator"] is None


def test_a_cashier_of_another_store_cannot_sign_in(served: Served) -> None:
    browser = served.paired("magnum-almaty-2")
    told = browser("/till/sign-in", {"name": "till1", "pin": PINS["till1"]})
    assert (told.status, told["error"]) == (403, "ledger.store-not-yours")
    assert "cbi-login" not in browser.cookies


def test_only_ones_own_redemption_is_undone_and_only_at_once(served: Served) -> None:
    paper, = in_hand(served.world, [10_000])
    first, second = served.signed_in(), served.signed_in("till2")
    sale = {"code": paper.code, "amount": "40", "receipt": "17", "request": "one"}
    undo = {"redemption": first("/till/redeem", sale)["redemption"]}
    assert second("/till/undo", undo).status == 404
    served.world.clock.now += 11 * 60_000_000
    told = first("/till/undo", undo)
    assert (told.status, told["error"]) == (403, "till-page.undo-late")
    with served.world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM entry WHERE kind = 'reverse'") == 0


def test_guesses_are_counted_before_they_are_answered(served: Served) -> None:
    browser = served.signed_in()
    answers = [
        browser("/till/verify", {"code": code})["answer"]
        for code in make_codes(11, served.world.entropy)
    ]
    assert answers == ["unknown"] * 10 + ["throttled"]


def test_a_slip_that_another_keyboard_makes_a_code_is_counted_too(served: Served) -> None:
    browser, random = served.signed_in(), Random(3)
    slips = ("".join(random.choices(ALPHABET, k=16)) for _ in iter(int, 1))
    meant = (slip for slip in slips if all(one.keyboards for one in readings(slip))
             and next(readings(slip), None))
    answers = [
        browser("/till/verify", {"code": code})["answer"] for code in islice(meant, 11)
    ]
    assert answers == ["mistyped"] * 10 + ["throttled"]


def test_what_no_page_of_ours_sends(served: Served) -> None:
    browser = served.signed_in()
    body = {"code": "x"}
    for headers in ({"Origin": "https://evil.example"}, {"Origin": ""}, {"X_CBI_Till": ""}):
        assert browser("/till/verify", body, **headers).status == 403, headers
    assert browser("/till/verify", body, Host="evil.example").status == 421
    for broken in (b"{", b"[]", b'{"code": 7}', b'{"code": "x", "more": 1}', b"\xff",
                   b"[" * 9_000):
        assert browser("/till/verify", broken).status == 422, broken[:20]
    assert browser("/till/verify", b"x" * 20_000).status == 413
    assert browser("/till/verify", {"code": "x" * 10_000}).status == 422
    assert browser("/nowhere").status == 404
    assert browser("/till/verify").status == 405


def test_the_headers_that_keep_a_page_to_itself(served: Served) -> None:
    told = served.browser()("/till/me")
    policy = told.headers["content-security-policy"]
    for directive in ("default-src 'none'", "object-src 'none'", "base-uri 'none'",
                      "frame-ancestors 'none'", "form-action 'none'"):
        assert directive in policy
    assert told.headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in told.headers
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    assert told.headers["x-content-type-options"] == "nosniff"
    assert told.headers["cache-control"] == "no-store"
    browser = served.signed_in()
    assert set(browser.cookies) == {"cbi-device", "cbi-login"}


def test_a_page_left_open_asks_for_the_pin(served: Served, monkeypatch: object) -> None:
    from cbi.web import page_routes

    browser = served.signed_in()
    assert browser("/till/day").status == 200
    before = page_routes.IDLE_SECONDS
    page_routes.IDLE_SECONDS = -1
    try:
        assert browser("/till/day").status == 401
        assert browser("/till/me")["operator"] is None
    finally:
        page_routes.IDLE_SECONDS = before


def test_who_lacks_a_training_that_the_programme_asks_for_is_told_so_in_their_language(
    served: Served,
) -> None:
    world = served.world
    require_training(world.session("admin1"), "KZ22", "cashier", "till")
    told = served.paired()("/till/sign-in", {"name": "till1", "pin": PINS["till1"]},
                           Accept_Language="kk")
    assert (told.status, told["error"]) == (403, "till-page.untrained")
    assert "кассаға дейін" in told["words"]
    add_trainings(world.session("admin1"), [Trained("till1", "till", "2022-08-01", "till2")],
                  "2022-08-20")
    assert served.signed_in()("/till/me")["operator"] == "till1"
