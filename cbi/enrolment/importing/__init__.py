"""A list is looked at, then what is good is taken in and what is not given back; or all taken back.

Begin with `importing`. `remembering` keeps mappings and runs, `fates` what became of every row,
`changes` what a later list says otherwise of people enrolled.
"""
