"""Who may not receive vouchers yet or any more, and why: counts, no names.

Each person counts once, under the first reason that somebody would have to clear away.
"""

from cbi.storage.transactions import ReadTransaction

REASONS = ("not-active", "not-approved", "no-consent", "duplicate-undecided")
"""Suspended, left or dead; enrolled but not approved; no consent, or taken back; a likely duplicate
that nobody has decided."""

_REASON = (
    "CASE WHEN status <> 'active' THEN 'not-active'"
    " WHEN approved_at IS NULL THEN 'not-approved'"
    " WHEN consent = 0 THEN 'no-consent'"
    " WHEN number IN ("
    "SELECT first FROM duplicate_pair WHERE state IN ('open', 'later')"
    " AND strength IN ('certain', 'likely')"
    " UNION SELECT second FROM duplicate_pair WHERE state IN ('open', 'later')"
    " AND strength IN ('certain', 'likely')) THEN 'duplicate-undecided' END"
)


def waiting(tx: ReadTransaction, *, city: str | None = None) -> dict[str, int]:
    """How many people may not receive, by reason, in all cities or one (its code).

    The erased and those merged into another number are nobody any more.
    """
    counted = dict(tx.tuples(
        f"SELECT reason, count(*) FROM (SELECT {_REASON} AS reason FROM person"
        " WHERE erased_at IS NULL AND merged_into IS NULL"
        " AND (city = :city OR :everywhere = 1)) AS judged"
        " WHERE reason IS NOT NULL GROUP BY reason",
        city=city or "", everywhere=int(city is None),
    ))
    return {reason: counted[reason] for reason in REASONS if reason in counted}
