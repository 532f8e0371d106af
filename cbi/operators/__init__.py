"""Operators: who may do what, duties kept apart, the keyring, and the log of what was done."""

from cbi.operators.duties import keep_apart
from cbi.operators.keyring import Keyring
from cbi.operators.log import record
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.operators.permissions import PERMISSIONS, ROLES

__all__ = ["PERMISSIONS", "ROLES", "Keyring", "Operator", "OperatorSession", "keep_apart", "record"]

READS = ("store",)
"""Tables of rooms beneath that this one reads."""

READS_ABOVE = {
    "programme": "which programme asks for a training before a role is honoured",
}
"""Tables of rooms beside or above that it reads, and why."""
