"""The whole life of vouchers, walked at random: the ledger does what a dictionary says it must.

After each step every rule of the ledger holds, and every voucher's row is what the model has.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from cbi.base.clock import date_at, instant_on
from cbi.base.errors import CbiError
from cbi.ledger import invariants
from cbi.ledger.invariants import check_ledger
from cbi.ledger.periods import close_period
from cbi.ledger.sealing import seal
from cbi.ledger.vouchers import changes
from cbi.ledger.vouchers.approving import approve
from cbi.ledger.vouchers.codes import open_code
from cbi.ledger.vouchers.redeeming import Redeem, redeem, verify
from cbi.ledger.vouchers.reversing import reverse
from cbi.programmes.batches import DraftLine, draft
from cbi.storage.transactions import WriteTransaction
from tests.conftest import ZONE, World, build, new_world
from tests.postgres import discard
from tests.proof.model import TOTALS, Model, Paper, Spent
from tests.rows import all_rows

STORE, ELSEWHERE = "magnum-almaty-1", "other-almaty-1"
FIRST_DAY, LAST_DAY = date(2022, 8, 16), date(2022, 9, 30)
SLOW_RULES = ("rules-stand", "file-sound")
amounts = st.sampled_from([1, 100_000, 400_000, 500_000, 1_000_000, 2_000_000])
receipts = st.sampled_from(sorted(TOTALS))
voucher_number = st.integers(0, 11)


class Life(RuleBasedStateMachine):
    """A ledger and its model, stepping together."""

    engine = "sqlite"
    server_url = ""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="cbi-life-"))
        self.world: World = new_world(self.engine, self.folder, self.server_url)
        self.model = Model()
        self.people = 0

    def teardown(self) -> None:
        discard(self.world.ledger, self.world.vault)
        shutil.rmtree(self.folder, ignore_errors=True)

    @initialize()
    def found(self) -> None:
        build(self.world)
        self.world.ledger.transact(_second_round)
        self.issue(2, 1_500_000, whole_only=False)
        self.issue(1, 1_000_000, whole_only=True)
        for number in range(len(self.model.papers)):
            self.hand_over(number)
        self.issue(1, 1_500_000, whole_only=False)

    @property
    def today(self) -> int:
        return (date.fromisoformat(date_at(self.world.clock.now, ZONE)) - FIRST_DAY).days

    def pick(self, number: int) -> tuple[str, Paper]:
        serials = sorted(self.model.papers)
        serial = serials[number % len(serials)]
        return serial, self.model.papers[serial]

    @rule(count=st.integers(1, 3), amount=st.sampled_from([1_000_000, 1_500_000]),
          whole_only=st.booleans())
    def issue(self, count: int, amount: int, whole_only: bool) -> None:
        code = "KZ22-R2" if whole_only else "KZ22-R1"
        lines = [
            DraftLine(f"P-{self.people + number:06d}", "almaty", "fa", "food", amount)
            for number in range(1, count + 1)
        ]
        self.people += count
        made = draft(self.world.session("field1"), code, lines)
        approve(self.world.session("manager1"), made.number)
        with self.world.ledger.read() as tx:
            rows = all_rows(
                tx, "SELECT serial, code_sealed, face_minor FROM voucher WHERE batch = :id",
                           id=made.id)
        for row in rows:
            self._know(row["serial"], row["code_sealed"], row["face_minor"], whole_only)

    def _know(self, serial: str, sealed: bytes, face: int, whole_only: bool) -> None:
        self.model.papers[serial] = Paper(
            open_code(sealed, self.world.keys.need("codes")), face, whole_only,
            (LAST_DAY - FIRST_DAY).days,
        )

    def change(
        self, allowed: bool, act: Callable[..., object], *arguments: Any, refusal: str = "",
    ) -> bool:
        """Carry out a change that must be allowed, or must be refused."""
        refused = None
        try:
            act(*arguments)
        except CbiError as error:
            refused = error
        assert allowed == (refused is None), refused
        assert refused is None or refusal in refused.code
        return allowed

    @rule(number=voucher_number)
    def hand_over(self, number: int) -> None:
        serial, paper = self.pick(number)
        if self.change(paper.state == "issued", changes.hand_over, self.world.session("field1"),
                       [serial]):
            paper.state, paper.given_on = "active", self.today
            paper.lines += 1

    @rule(number=voucher_number)
    def take_back(self, number: int) -> None:
        serial, paper = self.pick(number)
        may = paper.state == "active" and paper.spent == 0 and paper.given_on == self.today
        if self.change(may, changes.take_back, self.world.session("field1"), [serial], "wrong one"):
            paper.state = "issued"
            paper.lines += 1

    @rule(number=voucher_number, unblock=st.booleans())
    def block(self, number: int, unblock: bool) -> None:
        serial, paper = self.pick(number)
        before, after = ("blocked", "active") if unblock else ("active", "blocked")
        act = changes.unblock if unblock else changes.block
        if self.change(paper.state == before, act, self.world.session("field1"), serial, "lost"):
            paper.state = after
            paper.lines += 1

    @rule(number=voucher_number)
    def void(self, number: int) -> None:
        serial, paper = self.pick(number)
        if self.change(paper.open and paper.balance > 0, changes.void,
                       self.world.session("manager1"), serial, "gone"):
            paper.close("void")

    @rule(number=voucher_number, days=st.integers(-5, 40))
    def extend(self, number: int, days: int) -> None:
        serial, paper = self.pick(number)
        until = FIRST_DAY + timedelta(paper.until + days)
        if self.change(paper.open and days > 0, changes.extend, self.world.session("manager1"),
                       serial, until.isoformat(), "delay"):
            paper.until += days
            paper.lines += 1

    @rule(number=voucher_number)
    def replace(self, number: int) -> None:
        serial, paper = self.pick(number)
        may = paper.open and paper.balance > 0 and self.today <= paper.until
        left, made = paper.balance, []
        if self.change(may, lambda: made.append(
            changes.replace(self.world.session("field1"), serial, "torn")
        )):
            new = made[0]
            paper.close("void")
            paper.successor = new.serial
            self._know(new.serial, new.code_sealed, left, paper.whole_only)
            self.model.papers[new.serial].until = paper.until

    @rule()
    def expire(self) -> None:
        due = sorted(
            serial for serial, paper in self.model.papers.items()
            if paper.open and paper.balance > 0 and self.today > paper.until
        )
        assert changes.expire_due(self.world.session("manager1")) == due
        for serial in due:
            self.model.papers[serial].close("expired")

    @rule(number=voucher_number, store=st.sampled_from([STORE, STORE, ELSEWHERE, None]))
    def verify(self, number: int, store: str | None) -> None:
        _, paper = self.pick(number)
        answer = verify(self.world.session("cashier2"), paper.code, store)
        expected = self.model.answer(
            paper, None, self.today, takes=store != ELSEWHERE, receipt=None
        )
        assert (answer.answer, answer.balance_minor) == (expected, paper.balance)

    def spendable(self) -> list[str]:
        """The serials that a till would take something off today."""
        return sorted(
            serial for serial, paper in self.model.papers.items()
            if paper.state == "active" and paper.balance > 0 and self.today <= paper.until
        )

    @rule(number=voucher_number, amount=amounts, receipt=receipts)
    def redeem_any(self, number: int, amount: int, receipt: str) -> None:
        serial, _ = self.pick(number)
        self._redeem(serial, amount, receipt)

    @precondition(lambda self: self.spendable())
    @rule(number=voucher_number, amount=amounts, receipt=receipts)
    def redeem_some(self, number: int, amount: int, receipt: str) -> None:
        serials = self.spendable()
        self._redeem(serials[number % len(serials)], amount, receipt)

    @precondition(lambda self: self.spendable())
    @rule(number=voucher_number, receipt=receipts)
    def redeem_the_rest(self, number: int, receipt: str) -> None:
        serials = self.spendable()
        serial = serials[number % len(serials)]
        self._redeem(serial, self.model.papers[serial].balance, receipt)

    @precondition(lambda self: self.redemptions())
    @rule(number=voucher_number, more=st.sampled_from([0, 0, 1]))
    def ask_again(self, number: int, more: int) -> None:
        done = self.redemptions()
        serial, one = done[number % len(done)]
        self._redeem(serial, one.amount + more, one.receipt[1])

    def redemptions(self) -> list[tuple[str, Spent]]:
        """Every redemption there was."""
        return [(serial, one) for serial, paper in sorted(self.model.papers.items())
                for one in paper.redemptions]

    def _redeem(self, serial: str, amount: int, receipt: str) -> None:
        paper = self.model.papers[serial]
        known = self.model.known(paper, receipt)
        expected = self.model.answer(paper, amount, self.today, takes=True, receipt=receipt)
        if known is not None:
            expected = "ok" if known.amount == amount else "request-differs"
        said, balance, reference = self._ask(paper.code, amount, receipt, STORE)
        assert said == expected
        if said == "ok":
            done = known or self.model.spend(serial, amount, receipt)
            assert (balance, reference) == (done.left, done.reference)

    @rule(number=voucher_number, amount=amounts, receipt=receipts)
    def redeem_elsewhere(self, number: int, amount: int, receipt: str) -> None:
        _, paper = self.pick(number)
        expected = self.model.answer(paper, amount, self.today, takes=False, receipt=None)
        assert self._ask(paper.code, amount, receipt, ELSEWHERE)[0] == expected

    def _ask(
        self, code: str, amount: int, receipt: str, store: str,
    ) -> tuple[str, int | None, str | None]:
        try:
            answer = redeem(self.world.session("cashier2"), Redeem(
                code=code, amount_minor=amount, store=store, receipt=receipt,
                receipt_total_minor=TOTALS[receipt] if store == STORE else None,
            ))
        except CbiError as error:
            return error.code.partition(".")[2], None, None
        return answer.answer, answer.balance_minor, answer.redemption

    @precondition(lambda self: self.redemptions())
    @rule(number=voucher_number)
    def reverse(self, number: int) -> None:
        done = self.redemptions()
        serial, one = done[number % len(done)]
        if self.change(not one.undone, reverse, self.world.session("manager1"), one.reference,
                       "mistake", refusal="reversed-already"):
            self.model.undo(serial, one, self.today)

    @rule(hours=st.integers(0, 60))
    def time_passes(self, hours: int) -> None:
        self.world.clock.now += hours * 3_600_000_000

    @precondition(lambda self: len(self.redemptions()) > 1)
    @rule(number=voucher_number, over=st.booleans())
    def a_last_day_comes(self, number: int, over: bool) -> None:
        """To a voucher's last minute, or to the first one after it."""
        _, paper = self.pick(number)
        day = (FIRST_DAY + timedelta(paper.until + over)).isoformat()
        then = instant_on(day, 0, ZONE) if over else instant_on(day, 23, ZONE, 59)
        self.world.clock.now = max(self.world.clock.now, then)

    @rule()
    def seal(self) -> None:
        seal(self.world.session("finance1"), "daily")

    @rule()
    def close_period(self) -> None:
        with self.world.ledger.read() as tx:
            closed = tx.value("SELECT count(*) FROM period")
        close_period(self.world.session("controller1"), f"P{closed}")

    @invariant()
    def every_rule_holds(self) -> None:
        with self.world.ledger.read() as tx:
            assert [finding for finding in check_ledger(tx) if finding.wrong] == []

    @invariant()
    def every_row_is_the_models(self) -> None:
        with self.world.ledger.read() as tx:
            rows = all_rows(tx,
                "SELECT v.serial, v.face_minor, v.spent_minor, v.closed_minor, v.state, "
                "v.valid_until, v.last_seq, s.serial AS successor FROM voucher v "
                "LEFT JOIN voucher s ON s.id = v.successor"
            )
            used = all_rows(tx, "SELECT store, number, used_minor FROM receipt")
        assert {row["serial"]: tuple(row.values())[1:] for row in rows} == {
            serial: (
                paper.face, paper.spent, paper.closed, paper.state,
                (FIRST_DAY + timedelta(paper.until)).isoformat(), paper.lines, paper.successor,
            )
            for serial, paper in self.model.papers.items()
        }
        assert {(row["store"], row["number"]): row["used_minor"] for row in used} \
            == self.model.receipts


