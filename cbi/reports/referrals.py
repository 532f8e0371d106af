"""Referrals counted, for who must report that they are made: nothing that is about few people."""

from collections.abc import Sequence
from dataclasses import dataclass

from cbi.people.protection.referrals import KINDS, Referral
from cbi.reports.as_of import AsOf
from cbi.reports.suppression import LEAST, published


@dataclass(frozen=True, slots=True)
class ReferralCount:
    """Referrals of a kind, or all: made, still open, closed. None where it is kept back."""

    kind: str
    open: int | None
    closed: int | None
    made: int | None


def referral_counts(
    found: Sequence[Referral], seen: AsOf, *, first: str = "", last: str = "", least: int = LEAST
) -> list[ReferralCount]:
    """By kind and in all, of those opened within these days, as it stood then; small counts are
    kept back, and what would give them away."""
    chosen = [one for one in found if _there(one, seen)
              and first <= seen.counts_on(one.opened_on, one.written_at) <= (last or "9999")]
    counts = [
        [sum(one.kind == kind and _closed(one, seen) is closed for one in chosen)
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


def _there(one: Referral, seen: AsOf) -> bool:
    """Whether it was written down by then; where that is not known, its day tells."""
    return one.written_at < seen.until if one.written_at else one.opened_on <= seen.day


def _closed(one: Referral, seen: AsOf) -> bool:
    ends = [note for note in one.notes if note.state == "closed"]
    return any(note.at < seen.until if note.at else note.on <= seen.day for note in ends)
