"""Tills without a connection: lists, bounds, claims brought back, and what becomes of each."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cbi.base.errors import BadFile, Conflict, NotAllowed, Unusable, UsageError
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.answers import ANSWERS
from cbi.ledger.vouchers.changes import block, void
from cbi.ledger.vouchers.offline import ClaimOutcome, OfflineClaim, take_claim
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.messages.catalogue import texts
from cbi.operators.keyring import Keyring
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.offline import OfflineBounds, set_offline
from cbi.till.offline import SignedList, make_list, read_list, upload
from tests.conftest import World
from tests.lines import Typed, typed_by
from tests.rows import all_rows
from tests.till.offline_device import HOUR_US, OfflineDevice
from tests.vouchers import in_hand

STORE, OTHER = "magnum-almaty-1", "magnum-almaty-2"
BOUNDS = OfflineBounds(1_000_000, 3_000_000, 5_000_000, 24)


@pytest.fixture
def cbi(world: World, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a line as an operator; gives the exit code, standard output and standard error."""
    return typed_by(world, capsys, "manager1")


@pytest.fixture
def allowed(world: World) -> World:
    """The world, whose programme lets its tills work without a connection."""
    set_offline(world.session("manager1"), "KZ22", BOUNDS, "no signal in the villages")
    return world


Device = Callable[..., OfflineDevice]


@pytest.fixture
def device(allowed: World) -> Device:
    """Makes devices with a fresh list."""

    def made(number: int, store: str = STORE, *, clock_off: int = 0) -> OfflineDevice:
        one = OfflineDevice(bytes([number]) * 16, store, clock_off)
        one.refresh(cashier(allowed), allowed.keys.seal_public, allowed.clock.now)
        return one

    return made


def cashier(world: World) -> OperatorSession:
    return world.session("cashier2")


def of(told: ClaimOutcome) -> tuple[str, str | None, int, str | None]:
    return told.outcome, told.reason, told.posted_minor, told.charged_to


def nothing_is_wrong(world: World) -> None:
    with world.ledger.read() as tx:
        assert [one for one in check_ledger(tx) if one.wrong] == []
        rows = all_rows(tx, "SELECT amount_minor, posted_minor, outcome FROM offline_claim")
        posted = tx.value(
            "SELECT coalesce(sum(e.amount_minor), 0) FROM entry e JOIN offline_claim c "
            "ON c.entry = e.id"
        )
    assert sum(row["posted_minor"] for row in rows) == int(posted)


def test_a_list_holds_no_code_and_is_signed_for_one_device(
    allowed: World, device: Device,
) -> None:
    paper, _ = in_hand(allowed, [1_500_000, 700_000])
    given = make_list(cashier(allowed), b"d" * 16, STORE)
    assert paper.code not in given.text
    assert paper.serial not in given.text
    said = read_list(given, allowed.keys.seal_public, device=b"d" * 16, store=STORE)
    assert sorted(row[1] for row in said["programmes"][0]["vouchers"]) == [700_000, 1_500_000]
    again = make_list(cashier(allowed), b"e" * 16, STORE)
    hashes = [{row[0] for row in json.loads(one.text)["programmes"][0]["vouchers"]}
              for one in (given, again)]
    assert not hashes[0] & hashes[1]
    public = allowed.keys.seal_public
    for wrong, to, at in (
        (SignedList(given.text.replace("1500000", "9500000"), given.signature), b"d", STORE),
        (SignedList(given.text, bytes(64)), b"d", STORE),
        (given, b"e", STORE), (given, b"d", OTHER),
    ):
        with pytest.raises(BadFile):
            read_list(wrong, public, device=to * 16, store=at)


def test_online_only_is_the_rule_until_somebody_says_otherwise(world: World) -> None:
    (paper,) = in_hand(world, [1_500_000])
    with pytest.raises(Conflict, match="online-only"):
        make_list(cashier(world), b"d" * 16, STORE)
    told = take_claim(cashier(world), OfflineClaim(
        "r1", b"d" * 16, b"l" * 16, paper.code, 100, STORE, "R1", world.clock.now, "cashier2"
    ))
    assert of(told) == ("conflict", "no-list", 0, "retailer")


def test_a_tills_keyring_makes_no_list(allowed: World) -> None:
    keys = allowed.keys
    lookup = Keyring(keys.ledger_id, keys.seal_public, {"lookup": keys.need("lookup")})
    with pytest.raises(Unusable):
        make_list(replace(cashier(allowed), open_keys=lambda: lookup), b"d" * 16, STORE)


