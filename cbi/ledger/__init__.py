"""Ledger: vouchers under pseudonyms, their journal, settlements and seals; it never holds a name.

`vouchers` is a voucher's life from issue to its end, `journal` and `chain` its immutable lines,
`settling` what is owed and paid, `sealing` the signed log, `invariants` what always holds. Rooms
above call these; begin with `vouchers.redeeming`, where money is taken off a voucher once.
"""

READS = (
    "approval_rule", "batch", "batch_line", "log", "log_head", "programme", "round",
    "round_retailer", "row_digest", "row_digest_head", "store",
)
"""Tables of rooms beneath that this one reads."""

READS_ABOVE = {
    "decision": "decisions on exceptions are leaves of the log too",
    "statement": "what operators answered for, to be held to their accounts",
}
"""Tables of rooms beside or above that it reads, and why."""
