"""Programmes and rounds: budgets, dates, entitlements, retailers by category, duties."""

READS_ABOVE = {
    "voucher": "what its vouchers bind of a programme's budget",
}
"""Tables of rooms beside or above that it reads, and why."""
