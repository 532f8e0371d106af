"""Backups as a command makes them: ledger first, then vault, each checked; and the way back."""

from pathlib import Path
from typing import Any

from cbi.app import check_everything, grant_rights, is_postgres, open_database
from cbi.cli.here import Here
from cbi.operators.desk import Operator
from cbi.operators.log import record
from cbi.storage.backup import backup, restore
from cbi.storage.database import Database
from cbi.storage.migrate import Tables
from cbi.storage.transactions import Reading


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
    desk.ledger.transact(lambda tx: record(
        tx, operator=desk.operator.name, action="ledger.backup", object=file.name,
        at=desk.clock(), detail={}, origin=desk.origin,
    ))
    made = seal(desk, "backup")
    backup(desk.ledger, file, tables="ledger", check=_rules)
    backup(desk.vault, beside, tables="vault", check=lambda _: ())
    return {"file": file, "vault": beside, "size": made.size, "root": made.root}


def bring_back(here: Here, file: Path, newest: str | None = None) -> dict[str, Any]:
    """A backup back to where this command's ledger and vault stand; nothing is overwritten.

    Whoever the ledger says was erased is erased from the vault again; `newest` names a newer ledger
    that knows of erasures made after the backup.

    Raises:
        Conflict: something stands there already.
        Unusable: the backup is not sound.
    """
    places = here.places
    for source, place, tables in (
        (file, places.ledger, "ledger"), (vault_file(file), places.vault, "vault")
    ):
        _bring(source, place, tables)  # type: ignore[arg-type]
    again = _erase_again(here, newest)
    return {"ledger": places.ledger, "vault": places.vault, "erased_again": again}


def vault_file(file: Path) -> Path:
    """Where the vault's copy stands beside the ledger's."""
    return file.with_name(f"{file.stem}-vault{file.suffix}")


def _bring(source: Path, place: str, tables: Tables) -> None:
    check = _rules if tables == "ledger" else _nothing
    if not is_postgres(place):
        restore(source, Path(place), tables=tables, check=check)
        return
    from cbi.storage.postgres import make_database

    make_database(place)
    owner: Database = open_database(place, as_owner=True)
    restore(source, owner, tables=tables, check=check)
    grant_rights(owner, tables)
    owner.close()


def _erase_again(here: Here, newest: str | None) -> int:
    """Destroy once more whom the restored ledger, or a newer one, says was erased.

    Nobody is signed in at a ledger that has just been brought back; the log says `restore`.
    """
    from cbi.base.clock import date_at
    from cbi.people.erasing import erase_again, erased_since
    from cbi.people.vault import forget

    erased = []
    if newest is not None:
        with open_database(newest).read() as tx:
            erased = erased_since(tx)
    with here.office.ledger.read() as tx:
        known = {one.person: date_at(one.erased_at, "UTC") for one in erased_since(tx)}
    desk = here.office.desk(Operator("restore", frozenset({"admin"})))
    for day in sorted(set(known.values())):
        forget(desk.vault, sorted(one for one in known if known[one] == day), day=day)
    missed = [one for one in erased if one.person not in known]
    return len(known) + (erase_again(desk, missed) if missed else 0)


def _rules(tx: Reading) -> list[str]:
    return [wrong.describe() for one in check_everything(tx) for wrong in one.wrong]


def _nothing(_: Reading) -> list[str]:
    return []