def _second_round(tx: WriteTransaction) -> None:
    tx.insert("round", [{
        "code": "KZ22-R2", "programme": "KZ22", "valid_from": FIRST_DAY.isoformat(),
        "valid_until": LAST_DAY.isoformat(), "in_parts": 0, "next_serial": 1, "next_batch": 1,
        "made_by": "manager1", "made_at": 1,
    }])
    tx.insert("round_retailer", [{"round": "KZ22-R2", "category": "food", "retailer": "magnum"}])


def walk(engine: str, server_url: str, examples: int, steps: int) -> None:
    """Walk that many lives of that many steps."""
    machine = type("Life", (Life,), {"engine": engine, "server_url": server_url})
    run_state_machine_as_test(machine, settings=settings(
        max_examples=examples, stateful_step_count=steps,
        suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate,
                                                         Phase.shrink),
    ))


@pytest.fixture
def quicker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The schema's own rules are looked at elsewhere; nothing here could make them fall."""
    for name in SLOW_RULES:
        monkeypatch.delitem(invariants.LEDGER_RULES, name)


@pytest.mark.usefixtures("quicker")
def test_any_life_of_vouchers_is_as_the_model_says(
    engine: str, request: pytest.FixtureRequest,
) -> None:
    server = request.getfixturevalue("postgres_url") if engine == "postgresql" else ""
    walk(engine, server, examples=10 if engine == "sqlite" else 3, steps=40)


@pytest.mark.long
@pytest.mark.usefixtures("quicker")
def test_a_thousand_lives_of_vouchers_are_as_the_model_says(
    engine: str, request: pytest.FixtureRequest,
) -> None:
    server = request.getfixturevalue("postgres_url") if engine == "postgresql" else ""
    walk(engine, server, examples=1_000 if engine == "sqlite" else 200, steps=60)
