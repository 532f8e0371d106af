"""Whose money pays for a round, and what each grant paid for, line by line to the minor unit."""
