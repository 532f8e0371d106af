"""Seals: one growing Merkle log over all that must never change unseen, signed at each addition.

Leaves are entries, settlements, payments, decisions and the head of the operators' log, ordered
within an addition by (recorded_at, id). What is not yet a leaf is found by looking, not by clock:
a line written while a seal is made simply belongs to the next one.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from sqlmodel import col, select

from cbi.audit.checkpoint import make_checkpoint
from cbi.audit.merkle import HASH_BYTES, Frontier, leaf_hash
from cbi.base.clock import MINUTE_US
from cbi.base.errors import Conflict, Unusable
from cbi.base.ids import first_id
from cbi.base.logs import Log
from cbi.ledger.clocks import CLOCK_BEHIND_MAX_US
from cbi.ledger.tables import LedgerIdentity, Seal
from cbi.operators import log
from cbi.operators.keyring import public_half
from cbi.operators.operator_session import OperatorSession
from cbi.storage import ConstraintViolation, ReadTransaction, WriteTransaction
from cbi.storage.faults import RetryTransaction

logger = Log(__name__)

SLICE = 2_000
"""Vouchers' lines that one transaction seals: no till waits longer for it than for a moment."""
SLOWEST_WRITE_US = 60 * MINUTE_US
"""A line may be written while a seal is made and belong to the next; no write takes longer."""


@dataclass(frozen=True, slots=True)
class SealSource:
    """A table whose rows become leaves: its kind, and the query that gives `object, data, at`."""

    kind: str
    query: str
    """Selects `object` (its id), `data` (its 32-byte hash) and `at`, the instant to order by."""
    id_column: str


LOG = SealSource(
    "log", "SELECT hash AS object, hash AS data, at FROM log "
    "WHERE seq = (SELECT seq FROM log_head)", "log.hash",
)
ROWS = SealSource(
    "rows", "SELECT hash AS object, hash AS data, 9223372036854775807 AS at FROM row_digest "
    "WHERE seq = (SELECT seq FROM row_digest_head)", "row_digest.hash",
)
"""The head of the rows' digests: whatever was said of any row so far is sealed with it."""
HEADS = (LOG.kind, ROWS.kind)
SOURCES: tuple[SealSource, ...] = (
    SealSource(
        "entry", "SELECT id AS object, hash AS data, recorded_at AS at FROM entry", "entry.id"
    ),
    SealSource(
        "settlement", "SELECT id AS object, hash AS data, made_at AS at FROM settlement",
        "settlement.id",
    ),
    SealSource(
        "payment", "SELECT id AS object, hash AS data, paid_at AS at FROM payment", "payment.id"
    ),
    SealSource(
        "decision", "SELECT id AS object, hash AS data, decided_at AS at FROM decision",
        "decision.id",
    ),
    LOG,
    ROWS,
)


class Unsealed(NamedTuple):
    """A row that is to become a leaf: its id, its hash, and the instant to order by."""

    kind: str
    object: bytes
    data: bytes
    at: int


class Lines(NamedTuple):
    """Vouchers' lines whose ids lie between these two, both counted in."""

    first: bytes = b""
    last: bytes = b"\xff" * 17


EVERY = Lines()


def seal(session: OperatorSession, reason: str) -> Seal:
    """Add all unsealed lines to the log and sign its root; the seal before, if nothing is new."""
    session.require("ledger.seal")
    return seal_in_slices(session, reason)


def seal_in_slices(session: OperatorSession, reason: str) -> Seal:
    """The same, for who was asked already whether they may do what they seal."""
    rest = seal_ahead(session, reason)
    return session.ledger.transact(lambda tx: seal_in(tx, session, reason, lines=rest))


def seal_ahead(session: OperatorSession, reason: str) -> Lines:
    """Seal most of what waits, so many lines a transaction; among which lines the caller's own
    `seal_in` finds the rest. Each slice is a seal like any other, told from the last one by its
    reason (`close 2022-08 1/3`); of few lines none is made.
    """
    with session.ledger.read() as tx:
        waiting = sorted(row.object for row in _unsealed_of(tx, SOURCES[0]))
        last = last_seal(tx)
    rest = EVERY if last is None else _since(last.sealed_at)
    if len(waiting) <= SLICE:
        return rest._replace(first=min([rest.first, *waiting[:1]]))
    slices = range(0, len(waiting), SLICE)
    for number, start in enumerate(slices, 1):
        part = waiting[start : start + SLICE]
        slice_of = partial(seal_in, session=session, reason=f"{reason} {number}/{len(slices)}",
                           lines=Lines(part[0], part[-1]))
        session.ledger.transact(slice_of)
        session.ledger.give_way()
    return rest


def _since(instant_us: int) -> Lines:
    """Lines that may have been written while a seal of this instant was made, and later ones."""
    return Lines(first_id(max(0, instant_us - SLOWEST_WRITE_US - CLOCK_BEHIND_MAX_US)))


