"""Passphrases that cost nothing: stretching one takes a good part of a second, as it has to."""

from cbi.operators.stretching import DEFAULT_STRETCHING, Stretching

EARNEST = Stretching(**{name: getattr(DEFAULT_STRETCHING, name) for name in Stretching.__slots__})
"""What is shipped."""


def quick_passphrases() -> None:
    """Let what stretches as is usual do so in no time, in this process and copies of it."""
    for name, cost in (("passes", 1), ("memory_kib", 64), ("lanes", 1)):
        object.__setattr__(DEFAULT_STRETCHING, name, cost)
