"""Typing lines in the tests' world."""

import io
import sys
from collections.abc import Iterable
from typing import Protocol

import pytest

from cbi.cli.command_context import CommandContext
from cbi.cli.globals import Globals
from cbi.cli.run import run
from cbi.ledger.vouchers import changes
from cbi.ledger.vouchers.redeeming import Redeem, redeem
from cbi.operators.accounts import sign_in
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.till.closing import ShiftCount, close_shift, open_shifts
from cbi.till.devices import offer
from tests.conftest import ZONE, World
from tests.lines import TypedIn
from tests.vouchers import in_hand

SHOP = "Magnum, \u2068سرک نهم، پهلوی بازار کهنه\u2069, Қаражорға 9, Unit12345678901234567890"


class WorldHere(CommandContext):
    """A line's surroundings in the tests' world, with somebody signed in."""

    def __init__(self, settings: Globals, world: World, name: str) -> None:
        super().__init__(settings)
        self.world, self.name = world, name

    def for_line(self, settings: Globals) -> "WorldHere":
        return WorldHere(settings, self.world, self.name)

    @property
    def session(self) -> OperatorSession:
        return self.world.session(self.name)

    def proved(self, name: str, passphrase: str) -> Operator:
        return sign_in(self.world.ledger, name, passphrase, clock=self.world.clock)

    @property
    def zone(self) -> str:
        """As the real one, it asks the ledger, which refuses that within another reading."""
        with self.session.ledger.read() as tx:
            tx.value("SELECT 1")
        return ZONE


@pytest.fixture
def cbi(world: World, capsys: pytest.CaptureFixture[str]) -> TypedIn:
    """Types a line as an operator; gives the exit code, standard output and standard error."""
    return typing_in(world, capsys)


@pytest.fixture
def cbi_empty(empty_world: World, capsys: pytest.CaptureFixture[str]) -> TypedIn:
    """The same on a ledger that holds nothing yet."""
    return typing_in(empty_world, capsys)


def typing_in(world: World, capsys: pytest.CaptureFixture[str]) -> TypedIn:
    """What types lines into a world."""

    def typed(*words: str, who: str = "manager1", lang: str = "en") -> tuple[int, str, str]:
        code = run(["--lang", lang, *words], context=WorldHere(Globals(), world, who))
        said = capsys.readouterr()
        return code, said.out, said.err

    return typed


class Terminal(io.StringIO):
    """A keyboard on which these lines are typed."""

    def isatty(self) -> bool:
        return True


class AtTerminal(Protocol):
    """Types a command at a terminal, and then the answers, a line each."""

    def __call__(
        self, *words: str, answers: Iterable[str], **more: str
    ) -> tuple[int, str, str]: ...


@pytest.fixture
def at_terminal(cbi: TypedIn, monkeypatch: pytest.MonkeyPatch) -> AtTerminal:
    """Types a command at a terminal, and then the answers, a line each."""

    def typed(*words: str, answers: Iterable[str], **more: str) -> tuple[int, str, str]:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", Terminal("".join(f"{line}\n" for line in answers)))
            return cbi(*words, **{"who": "field1", **more})

    return typed


@pytest.fixture
def lived(world: World) -> World:
    """A world in which something happened, with names in three scripts."""
    papers = in_hand(world, [1_500_000, 2_000_000])
    changes.block(world.session("field1"), papers[0].serial, "lost")
    redeem(world.session("cashier1"), Redeem(
        code=papers[1].code, amount_minor=1_234_567, store="magnum-almaty-1", receipt="004521",
    ))
    closed(world)
    run(["store", "add", "magnum-semey-and-a-long-code-1", "--retailer", "magnum",
         "--city", "almaty", "--name", f"en={SHOP}"], context=WorldHere(Globals(), world, "admin1"))
    return world


def closed(world: World) -> None:
    """A shift whose cashier counted one receipt more, and less money; and a device."""
    store, cashier = "magnum-almaty-1", world.session("cashier1")
    with world.ledger.read() as tx:
        shift, = open_shifts(tx, store, cashier.operator.name, world.clock())
    close_shift(cashier, store, ShiftCount(
        "one", shift.currency, shift.until, shift.receipts, shift.amount_minor,
        shift.receipts + 1, shift.amount_minor - 50_050,
    ))
    offer(world.session("admin1"), store)
