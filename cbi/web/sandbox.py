"""The sandbox: `/api/v1/sandbox` answers as `/api/v1` does, with practice vouchers of its own.

It is a practice ledger made anew at each start, in a folder of its own that goes with it. The real
books are not opened by it, and no real voucher is known in it; every answer says `sandbox`.
"""

import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cbi.base.clock import date_at
from cbi.context import LedgerContext, StoragePaths
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.till.devices import offer
from cbi.web.answering import as_json
from cbi.web.api_routes import ApiRoutes, Work
from cbi.web.till import Till

PAIRING = "SANDBOX"
"""Whoever asks pairs a device of the sandbox with this: there is nothing in it to guard."""
STORE, CASHIER, ZONE, CURRENCY = "sandbox-shop-1", "sandbox-till", "Asia/Almaty", "KZT"
FACE_MINOR = 15_000_00
GOOD = 20
KINDS = ("not-handed-over", "blocked", "void", "used-up", "wrong-retailer")
"""What the vouchers after the good ones answer, in their order."""


class PracticeVoucher(NamedTuple):
    """A voucher to try: its code, and what a till answers for it at first."""

    code: str
    answer: str


class Sandbox(NamedTuple):
    """An open sandbox."""

    till: Till
    office: OperatorSession
    vouchers: Sequence[PracticeVoucher]


@contextmanager
def opened_sandbox() -> Iterator[Sandbox]:
    """A sandbox, until the block ends; nothing of it is left."""
    with tempfile.TemporaryDirectory(prefix="cbi-sandbox-", ignore_cleanup_errors=True) as folder:
        context = _founded(Path(folder))
        office = _office(context)
        vouchers = _furnished(office)
        till = Till(context)
        try:
            yield Sandbox(till, office, vouchers)
        finally:
            till.close()
            context.close()


class SandboxRoutes(ApiRoutes):
    """The same answers, each saying that it is none in earnest."""

    prefix = "/api/v1/sandbox"
    sandbox = True

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox.till)
        self._open = sandbox

    def routes(self) -> list[Route]:
        """Where each is asked; at the sandbox's own address stands what may be tried."""
        return [Route(self.prefix, self._answered(self.about), methods=["GET"]), *super().routes()]

    async def about(self, request: Request, language: str) -> Response:
        """How to pair, and the practice vouchers with what they answer at first."""
        return as_json({"pairing": PAIRING, "store": STORE,
                        "vouchers": [one._asdict() for one in self._open.vouchers]})

    async def _pairing(self, code: str) -> str:
        if code.strip().upper() != PAIRING:
            return code  # it is refused, as a code that nobody has
        made = await self._till.engine.write(partial(offer, self._open.office, STORE, CASHIER))
        return made.code

    def _answered(self, work: Work) -> Callable[[Request], Awaitable[Response]]:
        inner = super()._answered(work)

        async def handle(request: Request) -> Response:
            return said(await inner(request))

        return handle


def said(response: Response) -> Response:
    """The answer, saying that it comes from the sandbox."""
    response.body = msgspec.json.encode({"sandbox": True, **msgspec.json.decode(response.body)})
    response.headers["content-length"] = str(len(response.body))
    return response


def _founded(folder: Path) -> LedgerContext:
    from cbi.bootstrap import Founding, found_ledger

    paths = StoragePaths(
        ledger=str(folder / "ledger.db"), vault=str(folder / "vault.db"),
        keyring=folder / "keyring.json",
    )
    return found_ledger(paths, Founding(
        operator="sandbox-office", passphrase=token_hex(), practice=True,
        roles=frozenset({"admin", "manager", "field"}),
    ))


def _office(context: LedgerContext) -> OperatorSession:
    return context.session(Operator("sandbox-office", frozenset({"admin", "manager", "field"})))


def _furnished(office: OperatorSession) -> list[PracticeVoucher]:
    """Two retailers, a programme with a round for each, a cashier, and vouchers in every state."""
    from cbi.ledger.vouchers import changes
    from cbi.ledger.vouchers.codes import show_code
    from cbi.ledger.vouchers.redeeming import Redeem, redeem
    from cbi.operators.accounts import add_operator

    _places_and_rounds(office)
    add_operator(office, CASHIER, {"cashier"}, stores=[STORE], passphrase=token_hex(),
                 must_change=False, stretching=office.stretching)
    codes = _issued(office, "SANDBOX-R1", GOOD + len(KINDS) - 1)
    (elsewhere, serial), = _issued(office, "SANDBOX-R2", 1)
    serials = [serial for _, serial in codes]
    changes.hand_over(office, [serials[at] for at in range(len(codes)) if at != GOOD] + [serial])
    changes.block(office, serials[GOOD + 1], "to try")
    changes.void(office, serials[GOOD + 2], "to try")
    cashier = OperatorSession(
        office.ledger, Operator(CASHIER, frozenset({"cashier"}), frozenset({STORE})),
        office.clock, office.entropy, office.open_keys, office.open_vault, "sandbox",
    )
    redeem(cashier, Redeem(code=codes[GOOD + 3][0], amount_minor=FACE_MINOR, store=STORE,
                           receipt="sandbox", request="sandbox"))
    shown = [show_code(code) for code, _ in codes] + [show_code(elsewhere)]
    return [PracticeVoucher(code, answer)
            for code, answer in zip(shown, ["ok"] * GOOD + [*KINDS], strict=True)]


def _places_and_rounds(office: OperatorSession) -> None:
    from cbi.places.places import add_cities, add_retailers, add_stores
    from cbi.places.values import City, Retailer, Store
    from cbi.programmes.programmes import add_programme, change_programme
    from cbi.programmes.rounds import EntitlementRule, add_round

    names = {"en": "Sandbox", "ru": "Песочница"}
    with office.ledger.write() as tx:
        add_cities(tx, [City("sandbox", names)])
        add_retailers(tx, [Retailer("sandbox-shop", "Sandbox"), Retailer("elsewhere", "Elsewhere")])
        add_stores(tx, [Store(STORE, "sandbox-shop", "sandbox", names)])
    add_programme(office, code="SANDBOX", name="Sandbox", currency=CURRENCY, zone=ZONE,
                  budget_minor=10**12)
    change_programme(office, "SANDBOX", "one office", duties_apart=False)
    today = date.fromisoformat(date_at(office.clock(), ZONE))
    until = (today + timedelta(days=365)).isoformat()
    for code, retailer in (("SANDBOX-R1", "sandbox-shop"), ("SANDBOX-R2", "elsewhere")):
        add_round(office, code, "SANDBOX", today.isoformat(), until,
                  entitlements=[EntitlementRule("food", FACE_MINOR, "person")],
                  retailers={"food": [retailer]})


def _issued(office: OperatorSession, round_code: str, count: int) -> list[tuple[str, str]]:
    """So many vouchers of a round: code and serial of each, in their order."""
    from cbi.ledger.vouchers.approving import approve
    from cbi.ledger.vouchers.codes import open_code
    from cbi.programmes.batches import DraftLine, draft

    made = draft(office, round_code, [
        DraftLine(f"P-{number:06d}", "sandbox", "en", "food", FACE_MINOR)
        for number in range(1, count + 1)
    ])
    approve(office, made.number)
    key = office.keys.need("codes")
    with office.ledger.read() as tx:
        return [(open_code(sealed, key), serial) for sealed, serial in tx.tuples(
            "SELECT code_sealed, serial FROM voucher WHERE round = :round ORDER BY serial",
            round=round_code,
        )]
