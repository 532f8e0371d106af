"""When a programme's duty rules were looser than they had been, as the log tells it.

Loosening one is a single admin's word. So it is told: which rule, by whom, from when to when.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from cbi.base.clock import minute_at
from cbi.base.money import show_amount
from cbi.operators.log import LogLine, entries
from cbi.programmes.approvals import approval_rules, loosenings
from cbi.programmes.programmes import DUTIES
from cbi.programmes.tables import Programme
from cbi.storage.transactions import ReadTransaction

EVERY = 2**62


@dataclass(frozen=True, slots=True)
class Loosened:
    """A stretch in which a duty rule was looser than before: `was` what it had been, `became` what
    `operator` made of it. Instants in microseconds UTC; `until` None: it goes on.
    """

    rule: str
    was: int
    became: int
    operator: str
    since: int
    until: int | None = None

    @property
    def key(self) -> str:
        """The sentence that tells of it, in the catalogue."""
        return (f"programme.loosened-{self.rule.replace('_', '-')}"
                f"-{'still' if self.until is None else 'until'}")

    def facts(self, of: Programme) -> dict[str, str]:
        """What stands in that sentence, as the programme's own people read it."""
        moments = {
            name: "" if moment is None else minute_at(moment, of.zone)
            for name, moment in (("since", self.since), ("until", self.until))
        }
        values = {
            name: show_amount(value, of.currency) if self.rule.endswith("_minor") else str(value)
            for name, value in (("was", self.was), ("became", self.became))
        }
        return {"programme": of.name, "operator": self.operator, **moments, **values}


def loosened(tx: ReadTransaction, programme: str) -> list[Loosened]:
    """Every stretch in which a duty rule of a programme was loosened, the oldest first.

    It ends when the rule is as tight again as it was before. A programme that was made without
    duties apart has been without them since then; its other rules are its own from the start.
    """
    found: list[Loosened] = []
    stand = {"duties_apart": 1}
    for line in reversed(entries(tx, action="programme", object=programme, limit=EVERY)):
        for rule, was, value in _said(line, stand):
            stand[rule] = value
            if _looseness(rule, value) > _looseness(rule, was):
                found.append(Loosened(rule, was, value, line.operator, line.at))
            else:
                found = [
                    replace(one, until=line.at) if one.rule == rule and one.until is None
                    and _looseness(rule, value) <= _looseness(rule, one.was) else one
                    for one in found
                ]
    return found


def approvals_loosened(
    tx: ReadTransaction, of: Programme
) -> Iterator[tuple[str, dict[str, object]]]:
    """Where fewer people were asked for than before: the sentence of each, and its facts."""
    for rule, was in loosenings(approval_rules(tx, (of.code,))):
        yield f"approvals.loosened-{rule.kind}", {
            "programme": of.name, "amount": show_amount(rule.from_minor, of.currency),
            "was": was, "people": rule.people, "operator": rule.set_by,
            "since": minute_at(rule.set_at, of.zone),
        }


def rule_since(tx: ReadTransaction, of: Programme, rule: str) -> list[tuple[int, int]]:
    """What a duty rule was, the oldest first, each with the instant (microseconds UTC) it began."""
    found: list[tuple[int, int]] = []
    for line in reversed(entries(tx, action="programme", object=of.code, limit=EVERY)):
        for name, was, value in _said(line, {}):
            if name == rule:
                found += [(line.at, value)] if found else [(0, was), (line.at, value)]
    return found or [(0, int(getattr(of, rule)))]


def value_at(since: list[tuple[int, int]], instant: int) -> int:
    """What such a rule was at an instant (microseconds UTC)."""
    return next(value for began, value in reversed(since) if began <= instant)


def _said(line: LogLine, stand: dict[str, int]) -> Iterator[tuple[str, int, int]]:
    """What a line says of each duty rule: what it had been, and what it is from then on."""
    before = line.detail.get("was")
    for rule in DUTIES:
        value = line.detail.get(rule)
        if isinstance(value, int):
            was = before.get(rule) if isinstance(before, dict) else None
            yield rule, was if isinstance(was, int) else stand.get(rule, value), value


def _looseness(rule: str, value: int) -> int:
    """Greater is looser, but of duties kept apart."""
    return -value if rule == "duties_apart" else value
