"""Signing in over the network with two factors: who reads the books, on a device that is a till.

The passphrase comes first, by its own count of wrong ones: whoever has it not learns nothing of the
second factor, and cannot lock it. Then a code of the second, which is used up under the same commit
as the login.
"""

from functools import partial
from typing import NamedTuple

from cbi.base.errors import NotAllowed
from cbi.operators.log import record
from cbi.operators.passphrases import is_right
from cbi.operators.permissions import may
from cbi.operators.roster import known_as
from cbi.operators.rows import StoredOperator
from cbi.operators.second import StoredSecond, take_second_try, use_second
from cbi.operators.sessions import TOKEN_BYTES, add_login, operator_by
from cbi.operators.tries import forgive, take_try
from cbi.storage.transactions import WriteTransaction
from cbi.till.devices import StoredDevice
from cbi.web.desk import Credentials, Desk, encoded, office_token
from cbi.web.till import Till


class Office(NamedTuple):
    """Who signs in with two factors, as they typed it."""

    name: str
    passphrase: str
    code: str


async def office_sign_in(till: Till, shown: Credentials, typed: Office) -> str:
    """Sign in on a device with a passphrase and a second factor; the login's secret.

    Raises:
        NotAllowed: one of the two is not right, rests or is locked, there is no second factor, or
            they read no books.
    """
    device = (await till.who(Credentials(shown.device))).device
    desk, engine, known = till.writing, till.engine, known_as(typed.name)
    row = await engine.write(partial(_take_passphrase, desk, known))
    proved = await engine.prove(partial(is_right, row and row.passphrase_hash, typed.passphrase))
    right = proved and row is not None and row.disabled_at is None and not row.must_change
    if not right:
        await engine.write(partial(_note_wrong, desk, device, known if row else "", "wrong"))
        raise NotAllowed("till-office.refused")
    return await engine.write(partial(_signed_in, desk, device, known, typed.code))


def _take_passphrase(desk: Desk, known: str) -> StoredOperator | None:
    desk.context.keys.need("codes")  # a till's keyring opens no second factor
    return desk.ledger.transact(lambda tx: take_try(tx, known, desk.context.clock()))


def _signed_in(desk: Desk, device: StoredDevice, known: str, code: str) -> str:
    now = desk.context.clock()

    def count(tx: WriteTransaction) -> StoredSecond | None:
        forgive(tx, known)
        return take_second_try(tx, known, now)

    row = desk.ledger.transact(count)
    if row is None:
        raise NotAllowed("till-office.second-missing")
    secret = encoded(desk.context.entropy(TOKEN_BYTES))
    token, (by, keys) = office_token(device, secret), desk.context.vouching

    def work(tx: WriteTransaction) -> bool:
        if not use_second(tx, row, code, now=now, ring=desk.context.keys):
            return False
        add_login(tx, token, known, now=now, by=by, origin=device.number)
        tx.tell()
        operator, _ = operator_by(tx, token, now=now, by=by, keys=keys)
        if not may(operator.roles, "finance.read"):
            raise NotAllowed("till-office.refused")
        return True

    if not desk.ledger.transact(work):
        _note_wrong(desk, device, known, "second")
        raise NotAllowed("till-office.refused")
    return secret


def _note_wrong(desk: Desk, device: StoredDevice, known: str, why: str) -> None:
    desk.ledger.transact(lambda tx: record(
        tx, operator=known, action="operator.login-failed", object=known,
        at=desk.context.clock(), detail={"why": why}, origin=device.number,
    ))
