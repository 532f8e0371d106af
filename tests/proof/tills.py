"""Many tills at once on a few vouchers: what each asks and hears is written down, then judged.

A till is a thread or a process of its own with its own connection. It redeems, asks a request that
other tills ask too (`twin`), reverses what it took, blocks and unblocks, asks at a shop that takes
nothing and for a day before the first. Each thing asked is one event: when it was asked, when it
was answered, and the answer.
"""

import json
import multiprocessing
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cbi.base.errors import CbiError
from cbi.ledger.vouchers import changes, redeeming
from cbi.ledger.vouchers.redeeming import Redeem
from cbi.ledger.vouchers.reversing import reverse
from cbi.operators.digests import following, vouching
from cbi.operators.keyring import Keyring
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.storage.database import Database
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.sqlite import SqliteDatabase
from tests.conftest import World
from tests.polling import polled
from tests.there import as_sqlite
from tests.vouchers import FIRST_DAY

STORE, ELSEWHERE = "magnum-almaty-1", "other-almaty-1"
ROOT = Path(__file__).parents[2]
START_S = 300
"""Within which the last of many processes has started on a busy machine."""
SKEW_US = 500_000
"""Tills' clocks differ by up to half a second."""

EXPECTED_REFUSALS = frozenset({
    "ledger.voucher-state", "ledger.reversed-already", "ledger.request-differs",
})


@dataclass(frozen=True, slots=True)
class Job:
    """What every till of a run knows: where the ledger is, the vouchers, and how much to do."""

    place: str
    lookup: str
    codes: list[tuple[str, str]]
    behind_us: int
    actions: int
    seed: int


@dataclass(slots=True)
class Event:
    """One thing asked. Instants in nanoseconds of a clock that all tills share."""

    till: int
    kind: str
    serial: str
    amount: int
    request: str
    asked_at: int
    answered_at: int = 0
    answer: str = ""
    balance: int | None = None
    reference: str | None = None
    replayed: bool = False


def job_for(world: World, papers: Sequence[tuple[str, str]], actions: int, seed: int) -> Job:
    """A job over a world's ledger, whose tills' clocks stand where the world's does."""
    place = world.ledger.url if isinstance(world.ledger, PostgresDatabase) \
        else str(as_sqlite(world.ledger).path)
    return Job(
        place, world.keys.need("lookup").hex(), [(serial, code) for serial, code in papers],
        time.time_ns() // 1000 - world.clock.now, actions, seed,
    )


def run_threads(job: Job, count: int) -> list[Event]:
    """That many tills in threads of this process, as it is patched."""
    with ThreadPoolExecutor(count) as pool:
        started = [pool.submit(_till_events, job, number) for number in range(count)]
        return [event for done in started for event in done.result()]


def run_processes(job: Job, count: int, folder: Path) -> list[Event]:
    """That many tills in processes of their own."""
    return ended(start_processes(job, count, folder, "tests.proof.tills"), folder)


def start_processes(
    job: Job, count: int, folder: Path, module: str
) -> "subprocess.Popen[str]":
    """Let that many tills, each a process of a module, begin at the same moment; their parent."""
    (folder / "job.json").write_text(json.dumps(asdict(job)), "utf-8")
    running = subprocess.Popen(
        [sys.executable, "-m", module, str(folder), str(count)], cwd=ROOT,
        stderr=subprocess.PIPE, text=True,
    )
    polled(lambda: len(list(folder.glob("ready-*"))) == count or running.poll() is not None,
           START_S, "no till is ready")
    (folder / "go").touch()
    return running


def ended(running: "subprocess.Popen[str]", folder: Path) -> list[Event]:
    """What tills wrote once all of them are done."""
    faults = running.communicate()[1]
    assert running.returncode == 0, faults
    return list(read_events(folder))


