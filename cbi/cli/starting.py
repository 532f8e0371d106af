"""While the program is read nothing has begun: Ctrl-C ends it at once and without a word."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def starting() -> Iterator[None]:
    """For the imports that every line begins with; they stay, and are not looked through."""
    alone = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, signal.SIG_DFL) if alone else None
    from cbi.base.collecting import kept

    try:
        with kept():
            yield
    finally:
        if alone:
            signal.signal(signal.SIGINT, before or signal.SIG_DFL)
