"""What a till does over the network, whoever asks: the page, or a shop's own till.

Thin: each is a function of a room, done on the right thread of the engine. Whom a request comes
from is looked up on that same thread, and for a redemption under the same commit.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, TypeVar

from cbi.base.errors import CbiError, NotAllowed, Unusable
from cbi.base.words import typed
from cbi.context import LedgerContext
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.failed_lookups import note_guess
from cbi.ledger.vouchers.offline import ClaimOutcome, OfflineClaim
from cbi.ledger.vouchers.redeeming import Redeem, is_guess, verify_uncounted
from cbi.ledger.vouchers.redeeming_together import redeem_together
from cbi.operators.passphrases import is_right
from cbi.operators.permissions import may
from cbi.operators.pins import StoredPin, forgive_pin, note_wrong_pin, read_pin, take_pin_try
from cbi.operators.roster import known_as
from cbi.operators.sessions import TOKEN_BYTES, add_login, end_login, operator_by
from cbi.storage.transactions import ReadTransaction, WriteTransaction
from cbi.till.closing import ClosedShift, OpenShift, ShiftCount, close_shift, open_shifts
from cbi.till.day import StoreDay, day_of, zone_of
from cbi.till.devices import CREDENTIAL_BYTES, StoredDevice, claim
from cbi.till.offline import SignedList, make_list, upload
from cbi.till.typed import typed_redeem
from cbi.till.undoing import undo
from cbi.web.desk import (
    Credentials,
    Desk,
    Who,
    check_trained,
    encoded,
    login_token,
    office_token,
)
from cbi.web.engine import Engine

Result = TypeVar("Result")


class TypedSale(NamedTuple):
    """A redemption as a cashier typed it on the page."""

    code: str
    amount: str
    receipt: str
    total: str | None
    request: str
    code_way: str | None = None


class Till:
    """A ledger served: a desk that writes, one that reads, and one that looks long."""

    def __init__(
        self, context: LedgerContext, moved: Callable[[Unusable], object] = lambda _: None
    ) -> None:
        """`moved` is called when the ledger stands at another step than this program knows."""
        self.writing = Desk(context, moved)
        self.reading = Desk(context.again(), moved)
        self.looking = Desk(context.again(), moved)
        self.engine: Engine[tuple[Credentials, Redeem], Answer] = Engine(self._together)

    def close(self) -> None:
        """End the threads, and let go of the reader's connection; the writer's is its owner's."""
        self.engine.close()
        self.reading.context.close()
        self.looking.context.close()

    async def who(self, shown: Credentials) -> Who:
        """Whom a request comes from."""
        return await self.engine.read(partial(self.reading.who, shown))

    async def pair(self, code: str, origin: str) -> tuple[StoredDevice, str]:
        """Pair whoever has this code: the device, and the credential that is its from now on."""
        return await self.engine.write(partial(self._pair, code, origin))

    async def sign_in(self, shown: Credentials, name: str, pin: str) -> str:
        """Sign a cashier in on a device; the login's secret.

        Raises:
            NotAllowed: the PIN is not theirs, rests or is locked, or they do not work here.
        """
        device = (await self.who(Credentials(shown.device))).device
        known = known_as(name)
        try:
            plain = read_pin(pin)
        except CbiError:
            plain = ""
        row = await self.engine.write(partial(self._take_try, known))
        right = await self.engine.prove(partial(is_right, row and row.pin_hash, plain))
        return await self.engine.write(
            partial(self._signed_in, device, known, right and row is not None)
        )

    async def sign_out(self, shown: Credentials) -> None:
        """End a login; nobody else can use it any more."""
        await self.engine.write(partial(self._sign_out, shown))

    async def verify(self, shown: Credentials, code: str) -> Answer:
        """Is this voucher good here and now? A guess is counted before it is answered."""
        def read() -> tuple[Answer, bool]:
            who, told = self.reading.who(shown), typed(code)
            found = verify_uncounted(who.at_work, told, who.device.store)
            return found, is_guess(found, told)

        answer, guess = await self.engine.read(read)
        if guess:
            await self.engine.write(partial(self._note_guess, shown))
        return answer

    async def redeem(self, shown: Credentials, asked: Redeem) -> Answer:
        """Take an amount off a voucher, once; answered after it is durable."""
        return await self.engine.ask((shown, asked))

    async def redeem_typed(self, shown: Credentials, sale: TypedSale) -> Answer:
        """The same of what a cashier typed."""
        def read() -> Redeem:
            who = self.reading.who(shown)
            return typed_redeem(
                who.at_work, typed(sale.code), typed(sale.amount), store=who.device.store,
                receipt=typed(sale.receipt), total=typed(sale.total) if sale.total else None,
                request=sale.request,
            )._replace(code_way=sale.code_way)

        return await self.redeem(shown, await self.engine.read(read))

    async def undo(self, shown: Credentials, redemption: str, reason: str) -> Answer:
        """Take back what the same cashier redeemed here a moment ago."""
        def write() -> Answer:
            who = self.writing.who(shown)
            return undo(who.at_work, redemption, reason, store=who.device.store)

        return await self.engine.write(write)

    async def offline_list(self, shown: Credentials) -> SignedList:
        """What the device may take at its store without a connection, from now on."""
        def write() -> SignedList:
            who = self.writing.who(shown)
            who.at_work.require("till.redeem")
            return make_list(who.at_work, who.device.id, who.device.store)

        return await self.engine.write(write)

    async def offline_claim(
        self, shown: Credentials, claim: OfflineClaim, device_now: int
    ) -> ClaimOutcome:
        """Bring what the device took to the ledger; answered after it is durable, and the same
        however often it is sent."""
        def write() -> ClaimOutcome:
            who = self.writing.who(shown)
            session = who.at_work
            with self.writing.ledger.read() as tx:
                by = _known_name(tx, claim.taken_by) or session.operator.name
            return upload(session, who.device.id, device_now, [
                claim._replace(store=who.device.store, taken_by=by)
            ])[0]

        return await self.engine.write(write)

    async def day(self, shown: Credentials) -> StoreDay:
        """Today at the device's store, as this cashier may see it."""
        def read() -> StoreDay:
            who = self.reading.who(shown)
            session = who.at_work
            session.require("finance.read" if who.office else "till.redeem")
            with self.reading.ledger.read() as tx:
                return day_of(tx, who.device.store, session.operator.name, session.clock())

        return await self.engine.read(read)

    async def open_shifts(self, shown: Credentials) -> tuple[str, list[OpenShift]]:
        """What the cashier may close now at the device's store, and the zone of its times."""
        def read() -> tuple[str, list[OpenShift]]:
            who = self.reading.who(shown)
            session = who.at_work
            session.require("till.redeem")
            with self.reading.ledger.read() as tx:
                return zone_of(tx), open_shifts(
                    tx, who.device.store, session.operator.name, session.clock()
                )

        return await self.engine.read(read)

    async def close_shift(self, shown: Credentials, counted: ShiftCount) -> ClosedShift:
        """Close the cashier's shift as it was shown; answered after it is durable."""
        def write() -> ClosedShift:
            who = self.writing.who(shown)
            return close_shift(who.at_work, who.device.store, counted)

        return await self.engine.write(write)

    def _together(
        self, asked: Sequence[tuple[Credentials, Redeem]]
    ) -> Sequence[Answer | CbiError]:
        told: dict[int, Answer | CbiError] = {}
        ready = []
        found = self.writing.all_who([shown for shown, _ in asked])
        for place, (who, (_, one)) in enumerate(zip(found, asked, strict=True)):
            try:
                if isinstance(who, CbiError):
                    raise who
                ready.append((place, who.at_work, one._replace(store=who.device.store)))
            except CbiError as refused:
                told[place] = refused
        answers = redeem_together(
            self.writing.ledger, [(session, one) for _, session, one in ready]
        )
        for (place, *_), answer in zip(ready, answers, strict=True):
            told[place] = answer
        return [told[place] for place in range(len(asked))]

    def _pair(self, code: str, origin: str) -> tuple[StoredDevice, str]:
        context = self.writing.context
        secret, key = context.entropy(CREDENTIAL_BYTES), context.keys.need("lookup")
        with self.writing.ledger.read() as tx:
            self.writing.must_know(tx)
        device = self._transact(lambda tx: claim(
            tx, code, secret, now=context.clock(), key=key, origin=origin
        ))
        return device, encoded(secret)

    def _take_try(self, name: str) -> StoredPin | None:
        return self._transact(
            lambda tx: take_pin_try(tx, name, self.writing.context.clock())
        )

    def _signed_in(self, device: StoredDevice, name: str, right: bool) -> str:
        context, origin = self.writing.context, device.number
        now, (by, keys) = context.clock(), context.vouching
        if not right:
            self._transact(lambda tx: note_wrong_pin(
                tx, _known_name(tx, name), now=now, origin=origin
            ))
            raise NotAllowed("till-page.sign-in-refused")
        secret = encoded(context.entropy(TOKEN_BYTES))
        token = login_token(device, secret)

        def work(tx: WriteTransaction) -> None:
            forgive_pin(tx, name)
            add_login(tx, token, name, now=now, by=by, origin=origin)
            tx.tell()
            operator, _ = operator_by(tx, token, now=now, by=by, keys=keys)
            check_trained(operator)
            if not may(operator.roles, "till.redeem") or device.store not in operator.stores:
                raise NotAllowed("ledger.store-not-yours", operator=name, store=device.store)

        self._transact(work)
        return secret

    def _sign_out(self, shown: Credentials) -> None:
        who = self.writing.who(shown)
        if who.session is None or not shown.login:
            return
        token = (office_token if who.office else login_token)(who.device, shown.login)
        now = self.writing.context.clock()
        self._transact(lambda tx: end_login(tx, token, now=now, origin=who.device.number))

    def _note_guess(self, shown: Credentials) -> None:
        who = self.writing.who(shown)
        note_guess(who.at_work, who.device.store)

    def _transact(self, work: Callable[[WriteTransaction], Result]) -> Result:
        return self.writing.ledger.transact(work)


def _known_name(tx: ReadTransaction, name: str) -> str:
    """A name for the log; one that nobody has is left out, it may be a PIN in the wrong place."""
    return str(tx.value("SELECT name FROM operator WHERE name = :name", name=name) or "")
