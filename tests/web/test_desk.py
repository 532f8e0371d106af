"""Who asks is looked up once for all that came together, and each is told its own refusal; desks
that write beside each other count a voucher's money once.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cbi.base.errors import NotAllowed, Unusable
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.redeeming import Redeem
from cbi.storage.transactions import ReadTransaction
from cbi.web.desk import Credentials, Desk, Who, encoded
from tests.vouchers import in_hand
from tests.web.conftest import Served

STRANGER = Credentials(encoded(bytes(32)))


@pytest.fixture
def till(served: Served) -> Credentials:
    """What a till that is paired shows."""
    return Credentials(served.own_till().credential)


@pytest.fixture
def looks(served: Served, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Each look of the desk that writes, as it begins."""
    begun: list[int] = []
    ledger, read = served.till.writing.ledger, served.till.writing.ledger.read

    @contextmanager
    def counted() -> Iterator[ReadTransaction]:
        begun.append(1)
        with read() as tx:
            yield tx

    monkeypatch.setattr(ledger, "read", counted)
    return begun


def test_all_that_came_together_are_looked_up_at_once(
    served: Served, till: Credentials, looks: list[int]
) -> None:
    found = served.till.writing.all_who([till, STRANGER, *[till] * 30])
    assert len(looks) == 1
    assert [type(one) for one in found] == [Who, NotAllowed, *[Who] * 30]


def test_where_the_look_breaks_off_each_is_looked_up_alone(
    served: Served, till: Credentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up = Desk._looked_up
    broken = iter([True, True])

    def cut_off(desk: Desk, tx: ReadTransaction, shown: Credentials, now: int) -> Who:
        if next(broken, False):
            raise Unusable("storage.engine-said", detail="gone")
        return looked_up(desk, tx, shown, now)

    monkeypatch.setattr(Desk, "_looked_up", cut_off)
    first, second, third = served.till.writing.all_who([till, till, STRANGER])
    assert isinstance(first, Unusable)
    assert isinstance(second, Who)
    assert isinstance(third, NotAllowed)


def test_desks_beside_each_other_count_a_voucher_once(served: Served, till: Credentials) -> None:
    (voucher,) = in_hand(served.world, [10_000])
    asked = [
        Redeem(voucher.code, 1_000, "", f"receipt {number}", request=f"request {number}")
        for number in range(15) for _ in range(3)  # each three times at once
    ]

    async def main() -> list[Answer]:
        return await asyncio.gather(*(served.till.engine.ask((till, one)) for one in asked))

    told = asyncio.run(main())
    assert Counter(one.answer for one in told) == {"ok": 30, "used-up": 15}
    assert len({one.redemption for one in told if one.answer == "ok"}) == 10
