"""A till in a terminal, opened over a ledger in a folder: `python -m tests.till.open_till FOLDER`.

Its clock stands on the tests' 20 August and goes on with the machine's.
"""

import os
import signal
import sys
import time
from pathlib import Path

from cbi.base.clock import instant_on
from cbi.cli.command_context import CommandContext
from cbi.cli.globals import Globals
from cbi.cli.run import run
from cbi.operators.keyring import read_keyring
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.storage.sqlite import SqliteDatabase
from tests.proof.killed import STORE, ZONE, no_vault


class TillHere(CommandContext):
    """A line's surroundings with a cashier at a ledger in a folder."""

    folder = Path()

    def for_line(self, settings: Globals) -> "TillHere":
        return TillHere(settings)

    @property
    def session(self) -> OperatorSession:
        keys = read_keyring(self.folder / "keyring.json")
        at, began = instant_on("2022-08-20", 13, ZONE), time.time_ns()
        return OperatorSession(
            SqliteDatabase(self.folder / "ledger.db"),
            Operator("cashier1", frozenset({"cashier"}), frozenset({STORE})),
            lambda: at + (time.time_ns() - began) // 1000, os.urandom, lambda: keys, no_vault,
            "till",
        )


if __name__ == "__main__":
    # As at a terminal, even where whoever runs the tests hears no Ctrl-C.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    TillHere.folder = Path(sys.argv[1])
    sys.exit(run(["till", *sys.argv[2:]], context=TillHere(Globals())))
