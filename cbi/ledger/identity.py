"""The ledger's own name, and what it knows of its keys."""

from cbi.operators.keyring import Keyring, key_checks


def identity_row(ring: Keyring, *, practice: bool, made_at: int) -> dict[str, object]:
    """The one row of `ledger_identity`, as a founding writes it."""
    return {
        "number": 1, "ledger_id": ring.ledger_id, "practice": int(practice),
        "origin": f"cbi/{ring.ledger_id.hex()}", "seal_public": ring.seal_public,
        "key_checks": key_checks(ring), "made_at": made_at,
    }
