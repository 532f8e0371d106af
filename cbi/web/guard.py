"""What every request passes: whose host it names, how long it is, where it comes from.

A page of somebody else's cannot make a till's browser do anything here: what changes something
must come from this very origin and carry a header that no form can send. Nothing but our own
scripts runs on our page.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

BODY_BYTES_MAX = 16_384
BODY_SECONDS = 10
HEADER = b"x-cbi-till"
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; media-src 'self' blob:; object-src 'none'; "
    "base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=()"),
)
HTTPS_ALONE = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Refusal(Exception):  # noqa: N818 - it becomes an answer
    """A request that is not looked at any further."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(status, why)
        self.status, self.why = status, why


class Guard:
    """Lets through what may come in, and says the same of every answer that goes out."""

    def __init__(
        self, app: App, *, hosts: Iterable[str] = (), secure: bool = False,
        behind_proxy: bool = False, fault: Callable[[Exception], object] = lambda _: None,
    ) -> None:
        self._app = app
        self._fault = fault
        self._hosts = frozenset(hosts)
        self._secure = secure
        self._behind_proxy = behind_proxy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        headers = HEADERS
        if self._secure:
            headers = (*headers, HTTPS_ALONE)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *headers]
            await send(message)

        try:
            self._check(scope)
            body = await _body(scope, receive)
        except Refusal as refusal:
            await _refuse(sent, refusal)
            return
        try:
            await self._app(scope, _given(body, receive), sent)
        except Exception as error:  # noqa: BLE001 - Starlette answers any fault with 500, then raises it
            self._fault(error)  # kept here, and not printed beside who served it

    def _check(self, scope: Scope) -> None:
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1").lower()
        name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
        if self._hosts and name not in self._hosts:
            raise Refusal(421, "this till is not served under that name")
        if self._behind_proxy and scope["scheme"] != "https":
            raise Refusal(403, "the proxy did not say that this came over https")
        if scope["method"] in ("GET", "HEAD") or scope["path"].startswith("/api/"):
            return
        origin = headers.get(b"origin", b"").decode("latin-1")
        if HEADER not in headers or origin != f"{scope['scheme']}://{host}":
            raise Refusal(403, "not asked by the till's own page")


async def _body(scope: Scope, receive: Receive) -> bytes:
    """The whole body, if it is short and comes in time."""
    declared = dict(scope["headers"]).get(b"content-length", b"0")
    if not declared.isdigit() or int(declared[:20]) > BODY_BYTES_MAX:
        raise Refusal(413, "too long")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refusal(400, "cut off")
                body += message.get("body", b"")
                if len(body) > BODY_BYTES_MAX:
                    raise Refusal(413, "too long")
                if not message.get("more_body"):
                    return bytes(body)
    except TimeoutError as late:
        raise Refusal(408, "too slow") from late


def _given(body: bytes, receive: Receive) -> Receive:
    """The body, given to the application as it came; then whatever else comes."""
    told = False

    async def give() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return give


async def _refuse(send: Send, refusal: Refusal) -> None:
    said = json.dumps({"type": "about:blank", "status": refusal.status, "title": refusal.why})
    await send({
        "type": "http.response.start", "status": refusal.status,
        "headers": [(b"content-type", b"application/problem+json"), (b"connection", b"close")],
    })
    await send({"type": "http.response.body", "body": said.encode()})
