"""For field staff: enrolling, duplicates, issuing, printing, handing over, a voucher's fate.

Begin with `people` and `batches`.

How commands are made stands in `cbi.cli`.
"""
