"""Work on so many values that looking for cycles among them is a good part of the time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Without looking for cycles: for work that makes none, such as reading a long list."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@contextmanager
def kept() -> Iterator[None]:
    """As `uncollected`, and what is made stays for good: for code that is read once. It is not
    looked through later either, which was a seventh of what it takes to start."""
    with uncollected():
        yield
        gc.freeze()
