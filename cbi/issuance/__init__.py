"""Issuance: from a round's entitlements to a drafted, approved batch, and who is due what.

`eligibility` is the one function asked at draft, approval, replacement and hand-over.
"""

READS = (
    "batch", "batch_line", "consent", "duplicate_decision", "entitlement", "entry",
    "household_aid", "person", "person_change", "programme", "round", "voucher",
)
"""Tables of rooms beneath that this one reads."""

READS_ABOVE = {
    "hand_over": "to whom a household's aid was given",
}
"""Tables of rooms beside or above that it reads, and why."""