def read_events(folder: Path) -> Iterable[Event]:
    """The events that tills wrote in a folder."""
    for path in sorted(folder.glob("till-*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            yield Event(**json.loads(line))


def _till_events(job: Job, number: int) -> list[Event]:
    events: list[Event] = []
    Till(job, number, events.append).work()
    return events


class Till:
    """One till with its own connection and clock."""

    def __init__(self, job: Job, number: int, told: Callable[[Event], None]) -> None:
        self.job, self.number, self.told = job, number, told
        self.dice = random.Random(job.seed * 1000 + number)
        self.mine: list[tuple[str, int, str]] = []
        self.ledger: Database = (
            PostgresDatabase(job.place) if job.place.startswith("postgresql")
            else SqliteDatabase(Path(job.place))
        )
        known = {"lookup": bytes.fromhex(job.lookup), "codes": b"\1" * 32}
        keys = Keyring(b"\0" * 16, b"\0" * 32, known)
        self.ledger.following = following(lambda: vouching(keys))
        skew = self.dice.randint(-SKEW_US, SKEW_US)
        self.session = OperatorSession(
            self.ledger,
            Operator(f"till{number}", frozenset({"cashier", "manager", "field"})),
            lambda: time.time_ns() // 1000 - job.behind_us + skew, os.urandom,
            lambda: keys, lambda: self.ledger, "proof",
        )

    def work(self) -> None:
        """Do what the job says, then leave."""
        acts = [self.redeem] * 10 + [self.twin] * 4 + [self.undo] * 4 + [
            self.block, self.elsewhere, self.too_early, self.too_much_for_the_receipt,
        ]
        try:
            for step in range(self.job.actions):
                self.dice.choice(acts)(step)
        finally:
            self.ledger.close()

    def redeem(self, step: int) -> None:
        """An amount of its own on a receipt that others use too, up to its total."""
        serial, code = self.dice.choice(self.job.codes)
        receipt = self.dice.randint(1, 20)
        self._ask(serial, Redeem(
            code=code, amount_minor=self.dice.choice((1, 30_000, 110_000, 400_000)), store=STORE,
            receipt=f"S{receipt}", receipt_total_minor=450_000 if receipt % 2 else None,
            request=f"own-{self.job.seed}-{self.number}-{step}",
        ))

    def twin(self, step: int) -> None:
        """A request that several tills ask, whose amount and receipt follow from its name."""
        number = step // 4
        dice = random.Random(self.job.seed + number)
        serial, code = dice.choice(self.job.codes)
        self._ask(serial, Redeem(
            code=code, amount_minor=dice.choice((20_000, 70_000)), store=STORE,
            receipt=f"T{self.job.seed}-{number}",
            request=f"twin-{self.job.seed}-{number}",
        ))

    def elsewhere(self, step: int) -> None:
        """At a shop whose retailer takes nothing."""
        serial, code = self.dice.choice(self.job.codes)
        self._ask(serial, Redeem(
            code=code, amount_minor=10, store=ELSEWHERE, receipt=f"E{self.number}-{step}",
        ))

    def too_much_for_the_receipt(self, step: int) -> None:
        """More than was bought."""
        serial, code = self.dice.choice(self.job.codes)
        self._ask(serial, Redeem(
            code=code, amount_minor=11, store=STORE, receipt=f"M{self.number}-{step}",
            receipt_total_minor=10,
        ))

    def too_early(self, step: int) -> None:
        """For a purchase before the voucher was valid."""
        serial, code = self.dice.choice(self.job.codes)
        self._ask(serial, Redeem(
            code=code, amount_minor=10, store=STORE, receipt=f"L{self.number}-{step}",
            occurred_at=FIRST_DAY - 1,
        ))

    def undo(self, step: int) -> None:
        """Reverse one of its own redemptions."""
        if self.mine:
            serial, amount, reference = self.mine.pop(self.dice.randrange(len(self.mine)))
            self._do(
                Event(self.number, "reverse", serial, amount, reference, time.monotonic_ns()),
                lambda: reverse(self.session, reference, "proof"),
            )

    def block(self, step: int) -> None:
        """Block a voucher for a moment."""
        serial, _ = self.dice.choice(self.job.codes)
        for kind, act in (("block", changes.block), ("unblock", changes.unblock)):
            self._do(
                Event(self.number, kind, serial, 0, "", time.monotonic_ns()),
                partial(act, self.session, serial, "proof"),
            )

    def _ask(self, serial: str, asked: Redeem) -> None:
        name = asked.request or asked.receipt
        event = Event(
            self.number, "redeem", serial, asked.amount_minor, name, time.monotonic_ns()
        )
        answer = self._do(event, lambda: redeeming.redeem(self.session, asked))
        if answer is not None and answer.answer == "ok" and not answer.replayed:
            self.mine.append((serial, asked.amount_minor, answer.redemption))

    def _do(self, event: Event, act: Callable[[], Any]) -> Any:
        answer = None
        try:
            answer = act()
        except CbiError as error:
            event.answer = error.code
        except Exception as error:  # noqa: BLE001 - a defect may raise anything, and is to be seen
            event.answer = f"fault: {type(error).__name__} {error}"
        event.answered_at = time.monotonic_ns()
        if answer is not None:
            event.answer = getattr(answer, "answer", "ok")
            event.balance = answer.balance_minor
            event.reference = getattr(answer, "redemption", None)
            event.replayed = getattr(answer, "replayed", False)
        self.told(event)
        return answer


Make = Callable[[Job, int, Callable[[Event], None]], "Till"]


def work_apart(folder: Path, count: int, make: Make) -> int:
    """That many tills, each a process of its own that has read its code already, to their end; 1
    if one of them broke down."""
    if hasattr(os, "fork"):
        multiprocessing.set_start_method("fork")
    running = [
        multiprocessing.Process(target=work_alone, args=(folder, number, make))
        for number in range(count)
    ]
    for one in running:
        one.start()
    for one in running:
        one.join()
    return int(any(one.exitcode for one in running))


def work_alone(folder: Path, number: int, make: Make) -> None:
    """A till of its own process: writes each event before it goes on, waits for the start."""
    known = json.loads((folder / "job.json").read_text("utf-8"))
    job = Job(**known | {"codes": [tuple(code) for code in known["codes"]]})
    handle = os.open(folder / f"till-{number}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    till = make(job, number, lambda event: _write(handle, event))
    till.ledger.connection()
    (folder / f"ready-{number}").touch()
    polled((folder / "go").exists, START_S, "nobody said go")
    till.work()


def _write(handle: int, event: Event) -> None:
    os.write(handle, (json.dumps(asdict(event)) + "\n").encode())


if __name__ == "__main__":
    sys.exit(work_apart(Path(sys.argv[1]), int(sys.argv[2]), Till))
