"""What the page asks: a device's cookie says which till it is, a login's who works on it."""

import gzip
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cbi.base.errors import CbiError, NotAllowed
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.offline import OfflineClaim
from cbi.messages.catalogue import text
from cbi.messages.figures import amount_figures
from cbi.till.words import store_name
from cbi.web.account import sees_account
from cbi.web.account_routes import AccountRoutes
from cbi.web.answering import (
    Malformed,
    as_json,
    asked,
    language_of,
    refused,
    shown,
)
from cbi.web.day_routes import DayRoutes
from cbi.web.desk import Credentials
from cbi.web.limits import Limit
from cbi.web.office import LaterUndo, Office, office_sign_in, undo_later
from cbi.web.page_texts import exponent_of
from cbi.web.requests import (
    ClaimAsked,
    ListAsked,
    OfficeAsked,
    PairAsked,
    SignInAsked,
    TypedSaleAsked,
    UndoAsked,
    UndoLaterAsked,
    VerifyAsked,
)
from cbi.web.till import Till, TypedSale

IDLE_SECONDS = 60 * 60
"""A page left open and untouched for so long asks for the PIN again."""
DEVICE_SECONDS = 400 * 24 * 60 * 60
Work = Callable[[Request, str], Awaitable[Response]]


class Place(NamedTuple):
    """What the page shows: the store's name, the help line, and whether the retailer's account."""

    store: str
    hotline: str
    account: bool