def test_what_was_taken_offline_is_redeemed_once_however_often_it_is_sent(
    allowed: World, device: Device,
) -> None:
    (paper,) = in_hand(allowed, [1_500_000])
    till = device(1)
    assert till.take(paper.code, 400_000, "R1", allowed.clock.now + HOUR_US) == "pending"
    sent = list(till.pending)
    allowed.clock.now += 3 * HOUR_US
    (told,) = till.back(cashier(allowed), allowed.clock.now)
    assert of(told) == ("posted", None, 400_000, None)
    assert told.redemption == f"{paper.serial}/3"
    for _ in range(3):
        allowed.clock.now += HOUR_US
        assert upload(cashier(allowed), till.id, allowed.clock.now, sent) == [told]
    with pytest.raises(Conflict, match="offline-differs"):
        upload(cashier(allowed), till.id, 0, [sent[0]._replace(amount_minor=1)])
    with allowed.ledger.read() as tx:
        (row,) = all_rows(tx, "SELECT occurred_at, recorded_at FROM entry WHERE kind = 'redeem'")
    assert row["recorded_at"] - row["occurred_at"] > HOUR_US
    nothing_is_wrong(allowed)


def test_two_devices_and_one_voucher(allowed: World, device: Device) -> None:
    (paper,) = in_hand(allowed, [1_500_000])
    first, second, third = device(1), device(2, OTHER), device(3, OTHER)
    for till, receipt in ((first, "R1"), (second, "R2"), (third, "R3")):
        assert till.take(paper.code, 1_000_000, receipt, allowed.clock.now) == "pending"
    told = [till.back(cashier(allowed), allowed.clock.now)[0] for till in (first, second, third)]
    assert [of(one) for one in told] == [
        ("posted", None, 1_000_000, None), ("part", "too-much", 500_000, "retailer"),
        ("conflict", "used-up", 0, "retailer"),
    ]
    nothing_is_wrong(allowed)


def test_the_same_claims_sent_at_the_same_moment_count_once(
    allowed: World, device: Device,
) -> None:
    first, second = in_hand(allowed, [1_500_000] * 2)
    one, two = device(1), device(2, OTHER)
    for till, receipt in ((one, "R1"), (two, "R2")):
        till.take(first.code, 1_000_000, receipt, allowed.clock.now)
        till.take(second.code, 700_000, receipt, allowed.clock.now)
    unknown = one.pending[0]._replace(request="no voucher", code="ED70DXFSRVF49HH8")
    claims = [*one.pending, *two.pending, unknown]

    def sent(_: int) -> list[ClaimOutcome]:
        ledger = allowed.again()
        try:
            here = replace(cashier(allowed), ledger=ledger, clock=lambda: allowed.clock.now)
            return [take_claim(here, claim) for claim in claims]
        finally:
            ledger.close()

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(sent, range(4)))
    assert told == [told[0]] * 4
    assert sum(claim.posted_minor for claim in told[0]) == 1_500_000 + 1_400_000
    nothing_is_wrong(allowed)


def test_a_conflict_names_both_devices_and_who_bears_it(
    allowed: World, device: Device, cbi: Typed,
) -> None:
    first, second = in_hand(allowed, [1_500_000] * 2)
    one, two = device(1), device(2, OTHER)
    for till, receipt in ((one, "R1"), (two, "R2")):
        till.take(first.code, 1_000_000, receipt, allowed.clock.now)
    redeem(cashier(allowed), Redeem(second.code, 1_500_000, STORE, "R3"))
    two.take(second.code, 600_000, "R4", allowed.clock.now)
    for till in (one, two):
        till.back(cashier(allowed), allowed.clock.now)
    said = json.loads(cbi("till", "conflicts", "--json")[1])
    assert [(
        each["serial"], each["device"], each["spent_device"], each["spent_store"], each["rest"],
        each["reason"], each["charged_to"],
    ) for each in said] == [
        (first.serial, "02" * 16, "01" * 16, STORE, 500_000, "too-much", "retailer"),
        (second.serial, "02" * 16, None, STORE, 600_000, "used-up", "retailer"),
    ]
    code, shown, err = cbi("till", "conflicts", "--store", OTHER)
    assert code == 0, err
    assert "less was left" in shown
    assert cbi("till", "conflicts", "--store", STORE)[1].count("R4") == 0


