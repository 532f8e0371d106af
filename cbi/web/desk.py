"""A ledger as one thread of the server has it: its own connection, and who asks, looked up once.

Who a request comes from is read from the ledger and kept until the log grows: whatever ends a
right, a login or a device leaves a line there, so that nobody is let in a request longer. In the
same look it is seen whether the ledger was taken to another step meanwhile (`cbi upgrade`), which
this program does not know: then it answers no request.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from cbi.base.clock import MINUTE_US
from cbi.base.errors import CbiError, NotAllowed, Unusable
from cbi.context import LedgerContext
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.operators.permissions import may
from cbi.operators.roster import check_as_said, operator_of
from cbi.operators.sessions import TOKEN_BYTES, operator_by
from cbi.storage.migrate import SCHEMA_HEAD, check_version
from cbi.storage.transactions import ReadTransaction
from cbi.till.devices import CREDENTIAL_BYTES, StoredDevice, device_of

CASHIER = frozenset({"cashier"})
AS_OF = """
SELECT coalesce((SELECT seq FROM log_head WHERE number = 1), 0) AS lines,
       (SELECT version_num FROM alembic_version) AS step
"""
LOOKED_UP_US = MINUTE_US
"""What is tampered with behind the log's back is looked at again after so long."""


class _AsOf(NamedTuple):
    """How far the log is, and at which step the ledger stands."""

    lines: int
    step: str | None


class Credentials(NamedTuple):
    """What a request shows: the device's credential and, of a cashier on it, a login's token."""

    device: str
    login: str = ""


class Who(NamedTuple):
    """Whom a request comes from: a device and, where somebody works on it, their session."""

    device: StoredDevice
    session: OperatorSession | None
    ends_at: int | None = None
    office: bool = False
    """Whether they signed in with two factors, to read the books, and not by PIN."""

    @property
    def at_work(self) -> OperatorSession:
        """The session of who works on the device.

        Raises:
            NotAllowed: nobody is signed in on it.
        """
        if self.session is None:
            raise NotAllowed("operators.session-over")
        return self.session


