"""Claims that were accepted are settled on the contract's terms, and paid by somebody else.

Begin with `settlements`; `contracts` keeps the terms, `discounting` takes them off line by line.
"""