def seal_if_able(tx: WriteTransaction, session: OperatorSession, reason: str) -> None:
    """Seal a caller's own lines with it, where this machine holds the signing key.

    A till or an office without it leaves them to the next seal; `check` tells since when. Of
    vouchers' lines, those are looked for that were written since shortly before the last seal, so
    that it costs no more in a ledger of a million lines; what a clock far behind left out, the next
    seal that was asked for takes in.
    """
    if "seal" in session.keys.keys:
        last = last_seal(tx)
        lines = EVERY if last is None else _since(last.sealed_at)
        if last is not None and session.clock() < last.sealed_at:
            lines = EVERY  # the last seal's clock was ahead: it says nothing of what came since
        seal_in(tx, session, reason, lines=lines)


def seal_in(
    tx: WriteTransaction, session: OperatorSession, reason: str, *, lines: Lines = EVERY
) -> Seal:
    """The same within a caller's transaction: its own lines are sealed with it.

    Of vouchers' lines none but `lines` are looked for.

    Raises:
        Unusable: the signing key is not in this keyring.
    """
    last = last_seal(tx)
    fresh = unsealed(tx, lines)
    if not fresh:
        if last is None:
            raise Conflict("ledger.nothing-to-seal")
        return last
    now = session.clock()
    log.record_by(
        tx, session, action="ledger.seal", object=reason, at=now, detail={"lines": len(fresh)},
    )
    tx.tell()
    fresh = _ordered(
        [row for row in fresh if row.kind not in HEADS]
        + _unsealed_of(tx, LOG) + _unsealed_of(tx, ROWS)
    )
    size = 0 if last is None else last.size
    frontier = Frontier(size, _cut(b"" if last is None else last.peaks))
    frontier.extend(leaf_hash(row.data) for row in fresh)
    try:
        tx.insert(
            "leaf",
            (
                {"position": position, "kind": row.kind, "object": row.object, "data": row.data}
                for position, row in enumerate(fresh, size)
            ),
        )
    except (
        ConstraintViolation
    ) as refused:  # another office took these places meanwhile: seal on top of it
        raise RetryTransaction(refused.rule) from refused
    logger.info("%s new leaves sealed on %s", len(fresh), size)
    return _signed(tx, session, frontier, reason=reason, at=now)


def unsealed(tx: ReadTransaction, lines: Lines = EVERY) -> list[Unsealed]:
    """All lines that are not a leaf yet, in the order in which they become one; of vouchers' lines
    none but `lines`.

    The head of the rows' digests is not among them: a seal's own row moves it on.
    """
    sources = (source for source in SOURCES if source is not ROWS)
    return _ordered([row for source in sources for row in _unsealed_of(tx, source, lines)])


def _unsealed_of(
    tx: ReadTransaction, source: SealSource, lines: Lines = EVERY
) -> list[Unsealed]:
    joins = "AND" if " WHERE " in source.query else "WHERE"
    bounded = lines != EVERY and source.kind == "entry"
    among = f"AND {source.id_column} BETWEEN :first AND :last" if bounded else ""
    return tx.read(
        Unsealed,
        f"SELECT '{source.kind}' AS kind, {source.query.removeprefix('SELECT ')} {joins} "
        "NOT EXISTS (SELECT 1 FROM leaf "
        f"WHERE leaf.kind = '{source.kind}' AND leaf.object = {source.id_column}) {among}",
        **lines._asdict(),
    )


def _ordered(rows: list[Unsealed]) -> list[Unsealed]:
    return sorted(rows, key=lambda row: (row.at, row.object))


def last_seal(tx: ReadTransaction) -> Seal | None:
    """The newest seal."""
    return tx.first(select(Seal).order_by(col(Seal.size).desc()))


def seals(tx: ReadTransaction) -> list[Seal]:
    """All seals, the oldest first."""
    return tx.all(select(Seal).order_by(col(Seal.size)))


def latest_checkpoint(tx: ReadTransaction) -> str:
    """The newest seal's checkpoint text; empty where nothing was sealed yet."""
    last = last_seal(tx)
    return "" if last is None else last.checkpoint


def _signed(
    tx: WriteTransaction, session: OperatorSession, frontier: Frontier, *, reason: str, at: int
) -> Seal:
    identity = tx.first(select(LedgerIdentity))
    if identity is None:
        raise Unusable("storage.not-a-ledger", detail="no identity")
    key = session.keys.need("seal")
    if public_half(key) != identity.seal_public:
        raise Unusable("ledger.seal-key-wrong")
    size, root = frontier.size, frontier.root()
    origin = identity.origin
    text = make_checkpoint(
        origin, size, root, key_name=origin, private_key=key
    )
    made = Seal(
        size=size, root=root, peaks=b"".join(frontier.peaks), reason=reason,
        sealed_by=session.operator.name, sealed_at=at, checkpoint=text,
    )
    tx.add(made)
    return made


def _cut(peaks: bytes) -> list[bytes]:
    return [peaks[start : start + HASH_BYTES] for start in range(0, len(peaks), HASH_BYTES)]
