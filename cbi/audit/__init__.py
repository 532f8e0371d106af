"""Evidence: the Merkle log and its proofs, signed checkpoints, and the results of checked rules.

It knows no table: `ledger.sealing` and the rooms' rules bring what is proved.
"""

READS_ABOVE = {
    "leaf": "the leaves that a checkpoint was signed over",
    "ledger_identity": "the public key of the ledger",
}
"""Tables of rooms beside or above that it reads, and why."""
