"""A top-up is a new voucher, approved like any other; no value is ever edited."""

from typing import Any

import pytest

from cbi.base.errors import CbiError, Conflict, NotAllowed, NotFound, UsageError
from cbi.issuance.drafting import preview
from cbi.issuance.topping_up import TopUp, draft_top_up
from cbi.ledger.invariants import check_ledger
from cbi.ledger.vouchers.approving import approve
from cbi.messages import text
from cbi.people.persons import withdraw_consent
from cbi.programmes.batches import BatchView
from cbi.programmes.programmes import issued_net_minor
from tests.conftest import World
from tests.issuance.given import OUTSIDER, Family, at_noon, enrolled, issued_to, log_of
from tests.rows import all_rows

ROUND = "KZ22-R1"


@pytest.fixture
def family(world: World) -> Family:
    families = enrolled(world)
    issued_to(world)
    return families[0]


def top_up(
    world: World, who: str, *, by: str = "field1", category: str = "food", amount: int = 200_000,
    reason: str = "a newborn",
) -> BatchView:
    return draft_top_up(world.session(by), ROUND, TopUp(who, category, amount), reason)


def faces(world: World, who: str) -> list[tuple[int, int]]:
    with world.ledger.read() as tx:
        return [(row["part"], row["face_minor"]) for row in all_rows(tx,
            "SELECT part, face_minor FROM voucher WHERE beneficiary = :who AND category = 'food'"
            " ORDER BY part", who=who)]


def test_it_is_one_more_voucher_after_another_operator_approved(
    world: World, family: Family,
) -> None:
    made = top_up(world, family.head.lower())
    assert (made.state, made.voucher_count, made.amount_minor) == ("draft", 1, 200_000)
    assert faces(world, family.head) == [(1, 1_500_000)]
    approve(world.session("manager1"), made.number)
    assert faces(world, family.head) == [(1, 1_500_000), (2, 200_000)]
    assert "a newborn" in log_of(world, "batch.draft")[-1]["detail"]
    with world.ledger.read() as tx:
        assert not [found for found in check_ledger(tx) if found.wrong]


def test_two_of_them_do_not_meet(world: World, family: Family) -> None:
    one, two = top_up(world, family.head), top_up(world, family.head, by="field2")
    for made in (two, one):
        approve(world.session("manager1"), made.number)
    assert [part for part, _ in faces(world, family.head)] == [1, 2, 3]


def test_it_does_not_bring_anybody_onto_the_next_draft(world: World, family: Family) -> None:
    approve(world.session("manager1"), top_up(world, family.head).number)
    assert preview(world.session("field1"), ROUND).lines == ()


@pytest.mark.parametrize(("how", "kind", "code"), [
    ({"who": "B-999-999-999"}, NotFound, "issuance.top-up-nobody"),
    ({"category": "books"}, Conflict, "issuance.top-up-without"),
    ({"amount": 0}, UsageError, "base.amount-not-positive"),
    ({"reason": " "}, UsageError, "ledger.reason-missing"),
    ({"amount": 10**13}, Conflict, "issuance.budget-exceeded"),
])
def test_what_cannot_be_is_refused(
    world: World, family: Family, how: dict[str, Any], kind: type[CbiError], code: str,
) -> None:
    told = {"who": family.head} | how
    with pytest.raises(kind) as caught:
        top_up(world, **told)
    assert caught.value.code == code
    assert "{" not in text(code, "en", **caught.value.facts)


def test_a_budget_may_be_used_up_to_its_last_unit(world: World, family: Family) -> None:
    with world.ledger.read() as tx:
        left = int(tx.value("SELECT budget_minor FROM programme")) - issued_net_minor(tx, "KZ22")
    with pytest.raises(Conflict, match="budget-exceeded"):
        top_up(world, family.head, amount=left + 1)
    made = top_up(world, family.head, amount=left)
    with pytest.raises(Conflict, match="budget-exceeded"):
        top_up(world, family.head, amount=1)
    approve(world.session("manager1"), made.number)
    with world.ledger.read() as tx:
        assert issued_net_minor(tx, "KZ22") == tx.value("SELECT budget_minor FROM programme")


def test_not_for_who_withdrew_nor_after_the_last_day(world: World, family: Family) -> None:
    at_noon(world, "2022-10-01")
    with pytest.raises(Conflict, match="round-over"):
        top_up(world, family.head)
    at_noon(world, "2022-09-01")
    withdraw_consent(world.session("field1"), family.head, date="2022-08-30")
    with pytest.raises(NotFound, match="top-up-nobody"):
        top_up(world, family.head)


@pytest.mark.parametrize("who", [OUTSIDER, "cashier1", "finance1", "auditor1"])
def test_only_who_may_draft(world: World, family: Family, who: str) -> None:
    with pytest.raises(NotAllowed):
        top_up(world, family.head, by=who)
