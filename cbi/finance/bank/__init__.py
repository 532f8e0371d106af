"""The bank's own statement taken in: what each transfer paid, and what still waits.

Begin with `banking`; `forms` tells a file's form, `matching` is the rule.
"""
