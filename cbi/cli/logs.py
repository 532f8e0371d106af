"""`--verbose` and `--debug`: what the modules tell of their work, on standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from cbi.base.words import visible
from cbi.cli.globals import Globals

FORMAT = "%(asctime)s.%(msecs)03d %(levelname)s %(name)s: %(message)s"


@contextmanager
def shown(settings: Globals) -> Iterator[None]:
    """Show log lines for one line of the command's, where that is asked for."""
    if not (settings.debug or settings.verbose):
        yield
        return
    import logging

    class Visible(logging.Formatter):
        """Lets nothing through that steers a screen."""

        def format(self, record: logging.LogRecord) -> str:
            """The line as it may be shown."""
            return visible(super().format(record))

    logger = logging.getLogger("cbi")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Visible(FORMAT, "%H:%M:%S"))
    was = logger.level
    logger.setLevel(logging.DEBUG if settings.debug else logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(was)
