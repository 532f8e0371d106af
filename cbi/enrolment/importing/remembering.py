"""What the ledger keeps of lists: mappings by name and shape, and runs by their file's digest."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.enrolment.importing.fates import Fate
from cbi.operators.operator_session import OperatorSession
from cbi.storage.listed import column_in
from cbi.storage.transactions import ReadTransaction, WriteTransaction

NAME_LENGTH_MAX = 60
LIST_REF_LENGTH = 16
LIST_LENGTH_MIN = 8
KEPT = 2_000


class KeptMapping(NamedTuple):
    """A mapping (JSON) and the name under which it is kept."""

    name: str
    mapping: str


class KeptRun(NamedTuple):
    """A list that was taken in. `imported_at` in microseconds UTC."""

    id: bytes
    digest: str
    list_hash: str
    imported_by: str
    imported_at: int


class KeptFate(NamedTuple):
    """What became of a row: see `Fate`; `person` is a beneficiary number."""

    sheet: str
    row: int
    fate: str
    person: str | None
    reason: str


_SELECT_RUN = "SELECT id, digest, list_hash, imported_by, imported_at FROM import_run"


def recall(tx: ReadTransaction, shape: str, name: str | None) -> KeptMapping | None:
    """The name and mapping (JSON) kept under a name, or else the newest kept for a shape.

    Raises:
        UsageError: not a name.
    """
    if name is not None:
        return tx.read_one(
            KeptMapping, "SELECT name, mapping FROM column_mapping WHERE name = :name",
            name=checked_name(name),
        )
    return tx.read_one(
        KeptMapping,
        "SELECT name, mapping FROM column_mapping WHERE shape = :shape"
        " ORDER BY made_at DESC, name LIMIT 1", shape=shape,
    )


def kept_mappings(tx: ReadTransaction) -> list[str]:
    """All mappings kept (JSON): their headings are known wherever they stand."""
    return [text for (text,) in tx.tuples("SELECT mapping FROM column_mapping ORDER BY name")]


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


def earlier_run(tx: ReadTransaction, digest: str) -> KeptRun | None:
    """The last run of a file with this digest."""
    return tx.read_one(
        KeptRun, f"{_SELECT_RUN} WHERE digest = :digest ORDER BY imported_at DESC LIMIT 1",
        digest=digest,
    )


def run_named(tx: ReadTransaction, text: str) -> KeptRun:
    """The last run of a list, by the beginning of the list's hash.

    Raises:
        UsageError: too little of a hash.
        NotFound: no such list was taken in.
        Conflict: the beginning fits two lists.
    """
    wanted = text.strip().lower()
    if len(wanted) < LIST_LENGTH_MIN or not wanted.isalnum():
        raise UsageError("people.list-hash-short", least=LIST_LENGTH_MIN)
    runs = tx.read(
        KeptRun, f"{_SELECT_RUN} WHERE list_hash LIKE :wanted || '%' ORDER BY imported_at DESC",
        wanted=wanted,
    )
    if not runs:
        raise NotFound("people.list-unknown", list=text)
    if len({run.list_hash for run in runs}) > 1:
        raise Conflict("people.list-ambiguous", list=text)
    return runs[0]


def keep_fates(
    session: OperatorSession, run: bytes, fates: Sequence[Fate], numbers: Mapping[str, str]
) -> None:
    """Keep what became of every row of a run, people by their number, before the run is noted.

    So many rows a transaction, because tills wait meanwhile; rows of a run that was never noted
    are shown nowhere.
    """
    for start in range(0, len(fates), KEPT):
        part = [
            {
                "run": run, "place": place, "sheet": one.sheet, "row": one.row, "fate": one.fate,
                "person": numbers.get(one.source), "reason": one.reason,
            }
            for place, one in enumerate(fates[start : start + KEPT], start + 1)
        ]
        session.ledger.transact(partial(WriteTransaction.insert, table="import_row", rows=part))
        session.ledger.give_way()


def fates_kept(tx: ReadTransaction, run: bytes) -> list[KeptFate]:
    """What became of every row of a run."""
    return tx.read(
        KeptFate,
        "SELECT sheet, row, fate, person, reason FROM import_row WHERE run = :run ORDER BY place",
        run=run,
    )


def list_of(tx: ReadTransaction, numbers: list[str]) -> str:
    """The list that most of these people came in, empty if none came in a list.

    A corrected file has another digest, but those of its people who are enrolled tell which list
    it continues.
    """
    counts: dict[str, int] = {}
    for found in column_in(tx, "SELECT list_hash FROM person WHERE number IN ({})", numbers):
        if found:
            counts[found] = counts.get(found, 0) + 1
    if not counts:
        return ""
    most = max(sorted(counts), key=counts.__getitem__)
    known = tx.value(
        "SELECT list_ref FROM import_run WHERE list_hash = :hash ORDER BY imported_at LIMIT 1",
        hash=most,
    )
    return str(known or most[:LIST_REF_LENGTH])
