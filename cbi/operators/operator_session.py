"""An operator at work: who, over which ledger and vault, with which keys, clock and randomness.

The composition root sets it up once for a command; every room is handed it and reaches for nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from cbi.base.clock import Clock
from cbi.base.errors import NotAllowed
from cbi.base.ids import Entropy, new_id
from cbi.operators.digests import Vouching, vouching
from cbi.operators.keyring import Keyring
from cbi.operators.permissions import PERMISSIONS, may, require
from cbi.operators.stretching import DEFAULT_STRETCHING, Stretching
from cbi.storage.database import Database
from cbi.storage.transactions import WriteTransaction


class Untrained(NamedTuple):
    """A role that is held but not honoured yet, the training that is missing, and who gives it."""

    role: str
    topic: str
    programme: str
    trainers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operator:
    """A person who uses the system. A cashier is bound to the stores named."""

    name: str
    roles: frozenset[str]
    """Those that are honoured."""
    stores: frozenset[str] = frozenset()
    untrained: tuple[Untrained, ...] = ()
    """Trainings that are missing; their roles do not stand among `roles`."""


@dataclass(frozen=True, slots=True)
class OperatorSession:
    """What one command works with. `open_keys` and `open_vault` open on first use."""

    ledger: Database
    operator: Operator
    clock: Clock
    entropy: Entropy
    open_keys: Callable[[], Keyring]
    open_vault: Callable[[], Database]
    origin: str = ""
    """From where: the machine's name or the till's address."""
    stretching: Stretching = DEFAULT_STRETCHING
    """What the passphrases made here cost to guess; a practice ledger guards nothing."""
    seal_reading: Callable[[WriteTransaction, "OperatorSession"], None] = lambda tx, session: None
    """Seals the log's head where personal data was read or given out, within that transaction:
    what stands under a seal cannot be cut off unseen.
    """

    @property
    def keys(self) -> Keyring:
        """The keyring; raises Unusable when it is missing, wrong or readable by others."""
        return self.open_keys()

    @property
    def vouching(self) -> Vouching:
        """What this machine vouches with for what it writes."""
        return vouching(self.keys)

    @property
    def vault(self) -> Database:
        """The vault's database."""
        return self.open_vault()

    def require(self, action: str) -> None:
        """Raises NotAllowed unless one of the operator's roles may do this."""
        for missing in self.operator.untrained:
            if missing.role in PERMISSIONS[action] and not self.may(action):
                raise _untrained(self.operator.name, missing)
        require(self.operator.name, self.operator.roles, action)

    def may(self, action: str) -> bool:
        """Whether one of the operator's roles may do this."""
        return may(self.operator.roles, action)

    def new_id(self) -> bytes:
        """A fresh id of this instant."""
        return new_id(self.clock(), self.entropy)


def _untrained(name: str, missing: Untrained) -> NotAllowed:
    if not missing.trainers:
        return NotAllowed("operators.untrained", operator=name, topic=missing.topic,
                          programme=missing.programme)
    return NotAllowed("operators.untrained-by", operator=name, topic=missing.topic,
                      programme=missing.programme, who=", ".join(missing.trainers))
