"""What a shop's own till calls: counted once, told as it is, and described truthfully."""

from typing import Any

import pytest

from cbi.ledger.vouchers.codes import make_codes
from cbi.web.limits import Limit
from cbi.web.openapi import described
from tests.conftest import World
from tests.vouchers import in_hand
from tests.web.conftest import STORE, Served, opened


def test_a_shops_own_till(served: Served) -> None:
    paper, = in_hand(served.world, [10_000])
    till = served.own_till()
    told = till("/api/v1/verify", {"code": paper.code})
    assert (told.status, told["answer"], told["balance"]) == (200, "ok", 10_000)
    sale = {"code": paper.code, "amount": 4_000.0, "receipt": "17", "code_way": "scanner"}
    for replayed in (False, True):
        told = till("/api/v1/redeem", sale, Idempotency_Key="one")
        assert (told.status, told["balance"], told["replayed"]) == (200, 6_000, replayed)
    other = till("/api/v1/redeem", sale | {"amount": 1}, Idempotency_Key="one")
    assert (other.status, other["type"]) == (409, "/api/v1/problems/ledger.request-differs")
    much = till("/api/v1/redeem", sale | {"amount": 9_000, "receipt": "18"}, Idempotency_Key="two")
    assert (much.status, much["type"], much["balance"]) == (
        409, "/api/v1/problems/too-much", 6_000
    )
    assert much.headers["content-type"] == "application/problem+json"
    day = till("/api/v1/day")
    assert [(one["redemption"], one["amount"]) for one in day["redemptions"]] \
        == [(told["redemption"], 4_000)]
    undo = {"redemption": told["redemption"], "reason": "wrong customer"}
    assert till("/api/v1/reverse", undo)["balance"] == 10_000
    assert till("/api/v1/reverse", undo).status == 409
    with served.world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM entry WHERE kind = 'redeem'") == 1
        assert list(tx.tuples("SELECT store, code_way FROM entry WHERE kind = 'redeem'")) == [
            (STORE, "scanner")]


@pytest.mark.parametrize("headers", [
    {}, {"Authorization": "Bearer x"}, {"Authorization": "Basic x"},
    {"Authorization": "Bearer " + "A" * 43},
])
def test_without_a_credential_nothing_is_told(served: Served, headers: dict[str, str]) -> None:
    paper, = in_hand(served.world, [10_000])
    for path, body in (("verify", {"code": paper.code}), ("day", None)):
        told = served.browser()(f"/api/v1/{path}", body, **headers)
        assert told.status == 401
        assert told["type"] == "/api/v1/problems/till-devices.not-paired"


@pytest.mark.parametrize(("more", "status"), [
    ({"amount": 1.5}, 422), ({"amount": 0}, 422), ({"amount": -1}, 422), ({"amount": "1"}, 422),
    ({"amount": True}, 422), ({"amount": 2**63}, 422), ({"amount": None}, 422),
    ({"receipt": ""}, 422), ({"receipt": "x" * 101}, 422), ({"store": "other"}, 422),
    ({"code": "x" * 401}, 422), ({"receipt_total": 0}, 422), ({"code_way": "wedge"}, 422),
    ({"code": "x"}, 409),
])
def test_what_is_not_as_described(served: Served, more: dict[str, Any], status: int) -> None:
    paper, = in_hand(served.world, [10_000])
    till = served.own_till()
    body = {"code": paper.code, "amount": 1, "receipt": "17"} | more
    assert till("/api/v1/redeem", body, Idempotency_Key="one").status == status
    assert till("/api/v1/redeem", body).status == 422
    with served.world.ledger.read() as tx:
        assert tx.value("SELECT count(*) FROM entry WHERE kind = 'redeem'") == 0


def test_who_asks_too_often_waits(world: World) -> None:
    now = [0.0]
    with opened(world, Limit(5, 2, lambda: now[0])) as served:
        first, second = served.own_till(), served.own_till()
        statuses = [first("/api/v1/day").status for _ in range(7)]
        assert statuses == [200] * 5 + [429] * 2
        assert first("/api/v1/day").headers["retry-after"] == "1"
        assert second("/api/v1/day").status == 200
        now[0] = 0.5
        assert [first("/api/v1/day").status for _ in range(2)] == [200, 429]


def test_every_answer_is_described(served: Served) -> None:
    """The page of the interface names every status that can come, and its shapes are those read."""
    told = served.browser()("/api/v1/openapi.json")
    assert told == described()
    paper, = in_hand(served.world, [10_000])
    till = served.own_till()
    for path, body in (
        ("pair", {"code": "x"}), ("verify", {"code": make_codes(1, served.world.entropy)[0]}),
        ("verify", {}), ("redeem", {"code": paper.code, "amount": 1, "receipt": "1"}),
        ("reverse", {"redemption": "x", "reason": "y"}), ("verify", {"code": "x" * 20_000}),
    ):
        answer = till(f"/api/v1/{path}", body, Idempotency_Key="k")
        (operation,) = described()["paths"][f"/api/v1/{path}"].values()
        said = operation["responses"][str(answer.status)]["content"]
        assert answer.headers["content-type"] in said
    amount = described()["components"]["schemas"]["RedeemAsked"]["properties"]["amount"]
    assert (amount["type"], amount["minimum"]) == ("integer", 1)
