"""People: persons and households under pseudonyms, their personal data sealed, and who is who.

Other rooms import `persons` for what may be done with people and `matching.beneficiaries` for who
may receive. What stands in the clear is in the ledger's database; keys and keyed hashes are in the
vault, so that neither gives a name without the other and the keyring. From below: `names`,
`records`, `privacy`, `households`, `matching`, `registration`, `sanctions`, then `subject_access`
over all.
"""

READS = (
    "batch", "batch_line", "city", "log", "operator", "programme", "retailer", "round",
)
"""Tables of rooms beneath that this one reads."""

READS_ABOVE = {
    "document": "which files are kept about a person, for the person who asks",
    "entry": "what was bought with them, for the person who asks",
    "ledger_identity": "whose vault it is",
    "monitoring_interview": "what a person was asked after a round, for the person who asks",
    "monitoring_member": "whom it was asked of",
    "voucher": "whether a person's vouchers are open, before merging, erasing or giving out a copy",
}
"""Tables of rooms beside or above that it reads, and why."""
