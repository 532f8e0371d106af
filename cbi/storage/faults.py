"""What goes wrong in an engine, said in our own words.

Drivers raise their own errors; above this package only ours are known. `Refused` is a constraint
or trigger of the database that said no: a rule's last line of defence, met by code that can tell
the user more, or else shown as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from cbi.base.errors import Conflict, Unusable


class Refused(Conflict):
    """The database refused a row; `rule` names the constraint or says the trigger's words."""

    def __init__(self, rule: str) -> None:
        super().__init__("storage.refused", rule=rule)
        self.rule = rule


class Again(Exception):  # noqa: N818 - a signal to the retrying caller, never seen by a user
    """The engine asks for the transaction to be run again (40001, 40P01)."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn a driver's error into ours."""
    try:
        yield
    except Exception as error:
        fault = as_fault(error)
        if fault is None:
            raise
        raise fault from error


def as_fault(error: Exception) -> Exception | None:
    """Our error for a driver's, or None if it is not a driver's."""
    module = type(error).__module__
    if module.startswith(("sqlite3", "pysqlite3")):
        return _sqlite_fault(error)
    if module.startswith("psycopg"):
        return _postgres_fault(error)
    return None


_SQLITE_WORDS = (
    ("readonly", "storage.read-only"),
    ("database or disk is full", "storage.disk-full"),
    ("disk i/o", "storage.disk-error"),
    ("locked", "storage.busy"),
    ("busy", "storage.busy"),
    ("malformed", "storage.damaged"),
    ("not a database", "storage.not-a-ledger"),
    ("unable to open", "storage.cannot-open"),
    ("no such table", "storage.not-a-ledger"),
)


def _sqlite_fault(error: Exception) -> Exception:
    said = str(error)
    if type(error).__name__ == "IntegrityError":
        return Refused(said)
    lowered = said.lower()
    for words, code in _SQLITE_WORDS:
        if words in lowered:
            return Unusable(code, detail=said)
    return Unusable("storage.engine-said", detail=said)


def _postgres_fault(error: Any) -> Exception:
    state = getattr(error, "sqlstate", None) or ""
    said = str(error).strip().partition("\n")[0]
    if state in ("40001", "40P01"):
        return Again(said)
    if state.startswith("23") or state == "P0001":
        name = getattr(getattr(error, "diag", None), "constraint_name", None)
        return Refused(name or said)
    if state in ("53100", "58030"):
        return Unusable("storage.disk-full", detail=said)
    if state == "25006":
        return Unusable("storage.read-only", detail=said)
    if state in ("42P01", "3F000"):
        return Unusable("storage.not-a-ledger", detail=said)
    if state == "42501":
        return Unusable("storage.no-right", detail=said)
    if not state or state.startswith(("08", "57P", "28", "3D")):
        return Unusable("storage.server-away", detail=said)
    return Unusable("storage.engine-said", detail=said)
