"""A whole history of finance, played from a seed: what may happen, and what it must come to.

The model keeps what was issued, spent, undone, closed, billed, sent and taken by the bank; it adds
amounts up by itself and never asks the books for one. A step that the program refuses by name
changes nothing here, and must change nothing there.
"""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from cbi.base.clock import DAY_US, date_at
from cbi.base.errors import CbiError
from cbi.finance.bank.banking import carry_out as take_bank_in
from cbi.finance.bank.banking import match, set_aside
from cbi.finance.bank.banking import preview as look_at_bank
from cbi.finance.bank.books import bank_lines
from cbi.finance.bank.forms import HowToReadBank
from cbi.finance.closing import close
from cbi.finance.decisions.deciding import decide
from cbi.finance.grants.grants import Funded, add_grant, fund_round
from cbi.finance.grants.tables import Grant
from cbi.finance.intake.previewing import HowToRead, preview
from cbi.finance.intake.statements import carry_out, statements
from cbi.finance.reconciliation.exceptions import ACCEPT, exceptions, verdicts_for
from cbi.finance.reconciliation.reconciling import reconcile
from cbi.finance.reconciliation.withdrawing import withdraw
from cbi.finance.settling.contracts import TermsSaid, set_terms
from cbi.finance.settling.settlements import foresee, settle, transfer
from cbi.ledger.settling import Settlement, settlements
from cbi.ledger.vouchers.changes import expire_due, replace, void
from cbi.ledger.vouchers.reversing import reverse
from cbi.reports.as_of import books_as_of
from cbi.reports.journal import write_journal
from tests.conftest import ZONE, World
from tests.finance.bank_files import FORMS, Moved
from tests.finance.bills import Line, allow, bill, bought, line
from tests.vouchers import Paper, in_hand

STORES = {"magnum-almaty-1": "magnum", "magnum-almaty-2": "magnum", "other-almaty-1": "other"}
NAMES = {"magnum": "Magnum", "other": "Other"}
GRANTS = ("G1", "G2", "G3")
LAST_DAYS = {"KZ22-R1": "2022-09-30", "KZ22-R2": "2022-10-09", "KZ22-R3": "2022-10-20",
             "KZ22-R4": "2022-10-20"}


@dataclass(slots=True)
class Held:
    """A voucher in somebody's hands; amounts in minor units."""

    paper: Paper
    left_minor: int
    last_day: str
    open: bool = True


@dataclass(slots=True)
class Sale:
    """A redemption as the model knows it."""

    reference: str
    serial: str
    amount_minor: int
    store: str
    receipt: str
    day: str
    undone: bool = False
    billed: bool = False


@dataclass(slots=True)
class Model:
    """What must have come of it, in minor units; by retailer where money went to one."""

    vouchers: dict[str, Held] = field(default_factory=dict)
    sales: list[Sale] = field(default_factory=list)
    issued: int = 0
    closed: int = 0
    redeemed: Counter[str] = field(default_factory=Counter)
    claimed: Counter[str] = field(default_factory=Counter)
    paid: Counter[str] = field(default_factory=Counter)
    bank_fees: int = 0
    statements: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Each one's retailer and what it claims."""