class Desk:
    """One thread's ledger and its memory of who is who."""

    def __init__(
        self, context: LedgerContext, moved: Callable[[Unusable], object] = lambda _: None
    ) -> None:
        """`moved` is called when the ledger stands at another step than this program knows."""
        self.context, self._moved = context, moved
        self.ledger = context.ledger
        context.identity, context.vouching, context.clock  # noqa: B018 - opened now, and not amid a request
        self._known: dict[Credentials, Who] = {}
        self._as_of: tuple[_AsOf | None, int] = (None, 0)

    def who(self, shown: Credentials) -> Who:
        """Whom a request comes from, by what it shows.

        Raises:
            NotAllowed: the device is no till, or what it shows of a cashier is no login that holds.
            Unusable: the ledger was taken to another step: this server has to be started anew.
        """
        (found,) = self.all_who([shown])
        if isinstance(found, CbiError):
            raise found
        return found

    def all_who(self, shown: Sequence[Credentials]) -> list[Who | CbiError]:
        """The same of requests that came together, by one look; each is told its own refusal.

        Where the look breaks off, each is looked up by itself.
        """
        try:
            now = self.context.clock()
            with self.ledger.read() as tx:
                self._forget_if_changed(tx, now)
                return [self._known_or_looked_up(tx, one, now) for one in shown]
        except Unusable as broken:
            if len(shown) == 1:
                return [broken]
            return [found for one in shown for found in self.all_who([one])]

    def _known_or_looked_up(
        self, tx: ReadTransaction, shown: Credentials, now: int
    ) -> Who | CbiError:
        found = self._known.get(shown)
        if found is None or (found.ends_at is not None and found.ends_at <= now):
            try:
                found = self._known[shown] = self._looked_up(tx, shown, now)
            except Unusable:
                raise
            except CbiError as refused:
                return refused
        return found

    def _forget_if_changed(self, tx: ReadTransaction, now: int) -> None:
        as_of = tx.read_one(_AsOf, AS_OF)
        if as_of is None or as_of.step != SCHEMA_HEAD["ledger"]:
            self.must_know(tx)
        seen, at = self._as_of
        if as_of != seen or now - at > LOOKED_UP_US:
            self._known.clear()
            self._as_of = (as_of, now)

    def must_know(self, tx: ReadTransaction) -> None:
        """Raises Unusable where the ledger stands at another step than this program knows."""
        try:
            check_version(tx)
        except Unusable as error:
            self._moved(error)
            raise

    def _looked_up(self, tx: ReadTransaction, shown: Credentials, now: int) -> Who:
        by, keys = self.context.vouching
        device = device_of(tx, decoded(shown.device, CREDENTIAL_BYTES), keys)
        if device.operator is not None:
            check_as_said(tx, device.operator, keys)
            own = operator_of(tx, device.operator, keys)
            if tx.value("SELECT 1 FROM operator WHERE name = :name AND disabled_at IS NOT NULL",
                        name=own.name):
                raise NotAllowed("operators.disabled", operator=own.name)
            return Who(device, self._session(_at_the_till(own), device))
        if not shown.login:
            return Who(device, None)
        office = office_token(device, shown.login)
        try:
            operator, ends_at = operator_by(tx, office, now=now, by=by, keys=keys)
        except NotAllowed:
            token = login_token(device, shown.login)
            operator, ends_at = operator_by(tx, token, now=now, by=by, keys=keys)
            return Who(device, self._session(_at_the_till(operator), device), ends_at)
        return Who(device, self._session(_at_the_books(operator), device), ends_at, office=True)

    def _session(self, operator: Operator, device: StoredDevice) -> OperatorSession:
        """A session of who works on a device, which is bound to the device's store.

        Raises:
            NotAllowed: they do not work at that store.
        """
        if operator.stores and device.store not in operator.stores:
            raise NotAllowed(
                "ledger.store-not-yours", operator=operator.name, store=device.store
            )
        check_trained(operator)
        here = replace(operator, stores=frozenset({device.store}))
        session = self.context.session(here)
        return OperatorSession(
            session.ledger, here, session.clock, session.entropy, session.open_keys,
            session.open_vault, device.number, session.stretching, session.seal_reading,
        )


def check_trained(operator: Operator) -> None:
    """Raises NotAllowed where a training is missing without which nobody takes money off here."""
    if operator.untrained and not may(operator.roles, "till.redeem"):
        missing = operator.untrained[0]
        raise NotAllowed(
            "till-page.untrained-by" if missing.trainers else "till-page.untrained",
            topic=missing.topic, programme=missing.programme, who=", ".join(missing.trainers),
        )


def login_token(device: StoredDevice, secret: str) -> bytes:
    """What the ledger knows a login by: its secret on this one device, good on no other."""
    return device.id + decoded(secret, TOKEN_BYTES)


def office_token(device: StoredDevice, secret: str) -> bytes:
    """The same of a login with two factors: no secret of a PIN's login is one."""
    return b"office" + login_token(device, secret)


def _at_the_till(operator: Operator) -> Operator:
    """Who signed in by PIN is a cashier here, and nothing else that they may be elsewhere."""
    return replace(operator, roles=operator.roles & CASHIER)


def _at_the_books(operator: Operator) -> Operator:
    """Who signed in with two factors redeems nothing here: a cashier has a PIN."""
    return replace(operator, roles=operator.roles - CASHIER, untrained=())


def encoded(secret: bytes) -> str:
    """A secret as a cookie or a header carries it."""
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")


def decoded(text: str, length: int) -> bytes:
    """The same read; nothing of another length is any secret of ours.

    Raises:
        NotAllowed: it is none.
    """
    try:
        found = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if len(found) != length:
        raise NotAllowed("till-devices.not-paired")
    return found
