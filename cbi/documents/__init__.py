"""Documents: a signed list, a bill as it came, a bank slip, an act, kept with the record it proves.

`keeping` takes a file in, lists what is kept and gives a file back; `rules` says whether all of it
is whole. Contents stand sealed in the ledger's own database, so that every office has them and
backups hold them; a person's are sealed under the person's key and are gone with it.
"""

READS = ("bank_file", "batch", "distribution", "retailer", "settlement", "statement")
"""Tables of rooms beneath that this one reads."""
