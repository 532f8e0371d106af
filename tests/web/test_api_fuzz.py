"""A shop's own till that asks anything, in any order: counted once, answered as described.

A seeded walk with a model of its own: what each voucher must still hold. That it would see a fault
is shown by planting one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest

from cbi.base.ids import request_digest
from cbi.ledger.invariants import check_ledger
from cbi.web.limits import Limit
from cbi.web.openapi import described
from tests.conftest import World
from tests.vouchers import Paper, in_hand
from tests.web.conftest import Browser, Told, opened

STEPS, FACE = 250, 10_000
ODD: tuple[Any, ...] = ("", "x", "0" * 16, "\u0661\u0662", "\u202e", "a" * 400, "\x00", 0, -1, 1.5,
                        2**63, True, None, [], {}, "SERIAL/3", "17", "🙂")


class Walk:
    """One till's walk: what it asked, and what its vouchers must hold."""

    def __init__(self, till: Browser, papers: list[Paper], seed: int) -> None:
        self.till, self.papers, self.random = till, papers, Random(seed)
        self.left = {paper.code: FACE for paper in papers}
        self.code_of = {paper.serial: paper.code for paper in papers}
        self.sold: dict[str, tuple[str, int]] = {}
        self.asked: dict[str, tuple[dict[str, Any], Told]] = {}

    def step(self) -> None:
        """Something that a till may ask, or that none would."""
        self.random.choice((self.verify, self.redeem, self.redeem, self.again, self.reverse,
                            self.day, self.nonsense))()

    def ask(self, name: str, body: object = None, **headers: str) -> Told:
        """Ask; the answer is one that the description names."""
        told = self.till(f"/api/v1/{name}", body, **headers)
        (operation,) = described()["paths"][f"/api/v1/{name}"].values()
        said = operation["responses"][str(told.status)]
        assert told.headers["content-type"] in said["content"], told
        assert told.status < 500, told
        return told

    def verify(self) -> None:
        paper = self.random.choice(self.papers)
        told = self.ask("verify", {"code": paper.code})
        left = self.left[paper.code]
        assert (told["answer"], told["balance"]) == ("ok" if left else "used-up", left)

    def redeem(self) -> None:
        paper, key = self.random.choice(self.papers), f"k{len(self.asked)}"
        amount = self.random.choice((1, 700, 3_000, FACE + 1))
        body: dict[str, Any] = {"code": paper.code, "amount": amount, "receipt": key}
        told = self.ask("redeem", body, Idempotency_Key=key)
        self.asked[key] = body, told
        if amount <= self.left[paper.code]:
            assert told.status == 200, told
            self.left[paper.code] -= amount
            self.sold[told["redemption"]] = paper.code, amount
        else:
            assert told.status == 409, told

    def again(self) -> None:
        """The same key: the same answer; with another amount it is refused."""
        if not self.asked:
            return
        key = self.random.choice(list(self.asked))
        body, before = self.asked[key]
        if before.status != 200:
            return
        told = self.ask("redeem", body, Idempotency_Key=key)
        assert (told.status, told["redemption"], told["replayed"]) \
            == (200, before["redemption"], True)
        other = self.ask("redeem", body | {"amount": body["amount"] + 1}, Idempotency_Key=key)
        assert other.status == 409

    def reverse(self) -> None:
        if not self.sold:
            return
        redemption = self.random.choice(list(self.sold))
        code, amount = self.sold[redemption]
        told = self.ask("reverse", {"redemption": redemption, "reason": "taken back"})
        if told.status == 200:
            self.left[code] += amount
        del self.sold[redemption]

    def day(self) -> None:
        told = self.ask("day")
        assert sum(one["amount"] for one in told["totals"]) \
            == sum(FACE - left for left in self.left.values())

    def nonsense(self) -> None:
        """One field of a right request made odd; nothing moves."""
        paper = self.random.choice(self.papers)
        name, body = self.random.choice((
            ("redeem", {"code": paper.code, "amount": 1, "receipt": "r", "receipt_total": 5}),
            ("reverse", {"redemption": "KZ22-R1-000001/3", "reason": "x"}),
            ("verify", {"code": paper.code}), ("pair", {"code": "AAAA-AAAA"}),
        ))
        field = self.random.choice([*body, "more"])
        odd = self.random.choice(ODD)
        told = self.ask(name, {**body, field: odd}, Idempotency_Key="")
        assert name in ("verify", "reverse") or told.status >= 400, (name, field, odd)
        if name == "reverse":
            assert told.status >= 400 or field == "reason", (field, odd)
            if told.status == 200:  # its reason was odd, and it was this walk's own redemption
                self._undone("KZ22-R1-000001/3")

    def _undone(self, redemption: str) -> None:
        code, amount = self.sold.pop(redemption)
        self.left[code] += amount


@contextmanager
def walking(world: World, seed: int) -> Iterator[Walk]:
    papers = in_hand(world, [FACE] * 4)
    with opened(world, Limit(1e9, 1e9)) as served:
        yield Walk(served.own_till(), papers, seed)


@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_a_till_asks_is_answered_and_counted_once(world: World, seed: int) -> None:
    with walking(world, seed) as walk:
        for _ in range(STEPS):
            walk.step()
    with world.ledger.read() as tx:
        assert [one for one in check_ledger(tx) if one.wrong] == []
        held = tx.value("SELECT sum(face_minor - spent_minor) FROM voucher")
    assert int(held) == sum(walk.left.values())


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_walk_sees_a_fault_that_is_planted(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that is sent again is looked up wrongly: only a walk that does so meets it."""
    seen: set[bytes] = set()

    def broken(kind: str, *words: str) -> bytes:
        digest = request_digest(kind, *words)
        if digest in seen:
            raise RuntimeError("planted")
        seen.add(digest)
        return digest

    with walking(world, 1) as walk:
        monkeypatch.setattr("cbi.ledger.journal.request_digest", broken)
        with pytest.raises(AssertionError, match="own-fault"):
            for _ in range(STEPS):
                walk.step()
