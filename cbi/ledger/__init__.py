"""Ledger: vouchers under pseudonyms, their journal, settlements and seals; it never holds a name.

`vouchers` is a voucher's life from issue to its end, `journal` and `chain` its immutable lines,
`settling` what is owed and paid, `sealing` the signed log, `invariants` what always holds. Rooms
above call these; begin with `vouchers.redeeming`, where money is taken off a voucher once.
"""
