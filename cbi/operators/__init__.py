"""Operators: who may do what, duties kept apart, the keyring, and the log of what was done."""
