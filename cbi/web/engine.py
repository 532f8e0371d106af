"""Threads that write and read, beside the event loop that serves.

Redemptions that arrive while the writer is busy go under one commit together, and each is answered
after it. The writers' lock is waited for on the writer's thread, so that nothing else waits for it:
`verify` reads on a thread and a connection of its own.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Generic, TypeVar

from cbi.base.errors import CbiError, Unusable

Asked = TypeVar("Asked")
Told = TypeVar("Told")
Result = TypeVar("Result")

TOGETHER_MAX = 64
"""Redemptions under one commit: more would only make the first of them wait."""
WAITING_MAX = 2_000
"""Beyond so many waiting, who comes next is told at once that the till is busy."""


class Engine(Generic[Asked, Told]):
    """Does what is asked on its threads; `together` answers many requests under one commit."""

    def __init__(self, together: Callable[[Sequence[Asked]], Sequence[Told | CbiError]]) -> None:
        self._together = together
        self._waiting: deque[tuple[Asked, asyncio.Future[Told]]] = deque()
        self._busy = False
        self._writer = ThreadPoolExecutor(1, "till-writer")
        self._reader = ThreadPoolExecutor(1, "till-reader")
        self._prover = ThreadPoolExecutor(1, "till-prover")
        self._looker = ThreadPoolExecutor(1, "till-looker")

    def ask(self, asked: Asked) -> "asyncio.Future[Told]":
        """Have it done with whatever else waits; its answer, once that is durable.

        Raises:
            Unusable: too many wait already.
        """
        if len(self._waiting) >= WAITING_MAX:
            raise Unusable("till-devices.too-busy")
        answer: asyncio.Future[Told] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        self._next()
        return answer

    async def write(self, work: Callable[[], Result]) -> Result:
        """What this writes, done on the writer's thread, in its turn."""
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)

    async def read(self, work: Callable[[], Result]) -> Result:
        """What this reads; it waits for no writer."""
        return await asyncio.get_running_loop().run_in_executor(self._reader, work)

    async def look(self, work: Callable[[], Result]) -> Result:
        """What reads long; neither a sale nor `verify` waits for it."""
        return await asyncio.get_running_loop().run_in_executor(self._looker, work)

    async def prove(self, work: Callable[[], Result]) -> Result:
        """What takes long and touches no database: looking at a PIN."""
        return await asyncio.get_running_loop().run_in_executor(self._prover, work)

    def close(self) -> None:
        """End the threads, once what they do is done."""
        for pool in (self._writer, self._reader, self._prover, self._looker):
            pool.shutdown()

    def _next(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), TOGETHER_MAX))]
        work = partial(self._together, [asked for asked, _ in batch])
        done = asyncio.get_running_loop().run_in_executor(self._writer, work)
        done.add_done_callback(partial(self._deliver, [answer for _, answer in batch]))

    def _deliver(
        self, answers: "Sequence[asyncio.Future[Told]]",
        done: "asyncio.Future[Sequence[Told | CbiError]]",
    ) -> None:
        """Give each its own; who has gone away meanwhile asks again and is told the same."""
        self._busy = False
        fault = done.exception()
        told = done.result() if fault is None else [fault] * len(answers)
        for answer, one in zip(answers, told, strict=True):
            if answer.done():
                continue
            if isinstance(one, BaseException):
                answer.set_exception(one)
            else:
                answer.set_result(one)
        self._next()
