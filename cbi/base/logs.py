"""What the program tells about itself to who helps: the standard `logging`, a logger a module.

`logging` is imported by who listens (`--verbose`, `--debug`, or a program of your own); until then
a line costs one look, which keeps a till's start short. A line holds counts, sizes, durations,
names of rules, tables and keys of texts; never what people typed, no name, code or secret.
"""

import sys

DEBUG, INFO = 10, 20


class Log:
    """A module's logger: `logger = Log(__name__)`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def debug(self, words: str, *values: object) -> None:
        """For who looks for a fault."""
        self._say(DEBUG, words, values)

    def info(self, words: str, *values: object) -> None:
        """A step of the work, for who wants to follow it."""
        self._say(INFO, words, values)

    def _say(self, level: int, words: str, values: tuple[object, ...]) -> None:
        logging = sys.modules.get("logging")
        if logging is not None:
            logging.getLogger(self.name).log(level, words, *values)
