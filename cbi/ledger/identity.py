"""The ledger's own name, what it knows of its keys, and how far behind a practice clock is."""

from cbi.operators.keyring import Keyring, key_checks
from cbi.storage.transactions import WriteTransaction


def identity_row(ring: Keyring, *, practice: bool, made_at: int) -> dict[str, object]:
    """The one row of `ledger_identity`, as a founding writes it."""
    return {
        "number": 1, "ledger_id": ring.ledger_id, "practice": int(practice),
        "origin": f"cbi/{ring.ledger_id.hex()}", "seal_public": ring.seal_public,
        "key_checks": key_checks(ring), "made_at": made_at,
    }


def found(
    tx: WriteTransaction, ring: Keyring, *, practice: bool, made_at: int, behind_us: int
) -> None:
    """Write down the identity of a new ledger, and where its practice clock stands."""
    tx.insert("ledger_identity", [identity_row(ring, practice=practice, made_at=made_at)])
    tx.insert("practice_clock", [{"number": 1, "behind_us": behind_us}])


def set_practice_clock(tx: WriteTransaction, behind_us: int) -> None:
    """Let a practice ledger's clock go on from where its story is; any other stays as it is."""
    tx.run(
        "UPDATE practice_clock SET behind_us = :behind WHERE EXISTS "
        "(SELECT 1 FROM ledger_identity WHERE practice = 1)", behind=behind_us,
    )
