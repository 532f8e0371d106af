"""What goes wrong in an engine, said in our own words.

Drivers raise their own errors; above this package only ours are known. `Refused` is a constraint
or trigger of the database that said no: a rule's last line of defence, met by code that can tell
the user more, or else shown as it is.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from cbi.base.errors import Conflict, Unusable

ROOM_BYTES = 1 << 20
BEYOND_64_BITS = "a number beyond 64 bits"


class ConstraintViolation(Conflict):
    """The database refused a row; `rule` names the constraint or says the trigger's words."""

    def __init__(self, rule: str) -> None:
        super().__init__("storage.refused", rule=rule)
        self.rule = rule


class RetryTransaction(Exception):  # noqa: N818 - a signal to the retrying caller, never seen by a user
    """The engine asks for the transaction to be run again (40001, 40P01)."""


class CommitInDoubt(Unusable):
    """Cut off at COMMIT: nobody here knows whether the transaction is in the database."""

    def __init__(self, detail: str, code: str = "storage.commit-in-doubt", **facts: object) -> None:
        super().__init__(code, detail=detail, **facts)

    @property
    def stopped_by_hand(self) -> bool:
        """Whether a person stopped the program, and nothing failed."""
        return isinstance(self.__cause__, KeyboardInterrupt)


def is_full(place: str) -> bool:
    """Whether the disk of a file has no room left."""
    import shutil

    try:
        return shutil.disk_usage(os.path.dirname(os.path.abspath(place))).free < ROOM_BYTES
    except OSError:
        return False


def said(error: OSError) -> str:
    """The operating system's own words for what went wrong."""
    return error.strerror or str(error)


class _Translated:
    """Holds nothing, so that one serves everybody: it stands around every statement."""

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        fault = as_fault(error) if isinstance(error, Exception) else None
        if fault is not None:
            raise fault from error


_TRANSLATED = _Translated()


def translated() -> _Translated:
    """Turn a driver's error into ours, within a `with`."""
    return _TRANSLATED


_NO_ANSWER = ("storage.server-away", "storage.disk-error")
"""What leaves it open whether a COMMIT was carried out; everything else is the engine's own no."""


@contextmanager
def committing() -> Iterator[None]:
    """Around COMMIT: what the engine refuses is refused, any other end of it is in doubt."""
    try:
        with translated():
            yield
    except (CommitInDoubt, ConstraintViolation, RetryTransaction):
        raise
    except Unusable as error:
        if error.code in _NO_ANSWER:
            raise CommitInDoubt(str(error.facts["detail"])) from error
        raise
    except BaseException as error:
        if type(error).__name__ in _OUR_MISTAKES:
            raise
        stopped = isinstance(error, KeyboardInterrupt)
        raise CommitInDoubt("Ctrl-C" if stopped else str(error) or type(error).__name__) from error


def as_fault(error: Exception) -> Exception | None:
    """Our error for a driver's, or None if it is not a driver's."""
    module = type(error).__module__
    if module.startswith(("sqlite3", "pysqlite3")):
        return _sqlite_fault(error)
    if module.startswith("psycopg"):
        return _postgres_fault(error)
    if isinstance(error, OverflowError):
        return ConstraintViolation(BEYOND_64_BITS)
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
_OUR_MISTAKES = ("ProgrammingError", "NotSupportedError")
"""What a driver raises for a wrong call of ours is no state of the database and stays as it is."""


def _sqlite_fault(error: Exception) -> Exception | None:
    words = str(error)
    if type(error).__name__ == "IntegrityError":
        return ConstraintViolation(words)
    if type(error).__name__ in _OUR_MISTAKES:
        return None
    lowered = words.lower()
    for known, code in _SQLITE_WORDS:
        if known in lowered:
            return Unusable(code, detail=words)
    return Unusable("storage.engine-said", detail=words)


_POSTGRES_STATES = (
    ("53100", "storage.disk-full"),
    ("58030", "storage.disk-error"),
    ("25006", "storage.read-only"),
    ("42P01", "storage.not-a-ledger"),
    ("3F000", "storage.not-a-ledger"),
    ("42501", "storage.no-right"),
    ("XX001", "storage.damaged"),
    ("XX002", "storage.damaged"),
    ("55P03", "storage.busy"),
    *((away, "storage.server-away") for away in ("08", "57P", "28", "3D")),
)
"""What a server's SQLSTATE begins with, and what we call it (PostgreSQL, appendix A)."""


def _postgres_fault(error: Any) -> Exception | None:
    state = getattr(error, "sqlstate", None)
    words = str(error).strip().partition("\n")[0]
    if state is None:
        mistake = type(error).__name__ in _OUR_MISTAKES
        return None if mistake else Unusable("storage.server-away", detail=words)
    if state == "40003":
        return CommitInDoubt(words)
    if state in ("40001", "40P01"):
        return RetryTransaction(words)
    if state == "22003":
        return ConstraintViolation(BEYOND_64_BITS)
    if state.startswith("23") or state == "P0001":
        name = getattr(getattr(error, "diag", None), "constraint_name", None)
        return ConstraintViolation(name or words)
    codes = [code for begins, code in _POSTGRES_STATES if state.startswith(begins)]
    return Unusable(codes[0] if codes else "storage.engine-said", detail=words)
