"""Where things stand: ledger, vault, keyring, logins, and the folders of this user."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cbi.storage.database import Database

POSTGRES = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoragePaths:
    """Where things stand. `ledger` and `vault` are a path or a PostgreSQL URL without password;
    `read_from` is a standby or a copy of the ledger that is read in its place, and never written.
    """

    ledger: str
    vault: str
    keyring: Path | None = None
    sessions: Path | None = None
    read_from: str = ""

    @classmethod
    def of(
        cls, ledger: str | None, *, vault: str | None = None, keyring: str | None = None,
        read_from: str | None = None,
    ) -> "StoragePaths":
        """The places a command means, defaults filled in."""
        where = ledger or str(_user_folder("data") / "ledger.db")
        return cls(
            ledger=where, vault=vault or _vault_of(read_from or where),
            keyring=Path(keyring) if keyring else None, read_from=read_from or "",
        )

    def open_ledger(self) -> Database:
        """The ledger, or what is read in its place; not touched before its first use."""
        return self._opened(self.read_from or self.ledger, built_at=self.ledger)

    def open_vault(self) -> Database:
        """The vault beside it."""
        return self._opened(self.vault, built_at=_vault_of(self.ledger), secure_delete=True)

    def _opened(self, place: str, *, built_at: str, secure_delete: bool = False) -> Database:
        if not self.read_from:
            return open_database(place, secure_delete=secure_delete)
        if is_postgres(place):
            from cbi.storage.postgres import PostgresDatabase

            made: Database = PostgresDatabase(place, read_only=True, built_at=built_at)
        else:
            from cbi.storage.sqlite import SqliteDatabase

            made = SqliteDatabase(Path(place), read_only=True)
        made.in_its_place = True
        return made

    def keyring_for(self, ledger_id: bytes) -> Path:
        """The keyring's file: as named, beside a SQLite ledger, or in the user's configuration."""
        place = self.new_keyring(ledger_id)
        return place if self.keyring or place.exists() else _own_keyring(ledger_id)

    def new_keyring(self, ledger_id: bytes, *, apart: bool = False) -> Path:
        """Where a ledger's founding puts its keyring; `apart` from the ledger, if nothing is named.
        """
        if self.keyring is not None:
            return self.keyring
        if apart or is_postgres(self.ledger):
            return _own_keyring(ledger_id)
        return Path(self.ledger).parent / "keyring.json"

    def session_file(self, ledger_id: bytes) -> Path:
        """Where this user's sign-in at this ledger is kept."""
        folder = self.sessions or Path(os.environ.get("CBI_SESSIONS") or _user_folder("state"))
        place = self.ledger if is_postgres(self.ledger) else str(Path(self.ledger).resolve())
        where = hashlib.sha256(place.encode()).hexdigest()[:8]
        return folder / f"{ledger_id.hex()}-{where}.session.json"


def sweep_killed(paths: StoragePaths) -> None:
    """Tidy away what a killed backup or restore left beside this ledger and vault."""
    from cbi.storage.making import PREFIX, sweep

    files = [Path(one).absolute() for one in (paths.ledger, paths.vault) if not is_postgres(one)]
    for folder in {file.parent for file in files} or {making_folder()}:
        if any(folder.glob(f"{PREFIX}*")):
            sweep(folder)


def making_folder() -> Path:
    """Where copies are made that go to a server."""
    return _user_folder("state")


def is_postgres(place: str) -> bool:
    """Whether this names a database on a server."""
    return place.startswith(POSTGRES)


def open_database(
    place: str, *, create: bool = False, secure_delete: bool = False, as_owner: bool = False
) -> Database:
    """The database at a path or URL, not touched before its first use."""
    if is_postgres(place):
        from cbi.storage.postgres import PostgresDatabase

        return PostgresDatabase(place, as_owner=as_owner)
    from cbi.storage.sqlite import SqliteDatabase

    return SqliteDatabase(Path(place), create=create, secure_delete=secure_delete)


def fault_file() -> Path:
    """Where the details of a fault of our own are kept, for who mends it."""
    return _user_folder("state") / "faults.log"


def _vault_of(ledger: str) -> str:
    if is_postgres(ledger):
        base, _, query = ledger.partition("?")
        return f"{base}_vault" + (f"?{query}" if query else "")
    return str(Path(ledger).parent / "vault.db")


def _own_keyring(ledger_id: bytes) -> Path:
    return _user_folder("config") / f"{ledger_id.hex()}.keyring.json"


def _user_folder(kind: str) -> Path:
    import platformdirs

    find: Callable[..., Path] = getattr(platformdirs, f"user_{kind}_path")
    return find("cbi", appauthor=False, ensure_exists=True)
