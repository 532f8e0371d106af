"""Grants' books: what each paid for by month, in the programme's currency and in the donor's.

They sum up what `grant_lines` allots.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cbi.finance.allotting import converted
from cbi.finance.grant_lines import allotted
from cbi.finance.grant_tables import Grant
from cbi.finance.grants import exponents, rates
from cbi.storage import ReadTransaction


@dataclass(frozen=True, slots=True)
class GrantMonth:
    """A month of a grant: amounts by kind in the programme's currency; what was redeemed in the
    donor's too, where that month has a rate."""

    month: str
    amounts: Mapping[str, int]
    redeemed_donor_minor: int | None


@dataclass(frozen=True, slots=True)
class GrantBook:
    """A grant with what it paid for; `currency` is the programme's, amounts in its minor unit."""

    grant: Grant
    currency: str
    months: tuple[GrantMonth, ...]

    def total(self, kind: str) -> int:
        """All months' amount of a kind."""
        return sum(one.amounts.get(kind, 0) for one in self.months)

    @property
    def outstanding_minor(self) -> int:
        """What may still be spent of what was issued."""
        return self.total("issue") - sum(map(self.total, ("redeem", "expire", "void")))

    @property
    def redeemed_donor_minor(self) -> int | None:
        """What was redeemed in the donor's currency: the months' amounts as they were rounded."""
        told = [one.redeemed_donor_minor for one in self.months]
        return None if None in told else sum(one or 0 for one in told)

    @property
    def missing_rates(self) -> list[str]:
        """Months with redemptions and without a rate."""
        return [one.month for one in self.months if one.redeemed_donor_minor is None]


def books(tx: ReadTransaction, found: Sequence[Grant]) -> list[GrantBook]:
    """What each of these grants paid for, by month."""
    sums: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for one in allotted(tx):
        sums[one.grant][one.day[:7]][one.kind] += one.amount_minor
    return [_book(tx, one, sums.get(one.code, {})) for one in found]


def _book(
    tx: ReadTransaction, of: Grant, months: Mapping[str, Counter[str]]
) -> GrantBook:
    currency = str(tx.value("SELECT currency FROM programme WHERE code = :code", code=of.programme))
    known = rates(tx, of.currency, currency)
    told = []
    for month, amounts in sorted(months.items()):
        donor: int | None = amounts["redeem"]
        if of.currency != currency and amounts["redeem"]:
            rate = known.get(month)
            donor = None if rate is None else converted(
                amounts["redeem"], rate.millionths, exponents(currency, of.currency))
        told.append(GrantMonth(month, dict(amounts), donor))
    return GrantBook(of, currency, tuple(told))
