"""Referrals counted, for who must report that they are made: nothing that is about few people."""

from collections.abc import Sequence
from dataclasses import dataclass

from cbi.people.protection.referrals import KINDS, Referral
from cbi.reports.suppression import LEAST, published


@dataclass(frozen=True, slots=True)
class ReferralCount:
    """Referrals of a kind, or all: made, still open, closed. None where it is kept back."""

    kind: str
    open: int | None
    closed: int | None
    made: int | None


def referral_counts(
    found: Sequence[Referral], *, first: str = "", last: str = "", least: int = LEAST
) -> list[ReferralCount]:
    """By kind and in all, of those opened within these days; small counts are kept back, and what
    would give them away."""
    chosen = [one for one in found
              if (not first or one.opened_on >= first) and (not last or one.opened_on <= last)]
    counts = [
        [sum(one.kind == kind and (one.state == "closed") is closed for one in chosen)
         for closed in (False, True)]
        for kind in KINDS
    ]
    table = published(counts, least)
    rows = [
        ReferralCount(kind, table.cell(row, 0), table.cell(row, 1), table.row_total(row))
        for row, kind in enumerate(KINDS)
    ]
    made = len(chosen)
    return [*rows, ReferralCount(
        "all", table.column_total(0), table.column_total(1),
        made if table.columns_too and (made >= least or not made) else None,
    )]
