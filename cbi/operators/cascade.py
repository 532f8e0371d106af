"""From trainers to trained: whom each trainer trained, whom those trained, and so on down.

Somebody's place is where they were first trained in a topic. A trainer who never was stands at the
top; where two trained each other, whoever trained first does.
"""

from dataclasses import dataclass

from sqlmodel import col, select

from cbi.operators.past import FOREVER
from cbi.operators.tables import Training
from cbi.storage.transactions import ReadTransaction


@dataclass(frozen=True, slots=True)
class CascadeStep:
    """Somebody in a cascade: how far down, who trained them, when, for which store, and whom they
    trained themselves. At the top nobody did.
    """

    topic: str
    level: int
    operator: str
    trainer: str
    day: str
    store: str
    trained: int


def cascade(tx: ReadTransaction, until: int = FOREVER) -> list[CascadeStep]:
    """Every topic's cascade, each trainer before those they trained, by what was written before
    `until` (microseconds UTC)."""
    by_topic: dict[str, dict[str, Training]] = {}
    rows = tx.all(select(Training).where(col(Training.made_at) < until))
    for one in sorted(rows, key=lambda one: (one.day, one.operator)):
        by_topic.setdefault(one.topic, {}).setdefault(one.operator, one)
    return [step for topic, first in sorted(by_topic.items()) for step in _of_topic(topic, first)]


def _of_topic(topic: str, first: dict[str, Training]) -> list[CascadeStep]:
    under: dict[str, list[str]] = {}
    for name, one in first.items():
        under.setdefault(one.trainer, []).append(name)
    found: list[CascadeStep] = []
    seen: set[str] = set()
    tops = [*(name for name in sorted(under) if name not in first),
            *(one.trainer for one in first.values())]
    for top in tops:
        waits = [(top, 0)]
        while waits:
            name, level = waits.pop()
            if name in seen:
                continue
            seen.add(name)
            own = under.get(name, [])
            how = first.get(name) if level else None
            found.append(CascadeStep(
                topic, level, name, how.trainer if how else "", how.day if how else "",
                (how.store or "") if how else "", len(own),
            ))
            waits += [(other, level + 1) for other in reversed(own)]
    return found
