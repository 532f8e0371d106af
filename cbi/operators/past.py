"""Who held which role, and which trainings were planned or asked for, at an instant: from the log.

The rows say how things stand; only the log says how they stood.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from cbi.base.canonical import JsonValue
from cbi.operators.log import line_of
from cbi.operators.rows import StoredLine
from cbi.storage.transactions import ReadTransaction

FOREVER = 9_000_000_000_000_000_000
_LINES = """
SELECT * FROM log WHERE at < :until AND action IN ('operator.add', 'operator.role',
    'operator.disable', 'operator.enable', 'training.plan', 'training.require') ORDER BY seq
"""


@dataclass
class Past:
    """Roles by operator and who was disabled; what was planned by role and topic; which programmes
    asked for it."""

    roles: dict[str, frozenset[str]] = field(default_factory=dict)
    disabled: set[str] = field(default_factory=set)
    planned: set[tuple[str, str]] = field(default_factory=set)
    asked: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def holding(self, role: str) -> list[str]:
        """Who held a role and could work, by name."""
        return sorted(name for name, roles in self.roles.items()
                      if role in roles and name not in self.disabled)


def past(tx: ReadTransaction, until: int = FOREVER) -> Past:
    """How it stood by what was logged before an instant (microseconds UTC)."""
    found = Past()
    for row in tx.read_each(StoredLine, _LINES, until=until):
        line = line_of(row)
        if line.action in ("operator.add", "operator.role"):
            found.roles[line.object] = frozenset(cast(list[str], line.detail.get("roles", [])))
        elif line.action == "operator.disable":
            found.disabled.add(line.object)
        elif line.action == "operator.enable":
            found.disabled.discard(line.object)
        else:
            _training(found, line.action, line.object, line.detail)
    return found


def _training(found: Past, action: str, role: str, detail: Mapping[str, JsonValue]) -> None:
    key = role, str(detail.get("topic"))
    dropped = bool(detail.get("dropped"))
    if action == "training.plan":
        (found.planned.discard if dropped else found.planned.add)(key)
        return
    programmes = found.asked.setdefault(key, set())
    (programmes.discard if dropped else programmes.add)(str(detail.get("programme")))
    if not programmes:
        del found.asked[key]
