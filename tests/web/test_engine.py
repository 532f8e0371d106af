"""The engine gathers what waits, answers after it is done, and outlives whatever goes wrong."""

import asyncio
import threading
from collections.abc import Sequence

import pytest

from cbi.base.errors import CbiError, Conflict, Unusable
from cbi.web import engine as engines
from cbi.web.engine import Engine


def test_what_waits_goes_together_and_each_gets_its_own() -> None:
    batches: list[list[int]] = []
    first, go = threading.Event(), threading.Event()

    def together(asked: Sequence[int]) -> Sequence[str | CbiError]:
        batches.append([*asked])
        first.set()
        go.wait(60)
        return [Conflict("x.y") if one == 3 else f"done {one}" for one in asked]

    async def main() -> list[object]:
        engine = Engine(together)
        begun = engine.ask(0)
        await engine.read(lambda: first.wait(60))  # the reader does not wait for the writer
        rest = [engine.ask(one) for one in range(1, 6)]
        rest[1].cancel()
        assert not any(one.done() for one in (begun, rest[0]))
        go.set()
        told = await asyncio.gather(begun, *rest, return_exceptions=True)
        engine.close()
        return [*told]

    told = asyncio.run(main())
    assert batches == [[0], [1, 2, 3, 4, 5]]
    assert told[:2] == ["done 0", "done 1"]
    assert isinstance(told[2], asyncio.CancelledError)
    assert isinstance(told[3], Conflict)
    assert told[4:] == ["done 4", "done 5"]


def test_a_fault_of_our_own_reaches_who_asked_and_ends_nothing() -> None:
    def together(asked: Sequence[int]) -> Sequence[str | CbiError]:
        if 1 in asked:
            raise ZeroDivisionError
        return [str(one) for one in asked]

    async def main() -> list[object]:
        engine = Engine(together)
        told: list[object] = []
        for one in (1, 2):
            told += await asyncio.gather(engine.ask(one), return_exceptions=True)
        engine.close()
        return told

    fault, answer = asyncio.run(main())
    assert isinstance(fault, ZeroDivisionError)
    assert answer == "2"


def test_too_many_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "WAITING_MAX", 2)
    go = threading.Event()

    def together(asked: Sequence[int]) -> Sequence[str | CbiError]:
        go.wait(60)
        return ["" for _ in asked]

    async def main() -> None:
        engine = Engine(together)
        waiting = [engine.ask(one) for one in range(3)]
        with pytest.raises(Unusable):
            engine.ask(4)
        go.set()
        await asyncio.gather(*waiting)
        engine.close()

    asyncio.run(main())
