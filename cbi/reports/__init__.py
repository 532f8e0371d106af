"""What others read: progress, a voucher's story, the journal for bookkeepers, 5W for donors.

Reports read and change nothing. `overview` gathers the numbers, the other modules give them a form;
a voucher shows by its serial and a person, where at all, by the beneficiary's number.
"""

READS = (
    "bank_end", "bank_line", "batch", "batch_line", "claim", "complaint", "decision",
    "duplicate_decision", "duplicate_pair", "entitlement", "entry", "exception", "guess",
    "hand_over", "household", "leaf", "ledger_identity", "log", "offline_terms", "payment",
    "period", "person", "person_change", "print_run", "printed_voucher", "programme", "retailer",
    "round", "round_retailer", "seal", "settlement", "settlement_line", "statement", "store",
    "voucher",
)
"""Tables of rooms beneath that this one reads."""
