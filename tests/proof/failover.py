"""Sixteen tills at a cluster whose leader is killed, stopped, cut off or relieved, over and over.

    python -m tests.proof.failover [ROUNDS] [--asynchronous] [--fault FAULT]

A till whose line breaks asks the same again under the same name until it hears an answer, as a
cashier does. Afterwards the judge looks at every answer that was heard: what was acknowledged must
be in the ledger, once, and each voucher's history must be one that a single till could have seen.
"""

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from tests.conftest import World, build, new_world
from tests.polling import polled
from tests.postgres import discard
from tests.proof.cluster import NODES, POOLER_PORT, Cluster, cluster, missing
from tests.proof.judge import judged
from tests.proof.tills import Event, Job, Till, ended, job_for, start_processes, work_apart
from tests.vouchers import LONG_AGO, Paper, in_hand

TILLS, VOUCHERS, FACE = 16, 20, 1_500_000
PACE_S = 0.1
"""Between two customers of a till: sixteen that never rest would only measure the processor."""
ANSWERS, ANSWERS_S = 20, 60
"""What each till hears before a fault, and again when it is over."""
ANOTHER_S = 60
FAULTS = ("kill", "stop", "cut off", "switch over", "behind")
BEHIND_S = 1
"""How long nobody follows before the leader dies: what it answers meanwhile, it alone has."""
LOST = ("storage.", "ledger.redemption-in-doubt")


@dataclass(frozen=True, slots=True)
class Round:
    """What became of one leader: seconds until the next answer that a till heard."""

    fault: str
    answers: int
    longest_s: float


class PatientTill(Till):
    """A till that asks again until it hears an answer, and works until it is told to stop."""

    def __init__(
        self, stop: Path, job: Job, number: int, told: Callable[[Event], None]
    ) -> None:
        super().__init__(job, number, told)
        self.stop = stop

    def work(self) -> None:
        """Redeem, and ask what others ask, until the file `stop` is there."""
        acts = [self.redeem] * 10 + [self.twin] * 4 + [self.elsewhere]
        try:
            step = 0
            while self.going_on() and not self.stop.exists():
                self.dice.choice(acts)(step)
                time.sleep(PACE_S)
                step += 1
        finally:
            self.ledger.close()

    def going_on(self) -> bool:
        """Whether anybody still wants to hear; the folder is gone where a round broke off."""
        return self.stop.parent.exists()

    def _do(self, event: Event, act: Callable[[], Any]) -> Any:
        told, self.told = self.told, lambda event: None
        answer, tries = None, 0
        while self.going_on() and (not event.answer or event.answer.startswith(LOST)):
            event.answer, tries = "", tries + 1
            answer = super()._do(event, act)
            if event.answer.startswith(LOST):
                time.sleep(PACE_S)
        self.told = told
        self.told(event)
        return answer


def first_hearings(events: Iterable[Event]) -> list[Event]:
    """The events, each carried-out request with one answer that is no repetition: where the first
    answer was lost on its way, it happened between the first asking and the first answer heard."""
    by_request: dict[str, list[Event]] = defaultdict(list)
    others: list[Event] = []
    for event in events:
        carried_out = event.kind == "redeem" and event.answer == "ok"
        (by_request[event.request] if carried_out else others).append(event)
    for asked in by_request.values():
        if all(event.replayed for event in asked):
            first = min(asked, key=lambda event: event.answered_at)
            began = min(event.asked_at for event in asked)
            asked[asked.index(first)] = replace(first, replayed=False, asked_at=began)
    return [*others, *(event for asked in by_request.values() for event in asked)]


def one_round(nodes: Cluster, job: Job, fault: str, folder: Path) -> tuple[Round, list[Event]]:
    """Let the tills work while the leader meets a fault and comes back."""
    running = start_processes(job, TILLS, folder, "tests.proof.failover")
    _hear(folder)
    meet(nodes, fault)
    nodes.settled()
    _hear(folder)
    (folder / "stop").touch()
    events = ended(running, folder)
    longest = max(event.answered_at - event.asked_at for event in events)
    return Round(fault, len(events), round(longest / 1e9, 1)), events


def _hear(folder: Path) -> None:
    """Wait until the tills have heard so many answers more."""
    before = _heard(folder)
    polled(lambda: _heard(folder) >= before + ANSWERS * TILLS, ANSWERS_S, "the tills hear nothing")


