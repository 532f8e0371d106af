"""What always holds of handing over, each rule by its name, for `cbi check`.

A distribution's evidence is its own (what was taken, what became of it), the ledger's (who holds
what) and the log's (how many were counted): the three must tell the same.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from cbi.audit.rule_results import RuleResult, Violation
from cbi.issuance.due_rules import given_as_due, household_aid_once, issued_as_due
from cbi.ledger.clocks import CLOCK_BEHIND_MAX_US
from cbi.operators.log import entries
from cbi.storage.transactions import ReadTransaction

EVERY: Final = 2**62
OUTCOMES: Final = ("given", "returned", "damaged", "missing")



class _Broken(NamedTuple):
    """A voucher that breaks a rule, and on which distribution."""

    number: str | None
    voucher: bytes
    serial: str | None


class _Written(NamedTuple):
    """A distribution, with how many were taken and counted."""

    number: str
    distributor: str
    opened_by: str
    opened_at: int
    closed_by: str | None
    closed_at: int | None
    taken: int
    given: int
    returned: int
    damaged: int
    missing: int


UNBALANCED: Final = (
    # What was taken and has no outcome though the day is closed, or has one though it is open.
    ("taken-without-outcome",
     "SELECT d.number, t.voucher FROM distribution d"
     " JOIN distribution_taken t ON t.distribution = d.id"
     " LEFT JOIN distribution_outcome o ON o.distribution = d.id AND o.voucher = t.voucher"
     " WHERE (d.state = 'closed') <> (o.voucher IS NOT NULL)"),
    ("outcome-not-taken",
     "SELECT d.number, o.voucher FROM distribution_outcome o"
     " LEFT JOIN distribution d ON d.id = o.distribution"
     " LEFT JOIN distribution_taken t"
     " ON t.distribution = o.distribution AND t.voucher = o.voucher"
     " WHERE d.id IS NULL OR t.voucher IS NULL"),
    ("missing-without-reason",
     "SELECT d.number, o.voucher FROM distribution_outcome o"
     " JOIN distribution d ON d.id = o.distribution"
     " WHERE o.outcome = 'missing' AND d.missing_reason IS NULL"),
)
MISJUDGED: Final = (
    ("given-not-handed-over",
     "SELECT d.number, o.voucher FROM distribution_outcome o"
     " JOIN distribution d ON d.id = o.distribution WHERE o.outcome = 'given' AND NOT EXISTS"
     " (SELECT 1 FROM entry WHERE entry.voucher = o.voucher AND entry.kind = 'hand-over')"),
    # Offices' clocks may be two minutes apart: what was handed over just before is not judged.
    ("back-though-handed-over",
     "SELECT d.number, o.voucher FROM distribution_outcome o"
     " JOIN distribution d ON d.id = o.distribution WHERE o.outcome <> 'given' AND"
     " (SELECT entry.kind FROM entry WHERE entry.voucher = o.voucher"
     " AND entry.kind IN ('hand-over', 'take-back') AND entry.recorded_at < d.closed_at - :apart"
     " ORDER BY entry.seq DESC LIMIT 1) = 'hand-over'"),
)
TWICE_OUT: Final = (
    ("out-twice",
     "SELECT min(d.number) AS number, t.voucher FROM distribution d"
     " JOIN distribution_taken t ON t.distribution = d.id WHERE d.state = 'open'"
     " GROUP BY t.voucher HAVING count(*) > 1"),
)
UNPROVEN: Final = (
    ("hand-over-without-evidence",
     "SELECT NULL AS number, voucher FROM (SELECT voucher, 1 AS lines FROM entry"
     " WHERE kind = 'hand-over' UNION ALL SELECT voucher, -1 FROM hand_over) AS told"
     " GROUP BY voucher HAVING sum(lines) <> 0"),
    ("hand-over-to-come",
     "SELECT NULL AS number, voucher FROM entry WHERE kind = 'hand-over'"
     " AND occurred_at > recorded_at + :apart"),
)


def check(tx: ReadTransaction) -> list[RuleResult]:
    """Run every rule; the outcome of each, in order."""
    return [RuleResult(name, tuple(rule(tx))) for name, rule in RULES.items()]


def _those(
    queries: tuple[tuple[str, str], ...],
) -> Callable[[ReadTransaction], Iterator[Violation]]:
    """A rule of queries that give the distribution and the voucher that break it."""
    def rule(tx: ReadTransaction) -> Iterator[Violation]:
        for what, sql in queries:
            found = tx.read(
                _Broken, f"SELECT wrong.number, wrong.voucher, voucher.serial FROM ({sql}) AS wrong"
                " LEFT JOIN voucher ON voucher.id = wrong.voucher"
                " ORDER BY wrong.number, voucher.serial", apart=CLOCK_BEHIND_MAX_US,
            )
            for one in found:
                serial = one.serial or one.voucher.hex()
                where = f"{one.number}, {serial}" if one.number else serial
                yield Violation(where, f"check.{what}")

    return rule


def _as_logged(tx: ReadTransaction) -> Iterator[Violation]:
    """Distributions are those of the log, with as many taken and counted as it says."""
    said: dict[str, dict[str, object]] = {}
    for line in entries(tx, action="distribution", limit=EVERY):
        told = said.setdefault(line.object, {})
        if line.action == "distribution.open":
            told |= {"opened_by": line.operator, "opened_at": line.at,
                     "distributor": line.detail["distributor"], "taken": line.detail["vouchers"]}
        elif line.action == "distribution.close":
            told |= {"closed_by": line.operator, "closed_at": line.at}
            told |= {name: line.detail[name] for name in OUTCOMES}
    counts = ", ".join(
        f"(SELECT count(*) FROM distribution_outcome o WHERE o.distribution = d.id"
        f" AND o.outcome = '{outcome}') AS {outcome}" for outcome in OUTCOMES
    )
    for one in tx.read(
        _Written,
        "SELECT d.number, d.distributor, d.opened_by, d.opened_at, d.closed_by, d.closed_at,"
        " (SELECT count(*) FROM distribution_taken t WHERE t.distribution = d.id) AS taken,"
        f" {counts} FROM distribution d ORDER BY d.number"
    ):
        told = said.pop(one.number, {})
        stays = {"closed_by": None, "closed_at": None, **dict.fromkeys(OUTCOMES, 0)}
        if "opened_by" not in told or {"number": one.number, **stays, **told} != one._asdict():
            yield Violation(one.number, "check.not-as-logged")
    for number, told in said.items():
        if "opened_by" in told:
            yield Violation(number, "check.not-as-logged")


RULES: Final[dict[str, Callable[[ReadTransaction], Iterator[Violation]]]] = {
    "hand-overs-on-record": _those(UNPROVEN),
    "distributions-balance": _those(UNBALANCED),
    "given-as-handed-over": _those(MISJUDGED),
    "out-once": _those(TWICE_OUT),
    "distributions-as-logged": _as_logged,
    "issued-as-due": issued_as_due,
    "given-as-due": given_as_due,
    "household-aid-once": household_aid_once,
}
