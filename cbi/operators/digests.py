"""What every row is said to hold: digests, chained and vouched for, that `check` compares.

At the end of each transaction one line a table is added: the keys of the rows that were written,
and a digest of what each holds now. A line's hash covers the one before it, and its MAC is made
with a key of the writing machine's keyring, so that who writes to the database alone can add none.
A row that was changed, planted or taken out behind the program's back then differs from what was
last said of its key, whatever table it stands in.

An office vouches with a key made from that of the codes. A till vouches with a key of its own,
which the office that gave out its keyring derives from its name: so an office can hold every till
to its word, and no till can speak in another's name. A till's word is good for what a till writes.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import crc32

from cbi.base.canonical import canonical_json
from cbi.base.errors import NotAllowed, Unusable
from cbi.base.ids import Entropy
from cbi.operators.keyring import Keyring
from cbi.operators.rows import DigestLine, StoredHead, StoredLogin
from cbi.storage.database import Database
from cbi.storage.following import GONE, Following, Written, row_digest, slices
from cbi.storage.transactions import ReadTransaction, WriteTransaction

GENESIS = hashlib.sha256(b"cbi rows").digest()
SLICE = 2_000
LINES_HELD = 50
"""Lines about rows that are held at a time: each may tell of `SLICE` rows."""
EXEMPT = frozenset({
    "voucher", "entry", "receipt", "batch_line", "settlement_line", "leaf", "person_flag",
    "log_head", "row_digest", "row_digest_head", "alembic_version",
})
"""Tables that stronger rules rebuild: chains, lists, seals, the log.

`docs/proof.md` says of each which it is; a test compares the two.
"""
FREE = {
    "operator": frozenset({"tries", "rests_until"}),
    "operator_pin": frozenset({"tries", "rests_until", "misses"}),
    "operator_second": frozenset({"last_step", "tries", "rests_until", "misses"}),
    "round": frozenset({"next_serial", "next_batch"}),
    "practice_clock": frozenset({"behind_us"}),
}
"""Columns that a digest leaves out: counters, which their unique keys guard."""
OFFICE, TILL = "codes", "till "
"""Who vouches: an office, by its key's name, or a till by its own, which begins so."""
OF_A_TILL = frozenset({
    "log", "operator_login", "late_sale", "guess", "throttle", "till_claim", "till_shift",
    "till_shift_line",
})
"""Tables for which a till's key may vouch; of a voucher's lines, those of `LINES_OF_A_TILL`, and of
the log, `DEEDS_OF_A_TILL`."""
SAID_ONCE = frozenset({
    "log", "late_sale", "guess", "till_claim", "till_shift", "till_shift_line",
})
"""Of these, tables that only grow: nobody speaks of a row a second time, to change another's."""
DEEDS_OF_A_TILL = frozenset({
    "operator.login", "operator.login-failed", "operator.logout", "till.reverse",
    "till.redeem-list", "till.guesses", "till.paired", "till.shift", "late.bring-in",
    "keys.passphrase",
})
"""What a till's machine may say in the log that somebody did."""
LINES_OF_A_TILL = frozenset({"redeem", "reverse"})
CLOSES_AT_ONCE = frozenset({"expire", "void"})
"""Right after its own reversal, a till's too: what may not be spent any more is closed at once."""
MACHINE_BYTES = 4

Vouch = Callable[[], "Vouching"]


@dataclass(frozen=True, slots=True, repr=False)
class Vouching:
    """A machine's right to vouch: its name, and the key."""

    name: str
    key: bytes

    def must_be_an_offices(self, what: str) -> None:
        """Refuse what a till's word is not good for, before it is written.

        Raises:
            NotAllowed: this machine's keyring is a till's.
        """
        if self.name != OFFICE:
            raise NotAllowed("operators.not-from-a-till", what=what)


@dataclass(frozen=True, slots=True)
class KeyPart:
    """One of several parts of a table's rows, told apart by their keys."""

    number: int
    parts: int

    def holds(self, key: str) -> bool:
        """Whether the row of this key is in it."""
        if self.parts == 1:
            return True
        return crc32(key.encode("utf-8", "surrogatepass")) % self.parts == self.number