def test_every_reason_has_its_words() -> None:
    """What keeps a claim from being posted is said in words where conflicts are listed."""
    words = {name.removeprefix("why-") for name in texts("en", "help-offline") if "why-" in name}
    assert words == {
        *ANSWERS, "no-list", "another-list", "online-only", "stale-list", "over-voucher",
        "over-device", "over-day", "whole-only", "store-closed", "before-hand-over",
        "receipt-total-differs",
    } - {"ok", "throttled"}


def test_the_programme_bears_it_where_its_terms_say_so_and_the_till_kept_to_them(
    allowed: World, device: Device,
) -> None:
    bounds = BOUNDS._replace(charged_to="programme")
    set_offline(allowed.session("manager1"), "KZ22", bounds, "agreed with the retailer")
    stopped, gone, spent = in_hand(allowed, [900_000] * 3)
    till = device(1)
    for number, paper in enumerate((stopped, gone, spent)):
        assert till.take(paper.code, 500_000, f"R{number}", allowed.clock.now) == "pending"
    block(allowed.session("manager1"), stopped.serial, "lost")
    void(allowed.session("manager1"), gone.serial, "lost")
    redeem(cashier(allowed), Redeem(spent.code, 800_000, OTHER, "R9"))
    assert [of(one) for one in till.back(cashier(allowed), allowed.clock.now)] == [
        ("conflict", "blocked", 0, "programme"), ("conflict", "void", 0, "programme"),
        ("part", "too-much", 100_000, "programme"),
    ]
    nothing_is_wrong(allowed)


def test_a_sale_whose_answer_was_lost_is_not_taken_twice(allowed: World, device: Device) -> None:
    one, two = in_hand(allowed, [1_500_000] * 2)
    till = device(1)
    now = allowed.clock.now
    till.take(one.code, 400_000, "R1", now)
    till.take(two.code, 400_000, "R2", now)
    by_request = Redeem(one.code, 400_000, STORE, "R1", request=till.pending[0].request)
    assert redeem(cashier(allowed), by_request).answer == "ok"
    assert redeem(cashier(allowed), Redeem(two.code, 400_000, STORE, "R2")).answer == "ok"
    told = till.back(cashier(allowed), allowed.clock.now)
    assert [of(claim) for claim in told] == [("same", None, 0, None)] * 2
    with allowed.ledger.read() as tx:
        assert int(tx.value("SELECT sum(spent_minor) FROM voucher")) == 800_000
    nothing_is_wrong(allowed)


def test_what_goes_beyond_the_list_is_the_retailers(allowed: World, device: Device) -> None:
    papers = in_hand(allowed, [1_500_000] * 8)
    till, other = device(1), device(2, OTHER)
    now, given = allowed.clock.now, bytes.fromhex(till.said["id"])

    def claimed(paper: int, amount_minor: int, **more: Any) -> tuple[str | None, str | None]:
        claim = OfflineClaim(
            f"r{len(made)}", till.id, given, papers[paper].code, amount_minor, STORE,
            f"R{len(made)}", now, "cashier2",
        )._replace(**more)
        made.append(claim)
        told = take_claim(cashier(allowed), claim)
        assert told.posted_minor in (0, amount_minor)
        return told.reason, told.charged_to

    made: list[OfflineClaim] = []
    assert claimed(0, 1_000_001) == ("over-voucher", "retailer")
    assert claimed(1, 600_000) == (None, None)
    assert claimed(1, 400_001) == ("over-voucher", "retailer")
    assert claimed(2, 1_000_000) == (None, None)
    assert claimed(3, 1_000_000) == (None, None)
    assert claimed(4, 400_001) == ("over-device", "retailer")
    assert claimed(4, 1_000, list=bytes.fromhex(other.said["id"])) == ("another-list", "retailer")
    assert claimed(4, 1_000, list=b"x" * 16) == ("no-list", "retailer")
    allowed.clock.now += 25 * HOUR_US
    assert claimed(4, 1_000, said_at=allowed.clock.now) == ("stale-list", "retailer")
    assert claimed(4, 1, code="ABC") == ("mistyped", "retailer")
    assert claimed(4, 1, code="ED70DXFSRVF49HH8") == ("unknown", "retailer")
    till.refresh(cashier(allowed), allowed.keys.seal_public, allowed.clock.now)
    given, now = bytes.fromhex(till.said["id"]), allowed.clock.now
    for paper in (4, 5, 6):
        assert claimed(paper, 1_000_000) == (None, None)
    till.refresh(cashier(allowed), allowed.keys.seal_public, allowed.clock.now)
    given = bytes.fromhex(till.said["id"])
    assert claimed(7, 1_000_000) == (None, None)
    assert claimed(0, 1_000_000) == (None, None)
    assert claimed(1, 1_000) == ("over-day", "retailer")
    nothing_is_wrong(allowed)


