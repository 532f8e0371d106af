"""A till that is killed: run as a process, it redeems one voucher after the other and says so.

    python -m tests.proof.killed FOLDER ROUND

Each acknowledgement is written to a file only after `redeem` has answered, as a cashier would be
told; what the parent finds in that file must be in the ledger for good.
"""

import json
import os
import sys
from pathlib import Path

from cbi.base.clock import instant_on
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.operators.keyring import read_keyring
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.storage.sqlite import SqliteDatabase

STORE = "magnum-almaty-1"
ZONE = "Asia/Almaty"


def no_vault() -> SqliteDatabase:
    """A till opens none."""
    raise AssertionError("a till asked for the vault")


def till(folder: Path, round_number: int) -> None:
    """Redeem a little of every voucher, over and over, until killed."""
    keys = read_keyring(folder / "keyring.json")
    codes = json.loads((folder / "codes.json").read_text("utf-8"))
    at = instant_on("2022-08-20", 13, ZONE) + round_number * 60_000_000
    step = iter(range(10**9))
    session = OperatorSession(
        SqliteDatabase(folder / "ledger.db"),
        Operator("cashier1", frozenset({"cashier"}), frozenset({STORE})),
        lambda: at + next(step), os.urandom, lambda: keys, no_vault, "till",
    )
    acknowledged = os.open(folder / "acknowledged", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in range(10**6):
        receipt = f"{round_number}-{number}"
        answer = redeem(session, Redeem(
            code=codes[number % len(codes)], amount_minor=100, store=STORE, receipt=receipt
        ))
        os.write(acknowledged, f"{answer.answer} {receipt.upper()}\n".encode())


if __name__ == "__main__":
    till(Path(sys.argv[1]), int(sys.argv[2]))
