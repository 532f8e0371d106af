"""Backups as a command makes them: ledger first, then vault, each looked over; and the way back."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cbi.base.errors import Unusable
from cbi.cli.command_context import CommandContext
from cbi.context import (
    StoragePaths,
    is_postgres,
    making_folder,
    open_database,
)
from cbi.operators.log import record_by
from cbi.operators.operator_session import Operator
from cbi.storage.backup import copy_back, copy_out, fill, fold
from cbi.storage.database import Database
from cbi.storage.making import making
from cbi.storage.migrate import Tables

if TYPE_CHECKING:
    from cbi.people.privacy.erasing import Erased


def back_up(context: CommandContext, file: Path) -> dict[str, Any]:
    """Seal, then copy the ledger to `file` and the vault to `<file>-vault` beside it.

    The log says before it that a copy is made, so that none leaves unseen, and after it that both
    stand: a backup that failed is none.

    Raises:
        Conflict: one of the files exists.
        Unusable: a copy is not sound.
    """
    from cbi.ledger.sealing import seal

    session = context.session
    session.require("ledger.backup")
    beside = vault_file(file)
    with suppress(OSError):  # told by what cannot be made in it
        file.parent.mkdir(parents=True, exist_ok=True)
    with making(file, beside) as copies:
        session.ledger.transact(lambda tx: record_by(
            tx, session, action="ledger.backup-begun", object=file.name,
        ))
        made = seal(session, "backup")
        ledger, vault = copies.files
        copy_out(session.ledger, ledger, tables="ledger")
        copy_out(session.vault, vault, tables="vault")
        copies.place()
    session.ledger.transact(lambda tx: record_by(
        tx, session, action="ledger.backed-up", object=file.name,
    ))
    return {"file": file, "vault": beside, "size": made.size, "root": made.root}


def bring_back(context: CommandContext, file: Path, newest: str | None = None) -> dict[str, Any]:
    """A backup back to where this command's ledger and vault stand; nothing is overwritten.

    Both are looked over, and whoever the ledger says was erased is erased again, before either
    stands at its place; `newest` names a newer ledger that knows of erasures made after the backup.

    Raises:
        Conflict: something stands there already.
        Unusable: a copy is missing or not sound; then nothing was brought back.
    """
    paths = context.paths
    for copy in (file, vault_file(file)):
        if not copy.exists():
            raise Unusable("storage.copy-missing", path=str(copy), file=str(file))
    later = [] if newest is None else _erasures(newest)
    files = [one for one in _BACK if not is_postgres(_place(paths, one))]
    servers = [one for one in _BACK if one not in files]
    for one in files:
        Path(_place(paths, one)).parent.mkdir(parents=True, exist_ok=True)
    with (
        making(*(Path(_place(paths, one)) for one in files)) as made,
        making(*(making_folder() / f"{one}.db" for one in servers)) as passing,
    ):
        at = dict(zip((*files, *servers), (*made.files, *passing.files), strict=True))
        again = _copied(context, file, at, later)
        for one in servers:
            _fill_server(context, at[one], one)
        made.place()
    return {"ledger": paths.ledger, "vault": paths.vault, "erased_again": again}


def vault_file(file: Path) -> Path:
    """Where the vault's copy stands beside the ledger's."""
    return file.with_name(f"{file.stem}-vault{file.suffix}")


def _place(paths: StoragePaths, tables: Tables) -> str:
    return paths.ledger if tables == "ledger" else paths.vault


def _copied(
    context: CommandContext, file: Path, at: dict[Tables, Path], later: list["Erased"]
) -> int:
    """Make both copies, without whoever was erased; how many those are."""
    from cbi.people.records.vault import drop_keys

    copy_back(file, at["ledger"], tables="ledger")
    known = _erasures(str(at["ledger"]))
    going = sorted({one.person for one in (*known, *later)})
    copy_back(
        vault_file(file), at["vault"], tables="vault",
        without=lambda tx: drop_keys(tx, going),
    )
    again = _erase_again(context, at, known, later)
    for copy in at.values():
        fold(copy)
    return again


def _fill_server(context: CommandContext, copy: Path, tables: Tables) -> None:
    """Into an empty database; a vault that a killed restore filled is as good."""
    from cbi.storage.postgres import make_database

    place = _place(context.paths, tables)
    make_database(place)
    owner: Database = open_database(place, as_owner=True)
    try:
        fill(owner, copy, tables=tables, or_same=tables == "vault")
    finally:
        owner.close()


def _erasures(ledger: str) -> list["Erased"]:
    from cbi.people.privacy.erasing import erased_since

    database = open_database(ledger)
    try:
        with database.read() as tx:
            return erased_since(tx)
    finally:
        database.close()


def _erase_again(
    context: CommandContext, at: dict[Tables, Path], known: list["Erased"], later: list["Erased"]
) -> int:
    """Destroy once more whom the restored ledger, or a newer one, says was erased.

    Nobody is signed in at a ledger that is being brought back; the log says `restore`.
    """
    from cbi.base.clock import date_at
    from cbi.people.privacy.erasing import erase_again
    from cbi.people.records.vault import forget

    ledger_context = context.ledger_context_at(at["ledger"], at["vault"])
    days = {one.person: date_at(one.erased_at, "UTC") for one in known}
    try:
        session = ledger_context.session(Operator("restore", frozenset({"admin"})))
        for day in sorted(set(days.values())):
            forget(session.vault, sorted(one for one in days if days[one] == day), day=day)
        missed = [one for one in later if one.person not in days]
        return len(days) + (erase_again(session, missed) if missed else 0)
    finally:
        ledger_context.close()


_BACK: tuple[Tables, ...] = ("vault", "ledger")
"""In the order in which they are brought back: where a ledger stands, its vault stands."""