WHOLE = KeyPart(0, 1)


@dataclass(slots=True, kw_only=True)
class RowsFollowed(Following):
    """A ledger's rows followed, and how to vouch for them."""

    vouch: Vouch

    def ready(self) -> None:
        """Open the keyring, which may stand under a passphrase."""
        self.vouch()


def vouching(ring: Keyring) -> Vouching:
    """What a keyring vouches with: an office's key where it holds one, else a till's own.

    Raises:
        Unusable: it holds neither.
    """
    if OFFICE in ring.keys:
        return Vouching(OFFICE, hmac.digest(ring.keys[OFFICE], b"cbi vouches for rows", "sha256"))
    if "till" not in ring.keys:
        raise Unusable("operators.key-missing", key="till")
    return Vouching(ring.machine, ring.keys["till"])


def vouching_keys(ring: Keyring) -> dict[str, bytes]:
    """By name, the keys against which this keyring can hold what was vouched for."""
    by = vouching(ring)
    return {by.name: by.key}


def vouching_key(keys: Mapping[str, bytes], name: str) -> bytes | None:
    """The key behind a name; an office has every till's, a till its own alone (else None)."""
    if name not in keys and name.startswith(TILL) and OFFICE in keys:
        return hmac.digest(keys[OFFICE], name.encode(), "sha256")
    return keys.get(name)


def may_vouch(name: str, a_till_may: bool) -> bool:
    """Whether this name's word is good: an office's always, a till's for what a till writes."""
    return name == OFFICE or (a_till_may and name.startswith(TILL))


def may_write(name: str, kind: str, before: tuple[str, str] | None) -> bool:
    """Whether this name's word is good for a voucher's line of this kind; `before` are the kind of
    the line that it follows, and who vouched for that.
    """
    closes = kind in CLOSES_AT_ONCE and before == ("reverse", name)
    return may_vouch(name, closes or kind in LINES_OF_A_TILL)


def with_till_key(ring: Keyring, entropy: Entropy) -> Keyring:
    """An office's keyring with the key of one more till beside it, in a new name of its own.

    Raises:
        Unusable: this keyring is not an office's.
    """
    ring.need(OFFICE)
    name = TILL + entropy(MACHINE_BYTES).hex()
    key = vouching_key(vouching_keys(ring), name) or b""
    return Keyring(ring.ledger_id, ring.seal_public, {**ring.keys, "till": key}, name)


def following(vouch: Vouch) -> Following:
    """Follow every table but the exempt ones; the key is asked for when something was written."""
    return RowsFollowed(
        EXEMPT, FREE, lambda tx, written: tell(tx, written, vouch()), vouch=vouch
    )


def vouching_of(ledger: Database) -> Vouching | None:
    """What this machine vouches with at a ledger; None where its rows are not followed."""
    known = ledger.following
    return known.vouch() if isinstance(known, RowsFollowed) else None


def may_be_said(tx: WriteTransaction, deed: str) -> None:
    """Refuse a deed for the log that this transaction's machine may not tell of.

    Raises:
        NotAllowed: it is a till's machine, and no till does this.
    """
    known = tx.following
    if deed not in DEEDS_OF_A_TILL and isinstance(known, RowsFollowed):
        known.vouch().must_be_an_offices(deed)


def tell(tx: WriteTransaction, written: Written, by: Vouching) -> None:
    """Add what was written to the lines, one a table and slice, in the caller's transaction.

    Raises:
        NotAllowed: this is a till's machine, and its word is not good for such a row.
    """
    for table in sorted(written.keys() - OF_A_TILL):
        by.must_be_an_offices(table)
    parts = [
        (table, part) for table in sorted(written) for part in slices(written[table], SLICE)
    ]
    last, head = _take(tx, len(parts))
    lines = []
    for seq, (table, part) in enumerate(parts, last - len(parts) + 1):
        line = DigestLine(
            seq, table, json.dumps([key for key, _ in part]),
            b"".join(digest for _, digest in part), by.name, b"", b"",
        )
        head = chained_rows(head, line)
        lines.append(line._replace(mac=hmac.digest(by.key, head, "sha256"), hash=head))
    tx.insert("row_digest", [line._asdict() for line in lines])
    tx.run("UPDATE row_digest_head SET hash = :hash WHERE number = 1", hash=head)


