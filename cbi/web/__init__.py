"""The till in a browser, and what a shop's own till calls: thin, like the command line.

`engine` takes redemptions off the event loop and commits them together. Nothing here is imported
before `cbi serve` is typed.
"""

READS = ("log_head", "operator", "programme", "store", "voucher")
"""Tables of rooms beneath that this one reads."""
