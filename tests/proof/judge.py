"""The judge of what many tills did: the ledger against its own rules, and against what was heard.

A history is right if for each voucher there is an order of all that was asked, within the times at
which it was asked and answered, in which one till alone would have heard the same (Wing and Gong's
linearizability; searched with the states already tried kept in mind).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from cbi.ledger.invariants import check_ledger
from cbi.ledger.sealing import seal
from tests.conftest import World
from tests.proof.tills import EXPECTED_REFUSALS, Event
from tests.rows import all_rows

ANSWERS_ON_STATE = frozenset({"ok", "too-much", "used-up", "blocked"})


class State(NamedTuple):
    """A voucher as one till alone would know it."""

    balance: int
    blocked: bool = False


def judged(
    world: World, events: Sequence[Event], faces: dict[str, int], *, unheard: bool = False,
    schema: bool = True,
) -> list[str]:
    """All that is wrong; `unheard`: tills were killed, so lines may be there that none heard of."""
    return [
        *_faults(events), *_broken_rules(world, schema), *_records(world, events, unheard),
        *_left_out(world), *(() if unheard else _disorders(events, faces)),
    ]


def _faults(events: Sequence[Event]) -> Iterator[str]:
    for event in events:
        if event.answer.startswith(("fault", "storage.")) or (
            "." in event.answer and event.answer not in EXPECTED_REFUSALS
        ):
            yield f"till {event.till} heard {event.answer} for {event.kind} {event.serial}"


def _broken_rules(world: World, schema: bool) -> Iterator[str]:
    seal(world.session("finance1"), "proof")
    with world.ledger.read() as tx:
        for finding in check_ledger(tx):
            if finding.wrong and (schema or finding.name != "rules-stand"):
                yield f"{finding.name}: {finding.wrong[0].describe()}"


def _records(world: World, events: Sequence[Event], unheard: bool) -> Iterator[str]:
    """What was acknowledged is recorded exactly once, and nothing else is recorded."""
    with world.ledger.read() as tx:
        lines = {
            f"{row['serial']}/{row['seq']}": row for row in all_rows(tx,
                "SELECT e.*, v.serial FROM entry e JOIN voucher v ON v.id = e.voucher "
                "WHERE e.kind IN ('redeem', 'reverse')"
            )
        }
    taken: dict[str, str] = {}
    undone: Counter[str] = Counter()
    for event in events:
        if event.answer != "ok" or event.kind not in ("redeem", "reverse"):
            continue
        reference = str(event.reference)
        line = lines.get(reference)
        if line is None or (line["serial"], line["amount_minor"]) != (event.serial, event.amount):
            yield f"{reference} was acknowledged and is not recorded"
        elif event.kind == "reverse":
            undone[reference] += 1
        elif taken.setdefault(event.request, reference) != reference:
            yield f"request {event.request} was carried out twice"
    yield from _unheard(lines, set(taken.values()), undone, unheard)


def _unheard(
    lines: dict[str, dict[str, Any]], heard: set[str], undone: Counter[str], unheard: bool
) -> Iterator[str]:
    reversals = Counter(
        str(row["reverses"]) for row in lines.values() if row["kind"] == "reverse"
    )
    for reference, line in lines.items():
        if line["kind"] != "redeem":
            continue
        if reference not in heard and not unheard:
            yield f"{reference} is recorded and was acknowledged to nobody"
        count = reversals[str(line["id"])]
        if count > 1 or undone[reference] > count or (count > undone[reference] and not unheard):
            yield f"{reference} was reversed {count} times, heard of {undone[reference]} times"


def _left_out(world: World) -> Iterator[str]:
    with world.ledger.read() as tx:
        missing = tx.value(
            "SELECT count(*) FROM entry e WHERE NOT EXISTS "
            "(SELECT 1 FROM leaf l WHERE l.kind = 'entry' AND l.object = e.id)"
        )
    if missing:
        yield f"{missing} lines were left out of the seal"


def _disorders(events: Sequence[Event], faces: dict[str, int]) -> Iterator[str]:
    by_voucher: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        known = event.answer in ANSWERS_ON_STATE and not event.replayed
        if known and event.kind in ("redeem", "reverse", "block", "unblock"):
            by_voucher[event.serial].append(event)
    for serial, own in by_voucher.items():
        if not linearizable(own, State(faces[serial])):
            yield f"{serial}: no order of its {len(own)} events explains what was heard"


def linearizable(events: Sequence[Event], start: State) -> bool:
    """Whether some order, true to the times, explains every answer."""
    ordered = sorted(events, key=lambda event: event.asked_at)
    everything = (1 << len(ordered)) - 1
    stack, seen = [(0, start)], {(0, start)}
    while stack:
        done, state = stack.pop()
        if done == everything:
            return True
        waiting = [number for number in range(len(ordered)) if not done >> number & 1]
        first_answer = min(ordered[number].answered_at for number in waiting)
        for number in waiting:
            if ordered[number].asked_at > first_answer:
                break
            after = _step(state, ordered[number])
            if after is None or (done | 1 << number, after) in seen:
                continue
            seen.add((done | 1 << number, after))
            stack.append((done | 1 << number, after))
    return False


def _step(state: State, event: Event) -> State | None:
    """The state after an event, or None where one till alone would have heard something else."""
    if event.kind in ("block", "unblock"):
        wanted = event.kind == "block"
        return None if state.blocked == wanted else State(state.balance, wanted)
    if event.kind == "reverse":
        after = state.balance + event.amount
        return State(after, state.blocked) if event.balance == after else None
    expected = _answer(state, event.amount)
    if event.answer != expected:
        return None
    after = state.balance - event.amount if expected == "ok" else state.balance
    return State(after, state.blocked) if event.balance == after else None


def _answer(state: State, amount: int) -> str:
    if not state.blocked and state.balance == 0:
        return "used-up"
    if state.blocked:
        return "blocked"
    return "too-much" if amount > state.balance else "ok"
