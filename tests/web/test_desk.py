"""Who asks is looked up once for all that came together, and each is told its own refusal."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cbi.base.errors import NotAllowed, Unusable
from cbi.storage.transactions import ReadTransaction
from cbi.web.desk import Credentials, Desk, Who, encoded
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
