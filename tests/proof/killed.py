"""What is killed at its work, run as a process: a till, and an office that approves a batch.

    python -m tests.proof.killed FOLDER ROUND     redeems one voucher after the other and says so
    python -m tests.proof.killed FOLDER BATCH     approves, five vouchers a slice

Each acknowledgement is written to a file only after `redeem` has answered, as a cashier would be
told; what the parent finds in that file must be in the ledger for good.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from cbi.base.clock import Clock, instant_on
from cbi.ledger.vouchers import issuing_slices
from cbi.ledger.vouchers.approving import approve
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.operators.digests import following, vouching
from cbi.operators.keyring import Keyring, read_keyring
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
    session = at_work(
        folder, Operator("cashier1", frozenset({"cashier"}), frozenset({STORE})),
        lambda: at + next(step), lambda: keys,
    )
    acknowledged = os.open(folder / "acknowledged", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in range(10**6):
        receipt = f"{round_number}-{number}"
        answer = redeem(session, Redeem(
            code=codes[number % len(codes)], amount_minor=100, store=STORE, receipt=receipt
        ))
        os.write(acknowledged, f"{answer.answer} {receipt.upper()}\n".encode())


def office(folder: Path, number: str) -> None:
    """Approve a batch in many slices, or go on with it."""
    keys = read_keyring(folder / "keyring.json")
    at = instant_on("2022-08-20", 12, ZONE)
    issuing_slices.SLICE = 5
    session = at_work(
        folder, Operator("manager1", frozenset({"manager"})), lambda: at, lambda: keys
    )
    session.ledger.following = following(lambda: vouching(keys))
    approve(session, number)


def at_work(
    folder: Path, operator: Operator, clock: Clock, keys: Callable[[], Keyring]
) -> OperatorSession:
    """An operator's session over the ledger in a folder."""
    return OperatorSession(
        SqliteDatabase(folder / "ledger.db"), operator, clock, os.urandom, keys, no_vault, "till",
    )


if __name__ == "__main__":
    if sys.argv[2].isdecimal():
        till(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        office(Path(sys.argv[1]), sys.argv[2])
