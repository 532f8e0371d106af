"""The sandbox: practice vouchers at the till's own address, in a ledger apart."""

from collections.abc import Iterator

import pytest

from cbi.web.openapi import described
from cbi.web.sandbox import PAIRING, Sandbox, opened_sandbox
from tests.conftest import World
from tests.vouchers import in_hand
from tests.web.conftest import Browser, Served, opened

AT = "/api/v1/sandbox"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with opened_sandbox() as found:
        yield found


@pytest.fixture
def beside(world: World, sandbox: Sandbox) -> Iterator[Served]:
    """The world's till with the sandbox beside it."""
    with opened(world, sandbox=sandbox) as found:
        yield found


def practising(served: Served) -> Browser:
    browser = served.browser()
    told = browser(f"{AT}/pair", {"code": PAIRING.lower()})
    assert (told.status, told["sandbox"]) == (201, True)
    browser.credential = told["credential"]
    return browser


def counted(world: World) -> list[int]:
    """How many rows each table of the real ledger has that a till may write."""
    with world.ledger.read() as tx:
        return [tx.value(f"SELECT count(*) FROM {table}")
                for table in ("entry", "log", "guess", "till_device", "till_claim", "row_digest")]


def test_practice_vouchers_and_real_ones_know_nothing_of_each_other(
    beside: Served, sandbox: Sandbox
) -> None:
    paper, = in_hand(beside.world, [10_000_00])
    real, practice = beside.own_till(), practising(beside)
    before = counted(beside.world)
    code = next(one.code for one in sandbox.vouchers if one.answer == "ok")
    sale = {"code": code, "amount": 1_000_00, "receipt": f"r{before}"[:50]}
    for _ in range(2):
        told = practice(f"{AT}/redeem", sale, Idempotency_Key=f"k{before}"[:90])
        assert (told.status, told["sandbox"], told["answer"]) == (200, True, "ok")
    for path, body in ((f"{AT}/day", None), (f"{AT}/verify", {"code": paper.code})):
        assert practice(path, body)["sandbox"] is True
    assert practice(f"{AT}/verify", {"code": paper.code})["answer"] == "unknown"
    told = practice(f"{AT}/redeem", {**sale, "amount": 10**9}, Idempotency_Key="other")
    assert (told.status, told["sandbox"]) == (409, True)
    assert counted(beside.world) == before, "nothing of it reaches the real books"
    assert practice("/api/v1/verify", {"code": paper.code}).status == 401
    assert real(f"{AT}/verify", {"code": code}).status == 401
    assert real("/api/v1/verify", {"code": code})["answer"] == "unknown"
    assert "sandbox" not in real("/api/v1/verify", {"code": paper.code})


def test_each_practice_voucher_answers_as_is_said(beside: Served) -> None:
    practice = practising(beside)
    told = practice(AT)["vouchers"]
    for one in told[19:]:
        assert practice(f"{AT}/verify", {"code": one["code"]})["answer"] == one["answer"]
    assert len({one["answer"] for one in told}) == 6


def test_what_is_refused_says_so_too_and_is_described(beside: Served) -> None:
    stranger = beside.browser()
    for path, body, status in ((f"{AT}/pair", {"code": "AAAA-AAAA"}, 404),
                               (f"{AT}/pair", {"more": 1}, 422), (f"{AT}/day", None, 401)):
        told = stranger(path, body)
        assert (told.status, told["sandbox"]) == (status, True)
        assert told.headers["content-type"] == "application/problem+json"
    assert stranger(f"{AT}/openapi.json") == described(sandbox=True)
    assert "sandbox" in described(sandbox=True)["components"]["schemas"]["Answer"]["required"]
    assert "sandbox" not in described()["components"]["schemas"]["Answer"]["properties"]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_without_it_there_is_none(served: Served) -> None:
    assert served.browser()(AT).status == 404