class FinanceLife:
    """A ledger, its model and a seed, stepping together."""

    def __init__(self, world: World, seed: int) -> None:
        self.world, self.model = world, Model()
        self.dice = random.Random(seed)
        self.done, self.refused = Counter[str](), Counter[str]()
        self.people = self.files = 0
        self.months = [f"2022-{month:02}" for month in range(8, 13)]
        self.closings: list[tuple[int, bytes]] = []
        allow(world)
        for code in GRANTS:
            add_grant(world.session("manager1"), Grant(
                code=code, donor=f"Donor of {code}", programme="KZ22", currency="KZT",
                budget_minor=10**12, valid_from="2022-08-01", valid_until="2022-12-31",
                made_by="", made_at=0))
        for code in LAST_DAYS:
            self._round(code)

    def _round(self, code: str) -> None:
        """A round, made where it is not there, paid for as the dice say, or by nobody's grant."""
        with self.world.ledger.write() as tx:
            if code != "KZ22-R1":
                tx.insert("round", [{
                    "code": code, "programme": "KZ22", "valid_from": "2022-08-16",
                    "valid_until": LAST_DAYS[code], "in_parts": 1, "next_serial": 1,
                    "next_batch": 1, "made_by": "manager1", "made_at": self.world.clock.now}])
                tx.insert("entitlement", [{"round": code, "line": 1, "category": "food",
                                           "amount_minor": 1_500_000, "per": "person"}])
                tx.insert("round_retailer", [{"round": code, "category": "food", "retailer": one}
                                             for one in NAMES])
        funds: list[list[Funded]] = [
            [], [Funded("G1")], [Funded(one, share=self.dice.randint(1, 9)) for one in GRANTS],
            [Funded("G2", limit_minor=self.dice.randint(1, 3_000_000)), Funded("G3")],
        ]
        if fund := self.dice.choice(funds):
            fund_round(self.world.session("manager1"), code, fund)

    @property
    def today(self) -> str:
        return date_at(self.world.clock.now, ZONE)

    def step(self) -> None:
        """One thing that happens, or is refused by name."""
        name = self.dice.choices(list(STEPS), [weight for _, weight in STEPS.values()])[0]
        try:
            if STEPS[name][0](self):
                self.done[name] += 1
        except CbiError as refused:
            self.refused[f"{name}: {refused.code}"] += 1

    def any_amount(self, most: int) -> int:
        """Mostly odd, sometimes round, never more than `most`."""
        whole = max(1, most // 100_000) * 100_000
        return min(most, self.dice.choice([self.dice.randint(1, most), most, whole]))

    def open_vouchers(self) -> list[Held]:
        return [one for one in self.model.vouchers.values() if one.open and one.left_minor]

    def issue(self) -> bool:
        amounts = [self.dice.randint(1, 1_500_000) for _ in range(self.dice.randint(1, 4))]
        there = [code for code, last in LAST_DAYS.items() if self.today <= last]
        if not there:
            return False
        code = self.dice.choice(there)
        papers = in_hand(self.world, amounts, start=self.people + 1, round_code=code)
        self.people += len(amounts)
        self.model.issued += sum(amounts)
        for paper, amount in zip(papers, amounts, strict=True):
            self.model.vouchers[paper.serial] = Held(paper, amount, LAST_DAYS[code])
        return True

    def spend(self) -> bool:
        if not (there := self.open_vouchers()):
            return False
        held, store = self.dice.choice(there), self.dice.choice(list(STORES))
        amount, receipt = self.any_amount(held.left_minor), str(len(self.model.sales) + 1)
        made = bought(self.world, held.paper, amount, receipt, store=store, day=self.today, hour=11)
        held.left_minor -= amount
        self.model.redeemed[STORES[store]] += amount
        self.model.sales.append(
            Sale(made, held.paper.serial, amount, store, receipt, self.today))
        return True

    def undo(self) -> bool:
        there = [one for one in self.model.sales if not one.undone]
        if not there:
            return False
        sale = self.dice.choice(there)
        reverse(self.world.session("manager1"), sale.reference, "wrong customer")
        sale.undone = True
        self.model.redeemed[STORES[sale.store]] -= sale.amount_minor
        held = self.model.vouchers[sale.serial]
        if held.open and self.today <= held.last_day:
            held.left_minor += sale.amount_minor
        else:
            self.model.closed += sale.amount_minor
        return True

    def stop(self) -> bool:
        """A voucher voided, or replaced by one that nobody was handed yet."""
        if not (there := self.open_vouchers()):
            return False
        held, manager = self.dice.choice(there), self.world.session("manager1")
        if self.dice.random() < 0.5:
            replace(manager, held.paper.serial, "torn")
            self.model.issued += held.left_minor
        else:
            void(manager, held.paper.serial, "lost")
        self.model.closed += held.left_minor
        held.left_minor, held.open = 0, False
        return True

    def agree(self) -> bool:
        """New terms with a retailer."""
        set_terms(self.world.session("manager1"), TermsSaid(
            retailer=self.dice.choice(list(NAMES)), currency="KZT", valid_from=self.today,
            contract=f"№ {self.dice.randint(1, 99)}", contract_date="2022-07-15",
            discount_rate=self.dice.choice([0, 1, 2_500, 33_333]),
            fee_minor=self.dice.choice([0, 1, 15_000]), days=self.dice.choice([None, 10])))
        return True

    def take_in(self) -> bool:
        """A bill of what a retailer sold, with the mistakes that shops make."""
        whose = self.dice.choice(list(NAMES))
        there = [one for one in self.model.sales if STORES[one.store] == whose and not one.billed]
        if not there:
            return False
        self.dice.shuffle(there)
        told = there[: self.dice.randint(1, 12)]
        lines = [made for one in told for made in self._billed(one)]
        self.files += 1
        path = bill(self.world.folder, lines, name=f"bill-{self.files}.csv")
        days = sorted(one.day for one in told)
        how = self.dice.choice([None, HowToRead(period_from=days[0], period_until=days[-1])])
        session = self.world.session("finance1")
        made = carry_out(session, preview(session, path, whose, how))
        for one in told:
            one.billed = self.dice.random() < 0.95
        claimed = sum(int(amount.replace(",", "")) for *_, amount in lines)
        self.model.claimed[whose] += claimed
        self.model.statements[made.number] = (whose, claimed)
        reconcile(session, made.number)
        return True

    def _billed(self, sale: Sale) -> list[Line]:
        """A sale's line as the shop writes it: mostly right."""
        kind, amount = self.dice.random(), sale.amount_minor
        if kind < 0.2:
            amount = max(1, amount + self.dice.choice([-1, 1, -5_000, 5_000, 100_000]))
        serial = f"{sale.serial[:-1]}{self.dice.randint(0, 9)}" if 0.2 < kind < 0.25 \
            else sale.serial
        day = date.fromisoformat(sale.day).strftime("%d.%m.%Y")
        receipt = "" if 0.25 < kind < 0.28 else sale.receipt
        made = line(serial, f"{amount // 100},{amount % 100:02}", receipt, day=day,
                    store=sale.store)
        return [made, made] if 0.28 < kind < 0.31 else [made]

    def decide(self) -> bool:
        """Something said of an exception that nobody decided yet."""
        with self.world.ledger.read() as tx:
            there = exceptions(tx, undecided=True)
        if not there:
            return False
        one = self.dice.choice(there)
        verdict = self.dice.choice(verdicts_for(one))
        part = self.dice.randint(1, max(1, min(one.claimed_minor, one.redeemed_minor))) \
            if verdict == ACCEPT and self.dice.random() < 0.5 else None
        decide(self.world.session("finance2"), [one.reference], verdict, "so it is",
               amount_minor=part)
        return True

    def settle(self) -> bool:
        """What was foreseen is what is made."""
        if not self.model.statements:
            return False
        number, session = self.dice.choice(list(self.model.statements)), \
            self.world.session("finance2")
        seen = foresee(session, number)
        made = settle(session, number)
        assert (seen.payable_minor, seen.discount_minor + seen.agreed.fee_minor) == (
            made.payable_minor, seen.discount_minor + made.fee_minor), number
        return True

    def to_pay(self) -> list[Settlement]:
        with self.world.ledger.read() as tx:
            return [one for one in settlements(tx) if one.left_minor]

    def pay(self) -> bool:
        """A transfer for one settlement or for all of a retailer's, whole or in part."""
        if not (there := self.to_pay()):
            return False
        first = self.dice.choice(there)
        group = [first] if self.dice.random() < 0.7 else [
            one for one in there if one.retailer == first.retailer]
        owed = sum(one.left_minor for one in group)
        part = self.dice.randint(1, owed) if self.dice.random() < 0.4 else None
        self.files += 1
        fee = self.dice.choice([0, 15_001])
        transfer(self.world.session("finance1"), [one.number for one in group],
                 f"PAY-{self.files}", amount_minor=part, fee_minor=fee)
        self._sent(first.retailer, owed if part is None else part, fee)
        return True

    def _sent(self, retailer: str, amount: int, fee: int) -> None:
        self.model.paid[retailer] += amount
        self.model.bank_fees += fee

    def bank(self) -> bool:
        """The bank's own file, in any of its forms: what it names is paid, the rest waits."""
        self.files += 1
        day, lines = date.fromisoformat(self.today), list[Moved]()
        for one in self.to_pay()[:3]:
            words = self.dice.choice([f"за {one.number}", "за ваучеры"])
            out = self.dice.choice([one.left_minor, self.any_amount(one.left_minor)])
            lines.append(Moved(day, out, f"B{self.files}{len(lines)}",
                               f"TOO {NAMES[one.retailer]}", words))
        lines += [Moved(day, -50_000, f"IN{self.files}", "Donor", "grant"),
                  Moved(day, 77_700, f"R{self.files}", "Landlord", "rent")]
        form = self.dice.choice(list(FORMS))
        path = self.world.folder / f"bank-{self.files}.{form}"
        path.write_bytes(FORMS[form](lines, f"F{self.files}"))
        session = self.world.session("finance1")
        shown = look_at_bank(session, path, HowToReadBank())
        take_bank_in(session, shown)
        self.done[f"bank in {shown.told.form}"] += 1
        for seen in shown.fresh:
            if seen.said.settlements:
                self._sent(seen.said.settlements[0].partition("-")[0].lower(),
                           seen.line.amount_minor - seen.said.fee_minor, seen.said.fee_minor)
        return True

    def answer_bank(self) -> bool:
        """A line of the bank's that waits is matched by hand, or set aside."""
        with self.world.ledger.read() as tx:
            there = bank_lines(tx, waiting=True)
        if not there:
            return False
        one, session = self.dice.choice(there), self.world.session("finance1")
        fits = [made for made in self.to_pay() if made.left_minor >= one.amount_minor
                and NAMES[made.retailer] in one.payee]
        if not fits:
            set_aside(session, one.name, "none of ours")
            return True
        fee = self.dice.choice([0, min(7, one.amount_minor - 1)])
        match(session, one.name, [fits[0].number], fee_minor=fee)
        self._sent(fits[0].retailer, one.amount_minor - fee, fee)
        return True

    def withdraw(self) -> bool:
        """A bill taken back, which goes only while nothing of it is settled."""
        if not self.model.statements:
            return False
        number = self.dice.choice(list(self.model.statements))
        withdraw(self.world.session("finance1"), number, "sent by mistake")
        whose, claimed = self.model.statements.pop(number)
        self.model.claimed[whose] -= claimed
        return True

    def again(self) -> bool:
        """All bills that stand are reconciled once more."""
        with self.world.ledger.read() as tx:
            numbers = [one.number for one in statements(tx) if one.withdrawn_at is None]
        for number in numbers:
            reconcile(self.world.session("finance1"), number)
        return bool(numbers)

    def wait(self) -> bool:
        """Days pass; what they end is expired."""
        self.world.clock.now += self.dice.randint(1, 6) * DAY_US
        over = set(expire_due(self.world.session("manager1")))
        for serial, held in self.model.vouchers.items():
            if serial in over:
                self.model.closed += held.left_minor
                held.left_minor, held.open = 0, False
        self._unhanded_expired(over)
        return True

    def _unhanded_expired(self, over: set[str]) -> None:
        """Vouchers made in place of others close too, at what was left of those."""
        with self.world.ledger.read() as tx:
            for serial in over - set(self.model.vouchers):
                self.model.closed += int(tx.value(
                    "SELECT face_minor FROM voucher WHERE serial = :serial", serial=serial))

    def close(self) -> bool:
        """A month that is over is closed, and its journal kept, to be compared in the end."""
        made = close(self.world.session("controller1"), self.months[0], "the shops answer later")
        del self.months[0]
        self.closings.append((made.to_size, self.journal_then(made.to_size)))
        return True

    def journal_then(self, size: int) -> bytes:
        """The journal as of a seal, as it is written now."""
        path = self.world.folder / f"then-{size}.beancount"
        with self.world.ledger.read() as tx:
            write_journal(tx, path, seen=books_as_of(tx, str(size), self.world.clock.now))
        return path.read_bytes()


STEPS: dict[str, tuple[Callable[[FinanceLife], bool], int]] = {
    "issue": (FinanceLife.issue, 6), "spend": (FinanceLife.spend, 30),
    "undo": (FinanceLife.undo, 4), "stop": (FinanceLife.stop, 3),
    "agree": (FinanceLife.agree, 3), "take in": (FinanceLife.take_in, 10),
    "decide": (FinanceLife.decide, 14), "settle": (FinanceLife.settle, 14),
    "pay": (FinanceLife.pay, 10), "bank": (FinanceLife.bank, 5),
    "answer the bank": (FinanceLife.answer_bank, 5), "withdraw": (FinanceLife.withdraw, 2),
    "reconcile again": (FinanceLife.again, 2), "wait": (FinanceLife.wait, 4),
    "close": (FinanceLife.close, 2),
}
"""What may happen, and how often."""
