"""What is known of a person: values, how they are checked, sealed, kept and read back.

Begin with `record` (the values) and `reading` (how they are opened, which is always logged).
"""
