"""Evidence: the Merkle log and its proofs, signed checkpoints, and the results of checked rules.

It knows no table: `ledger.sealing` and the rooms' rules bring what is proved.
"""
