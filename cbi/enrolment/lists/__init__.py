"""A whole file read: its sheets, its sections, its people, and what goes back. Pure.

Begin with `taking`; `understanding` is the step before it.
"""
