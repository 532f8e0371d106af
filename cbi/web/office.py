"""Signing in over the network with two factors, on a device that is a till: to read the books, and,
as a manager, to undo a redemption later than its cashier may.

The passphrase comes first, by its own count of wrong ones: whoever has it not learns nothing of the
second factor, and cannot lock it. Then a code of the second, which is used up under the same commit
as the login. Undoing takes another code: a page that a manager left open undoes nothing.
"""

from functools import partial
from typing import NamedTuple

from cbi.base.errors import Conflict, NotAllowed
from cbi.base.words import typed
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.reversing import reverse
from cbi.operators.log import record
from cbi.operators.passphrases import is_right
from cbi.operators.permissions import may
from cbi.operators.roster import known_as
from cbi.operators.rows import StoredOperator
from cbi.operators.second import StoredSecond, take_second_try, use_second
from cbi.operators.sessions import TOKEN_BYTES, add_login, operator_by
from cbi.operators.tries import forgive, take_try
from cbi.storage.transactions import WriteTransaction
from cbi.till.day import DayLine, redemption_at, zone_of
from cbi.till.devices import StoredDevice
from cbi.web.desk import Credentials, Desk, Who, encoded, office_token
from cbi.web.till import Till


class Office(NamedTuple):
    """Who signs in with two factors, as they typed it."""

    name: str
    passphrase: str
    code: str


class LaterUndo(NamedTuple):
    """A redemption to undo, why, and a fresh code of the second factor."""

    redemption: str
    reason: str
    code: str


async def redemption_seen(till: Till, shown: Credentials, number: str) -> tuple[DayLine, str]:
    """A redemption at the device's store, for who may undo it later; and the zone of its times.

    Raises:
        NotFound: there is none such at this store.
        NotAllowed: they did not sign in with two factors, or may not reverse.
    """
    def read() -> tuple[DayLine, str]:
        who = till.reading.who(shown)
        _must_undo(who)
        with till.reading.ledger.read() as tx:
            return redemption_at(tx, typed(number), who.device.store), zone_of(tx)

    return await till.engine.read(read)


async def undo_later(till: Till, shown: Credentials, asked: LaterUndo) -> Answer:
    """Undo a redemption of any cashier and day at the device's store, by the ledger's one rule.

    Raises:
        NotFound, NotAllowed: as for `redemption_seen`; or the code is not right.
        Conflict: it was undone before.
    """
    return await till.engine.write(partial(_undone_later, till.writing, shown, asked))


def _undone_later(desk: Desk, shown: Credentials, asked: LaterUndo) -> Answer:
    who = desk.who(shown)
    _must_undo(who)
    session, number = who.at_work, typed(asked.redemption)
    with desk.ledger.read() as tx:
        if redemption_at(tx, number, who.device.store).reversed:
            raise Conflict("ledger.reversed-already", redemption=number)
    now, known = desk.context.clock(), session.operator.name
    row = desk.ledger.transact(lambda tx: take_second_try(tx, known, now))
    if row is None or not desk.ledger.transact(
        lambda tx: use_second(tx, row, asked.code, now=now, ring=desk.context.keys)
    ):
        _note_wrong(desk, who.device, known, "second")
        raise NotAllowed("till-office.code-refused")
    return reverse(session, number, asked.reason)


def _must_undo(who: Who) -> None:
    if not who.office:
        raise NotAllowed("till-office.refused")
    who.at_work.require("till.reverse")


async def office_sign_in(till: Till, shown: Credentials, asked: Office) -> str:
    """Sign in on a device with a passphrase and a second factor; the login's secret.

    Raises:
        NotAllowed: one of the two is not right, rests or is locked, there is no second factor, or
            they read no books.
    """
    device = (await till.who(Credentials(shown.device))).device
    desk, engine, known = till.writing, till.engine, known_as(asked.name)
    row = await engine.write(partial(_take_passphrase, desk, known))
    proved = await engine.prove(partial(is_right, row and row.passphrase_hash, asked.passphrase))
    right = proved and row is not None and row.disabled_at is None and not row.must_change
    if not right:
        await engine.write(partial(_note_wrong, desk, device, known if row else "", "wrong"))
        raise NotAllowed("till-office.refused")
    return await engine.write(partial(_signed_in, desk, device, known, asked.code))


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
