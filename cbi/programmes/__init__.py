"""Programmes and rounds: budgets, dates, entitlements, retailers by category, duties."""

READS = ("retailer",)
"""Tables of rooms beneath that this one reads."""

READS_ABOVE = {
    "voucher": "what its vouchers bind of a programme's budget",
}
"""Tables of rooms beside or above that it reads, and why."""
