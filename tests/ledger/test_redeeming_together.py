"""Redemptions under one commit answer as they would one by one, whatever stands among them."""

from typing import Any

import pytest

from cbi.base.errors import CbiError, Unusable
from cbi.ledger.vouchers import redeeming, redeeming_together, spending
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.codes import make_codes
from cbi.ledger.vouchers.redeeming import Redeem
from cbi.ledger.vouchers.redeeming_together import redeem_together
from cbi.storage.faults import RetryTransaction
from tests.conftest import World
from tests.vouchers import in_hand

STORE = "magnum-almaty-1"


def asked(code: str, amount: int, receipt: str, **more: Any) -> Redeem:
    return Redeem(code=code, amount_minor=amount, store=STORE, receipt=receipt, **more)


def told(world: World, *asks: Redeem, who: str = "cashier1") -> list[str]:
    session = world.session(who)
    found = redeem_together(world.ledger, [(session, one) for one in asks])
    return [
        one.code if isinstance(one, CbiError) else f"{one.answer}{'+' * one.replayed}"
        for one in found
    ]


def lines(world: World) -> list[tuple[str, int, int]]:
    with world.ledger.read() as tx:
        return list(tx.tuples(
            "SELECT v.serial, e.seq, e.amount_minor FROM entry e JOIN voucher v ON v.id = e.voucher"
            " WHERE e.kind = 'redeem' ORDER BY v.serial, e.seq"
        ))


def test_each_is_answered_as_if_alone(world: World) -> None:
    one, two, three, four = in_hand(world, [10_000] * 4)
    assert told(
        world,
        asked(one.code, 4_000, "1", request="a"),
        asked(one.code, 4_000, "1", request="a"),  # the same, twice at once
        asked(one.code, 7_000, "2"),  # no more is left than six thousand
        asked(two.code, 5_000, "3", receipt_total_minor=8_000),
        asked(three.code, 5_000, "3", receipt_total_minor=8_000),  # over the receipt's total
        asked(three.code, 1_000, "4", request="a"),  # an id that was used for something else
        asked(make_codes(1, world.entropy)[0], 1_000, "5"),
        asked("123", 1_000, "6"),
        asked(three.code, -1, "7"),
        asked(four.code, 10_000, "8"),
    ) == [
        "ok", "ok+", "too-much", "ok", "receipt-used", "ledger.request-differs", "unknown",
        "mistyped", "base.amount-not-positive", "ok",
    ]
    assert lines(world) == [
        (one.serial, 3, 4_000), (two.serial, 3, 5_000), (four.serial, 3, 10_000),
    ]


def test_two_for_the_last_of_one_voucher(world: World) -> None:
    (paper,) = in_hand(world, [10_000])
    asks = [asked(paper.code, 10_000, str(number)) for number in range(3)]
    assert told(world, *asks) == ["ok", "used-up", "used-up"]
    assert told(world, *asks) == ["ok+", "used-up", "used-up"]


@pytest.mark.parametrize("fault", [Unusable("storage.engine-said", detail="x"), RetryTransaction()])
def test_what_the_engine_undid_goes_one_by_one(
    world: World, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    papers = in_hand(world, [10_000, 10_000])
    real = spending.move_together

    def undone(*given: Any) -> Any:
        raise fault

    def done_and_cut_off(*given: Any) -> Any:
        real(*given)
        raise fault

    asks = [asked(paper.code, 5_000, "1") for paper in papers]
    monkeypatch.setattr(redeeming_together, "move_together", undone)
    assert told(world, *asks) == ["ok", "ok"]
    monkeypatch.setattr(redeeming_together, "move_together", done_and_cut_off)
    asks = [asked(paper.code, 1_000, "2") for paper in papers]
    assert told(world, *asks) == ["ok+", "ok+"]
    assert [amount for *_, amount in lines(world)] == [5_000, 1_000] * 2


def test_only_what_was_kept_is_answered_with_ok(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that the database can't carry out: SQLite undoes it alone, PostgreSQL the whole batch."""
    papers = in_hand(world, [10_000, 10_000])
    session = world.session("cashier1")
    real = redeeming.statement_values
    monkeypatch.setattr(
        redeeming_together, "statement_values", lambda desk, ready: real(desk, ready) | (
            {"amount_minor": 2**70} if ready.asked.receipt == "2" else {}
        ),
    )
    monkeypatch.setattr(redeeming_together, "_alone", lambda *_: Answer(answer="alone"))
    found = [one.answer for one in redeem_together(world.ledger, [
        (session, asked(papers[0].code, 5_000, "1")),
        (session, asked(papers[1].code, 5_000, "2")),
    ]) if isinstance(one, Answer)]
    if world.ledger.engine == "sqlite":
        assert found == ["ok", "alone"]
        assert lines(world) == [(papers[0].serial, 3, 5_000)]
    else:
        assert found == ["alone", "alone"]
        assert lines(world) == []


def test_a_cashier_of_another_store_and_one_who_may_not(world: World) -> None:
    (paper,) = in_hand(world, [10_000])
    (elsewhere,) = redeem_together(world.ledger, [(
        world.session("cashier1"), asked(paper.code, 1, "1")._replace(store="magnum-almaty-2"),
    )])
    assert isinstance(elsewhere, CbiError)
    assert elsewhere.code == "ledger.store-not-yours"
    assert told(world, asked(paper.code, 1, "1"), who="field1") == ["operators.role-missing"]
    assert lines(world) == []


def test_a_code_typed_under_another_keyboard_is_read_and_done(world: World) -> None:
    (paper,) = in_hand(world, [10_000])
    as_russian = str.maketrans(
        "QWERTYUIOPASDFGHJKLZXCVBNM", "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ"
    )
    assert told(world, asked(paper.code.translate(as_russian), 4_000, "1")) == ["ok"]
    assert lines(world) == [(paper.serial, 3, 4_000)]
