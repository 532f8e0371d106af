"""Slips of the hand are put right, each by a line of the log; where money goes, by two people."""

import pytest

from cbi.base.clock import instant_on
from cbi.base.errors import Conflict, NotAllowed, NotFound, UsageError
from cbi.ledger.invariants import check_ledger
from cbi.operators.log import entries
from cbi.operators.operator_session import Operator
from cbi.operators.places import close_store
from cbi.places import places
from cbi.programmes.batches import DraftLine, draft
from cbi.programmes.correcting import (
    cancel_round,
    correct_retailer,
    correct_store,
    reopen_store,
)
from cbi.programmes.programmes import change_programme
from cbi.programmes.rounds import round_of
from tests.conftest import ZONE, World
from tests.finance.bills import bought
from tests.issuance.given import second_round
from tests.vouchers import in_hand

SECOND = Operator("admin1", frozenset({"admin"}))
WHY = "the contract says so"


def test_a_retailer_that_nobody_spends_at_is_corrected_by_one(world: World) -> None:
    made = correct_retailer(
        world.session("manager1"), "other", name="Other Market", number=None, reason=WHY,
    )
    assert made.name == "Other Market"
    with world.ledger.read() as tx:
        line = entries(tx, limit=1)[0]
        assert {one.name for one in places.retailers(tx)} == {"Magnum", "Other Market"}
    assert (line.action, line.object) == ("retailer.change", "other")
    assert line.detail == {"was": {"name": "Other"}, "became": {"name": "Other Market"},
                           "reason": WHY}


@pytest.mark.parametrize("second", [
    None, Operator("manager1", frozenset({"manager"})), Operator("field1", frozenset({"field"})),
])
def test_where_vouchers_are_spent_a_second_person_agrees(
    world: World, second: Operator | None
) -> None:
    desk = world.session("manager1")
    with pytest.raises(NotAllowed):
        correct_retailer(desk, "magnum", name="M", number=None, reason=WHY, second=second)
    with pytest.raises(NotAllowed):
        correct_store(desk, "magnum-almaty-1", city="astana", names={}, reason=WHY, second=second)
    correct_retailer(desk, "magnum", name="M", number=None, reason=WHY, second=SECOND)
    correct_store(desk, "magnum-almaty-1", city="astana",
                  names={"ru": "Магнум"}, reason=WHY, second=SECOND)
    with world.ledger.read() as tx:
        store = places.store(tx, "magnum-almaty-1")
        told = [(one.operator, one.action) for one in entries(tx, limit=4)]
    assert (store.city, store.name("ru")) == ("astana", "Магнум")
    assert told == [("admin1", "store.agree"), ("manager1", "store.change"),
                    ("admin1", "retailer.agree"), ("manager1", "retailer.change")]


def test_a_store_that_was_closed_by_mistake_takes_vouchers_again(world: World) -> None:
    desk, paper = world.session("manager1"), in_hand(world, [1_500_000])[0]
    world.clock.now = instant_on("2022-09-05", 9, ZONE)
    with pytest.raises(Conflict, match="store-open"):
        reopen_store(desk, "magnum-almaty-1", WHY, second=SECOND)
    close_store(desk, "magnum-almaty-1")
    world.clock.now = instant_on("2022-09-05", 10, ZONE)
    with pytest.raises(Conflict, match="store-closed"):
        bought(world, paper, 1_000, "1", day="2022-09-05", hour=10)
    with pytest.raises(NotAllowed):
        reopen_store(desk, "magnum-almaty-1", WHY)
    assert reopen_store(desk, "magnum-almaty-1", WHY, second=SECOND).closed_at is None
    assert bought(world, paper, 1_000, "1", day="2022-09-05", hour=10)
    with world.ledger.read() as tx:
        told = [(one.operator, one.action) for one in entries(tx, limit=3)]
        assert [one for one in check_ledger(tx) if one.wrong] == []
    assert told[:2] == [("admin1", "store.agree"), ("manager1", "store.reopen")]


def test_a_one_person_office_corrects_alone(world: World) -> None:
    change_programme(world.session("admin1"), "KZ22", "one person", duties_apart=False)
    correct_retailer(world.session("manager1"), "magnum", name="M", number=None, reason=WHY)


def test_what_cannot_be_corrected_is_refused(world: World) -> None:
    desk = world.session("manager1")
    with pytest.raises(UsageError):
        correct_retailer(desk, "other", name="Other", number=None, reason=WHY)
    with pytest.raises(UsageError):
        correct_retailer(desk, "other", name=None, number="12", reason=WHY)
    with pytest.raises(UsageError):
        correct_retailer(desk, "other", name="O", number=None, reason=" ")
    with pytest.raises(NotFound):
        correct_store(desk, "other-almaty-1", city="nowhere", names={}, reason=WHY)
    with pytest.raises(NotAllowed):
        correct_retailer(world.session("field1"), "other", name="O", number=None, reason=WHY)


def test_a_round_is_cancelled_before_its_first_batch_and_gives_nothing_then(world: World) -> None:
    second_round(world)
    done = cancel_round(world.session("manager1"), "KZ22-R2", "typed wrong")
    assert done.cancelled_at is not None
    lines = [DraftLine("B-1", "almaty", "en", "food", 1_500_000)]
    with pytest.raises(Conflict):
        draft(world.session("field1"), "KZ22-R2", lines)
    with pytest.raises(Conflict):
        cancel_round(world.session("manager1"), "KZ22-R2", "again")
    draft(world.session("field1"), "KZ22-R1", lines)
    with pytest.raises(Conflict):
        cancel_round(world.session("manager1"), "KZ22-R1", "too late")
    with world.ledger.read() as tx:
        assert round_of(tx, "KZ22-R1").cancelled_at is None
        assert entries(tx, action="round.cancel")[0].object == "KZ22-R2"
