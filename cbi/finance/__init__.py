"""Finance: a retailer's statement, reconciled, decided on, settled, paid; the period closed.

Other rooms import the module of each step: `statements` takes a bill in, `reconciling` gives every
line one outcome (`matching` is the rule, voucher by voucher), `exceptions` keeps what people say of
the rest, `settlements` settles and pays with duties kept apart, `closing` closes a period,
`identities` says whether the books add up, and `workbook` writes it all down for an auditor. The
ledger's side of money, `settlement` and `payment`, stands in `cbi.ledger.settling` and `paying`;
`banking` takes the bank's own statement in and says what each transfer paid.
"""

READS = (
    "approval_rule", "batch", "entry", "leaf", "ledger_identity", "log", "payment", "period",
    "programme", "receipt", "retailer", "round", "round_retailer", "seal", "settlement",
    "settlement_line", "store", "voucher",
)
"""Tables of rooms beneath that this one reads."""
