"""Ctrl-C at moments when Python has no use for it.

While the program is read nothing has begun: it ends at once and without a word. Amid what may raise
nothing it is put off.
"""

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

AGAIN_S = 0.01
"""Until then what may raise nothing is over."""


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


def heard_everywhere() -> None:
    """Where Ctrl-C falls into what may raise nothing (a module's lock given back, an object let go
    of), Python prints it with a traceback and goes on; let it come again a moment later instead."""
    sys.unraisablehook = _come_again


def _pressed() -> None:
    """As the terminal sends it, so that a question being waited at hears it too."""
    main = threading.main_thread().ident
    if sys.platform == "win32" or main is None:
        _thread.interrupt_main()
    else:
        signal.pthread_kill(main, signal.SIGINT)


def _come_again(fault: "sys.UnraisableHookArgs") -> None:
    if isinstance(fault.exc_value, KeyboardInterrupt):
        later = threading.Timer(AGAIN_S, _pressed)
        later.daemon = True
        with suppress(RuntimeError):  # the program is over, and nobody left to hear it
            later.start()
    else:
        sys.__unraisablehook__(fault)
