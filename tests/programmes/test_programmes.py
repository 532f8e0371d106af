"""Programmes and rounds: what is taken, what is refused, what the log keeps."""

from dataclasses import replace
from typing import Any

import pytest

from cbi.base.errors import CbiError, Conflict, NotAllowed, NotFound, UsageError
from cbi.ledger.invariants import check_ledger
from cbi.programmes.programmes import (
    add_programme,
    change_programme,
    issued_net_minor,
    programme,
    programmes,
)
from cbi.programmes.rounds import EntitlementRule, add_round, round_of, rounds
from tests.conftest import World
from tests.vouchers import issued

FOOD = EntitlementRule("food", 1_500_000, "person")
KZ23: dict[str, Any] = {
    "code": "KZ23", "name": "Kazakhstan 2023", "currency": "KZT", "zone": "Asia/Almaty",
    "budget_minor": 5_000_000_000,
}
R2: dict[str, Any] = {
    "code": "KZ22-R2", "programme": "KZ22", "valid_from": "2022-10-01",
    "valid_until": "2022-10-31", "in_parts": True, "entitlements": [FOOD],
    "retailers": {"food": ["other", "magnum"]},
}


def test_a_programme_is_read_back_as_it_was_made(world: World) -> None:
    made = add_programme(world.session("manager1"), **KZ23, hotline="111", web_address="https://v.kz/")
    with world.ledger.read() as tx:
        assert programme(tx, "kz23") == made
        assert [one.code for one in programmes(tx)] == ["KZ22", "KZ23"]
    assert made.duties_apart
    assert made.short_name == "Kazakhstan 2023"
    assert made.reversal_alone_max_minor == 0


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"code": "kz23"}, "programme.code-unreadable"),
        ({"code": "KZ 23"}, "programme.code-unreadable"),
        ({"code": "KZ23-"}, "programme.code-unreadable"),
        ({"code": ""}, "programme.code-unreadable"),
        ({"code": "К22"}, "programme.code-unreadable"),
        ({"name": "  "}, "programme.name-missing"),
        ({"currency": "tenge"}, "base.currency-unknown"),
        ({"zone": "Asia/Nowhere"}, "programme.zone-unknown"),
        ({"zone": "../etc/passwd"}, "programme.zone-unknown"),
        ({"zone": ""}, "programme.zone-unknown"),
        ({"budget_minor": -1}, "programme.amount-out-of-range"),
        ({"reversal_alone_max_minor": -1}, "programme.amount-out-of-range"),
    ],
)
def test_a_programme_that_cannot_be_is_refused(
    world: World, changed: dict[str, Any], code: str,
) -> None:
    with pytest.raises(UsageError) as refused:
        add_programme(world.session("manager1"), **{**KZ23, **changed})
    assert refused.value.code == code


def test_a_programmes_code_is_taken_once(world: World) -> None:
    with pytest.raises(Conflict, match="programme-taken"):
        add_programme(world.session("manager1"), **{**KZ23, "code": "KZ22"})


def test_field_staff_make_no_programme(world: World) -> None:
    with pytest.raises(NotAllowed):
        add_programme(world.session("field1"), **KZ23)


def test_a_manager_cannot_make_a_programme_without_duties_apart(world: World) -> None:
    with pytest.raises(NotAllowed):
        add_programme(world.session("manager1"), **KZ23, duties_apart=False)


def test_a_budget_is_raised_with_a_reason_and_the_log_agrees(world: World) -> None:
    issued(world, [1_500_000] * 2)
    made = change_programme(
        world.session("manager1"), "kz22", "second grant", budget_minor=9_000_000, hotline="112",
        web_address="https://vouchers.example/",
    )
    assert (made.budget_minor, made.hotline) == (9_000_000, "112")
    with world.ledger.read() as tx:
        assert not [one.name for one in check_ledger(tx) if one.wrong]
    world.ledger.transact(lambda tx: tx.run("UPDATE programme SET budget_minor = 8000000"))
    with world.ledger.read() as tx:
        assert "made-as-logged" in {one.name for one in check_ledger(tx) if one.wrong}


