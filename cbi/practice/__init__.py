"""The practice campaign: invented people, purchases and bills, and the story that plays them.

Everything is drawn from a seed, so that the same seed makes the same bytes; what is planted in it
(people twice, bills that do not hold) is told beside it, so that a test can count what was caught.
Nobody here exists: names are put together from lists of common words.
"""

READS = ("duplicate_pair", "entry", "person", "settlement_line", "store", "voucher")
"""Tables of rooms beneath that this one reads."""
