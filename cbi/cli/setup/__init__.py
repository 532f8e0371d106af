"""Before the first voucher: ledger, operators, places, programmes, rounds; and the demo.

Begin with `ledger` (`cbi init`).

How commands are made stands in `cbi.cli`.
"""
