"""Distribution: printed, dispatched, handed over, brought back, extended, replaced, stopped.

Begin with `handover`: who was given what, by whom, before which witness.
"""
