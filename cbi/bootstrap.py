"""Founding: a ledger, its vault and keyring, and the operator who is the first to sign in.

What fails leaves nothing behind, and what is there already is never overwritten.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cbi.base.clock import Clock, date_at, instant_on, system_clock, typed_day
from cbi.base.errors import Conflict, Unusable, UsageError
from cbi.base.ids import Entropy, new_id, system_entropy
from cbi.context import (
    PRACTICE_STRETCHING,
    LedgerContext,
    StoragePaths,
    is_postgres,
    open_database,
)
from cbi.operators.digests import following, vouching
from cbi.operators.keyring import Keyring
from cbi.operators.stretching import DEFAULT_STRETCHING
from cbi.storage.migrate import Tables
from cbi.storage.transactions import WriteTransaction

OFFICE_OPENS = 9
"""The hour at which a practice day starts: a whole working day lies ahead of who learns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Founding:
    """How a new ledger is to be: its first operator with every role named, and its nature."""

    operator: str
    passphrase: str
    roles: frozenset[str]
    practice: bool = False
    practice_day: str | None = None
    """The day (ISO text) on which a practice ledger's clock starts, at nine in the morning."""
    keyring_passphrase: str | None = None
    keys_apart: bool = False
    """The keyring into the user's configuration folder, not beside the ledger."""
    profile: str | None = None
    """The country's profile, by name or file; the usual one where none is named."""


def create_ledger(
    paths: StoragePaths, founding: Founding, *, clock: Clock | None = None,
    entropy: Entropy = system_entropy,
) -> LedgerContext:
    """Make a ledger, its vault and keyring, and its first operator, who is then signed in.

    Raises: as for `found_ledger`.
    """
    ledger_context = found_ledger(paths, founding, clock=clock, entropy=entropy)
    ledger_context.start_session(
        ledger_context.by_passphrase(founding.operator, founding.passphrase)
    )
    return ledger_context


def found_ledger(
    paths: StoragePaths, founding: Founding, *, clock: Clock | None = None,
    entropy: Entropy = system_entropy,
) -> LedgerContext:
    """Make them; nobody is signed in.

    Raises:
        UsageError: the practice day is no date, or yet to come.
        NotFound: there is no such profile of a country.
        BadFile: the profile cannot be used as it is.
        Conflict: something stands there already; nothing is overwritten.
        Unusable: a place cannot be written.
    """
    from cbi.operators.keyring import make_keyring, write_keyring
    from cbi.places.profile_files import read_profile

    country = read_profile(founding.profile)
    true_now = (clock or system_clock)()
    now = _start(founding.practice_day, country.table["time"]["zone"], true_now)
    ring = make_keyring(new_id(now, entropy), entropy)
    keyring_file = paths.new_keyring(ring.ledger_id, apart=founding.keys_apart)
    with _made_whole(paths, keyring_file):
        _make_tables(paths)
        write_keyring(ring, keyring_file, passphrase=founding.keyring_passphrase)
        ledger = open_database(paths.ledger)
        ledger.following = following(lambda: vouching(ring))
        ledger.transact(lambda tx: _first_rows(
            tx, ring, founding, now, entropy, country.table, behind_us=true_now - now,
        ))
        ledger.close()
    passphrase = founding.keyring_passphrase
    return LedgerContext(
        paths, clock=clock, entropy=entropy,
        ask=None if passphrase is None else lambda _: passphrase,
    )


def _start(practice_day: str | None, zone: str, now: int) -> int:
    """The ledger's first instant: now, or when an office opens there on the practice day."""
    if practice_day is None:
        return now
    try:
        day = typed_day(practice_day)
    except ValueError:
        day = ""
    if not day or day > date_at(now, zone):
        raise UsageError("cli.practice-day", day=practice_day)
    return min(now, instant_on(day, OFFICE_OPENS, zone))


@contextmanager
def _made_whole(paths: StoragePaths, keyring_file: Path) -> Iterator[None]:
    """Refuse to overwrite; take back the files of a founding that failed."""
    files = [keyring_file]
    if not is_postgres(paths.ledger):
        files += [Path(paths.ledger), Path(paths.vault)]
    for file in files:
        if file.exists():
            raise Conflict("storage.exists", path=str(file))
    try:
        for file in files:
            file.parent.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException as error:
        for file in files:
            for suffix in ("", "-wal", "-shm", ".lock"):
                file.with_name(file.name + suffix).unlink(missing_ok=True)
        if isinstance(error, OSError):
            place = str(error.filename or keyring_file)
            raise Unusable("storage.cannot-open", detail=str(error), place=place) from error
        raise


def _make_tables(paths: StoragePaths) -> None:
    from cbi.storage.migrate import upgrade, version_of

    lines: tuple[tuple[str, Tables], ...] = ((paths.ledger, "ledger"), (paths.vault, "vault"))
    for place, tables in lines:
        if is_postgres(place):
            from cbi.storage.postgres import make_database

            make_database(place)
        owner = open_database(
            place, create=True, secure_delete=tables == "vault", as_owner=True
        )
        with owner.read() as tx:
            if is_postgres(place) and version_of(tx) is not None:
                raise Conflict("storage.exists", path=place)
        upgrade(owner, tables)
        if is_postgres(place):
            from cbi.storage.roles import give_rights

            give_rights(owner, tables)
        owner.close()


def _first_rows(
    tx: WriteTransaction, ring: Keyring, founding: Founding, now: int, entropy: Entropy,
    country: Mapping[str, Any], *, behind_us: int,
) -> None:
    from cbi.ledger.identity import found
    from cbi.operators.accounts import first_operator
    from cbi.places.profile import profile_row

    found(tx, ring, practice=founding.practice, made_at=now, behind_us=behind_us)
    tx.add(profile_row(country))
    first_operator(
        tx, founding.operator, founding.passphrase, roles=founding.roles, now=now,
        entropy=entropy,
        stretching=PRACTICE_STRETCHING if founding.practice else DEFAULT_STRETCHING,
    )
