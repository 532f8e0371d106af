"""People: persons and households under pseudonyms, their personal data sealed, and who is who.

Other rooms import `persons` for what may be done with people, `beneficiaries` for who may receive,
`record` for the values. What stands in the clear is in the ledger's database; keys and keyed hashes
are in the vault, so that neither gives a name without the other and the keyring. `names`,
`matching` and `duplicates` find the same person across scripts and leave the decision to a human.
"""
