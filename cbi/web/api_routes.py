"""`/api/v1`: what a shop's own till calls, with the credential that its device was paired for.

Amounts are integers of the currency's minor unit. A redemption carries an `Idempotency-Key`, made
before asking and kept until answered: sent again it gets the same answer and counts once. What is
not done is told as a problem (RFC 9457), whose type ends in the till's answer.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cbi.base.clock import at
from cbi.base.errors import CbiError, NotAllowed, UsageError
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.redeeming import Redeem
from cbi.messages.catalogue import text
from cbi.till.day import StoreDay
from cbi.till.words import record_of, told
from cbi.web.answering import Malformed, as_json, asked, language_of, status_of
from cbi.web.desk import Credentials
from cbi.web.limits import Limit
from cbi.web.requests import PairAsked, RedeemAsked, ReverseAsked, VerifyAsked
from cbi.web.till import Till

KEY_LETTERS_MAX = 100
PROBLEM = "application/problem+json"
TYPES = "/api/v1/problems/"
Work = Callable[[Request, str], Awaitable[Response]]


class ApiRoutes:
    """A shop's own till's side."""

    prefix = "/api/v1"
    sandbox = False

    def __init__(self, till: Till, *, limit: Limit | None = None) -> None:
        self._till = till
        self._asks = limit or Limit(60, 20)
        self._pairings = Limit(10, 1 / 30)

    def routes(self) -> list[Route]:
        """Where each is asked."""
        posts = (("pair", self.pair), ("verify", self.verify), ("redeem", self.redeem),
                 ("reverse", self.reverse))
        return [
            Route(f"{self.prefix}/openapi.json", self._described, methods=["GET"]),
            *(Route(f"{self.prefix}/{name}", self._answered(work), methods=["POST"])
              for name, work in posts),
            Route(f"{self.prefix}/day", self._answered(self.day), methods=["GET"]),
        ]

    async def pair(self, request: Request, language: str) -> Response:
        """A pairing code made into the credential that every other request shows."""
        wanted = await asked(request, PairAsked)
        self._pairings.must_take("all")
        code = await self._pairing(wanted.code)
        device, secret = await self._till.pair(code, request.client.host if request.client else "")
        return as_json({"device": device.number, "store": device.store, "credential": secret}, 201)

    async def verify(self, request: Request, language: str) -> Response:
        """Is this voucher good? Every answer of a till is an answer, and no problem."""
        shown, wanted = _shown(request), await asked(request, VerifyAsked)
        answer = await self._till.verify(shown, wanted.code)
        return as_json(record_of(answer, told(answer, language, store=answer.store or "")))

    async def redeem(self, request: Request, language: str) -> Response:
        """Take an amount off a voucher, once."""
        key = request.headers.get("idempotency-key", "")
        if not 0 < len(key) <= KEY_LETTERS_MAX:
            raise UsageError("till-devices.key-missing", most=KEY_LETTERS_MAX)
        shown, wanted = _shown(request), await asked(request, RedeemAsked)
        answer = await self._till.redeem(shown, Redeem(
            code=wanted.code, amount_minor=wanted.amount, store="", receipt=wanted.receipt,
            receipt_total_minor=wanted.receipt_total, request=key,
            code_way=wanted.code_way,
        ))
        return _done(answer, language, "redeemed")

    async def reverse(self, request: Request, language: str) -> Response:
        """Undo a redemption of this till's own, within minutes."""
        shown, wanted = _shown(request), await asked(request, ReverseAsked)
        answer = await self._till.undo(shown, wanted.redemption, wanted.reason)
        return _done(answer, language, "reversed")

    async def day(self, request: Request, language: str) -> Response:
        """Today's redemptions of this till's cashier, and the store's totals."""
        return as_json(_day(await self._till.day(_shown(request))))

    async def _pairing(self, code: str) -> str:
        """The pairing code that was meant."""
        return code

    async def _described(self, _: Request) -> Response:
        from cbi.web.openapi import described

        return as_json(described(self.sandbox))

    def _answered(self, work: Work) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            language = language_of(request)
            wait = self._asks.take(request.headers.get("authorization", "-"))
            if wait:
                response = problem(429, "too-often", text("till-page.too-often", language,
                                                           seconds=int(wait) + 1))
                response.headers["retry-after"] = str(int(wait) + 1)
                return response
            try:
                return await work(request, language)
            except CbiError as error:
                words = text(error.code, language, **error.facts)
                return problem(status_of(error), error.code, words)
            except Malformed as malformed:
                return problem(422, "malformed", str(malformed))

        return handle


def _shown(request: Request) -> Credentials:
    kind, _, credential = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not credential:
        raise NotAllowed("till-devices.not-paired")
    return Credentials(credential.strip())


def _done(answer: Answer, language: str, done: str) -> Response:
    words = told(answer, language, store=answer.store or "", done=done)
    if answer.answer != "ok":
        return problem(409, answer.answer, words, record_of(answer, words))
    return as_json(record_of(answer, words))


def problem(
    status: int, kind: str, detail: str, more: Mapping[str, object] | None = None
) -> Response:
    """What is not done, as RFC 9457 tells it."""
    said = {"type": TYPES + kind, "title": kind, "status": status, "detail": detail}
    return as_json({**(more or {}), **said}, status, PROBLEM)


def _day(day: StoreDay) -> dict[str, object]:
    return {
        "date": day.date,
        "redemptions": [
            {"redemption": f"{one.serial}/{one.seq}", "receipt": one.receipt,
             "amount": one.amount_minor, "currency": one.currency,
             "at": at(one.recorded_at, day.zone).isoformat(), "reversed": bool(one.reversed)}
            for one in day.lines
        ],
        "totals": [
            {"operator": one.operator, "currency": one.currency,
             "redemptions": one.redemptions, "amount": one.amount_minor}
            for one in day.totals
        ],
    }
