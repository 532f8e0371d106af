"""Distribution: printed, dispatched, handed over, brought back, extended, replaced, stopped.

Begin with `handover`: who was given what, by whom, before which witness.
"""

READS = (
    "batch", "batch_line", "entry", "household", "ledger_identity", "operator", "person",
    "programme", "proxy", "retailer", "round", "round_retailer", "voucher",
)
"""Tables of rooms beneath that this one reads."""
