"""What one cashier took since opening the till: to add up, and to take the last one back."""

from dataclasses import dataclass, field
from typing import NamedTuple

from cbi.ledger.vouchers.answers import Answer


class ShiftTotal(NamedTuple):
    """How many vouchers, and what they come to (minor units) in one currency."""

    currency: str
    vouchers: int
    amount_minor: int


@dataclass
class Shift:
    """Redemptions in their order; what was recorded before this shift began stands apart."""

    standing: list[Answer] = field(default_factory=list)
    undone: list[Answer] = field(default_factory=list)

    def add(self, answer: Answer) -> None:
        """An answer to a redemption; only an `ok` counts, and a replay of what stands counts once.
        """
        known = {one.redemption for one in self.standing}
        if answer.answer == "ok" and answer.redemption not in known:
            self.standing.append(answer)

    @property
    def last(self) -> Answer | None:
        """The redemption that would be taken back next."""
        return self.standing[-1] if self.standing else None

    def undo(self) -> None:
        """The last one was taken back."""
        self.undone.append(self.standing.pop())

    def taken(self) -> list[ShiftTotal]:
        """What was taken off in this shift and stands."""
        return _added_up([one for one in self.standing if not one.replayed])

    def before(self) -> list[ShiftTotal]:
        """What turned out to be recorded before it."""
        return _added_up([one for one in self.standing if one.replayed])

    def taken_back(self) -> list[ShiftTotal]:
        """What was taken back in it."""
        return _added_up(self.undone)


def _added_up(answers: list[Answer]) -> list[ShiftTotal]:
    totals: dict[str, ShiftTotal] = {}
    for one in answers:
        currency, amount_minor = one.currency or "", one.amount_minor or 0
        before = totals.get(currency, ShiftTotal(currency, 0, 0))
        totals[currency] = ShiftTotal(
            currency, before.vouchers + 1, before.amount_minor + amount_minor
        )
    return list(totals.values())
