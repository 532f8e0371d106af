"""Every line of a statement with exactly one outcome, held against the journal's redemptions.

Begin with `reconciling`; `matching` is the rule, voucher by voucher. `exceptions` keeps what does
not match and what was said of it, `withdrawing` takes a statement back.
"""
