"""What a ledger must do, as a dictionary says it: the rules once more, in the fewest words."""

from dataclasses import dataclass, field

TOTALS = {"R1": None, "R2": 1_000_000, "R3": 2_500_000, "R4": None}
"""Receipts that the model's cashiers use, with the total printed on each."""


@dataclass
class Spent:
    """One redemption: where it was, how much, what was left, and whether it was undone."""

    reference: str
    receipt: tuple[str, str]
    amount: int
    left: int
    undone: bool = False


@dataclass
class Paper:
    """A voucher as the model knows it."""

    code: str
    face: int
    whole_only: bool
    until: int
    state: str = "issued"
    spent: int = 0
    closed: int = 0
    given_on: int | None = None
    successor: str | None = None
    lines: int = 1
    redemptions: list[Spent] = field(default_factory=list)

    @property
    def balance(self) -> int:
        """What is left."""
        return self.face - self.spent - self.closed

    @property
    def open(self) -> bool:
        """Whether it is not closed."""
        return self.state in ("issued", "active", "blocked")

    def close(self, state: str) -> None:
        """Close what remains."""
        self.closed += self.balance
        self.state = state
        self.lines += 1


class Model:
    """All vouchers by serial, and what each receipt has been used for. Days are whole numbers."""

    def __init__(self) -> None:
        self.papers: dict[str, Paper] = {}
        self.receipts: dict[tuple[str, str], int] = {}

    def answer(
        self, paper: Paper, amount: int | None, today: int, *, takes: bool, receipt: str | None
    ) -> str:
        """What a till must say, and `differs` or `whole-only` where it must refuse the question."""
        reasons = (
            ("replaced", paper.state == "void" and paper.successor is not None),
            ("void", paper.state == "void"),
            ("used-up", paper.state == "active" and paper.balance == 0),
            ("expired", paper.state == "expired" or today > paper.until),
            ("blocked", paper.state == "blocked"),
            ("not-handed-over", paper.state == "issued"),
            ("wrong-retailer", not takes),
            ("too-much", amount is not None and amount > paper.balance),
            ("whole-only", paper.whole_only and amount not in (None, paper.balance)),
        )
        found = next((name for name, stands in reasons if stands), None)
        if found is None and receipt is not None and amount is not None:
            total = TOTALS[receipt]
            used = self.receipts.get(("magnum-almaty-1", receipt), 0)
            if total is not None and used + amount > total:
                return "receipt-used"
        return found or "ok"

    def known(self, paper: Paper, receipt: str) -> Spent | None:
        """The redemption that this receipt stands for on this voucher, if it was not undone."""
        place = ("magnum-almaty-1", receipt)
        return next(
            (one for one in paper.redemptions if one.receipt == place and not one.undone), None
        )

    def spend(self, serial: str, amount: int, receipt: str) -> Spent:
        """Take an amount off."""
        paper, place = self.papers[serial], ("magnum-almaty-1", receipt)
        paper.spent += amount
        paper.lines += 1
        self.receipts[place] = self.receipts.get(place, 0) + amount
        done = Spent(f"{serial}/{paper.lines}", place, amount, paper.balance)
        paper.redemptions.append(done)
        return done

    def undo(self, serial: str, done: Spent, today: int) -> None:
        """Give an amount back; on a voucher that is dead it is closed at once."""
        paper = self.papers[serial]
        done.undone = True
        paper.spent -= done.amount
        paper.lines += 1
        self.receipts[done.receipt] -= done.amount
        if not paper.open:
            paper.close(paper.state)
        elif today > paper.until:
            paper.close("expired")