class PageRoutes:
    """The page's side of a till."""

    def __init__(self, till: Till, *, secure: bool) -> None:
        self._till = till
        self._secure = secure
        self._prefix = "__Host-cbi" if secure else "cbi"
        self._seen: dict[str, float] = {}
        self._pairings, self._sign_ins = Limit(10, 1 / 30), Limit(10, 1 / 30)
        self._asks, self._lists = Limit(40, 10), Limit(6, 1 / 120)

    def routes(self) -> list[Route]:
        """Where each is asked."""
        day = DayRoutes(self._till, self._at_work)
        account = AccountRoutes(self._till, self._at_work)
        posts = (
            ("pair", self.pair), ("sign-in", self.sign_in),
            ("office-sign-in", self.office_sign_in), ("sign-out", self.sign_out),
            ("verify", self.verify), ("redeem", self.redeem), ("undo", self.undo),
            ("offline-list", self.offline_list), ("offline-claim", self.offline_claim),
            ("shift-close", day.shift_close), ("later-undo", self.later_undo),
        )
        gets = (("me", self.me), ("day", day.day), ("shift", day.shift),
                ("redemption", day.redemption), ("account", account.account),
                ("account-lines", account.lines))
        return [
            *(Route(f"/till/{name}", self._answered(work), methods=["POST"])
              for name, work in posts),
            *(Route(f"/till/{name}", self._answered(work), methods=["GET"])
              for name, work in gets),
        ]

    async def pair(self, request: Request, language: str) -> Response:
        """Make this browser a till; it keeps the credential where no script can read it."""
        wanted = await asked(request, PairAsked)
        self._pairings.must_take("all")
        _, secret = await self._till.pair(wanted.code, _from(request))
        response = as_json({"paired": True})
        self._set(response, "device", secret, DEVICE_SECONDS)
        return response

    async def sign_in(self, request: Request, language: str) -> Response:
        """Sign a cashier in by PIN."""
        wanted, device = await asked(request, SignInAsked), self._credentials(request).device
        self._sign_ins.must_take(device)
        secret = await self._till.sign_in(Credentials(device), wanted.name, wanted.pin)
        self._touch(secret)
        response = await self._told_me(Credentials(device, secret), language)
        self._set(response, "login", secret, None)
        return response

    async def office_sign_in(self, request: Request, language: str) -> Response:
        """Sign in who reads the books, with two factors."""
        wanted, device = await asked(request, OfficeAsked), self._credentials(request).device
        self._sign_ins.must_take(device)
        secret = await office_sign_in(self._till, Credentials(device), Office(
            wanted.name, wanted.passphrase, wanted.code
        ))
        self._touch(secret)
        response = await self._told_me(Credentials(device, secret), language)
        self._set(response, "login", secret, None)
        return response

    async def sign_out(self, request: Request, language: str) -> Response:
        """Sign the cashier out."""
        known = self._credentials(request)
        await self._till.sign_out(known)
        self._seen.pop(known.login, None)
        response = as_json({"signed_out": True})
        response.delete_cookie(f"{self._prefix}-login", secure=self._secure, httponly=True,
                               samesite="strict")
        return response

    async def me(self, request: Request, language: str) -> Response:
        """Which till this is and who works on it."""
        known = self._credentials(request)
        if known.login and self._idle(known.login):
            known = Credentials(known.device)
        try:
            return await self._told_me(known, language)
        except NotAllowed:
            if not known.login:
                raise
            return await self._told_me(Credentials(known.device), language)

    async def verify(self, request: Request, language: str) -> Response:
        """Is this voucher good?"""
        wanted = await asked(request, VerifyAsked)
        answer = await self._till.verify(self._at_work(request), wanted.code)
        return await self._shown(answer, language, "")

    async def redeem(self, request: Request, language: str) -> Response:
        """Take an amount off a voucher, once."""
        wanted = await asked(request, TypedSaleAsked)
        answer = await self._till.redeem_typed(self._at_work(request), TypedSale(
            wanted.code, wanted.amount, wanted.receipt, wanted.total, wanted.request,
            wanted.code_way,
        ))
        return await self._shown(answer, language, "redeemed")

    async def undo(self, request: Request, language: str) -> Response:
        """Take one's own redemption back."""
        wanted = await asked(request, UndoAsked)
        reason = text("till-page.undo-reason", language)
        answer = await self._till.undo(self._at_work(request), wanted.redemption, reason)
        return await self._shown(answer, language, "reversed")

    async def later_undo(self, request: Request, language: str) -> Response:
        """Undo any redemption of the store, as a manager."""
        wanted, known = await asked(request, UndoLaterAsked), self._at_work(request)
        self._sign_ins.must_take(known.device)
        answer = await undo_later(self._till, known, LaterUndo(
            wanted.redemption, wanted.reason, wanted.code
        ))
        return await self._shown(answer, language, "reversed")

    async def offline_list(self, request: Request, language: str) -> Response:
        """What this till may take without a connection; asked by the page, and not by a person."""
        await asked(request, ListAsked)
        known = self._signed_in(request)
        self._lists.must_take(known.device)
        given = await self._till.offline_list(known)
        answer = as_json({"text": given.text, "signature": given.signature.hex()})
        if "gzip" in request.headers.get("accept-encoding", ""):
            plain = bytes(answer.body)
            body = await self._till.engine.prove(lambda: gzip.compress(plain, 1))
            return Response(body, headers={
                "content-encoding": "gzip", "cache-control": "no-store",
                "content-type": "application/json",
            })
        return answer

    async def offline_claim(self, request: Request, language: str) -> Response:
        """What was taken without a connection, brought to the ledger: once, however often."""
        wanted, known = await asked(request, ClaimAsked), self._signed_in(request)
        told = await self._till.offline_claim(known, _claim(wanted), wanted.device_now)
        return as_json({
            "outcome": told.outcome, "reason": told.reason, "posted": told.posted_minor,
            "charged_to": told.charged_to, "serial": told.serial, "redemption": told.redemption,
        })

    def _answered(self, work: Work) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            language = language_of(request)
            try:
                self._asks.must_take(request.cookies.get(f"{self._prefix}-device", "-"))
                return await work(request, language)
            except CbiError as error:
                return refused(error, language)
            except Malformed as malformed:
                return as_json({"error": "malformed", "words": str(malformed)}, 422)

        return handle

    async def _told_me(self, known: Credentials, language: str) -> Response:
        who = await self._till.who(known)
        desk = self._till.reading

        def read() -> Place:
            sees = who.session is not None and sees_account(desk, who)
            with desk.ledger.read() as tx:
                hotline = tx.value("SELECT hotline FROM programme ORDER BY code LIMIT 1")
                return Place(store_name(tx, who.device.store, language), str(hotline or ""), sees)

        place = await self._till.engine.read(read)
        session = who.session if who.device.operator is None else None
        return as_json({
            "device": who.device.number, "store": place.store, "hotline": place.hotline,
            "operator": None if session is None else session.operator.name,
            "account": place.account, "office": who.office,
            "undoes": who.office and who.at_work.may("till.reverse"),
            "id": who.device.id.hex(), "place": who.device.store,
            "seal": desk.context.keys.seal_public.hex(),
        })

    async def _shown(self, answer: Answer, language: str, done: str) -> Response:
        desk = self._till.reading

        def read() -> str:
            with desk.ledger.read() as tx:
                return store_name(tx, answer.store, language)

        store = await self._till.engine.read(read) if answer.store else ""
        record = shown(answer, language, store=store, done=done)
        if answer.balance_minor is not None:
            record["exponent"] = exponent_of(answer.currency)
            record["left"] = amount_figures(answer.balance_minor, answer.currency or "", language)
        if answer.amount_minor is not None:
            record["taken"] = amount_figures(answer.amount_minor, answer.currency or "", language)
        return as_json(record)

    def _credentials(self, request: Request) -> Credentials:
        return Credentials(*(
            request.cookies.get(f"{self._prefix}-{name}", "") for name in ("device", "login")
        ))

    def _at_work(self, request: Request) -> Credentials:
        known = self._signed_in(request)
        self._touch(known.login)
        return known

    def _signed_in(self, request: Request) -> Credentials:
        """Who is signed in; what the page asks by itself keeps nobody signed in longer."""
        known = self._credentials(request)
        if not known.login or self._idle(known.login):
            raise NotAllowed("operators.session-over")
        return known

    def _idle(self, login: str) -> bool:
        """Whether nothing was asked by this login for long. A server begun anew gives it time."""
        return time.monotonic() - self._seen.get(login, time.monotonic()) > IDLE_SECONDS

    def _touch(self, login: str) -> None:
        if len(self._seen) > 10_000:
            old = time.monotonic() - 24 * 60 * 60
            self._seen = {one: seen for one, seen in self._seen.items() if seen > old}
        self._seen[login] = time.monotonic()

    def _set(self, response: Response, name: str, secret: str, seconds: int | None) -> None:
        response.set_cookie(f"{self._prefix}-{name}", secret, max_age=seconds, path="/",
                            secure=self._secure, httponly=True, samesite="strict")


def _claim(told: ClaimAsked) -> OfflineClaim:
    try:
        given = bytes.fromhex(told.list)
    except ValueError:
        given = b""  # no list of ours: the claim is kept all the same
    return OfflineClaim(
        told.request, b"", given, told.code, told.amount, "", told.receipt, told.said_at,
        told.taken_by, told.receipt_total, code_way=told.code_way,
    )


def _from(request: Request) -> str:
    return request.client.host if request.client else ""
