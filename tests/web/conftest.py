"""A till served on this machine, over the tests' world, and browsers that speak to it."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import uvicorn

from cbi.context import LedgerContext, StoragePaths
from cbi.operators.accounts import add_operator
from cbi.operators.keyring import write_keyring
from cbi.operators.pins import set_pin
from cbi.operators.stretching import Stretching
from cbi.till.devices import offer
from cbi.web.app import Fault, Serving, application
from cbi.web.certificate import CertificateMade
from cbi.web.limits import Limit
from cbi.web.patience import PatientProtocol
from cbi.web.renewal import Say, renewed
from cbi.web.sandbox import Sandbox
from cbi.web.till import Till
from tests.conftest import World

STORE = "magnum-almaty-1"
PINS = {"till1": "419275", "till2": "583146"}
CHEAP = Stretching(passes=1, memory_kib=8, lanes=1)


class Told(dict[str, Any]):
    """What was answered, with its status."""

    status = 0
    headers: dict[str, str] = {}  # noqa: RUF012


@dataclass
class Browser:
    """One browser: its cookies, and what it sends along."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    language: str = "en"
    credential: str = ""

    def __call__(self, path: str, body: object = None, **headers: str) -> Told:
        sent = {"Accept-Language": self.language, "X-CBI-Till": "1",
                "Origin": f"http://127.0.0.1:{self.port}", "Content-Type": "application/json"}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.credential:
            sent["Authorization"] = f"Bearer {self.credential}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET" if body is None else "POST", path, data,
                               {name: value for name, value in sent.items() if value})
            answer = connection.getresponse()
            content = answer.read()
            for line in answer.headers.get_all("Set-Cookie") or ():
                name, _, value = line.partition(";")[0].partition("=")
                self.cookies[name] = value.strip('"')
        finally:
            connection.close()
        is_json = "json" in (answer.headers.get("Content-Type") or "")
        parsed = json.loads(content) if is_json else {"content": content}
        told = Told(parsed if isinstance(parsed, dict) else {"list": parsed})
        told.status = answer.status
        told.headers = {name.lower(): value for name, value in answer.headers.items()}
        return told


@dataclass
class Served:
    """A till that is served."""

    world: World
    till: Till
    port: int

    def browser(self) -> Browser:
        return Browser(self.port)

    def paired(self, store: str = STORE) -> Browser:
        browser = self.browser()
        code = offer(self.world.session("admin1"), store).code
        told = browser("/till/pair", {"code": code})
        assert told.status == 200, told
        return browser

    def signed_in(self, name: str = "till1", store: str = STORE) -> Browser:
        browser = self.paired(store)
        told = browser("/till/sign-in", {"name": name, "pin": PINS[name]})
        assert told.status == 200, told
        return browser

    def own_till(self) -> Browser:
        """A shop's own till, which has a credential and no cookie."""
        browser = self.browser()
        code = offer(self.world.session("admin1"), STORE, "till1").code
        browser.credential = browser("/api/v1/pair", {"code": code})["credential"]
        browser.cookies.clear()
        return browser


def context_of(world: World) -> LedgerContext:
    """The world's ledger as a command opens it."""
    keyring = world.folder / "keyring.json"
    if not keyring.exists():
        write_keyring(world.keys, keyring)
    return LedgerContext(
        StoragePaths(ledger=world.ledger.place, vault=world.vault.place, keyring=keyring),
        clock=world.clock, entropy=world.entropy,
    )


def with_cashiers(world: World) -> None:
    """Cashiers with accounts and PINs of their own; a server begun anew finds them there."""
    with world.ledger.read() as tx:
        there = {name for name, in tx.tuples("SELECT name FROM operator")}
    for name, pin in PINS.items():
        if name in there:
            continue
        add_operator(
            world.session("admin1"), name, {"cashier"}, stores=[STORE],
            passphrase="a long passphrase", must_change=False, stretching=CHEAP,
        )
        session = world.session("cashier1")
        own = type(session.operator)(name, frozenset({"cashier"}), frozenset({STORE}))
        set_pin(type(session)(
            session.ledger, own, session.clock, session.entropy, session.open_keys,
            session.open_vault, "test", CHEAP,
        ), pin)


@contextmanager
def opened(
    world: World, limit: Limit | None = None, certificate: CertificateMade | None = None, *,
    behind_proxy: bool = False, fault: Fault = lambda _: None, sandbox: Sandbox | None = None,
    say: Say = lambda *_, **__: None, port: int = 0,
) -> Iterator[Served]:
    """The world's till, open on this port or a free one; `limit` is what a shop's own till may
    ask."""
    serving = Serving(behind_proxy=behind_proxy) if certificate is None \
        else Serving("0.0.0.0", certificate=certificate.chain, key=certificate.key)
    with_cashiers(world)
    context = context_of(world)
    till = Till(context)
    listening = socket.create_server(("127.0.0.1", port))
    server = uvicorn.Server(uvicorn.Config(
        application(till, serving, sandbox=sandbox, limit=limit, fault=fault), loop="asyncio",
        http=PatientProtocol, ws="none", lifespan="off", log_config=None,
        proxy_headers=behind_proxy, ssl_certfile=serving.certificate, ssl_keyfile=serving.key,
        ssl_context_factory=renewed(serving.certificate, serving.key, say),
    ))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield Served(world, till, listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(60)
        till.close()
        context.close()
        listening.close()


@pytest.fixture
def served(world: World) -> Iterator[Served]:
    """The world's till, open."""
    with opened(world) as found:
        yield found
