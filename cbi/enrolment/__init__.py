"""Lists and interviews become people: columns understood, cells checked, rows taken in or back.

A list is taken as it is, in any of the shapes and languages that field staff bring, and shown
before anything is written. From below: `values` (what one cell says), `headings` (what a heading
can mean), `layout` (which rows are people, and which of them one household), `rows` (a person, or
problems), `columns` (which column is what), `reshaping` (layouts that are no table), `lists` (a
whole file), `importing` (look, take in, give back, take back), `surveys` (straight from a survey's
server). An `interview` is read by the same rules; `reconfirming` is the list that people are asked
by later.
"""

READS = ("ledger_identity", "operator", "person", "programme")
"""Tables of rooms beneath that this one reads."""
