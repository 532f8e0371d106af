"""Grants' books: what each paid for by month, in the programme's currency and in the donor's.

They sum up what `grant_lines` allots.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cbi.finance.allotting import converted
from cbi.finance.grants.grants import exponents, fund_of, grant, rates
from cbi.finance.grants.lines import allotted, fund_from
from cbi.finance.grants.tables import Grant, GrantRate
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
    """A grant with what it paid for; `currency` is the programme's, amounts in its minor unit.
    `latest` is the newest rate of the donor's currency, where that is another."""

    grant: Grant
    currency: str
    months: tuple[GrantMonth, ...]
    latest: GrantRate | None = None

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

    def bound_donor_minor(self, more_minor: int = 0) -> int | None:
        """What was redeemed and what may still be, and `more_minor` that is to be issued, in the
        donor's currency: what is open at the latest rate; None where a rate is missing."""
        still_open, redeemed = self.outstanding_minor + more_minor, self.redeemed_donor_minor
        if redeemed is None or self.grant.currency == self.currency or not still_open:
            return None if redeemed is None else redeemed + still_open
        if self.latest is None:
            return None
        return redeemed + converted(still_open, self.latest.millionths,
                                    exponents(self.currency, self.grant.currency))

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
    return GrantBook(of, currency, tuple(told), known[max(known)] if known else None)


def beyond_budget(
    tx: ReadTransaction, round_code: str, more_minor: int
) -> list[tuple[Grant, int]]:
    """Grants that would have more to pay for than their budget if so much more of a round was
    issued, each with how much it would be, in the donor's minor unit."""
    rows, given = fund_of(tx, round_code), Counter[str]()
    if not rows:
        return []
    for one in allotted(tx):
        if one.round == round_code:
            given[one.grant] += {"issue": 1, "void": -1}.get(one.kind, 0) * one.amount_minor
    fund = fund_from(rows)
    fund.given = [given[row.grant_code] for row in rows]
    found = books(tx, [grant(tx, row.grant_code) for row in rows])
    bound = [(book, book.bound_donor_minor(part))
             for book, part in zip(found, fund.take(more_minor), strict=True)]
    return [(book.grant, minor) for book, minor in bound
            if minor is not None and minor > book.grant.budget_minor]
