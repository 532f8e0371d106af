"""Lists and interviews become people: columns understood, cells checked, rows taken in or back.

A list is taken as it is, in any of the shapes and languages that field staff bring (`importing`),
and shown before anything is written; what cannot be read goes back with its place and a reason
(`rejecting`). An interview (`interview`) is read by the same rules.
"""

READS = ("ledger_identity", "operator", "person", "programme")
"""Tables of rooms beneath that this one reads."""
