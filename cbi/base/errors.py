"""One family of errors: a stable code, the facts, and the exit code the command line gives.

The words come from the catalogue (`cbi.messages`, the code is the key), in the reader's language,
filled with the facts; so an error is raised where it is known and worded where it is shown.
"""

from typing import ClassVar


class CbiError(Exception):
    """A refusal that a user reads as one line: what happened, to what, what to do next.

    `code` names the sentence in the catalogue (`<file>.<name>`), `facts` fill its places.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        return f"{self.code} ({told})" if told else self.code


class UsageError(CbiError):
    """The words of the request are off: a bad amount, a missing option."""

    exit_code = 2


class NotAllowed(CbiError):
    """The operator's roles, or duties kept apart, do not permit this."""

    exit_code = 3


class NotFound(CbiError):
    """The named object does not exist."""

    exit_code = 4


class Conflict(CbiError):
    """The request does not fit the state of things: done already, changed meanwhile."""

    exit_code = 5


class BadFile(CbiError):
    """A file that was handed in cannot be used as it is."""

    exit_code = 6


class Unusable(CbiError):
    """The ledger, vault or keyring cannot be used: missing, wrong, locked, damaged, read-only."""

    exit_code = 7
