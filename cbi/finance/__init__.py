"""Finance: a retailer's statement, reconciled, decided on, settled, paid; the period closed.

A statement goes from room to room as from desk to desk: `reading` makes lines of a shop's file,
`intake` takes them in and says which voucher each is about, `reconciliation` gives every line one
outcome, `decisions` keeps what people say of the rest, `settling` settles and pays with duties kept
apart, `bank` takes the bank's own statement in and says what each transfer paid. `grants` says
whose money it was; `letters` is what the retailer gets, `workbook` what an auditor gets. Beside the
rooms: `tables`, `allotting` (sums shared out to the minor unit), `closing` a month, `rewinding`
(the books as they stood), `scope` (which rounds and statements a paper is about), and `identities`,
which says whether the books add up. The ledger's side of money, `settlement` and `payment`, stands
in `cbi.ledger.settling` and `paying`.
"""

READS = (
    "approval_rule", "batch", "entry", "leaf", "ledger_identity", "log", "payment", "period",
    "programme", "receipt", "retailer", "round", "round_retailer", "seal", "settlement",
    "settlement_line", "store", "voucher",
)
"""Tables of rooms beneath that this one reads."""
