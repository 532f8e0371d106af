"""Opening a ledger to be read: a connection that cannot write, and a session for each question."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from cbi.api.frames import answer, pandas_frame, polars_frame
from cbi.base.errors import CbiError
from cbi.context import LedgerContext, StoragePaths, is_postgres
from cbi.messages import text
from cbi.storage.database import Database
from cbi.storage.migrate import check_version
from cbi.storage.sessions import reading_session

if TYPE_CHECKING:
    from cbi.people.records.reading import Person as NamedPerson


class Ledger:
    """A ledger that can be read. Use it as `with open_ledger(…) as ledger:`."""

    def __init__(self, paths: StoragePaths, operator: str | None, passphrase: str | None) -> None:
        self._paths = paths
        self._operator = operator
        self._passphrase = passphrase
        self._database = _database(paths.ledger)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A SQLModel session over one snapshot: whatever is written meanwhile is not seen.

        Keep it short: a snapshot held for hours keeps the database from tidying up.

        Raises:
            CbiError: the ledger cannot be read, or was asked to write.
        """
        with worded(), self._database.read() as tx, reading_session(tx) as session:
            yield session

    def all(self, statement: Any) -> list[Any]:
        """Every row of a `select(…)`, in a session of its own."""
        with self.session() as session:
            return list(session.exec(statement).all())

    def to_polars(self, statement: Any) -> Any:
        """The rows of a `select(…)` as a polars DataFrame.

        Raises:
            CbiError: polars is not installed.
        """
        with self.session() as session:
            return polars_frame(answer(session, statement))

    def to_pandas(self, statement: Any) -> Any:
        """The rows of a `select(…)` as a pandas DataFrame.

        Raises:
            CbiError: pandas is not installed.
        """
        with self.session() as session:
            return pandas_frame(answer(session, statement))

    def people(self, numbers: Iterable[str], *, purpose: str) -> "dict[str, NamedPerson]":
        """Personal data of these people by beneficiary number; erased ones are left out.

        Needs the ledger's keyring and vault, and an operator who may read personal data: the one
        named in `open_ledger`, else who is signed in. One line in the log says who read how many
        people, and what for.

        Raises:
            CbiError: nobody is signed in, the operator may not, no purpose was said, no such
                person, or the keyring or vault cannot be used.
        """
        from cbi.people.records.reading import unseal

        with worded():
            ledger_context = LedgerContext(self._paths)
            try:
                who = (
                    ledger_context.signed_in() if self._operator is None
                    else ledger_context.by_passphrase(self._operator, self._passphrase or "")
                )
                return unseal(ledger_context.session(who), numbers, purpose=purpose)
            finally:
                ledger_context.close()

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> "Ledger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_ledger(
    place: str | Path | None = None, *, vault: str | Path | None = None,
    keyring: str | Path | None = None, operator: str | None = None, passphrase: str | None = None,
) -> Ledger:
    """Open a ledger to be read: a file, or a PostgreSQL URL without its password.

    Without a place it is the one that the command line takes by itself. `operator` and `passphrase`
    are for `Ledger.people` alone; without them it is whoever is signed in (`cbi login`).

    Raises:
        CbiError: there is no ledger, or it is of another version than this program.
    """
    if (operator is None) != (passphrase is None):
        raise TypeError("operator and passphrase go together")
    with worded():
        ledger = Ledger(
            StoragePaths.of(_said(place), vault=_said(vault), keyring=_said(keyring)),
            operator, passphrase,
        )
        try:
            with ledger._database.read() as tx:
                check_version(tx)
        except CbiError:
            ledger.close()
            raise
    return ledger


@contextmanager
def worded() -> Iterator[None]:
    """Let a refusal carry its words: a traceback shows them beneath its code."""
    try:
        yield
    except CbiError as error:
        error.add_note(text(error.code, "en", **error.facts))
        raise


def _said(place: str | Path | None) -> str | None:
    return None if place is None else str(place)


def _database(place: str) -> Database:
    if is_postgres(place):
        from cbi.storage.postgres import PostgresDatabase

        return PostgresDatabase(place, read_only=True)
    from cbi.storage.sqlite import SqliteDatabase

    return SqliteDatabase(Path(place), read_only=True)