@pytest.mark.parametrize("hours", [-48, 48])
def test_a_clock_that_is_days_off_is_held_against_ours(
    allowed: World, device: Device, hours: int,
) -> None:
    (paper,) = in_hand(allowed, [1_500_000])
    till = device(1, clock_off=hours * HOUR_US)
    then = allowed.clock.now + HOUR_US
    assert till.take(paper.code, 1_000, "R1", then) == "pending"
    allowed.clock.now += 2 * HOUR_US
    (told,) = till.back(cashier(allowed), allowed.clock.now)
    assert told.outcome == "posted"
    with allowed.ledger.read() as tx:
        sold = tx.value("SELECT occurred_at FROM entry WHERE kind = 'redeem'")
    assert abs(sold - then) < HOUR_US // 60
    nothing_is_wrong(allowed)


def test_a_clock_that_jumps_takes_nothing(allowed: World, device: Device) -> None:
    (paper,) = in_hand(allowed, [1_500_000])
    till = device(1)
    now = allowed.clock.now
    assert till.take(paper.code, 1_000, "R1", now - HOUR_US) == "no-list"
    assert till.take(paper.code, 1_000, "R1", now + 25 * HOUR_US) == "stale-list"
    assert till.pending == []


def test_a_late_claim_waits_for_a_manager(allowed: World, device: Device) -> None:
    (paper,) = in_hand(allowed, [1_500_000])
    till = device(1)
    till.take(paper.code, 1_000, "R1", allowed.clock.now)
    allowed.clock.now += 20 * 24 * HOUR_US
    (told,) = till.back(cashier(allowed), allowed.clock.now)
    assert of(told) == ("waits", "late", 0, None)
    with allowed.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM late_sale") == 1
    nothing_is_wrong(allowed)


def test_a_claim_that_makes_no_sense_is_refused(allowed: World, device: Device) -> None:
    (paper,) = in_hand(allowed, [1_500_000])
    till = device(1)
    till.take(paper.code, 1_000, "R1", allowed.clock.now)
    (claim,) = till.pending
    for wrong in (claim._replace(amount_minor=0), claim._replace(receipt=" "),
                  claim._replace(receipt="R" * 101)):
        with pytest.raises(UsageError):
            take_claim(cashier(allowed), wrong)
    with pytest.raises(NotAllowed):
        take_claim(allowed.session("field1"), claim)
    with pytest.raises(NotAllowed):
        take_claim(allowed.session("cashier1"), claim._replace(store=OTHER))


def test_terms_are_set_shown_and_taken_back_at_the_command_line(
    world: World, cbi: Typed, tmp_path: Path,
) -> None:
    assert "online only" in cbi("programme", "offline", "KZ22")[1]
    line = ("programme", "offline", "KZ22", "--per-voucher", "10000", "--per-device", "200000",
            "--per-day", "100000", "--list-hours", "12", "--reason", "villages")
    code, out, _ = cbi(*line)
    assert code == 0
    assert "at most 10,000\u00a0tenge off a voucher" in out
    assert cbi(*line)[0] == 5
    said = json.loads(cbi("programme", "offline", "KZ22", "--json")[1])
    assert said["offline"] == {
        "per_voucher_minor": 1_000_000, "per_device_minor": 20_000_000,
        "per_day_minor": 10_000_000, "list_hours": 12, "charged_to": "retailer",
    }
    assert cbi(*line, "--charged-to", "nobody")[0] == 2
    assert cbi(*line[:3], "--per-day", "5", "--reason", "x")[0] == 2
    assert cbi(*line[:-4], "--list-hours", "200", "--reason", "x")[0] == 2
    assert cbi("programme", "offline", "KZ22", "--off")[0] == 2
    assert "online only" in cbi("programme", "offline", "KZ22", "--off", "--reason", "over")[1]
    assert cbi(*line, who="cashier1")[0] == 3
