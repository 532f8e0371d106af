"""What the ledger keeps of lists: mappings by name and shape, and runs by their file's digest."""

from cbi.base.errors import UsageError
from cbi.operators.operator_session import OperatorSession
from cbi.people.records.vault import rows_in
from cbi.storage.transactions import ReadTransaction, Record, WriteTransaction

NAME_LENGTH_MAX = 60
LIST_REF_LENGTH = 16


def recall(tx: ReadTransaction, shape: str, name: str | None) -> tuple[str, str] | None:
    """The name and mapping (JSON) kept under a name, or else the newest kept for a shape.

    Raises:
        UsageError: not a name.
    """
    if name is not None:
        checked_name(name)
        row = tx.row("SELECT name, mapping FROM column_mapping WHERE name = :name", name=name)
    else:
        row = tx.row(
            "SELECT name, mapping FROM column_mapping WHERE shape = :shape"
            " ORDER BY made_at DESC, name LIMIT 1", shape=shape,
        )
    return (row["name"], row["mapping"]) if row else None


def kept_mappings(tx: ReadTransaction) -> list[str]:
    """All mappings kept (JSON): their headings are known wherever they stand."""
    return [row["mapping"] for row in tx.rows("SELECT mapping FROM column_mapping ORDER BY name")]


def checked_name(name: str) -> str:
    """A mapping's name.

    Raises:
        UsageError: empty or too long.
    """
    if not name.strip() or len(name) > NAME_LENGTH_MAX:
        raise UsageError("enrolment.mapping-name", most=NAME_LENGTH_MAX)
    return name


def keep(
    tx: WriteTransaction, session: OperatorSession, name: str, shape: str, mapping: str
) -> None:
    """Remember a mapping, in place of what its name meant before."""
    tx.run(
        "INSERT INTO column_mapping (name, shape, mapping, made_by, made_at)"
        " VALUES (:name, :shape, :mapping, :by, :at) ON CONFLICT (name) DO UPDATE SET"
        " shape = excluded.shape, mapping = excluded.mapping, made_by = excluded.made_by,"
        " made_at = excluded.made_at",
        name=name, shape=shape, mapping=mapping, by=session.operator.name, at=session.clock(),
    )


def earlier_run(tx: ReadTransaction, digest: str) -> Record | None:
    """The last run of a file with this digest."""
    return tx.row(
        "SELECT * FROM import_run WHERE digest = :digest ORDER BY imported_at DESC LIMIT 1",
        digest=digest,
    )


def list_of(tx: ReadTransaction, numbers: list[str]) -> str:
    """The list that most of these people came in, empty if none came in a list.

    A corrected file has another digest, but those of its people who are enrolled tell which list
    it continues.
    """
    counts: dict[str, int] = {}
    for row in rows_in(tx, "SELECT list_hash FROM person WHERE number IN ({})", numbers):
        if row["list_hash"]:
            counts[row["list_hash"]] = counts.get(row["list_hash"], 0) + 1
    if not counts:
        return ""
    most = max(sorted(counts), key=counts.__getitem__)
    known = tx.value(
        "SELECT list_ref FROM import_run WHERE list_hash = :hash ORDER BY imported_at LIMIT 1",
        hash=most,
    )
    return str(known or most[:LIST_REF_LENGTH])


