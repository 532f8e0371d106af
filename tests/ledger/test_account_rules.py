"""What `check` tells of a pair of hands that may have been one person's: bills, and reversals."""

from dataclasses import replace
from typing import Any

import pytest

from cbi.ledger.account_rules import two_hands
from cbi.ledger.paying import Transfer, pay_in
from cbi.ledger.settling import SettledEntry, Settlement, settle_in
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.ledger.vouchers.reversing import reverse
from cbi.operators.log import record
from cbi.operators.operator_session import Operator
from cbi.programmes.programmes import change_programme
from cbi.storage.transactions import WriteTransaction
from tests.conftest import World
from tests.there import there
from tests.vouchers import in_hand

FACE = 1_500_000


def says(world: World, operator: str, action: str, about: str, **detail: Any) -> None:
    world.ledger.transact(lambda tx: record(
        tx, operator=operator, action=action, object=about, at=world.clock(), detail=detail,
        origin="",
    ))


def second_account(world: World, of: str, name: str) -> None:
    """`name` is an account that `of` added and nobody confirmed."""
    says(world, "admin1", "programme.add", "KZ22")
    says(world, of, "operator.add", name, roles=["manager"])


def told(world: World) -> list[tuple[str, Any, Any]]:
    with world.ledger.read() as tx:
        return [(one.where, one.facts["did"], one.facts["who"]) for one in two_hands(tx)]


@pytest.mark.parametrize(("amount", "limit", "count"), [
    (600_000, None, 1), (400_000, None, 0), (400_000, 300_000, 1), (600_000, 700_000, 0),
])
def test_a_redemption_above_the_threshold_and_its_reversal(
    world: World, amount: int, limit: int | None, count: int,
) -> None:
    (paper,) = in_hand(world, [FACE])
    second_account(world, "cashier1", "manager1")
    if limit is not None:
        change_programme(
            world.session("admin1"), "KZ22", "as agreed", reversal_alone_max_minor=limit
        )
    made = redeem(world.session("cashier1"), Redeem(
        code=paper.code, amount_minor=amount, store="magnum-almaty-1", receipt="R1"))
    reverse(world.session("manager1"), there(made.redemption), "wrong customer")
    change_programme(world.session("admin1"), "KZ22", "later", reversal_alone_max_minor=500_001)
    assert told(world) == [(made.redemption, "till.redeem", "cashier1")] * count


def test_a_statements_importer_and_who_paid_its_settlement(world: World) -> None:
    (paper,) = in_hand(world, [FACE])
    redeem(world.session("cashier1"), Redeem(
        code=paper.code, amount_minor=FACE, store="magnum-almaty-1", receipt="R1"))
    second_account(world, "finance1", "finance3")
    statement = world.session("finance1").new_id()
    with world.ledger.read() as tx:
        entry = tx.value("SELECT id FROM entry WHERE kind = 'redeem'")

    def work(tx: WriteTransaction) -> Settlement:
        tx.insert("statement", [{
            "id": statement, "number": "MAGNUM-S1", "retailer": "magnum", "currency": "KZT",
            "zone": "Asia/Almaty", "file": "bill.xlsx", "digest": b"D" * 32,
            "period_from": "2022-08-01", "period_until": "2022-08-31", "line_count": 1,
            "claimed_minor": FACE, "stated_minor": None, "left_minor": 0,
            "columns": "", "withdrawn_at": None, "replaced_by": None, "imported_by": "finance1",
            "imported_at": world.clock.now, "reconciled_at": None,
        }])
        return settle_in(tx, world.session("finance2"), retailer="magnum", statement=statement,
                         lines=[SettledEntry(entry, FACE, 0)])

    says(world, "finance1", "exception.decide", "MAGNUM-S1")
    made = world.ledger.transact(work)
    payer = Operator("finance3", frozenset({"finance"}))
    paying = replace(world.session("finance2"), operator=payer)
    sent = Transfer("TRANSFER-1", "KZT")
    world.ledger.transact(lambda tx: pay_in(tx, paying, [made.number], sent))
    assert told(world) == [(made.number, "exception.decide", "finance1")]