def chained_rows(previous: bytes, line: DigestLine) -> bytes:
    """The hash of a line that follows `previous`."""
    told = canonical_json(
        [line.seq, line.place, line.keys, line.digests.hex(), line.vouched_by]
    )
    return hashlib.sha256(previous + hashlib.sha256(told).digest()).digest()


def vouched(line: DigestLine, keys: Mapping[str, bytes]) -> bool:
    """Whether the key that a line names made its MAC, and may; a key that is not here is trusted.

    A till's machine holds no office's key: it cannot look, and says nothing.
    """
    name = line.vouched_by
    if not may_vouch(name, line.place in OF_A_TILL):
        return False
    key = vouching_key(keys, name)
    return key is None or hmac.compare_digest(
        hmac.digest(key, line.hash, "sha256"), line.mac
    )


def said_of(
    tx: ReadTransaction, table: str, keys: Mapping[str, bytes] | None = None, part: KeyPart = WHOLE
) -> dict[str, bytes]:
    """By key, the digest last said of a table's rows; with `keys`, of vouched lines alone."""
    said: dict[str, bytes] = {}
    for line in lines_about(tx, table):
        if keys is not None and not vouched(line, keys):
            continue
        for key, digest in _told(line):
            if not part.holds(key):
                continue
            if digest == GONE:
                said.pop(key, None)
            else:
                said[key] = digest
    return said


def is_as_said(
    tx: ReadTransaction, table: str, key: str, row: Mapping[str, Any],
    keys: Mapping[str, bytes] | None = None,
) -> bool:
    """Whether a whole row holds what was last said of its key; with `keys`, by who may say it."""
    said = said_of(tx, table, keys).get(key)
    return said == row_digest(row, FREE.get(table, frozenset()))


def login_mac(by: Vouching, row: StoredLogin) -> bytes:
    """What binds a login to the keyring of the machine that it was made on."""
    told = canonical_json([row.token_hash.hex(), row.operator, row.started_at, row.ends_at])
    return hmac.digest(by.key, b"login" + told, "sha256")


def lines_about(tx: ReadTransaction, place: str | None = None) -> Iterator[DigestLine]:
    """The lines in order, of all tables or of one, a few at a time."""
    of_table = "1 = 1" if place is None else "place = :place"
    after, beyond = None, ""
    while True:
        found = tx.read(
            DigestLine,
            f"SELECT * FROM row_digest WHERE {of_table} {beyond} ORDER BY seq LIMIT {LINES_HELD}",
            place=place, after=after,
        )
        yield from found
        if len(found) < LINES_HELD:
            return
        after, beyond = found[-1].seq, "AND seq > :after"


def _told(line: DigestLine) -> Iterator[tuple[str, bytes]]:
    digests = line.digests
    places = range(0, len(digests) + 1, len(GONE))
    cut = (digests[start:end] for start, end in pairwise(places))
    yield from zip(json.loads(line.keys), cut, strict=True)


def _take(tx: WriteTransaction, count: int) -> tuple[int, bytes]:
    """The number of the last of `count` new lines and the hash before them; ours until commit."""
    take = "UPDATE row_digest_head SET seq = seq + :count WHERE number = 1 RETURNING *"
    head = tx.read_one(StoredHead, take, count=count)
    if head is None:
        tx.run(
            "INSERT INTO row_digest_head (number, seq, hash) VALUES (1, 0, :genesis) "
            "ON CONFLICT (number) DO NOTHING",
            genesis=GENESIS,
        )
        (head,) = tx.read(StoredHead, take, count=count)
    return head.seq, head.hash
