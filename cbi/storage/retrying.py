"""Trying a transaction again when the engine asks for it, each time after a longer moment.

The first try needs nothing. Only when it was refused are the others planned, by stamina: waits that
double, with a random part, so that two who met do not meet again.
"""

from collections.abc import Callable
from typing import TypeVar

from cbi.base.errors import Unusable
from cbi.base.logs import Log
from cbi.storage.faults import RetryTransaction

logger = Log(__name__)

Result = TypeVar("Result")
TRIES = 8
FIRST_WAIT_S, LONGEST_WAIT_S = 0.002, 0.1


def retried(once: Callable[[], Result]) -> Result:
    """Do it, again while the engine asks for it.

    Raises:
        Unusable: the engine asked eight times in a row.
    """
    try:
        return once()
    except RetryTransaction:
        return _again(once)


def _again(once: Callable[[], Result]) -> Result:
    from stamina import retry_context
    from stamina.instrumentation import set_on_retry_hooks

    set_on_retry_hooks([])  # its own would write on the cashier's screen
    try:
        for attempt in retry_context(
            on=RetryTransaction, attempts=TRIES - 1, timeout=None, wait_initial=FIRST_WAIT_S,
            wait_max=LONGEST_WAIT_S, wait_jitter=FIRST_WAIT_S,
        ):
            with attempt:
                logger.debug("asked to run a transaction again")
                return once()
    except RetryTransaction as error:
        raise Unusable("storage.busy", detail="too many writers at once") from error
    raise AssertionError("stamina tries at least once")