def _heard(folder: Path) -> int:
    return sum(path.read_bytes().count(b"\n") for path in folder.glob("till-*.jsonl"))


def meet(nodes: Cluster, fault: str) -> None:
    """Do it to whoever leads, and undo it once another leads."""
    leader = nodes.settled()
    if fault == "kill":
        nodes.kill(leader)
        _another(nodes, leader)
        nodes.start_node(leader)
    elif fault == "behind":
        followers = [node for node in NODES if node != leader]
        for node in followers:
            nodes.cut_off(node)
        time.sleep(BEHIND_S)  # nothing is waited for: that nobody follows so long is the fault
        nodes.cut_off(leader)  # or its system would go on sending what it has not sent yet
        nodes.kill(leader)
        for node in followers:
            nodes.join_again(node)
        _another(nodes, leader)
        nodes.join_again(leader)
        nodes.start_node(leader)
    elif fault == "stop":
        nodes.stop(leader)
        _another(nodes, leader)
        nodes.go_on(leader)
    elif fault == "cut off":
        nodes.cut_off(leader)
        _another(nodes, leader)
        nodes.join_again(leader)
    else:
        nodes.switch_over(leader)


def _another(nodes: Cluster, before: int) -> None:
    polled(lambda: nodes.leader() not in (None, before), ANOTHER_S, f"nobody follows node {before}")


def played(
    rounds: int, *, synchronous: bool, faults: Sequence[str] = FAULTS
) -> tuple[list[Round], list[str]]:
    """That many faults in turn, and everything that the judge finds wrong afterwards."""
    with cluster(synchronous=synchronous) as nodes, tempfile.TemporaryDirectory() as place:
        world = new_world("postgresql", Path(place), nodes.server_url)
        build(world)
        papers = in_hand(world, [FACE] * VOUCHERS * rounds, handed_at=LONG_AGO)
        told, events = [], []
        for number in range(rounds):
            own = papers[number * VOUCHERS : (number + 1) * VOUCHERS]
            folder = Path(place) / str(number)
            folder.mkdir()
            one, heard = one_round(
                nodes, _job(world, own, number), faults[number % len(faults)], folder
            )
            print(f"{number + 1}: {one}", file=sys.stderr, flush=True)
            told.append(one)
            events += heard
        world.ledger.close()  # whoever led when this connection was made may be gone
        wrong = judged(world, first_hearings(events), {one.serial: FACE for one in papers})
        discard(world.ledger, world.vault)
        print(f"{nodes.made_anew} nodes were made anew, {nodes.elected} leaders made by hand",
              file=sys.stderr, flush=True)
    return told, wrong


def _job(world: World, papers: Sequence[Paper], number: int) -> Job:
    """The tills' job; they come through the pooler, as offices do."""
    job = job_for(world, papers, 0, number)
    address, _, rest = job.place.partition("@")
    name = rest.partition("/")[2]
    return replace(job, place=f"{address}@127.0.0.1:{POOLER_PORT}/{name}")


def told(rounds: Sequence[Round], wrong: Sequence[str]) -> str:
    """The table of a run, and what was wrong."""
    lines = ["| fault | times | answers heard | longest wait of a till, s |", "|---|---|---|---|"]
    for fault in FAULTS:
        own = [one for one in rounds if one.fault == fault]
        if own:
            waits = sorted(one.longest_s for one in own)
            lines.append(
                f"| {fault} | {len(own)} | {sum(one.answers for one in own)} "
                f"| {waits[len(waits) // 2]} at the median, {waits[-1]} at most |"
            )
    return "\n".join([*lines, f"wrong: {len(wrong)}", *wrong[:20]])


def main(words: Sequence[str]) -> int:
    """Run it as asked; 1 if anything was wrong."""
    if len(words) == 2 and Path(words[0]).is_dir():
        folder = Path(words[0])
        return work_apart(folder, int(words[1]), partial(PatientTill, folder / "stop"))
    if missing():
        print("needs: " + ", ".join(missing()), file=sys.stderr)
        return 2
    asked = argparse.ArgumentParser(prog="python -m tests.proof.failover")
    asked.add_argument("rounds", type=int, nargs="?", default=50)
    asked.add_argument("--asynchronous", action="store_true")
    asked.add_argument("--fault", choices=FAULTS, action="append")
    how = asked.parse_args(words)
    rounds, wrong = played(
        how.rounds, synchronous=not how.asynchronous, faults=how.fault or FAULTS
    )
    print(told(rounds, wrong))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
