"""For whoever keeps a ledger: checks, seals, clocks, copies, keys, and what helpers are sent.

Begin with `ledger`.

How commands are made stands in `cbi.cli`.
"""
