"""Backups as a command makes them: ledger first, then vault, each checked; and the way back."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cbi.app import (
    Places,
    check_everything,
    is_postgres,
    making_folder,
    open_database,
)
from cbi.base.errors import Unusable
from cbi.cli.here import Here
from cbi.operators.desk import Operator
from cbi.operators.log import record
from cbi.storage.backup import Check, copy_back, copy_out, fill, fold
from cbi.storage.database import Database
from cbi.storage.making import making
from cbi.storage.migrate import Tables
from cbi.storage.transactions import Reading

if TYPE_CHECKING:
    from cbi.people.erasing import Erased


def back_up(here: Here, file: Path) -> dict[str, Any]:
    """Seal, then copy the ledger to `file` and the vault to `<file>-vault` beside it.

    Raises:
        Conflict: one of the files exists.
        Unusable: a copy is not sound.
    """
    from cbi.ledger.sealing import seal

    desk = here.desk
    desk.require("ledger.backup")
    beside = vault_file(file)
    with making(file, beside) as copies:
        desk.ledger.transact(lambda tx: record(
            tx, operator=desk.operator.name, action="ledger.backup", object=file.name,
            at=desk.clock(), detail={}, origin=desk.origin,
        ))
        made = seal(desk, "backup")
        ledger, vault = copies.files
        copy_out(desk.ledger, ledger, tables="ledger", check=_CHECKS["ledger"])
        copy_out(desk.vault, vault, tables="vault", check=_CHECKS["vault"])
        copies.place()
    return {"file": file, "vault": beside, "size": made.size, "root": made.root}


def bring_back(here: Here, file: Path, newest: str | None = None) -> dict[str, Any]:
    """A backup back to where this command's ledger and vault stand; nothing is overwritten.

    Both are checked, and whoever the ledger says was erased is erased again, before either stands
    at its place; `newest` names a newer ledger that knows of erasures made after the backup.

    Raises:
        Conflict: something stands there already.
        Unusable: a copy is missing or not sound; then nothing was brought back.
    """
    places = here.places
    for copy in (file, vault_file(file)):
        if not copy.exists():
            raise Unusable("storage.copy-missing", path=str(copy), file=str(file))
    later = [] if newest is None else _erasures(newest)
    files = [one for one in _BACK if not is_postgres(_place(places, one))]
    servers = [one for one in _BACK if one not in files]
    with (
        making(*(Path(_place(places, one)) for one in files)) as made,
        making(*(making_folder() / f"{one}.db" for one in servers)) as passing,
    ):
        at = dict(zip((*files, *servers), (*made.files, *passing.files), strict=True))
        again = _copied(here, file, at, later)
        for one in servers:
            _fill_server(_place(places, one), at[one], one)
        made.place()
    return {"ledger": places.ledger, "vault": places.vault, "erased_again": again}


def vault_file(file: Path) -> Path:
    """Where the vault's copy stands beside the ledger's."""
    return file.with_name(f"{file.stem}-vault{file.suffix}")


def _place(places: Places, tables: Tables) -> str:
    return places.ledger if tables == "ledger" else places.vault


def _copied(here: Here, file: Path, at: dict[Tables, Path], later: list["Erased"]) -> int:
    """Make both copies, without whoever was erased; how many those are."""
    from cbi.people.vault import drop_keys

    copy_back(file, at["ledger"], tables="ledger", check=_CHECKS["ledger"])
    known = _erasures(str(at["ledger"]))
    going = sorted({one.person for one in (*known, *later)})
    copy_back(
        vault_file(file), at["vault"], tables="vault", check=_CHECKS["vault"],
        without=lambda tx: drop_keys(tx, going),
    )
    again = _erase_again(here, at, known, later)
    for copy in at.values():
        fold(copy)
    return again


def _fill_server(place: str, copy: Path, tables: Tables) -> None:
    """Into an empty database; a vault that a killed restore filled is as good."""
    from cbi.storage.postgres import make_database

    make_database(place)
    owner: Database = open_database(place, as_owner=True)
    try:
        fill(owner, copy, tables=tables, check=_CHECKS[tables], or_same=tables == "vault")
    finally:
        owner.close()


def _erasures(ledger: str) -> list["Erased"]:
    from cbi.people.erasing import erased_since

    database = open_database(ledger)
    try:
        with database.read() as tx:
            return erased_since(tx)
    finally:
        database.close()


def _erase_again(
    here: Here, at: dict[Tables, Path], known: list["Erased"], later: list["Erased"]
) -> int:
    """Destroy once more whom the restored ledger, or a newer one, says was erased.

    Nobody is signed in at a ledger that is being brought back; the log says `restore`.
    """
    from cbi.base.clock import date_at
    from cbi.people.erasing import erase_again
    from cbi.people.vault import forget

    office = here.office_at(at["ledger"], at["vault"])
    days = {one.person: date_at(one.erased_at, "UTC") for one in known}
    try:
        desk = office.desk(Operator("restore", frozenset({"admin"})))
        for day in sorted(set(days.values())):
            forget(desk.vault, sorted(one for one in days if days[one] == day), day=day)
        missed = [one for one in later if one.person not in days]
        return len(days) + (erase_again(desk, missed) if missed else 0)
    finally:
        office.close()


def _rules(tx: Reading) -> list[str]:
    return [wrong.describe() for one in check_everything(tx) for wrong in one.wrong]


_CHECKS: dict[Tables, Check] = {"ledger": _rules, "vault": lambda _: ()}
_BACK: tuple[Tables, ...] = ("vault", "ledger")
"""In the order in which they are brought back: where a ledger stands, its vault stands."""
