"""The till: what a cashier is told, and lists of paper vouchers that a shop sends in.

The rule of a redemption stands in the ledger; here it gets its words and its lists. Nothing here
knows people: a voucher is a serial, a code and a balance. `cbi.till.lists` is imported by who
needs it, because a till that verifies one code must start fast.
"""

from cbi.till.words import keyboard_told, record_of, store_name, told

__all__ = ["keyboard_told", "record_of", "store_name", "told"]

READS = ("entry", "programme", "receipt", "round", "round_retailer", "store", "voucher")
"""Tables of rooms beneath that this one reads."""
