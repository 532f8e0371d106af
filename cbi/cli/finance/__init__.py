"""For finance: late sales, bills, reconciliation, settling, paying, closing, the books.

Begin with `statements`.

How commands are made stands in `cbi.cli`.
"""
