"""The whole server as one application, and how it is served."""

import ipaddress
import socket
import ssl
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from cbi.base.errors import BadFile, Unusable, UsageError
from cbi.context import LedgerContext
from cbi.web import static
from cbi.web.answering import as_json
from cbi.web.api_routes import ApiRoutes, problem
from cbi.web.guard import Guard
from cbi.web.limits import Limit
from cbi.web.page_routes import PageRoutes
from cbi.web.renewal import Say, renewed
from cbi.web.sandbox import Sandbox, SandboxRoutes, opened_sandbox, said
from cbi.web.till import Till

LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
REQUESTS_MAX = 1_000
Fault = Callable[[Exception], object]
KEEP_ALIVE_SECONDS, GRACEFUL_SECONDS = 75, 10


@dataclass(frozen=True, slots=True)
class Serving:
    """Where and how to serve."""

    host: str = "127.0.0.1"
    port: int = 8765
    certificate: Path | None = None
    key: Path | None = None
    behind_proxy: bool = False
    sandbox: bool = False
    """Whether practice vouchers may be tried beside the real ones."""

    @property
    def secure(self) -> bool:
        """Whether browsers speak to it over https."""
        return self.certificate is not None or self.behind_proxy

    @property
    def loopback(self) -> bool:
        """Whether nobody but this machine reaches it."""
        try:
            return ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def address(self) -> str:
        """What to type into a browser on this machine."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.certificate else 'http'}://{host}:{self.port}"

    def check(self) -> None:
        """Refuse what would carry PINs and codes over a network in the clear.

        Raises:
            UsageError: it does, or the certificate is half given.
        """
        if (self.certificate is None) != (self.key is None):
            raise UsageError("help-serve.both-files")
        if not self.loopback and not self.secure:
            raise UsageError("help-serve.needs-tls", host=self.host)
        if self.certificate is not None and self.key is not None:
            try:
                ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key)
            except (OSError, ValueError) as error:
                raise BadFile(
                    "help-serve.file-unreadable", file=str(self.certificate), detail=str(error)
                ) from error

    def listening(self) -> socket.socket:
        """A socket that listens there.

        Raises:
            UsageError: the address is taken, or not this machine's.
        """
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        try:
            return socket.create_server(
                (self.host.strip("[]"), self.port), family=family, backlog=2_048
            )
        except OSError as error:
            raise UsageError(
                "help-serve.cannot-listen", address=self.address, detail=error.strerror
            ) from error


def application(
    till: Till, serving: Serving, *, sandbox: Sandbox | None = None, limit: Limit | None = None,
    fault: Fault = lambda _: None,
) -> Guard:
    """What answers every request; `limit` says how often a shop's own till may ask, `fault` keeps
    what went wrong with the server itself.
    """
    async def own_fault(request: Request, error: Exception) -> Response:
        if not request.url.path.startswith("/api/"):
            return as_json({"error": "own-fault", "words": type(error).__name__}, 500)
        told = problem(500, "own-fault", type(error).__name__)
        return said(told) if request.url.path.startswith(SandboxRoutes.prefix) else told

    pages, api = PageRoutes(till, secure=serving.secure), ApiRoutes(till, limit=limit)
    app = Starlette(
        routes=[*static.routes(), *static.authority(serving.certificate), *pages.routes(),
                *api.routes(), *(SandboxRoutes(sandbox).routes() if sandbox else ())],
        exception_handlers={Exception: own_fault},
    )
    hosts = LOOPBACK if serving.loopback and not serving.behind_proxy else ()
    return Guard(app, hosts=hosts, secure=serving.secure,
                 behind_proxy=serving.behind_proxy, fault=fault)


def serve(
    context: LedgerContext, serving: Serving, say: Say, fault: Fault = lambda _: None
) -> None:
    """Serve until stopped by Ctrl-C or told to end; what was begun is ended first.

    `say` tells its operator that whoever asks is heard, and of its certificate; `fault` is called
    with each fault of the server's own.

    Raises:
        Unusable: the ledger was taken to a step that this program does not know. It ends, so that
            what looks after it starts the new program, and pages meanwhile go on without a server.
    """
    import uvicorn

    from cbi.web.patience import PatientProtocol, PatientServer

    serving.check()
    listening = serving.listening()
    moved: list[Unusable] = []

    def end(why: Unusable) -> None:
        moved.append(why)
        server.should_exit = True

    with ExitStack() as stack:
        sandbox = stack.enter_context(opened_sandbox()) if serving.sandbox else None
        till = Till(context, end)
        stack.callback(till.close)
        say("help-serve.at", address=serving.address)
        server = PatientServer(uvicorn.Config(
            application(till, serving, sandbox=sandbox, fault=fault), loop="asyncio",
            http=PatientProtocol, ws="none", lifespan="off", log_config=None, access_log=False,
            server_header=False, proxy_headers=serving.behind_proxy,
            limit_concurrency=REQUESTS_MAX, timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
            ssl_certfile=serving.certificate, ssl_keyfile=serving.key,
            ssl_context_factory=renewed(serving.certificate, serving.key, say),
        ))
        server.run(sockets=[listening])
    if moved:
        raise moved[0]