@pytest.mark.parametrize(("who", "budget_minor", "reason", "code"), [
    ("field1", 9_000_000, "x", "operators.role-missing"),
    ("manager1", 9_000_000, " ", "programme.reason-missing"),
    ("manager1", -1, "x", "programme.amount-out-of-range"),
    ("manager1", 2_999_999, "x", "programme.budget-bound"),
])
def test_a_budget_that_cannot_be_is_refused(
    world: World, who: str, budget_minor: int, reason: str, code: str,
) -> None:
    issued(world, [1_500_000] * 2)
    with world.ledger.read() as tx:
        before = programme(tx, "KZ22")
    with pytest.raises(CbiError) as refused:
        change_programme(world.session(who), "KZ22", reason, budget_minor=budget_minor)
    assert refused.value.code == code
    with world.ledger.read() as tx:
        assert programme(tx, "KZ22") == before


def test_a_round_is_read_back_as_it_was_made(world: World) -> None:
    made = add_round(world.session("manager1"), **{**R2, "programme": "kz22"})
    with world.ledger.read() as tx:
        assert not [one.name for one in check_ledger(tx) if one.wrong]  # retailers as typed or not
        assert round_of(tx, "kz22-r2") == made
        assert [one.code for one in rounds(tx)] == ["KZ22-R1", "KZ22-R2"]
        assert [one.code for one in rounds(tx, "kz22")] == ["KZ22-R1", "KZ22-R2"]
        assert rounds(tx, "KZ99") == []
    assert made.entitlements == (FOOD,)
    assert made.retailers == {"food": ("magnum", "other")}
    assert made.in_parts is True


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"code": "r 2"}, "programme.code-unreadable"),
        ({"valid_until": "2022-09-30"}, "programme.dates-backwards"),
        ({"valid_until": "31/10/2022"}, "programme.date-unreadable"),
        ({"valid_from": "2022-02-30"}, "programme.date-unreadable"),
        ({"entitlements": []}, "programme.entitlement-missing"),
        ({"entitlements": [FOOD, FOOD]}, "programme.rule-twice"),
        ({"entitlements": [replace(FOOD, per="cat")]}, "programme.per-unknown"),
        ({"entitlements": [replace(FOOD, amount_minor=0)]}, "programme.entitlement-amount"),
        ({"entitlements": [replace(FOOD, category="Food!")]}, "programme.category-unreadable"),
        ({"retailers": {}}, "programme.category-without-retailer"),
        ({"retailers": {"food": ["magnum"], "tea": ["magnum"]}}, "programme.category-without-rule"),
    ],
)
def test_a_round_that_cannot_be_is_refused(
    world: World, changed: dict[str, Any], code: str,
) -> None:
    with pytest.raises(UsageError) as refused:
        add_round(world.session("manager1"), **{**R2, **changed})
    assert refused.value.code == code
    with world.ledger.read() as tx:
        assert [one.code for one in rounds(tx)] == ["KZ22-R1"]


def test_a_round_at_an_unknown_retailer_or_programme_is_not_found(world: World) -> None:
    session = world.session("manager1")
    with pytest.raises(NotFound, match="retailer-unknown"):
        add_round(session, **{**R2, "retailers": {"food": ["magnum", "nobody"]}})
    with pytest.raises(NotFound, match="programme-unknown"):
        add_round(session, **{**R2, "programme": "KZ99"})
    with world.ledger.read() as tx, pytest.raises(NotFound, match="round-unknown"):
        round_of(tx, "KZ22-R2")


def test_a_rounds_code_is_taken_once(world: World) -> None:
    with pytest.raises(Conflict, match="round-taken"):
        add_round(world.session("manager1"), **{**R2, "code": "KZ22-R1"})


def test_duties_are_switched_by_an_admin_with_a_reason_that_the_log_keeps(world: World) -> None:
    made = change_programme(
        world.session("admin1"), "KZ22", "one-person office", duties_apart=False
    )
    assert made.duties_apart is False
    with pytest.raises(Conflict, match="set-already"):
        change_programme(world.session("admin1"), "KZ22", "again", duties_apart=False)
    with pytest.raises(UsageError, match="reason-missing"):
        change_programme(world.session("admin1"), "KZ22", " ", duties_apart=True)
    with pytest.raises(NotAllowed):
        change_programme(world.session("manager1"), "KZ22", "back", duties_apart=True)
    with world.ledger.read() as tx:
        assert programme(tx, "KZ22").duties_apart is False


def test_nothing_issued_binds_nothing(world: World) -> None:
    with world.ledger.read() as tx:
        assert issued_net_minor(tx, "KZ22") == 0
