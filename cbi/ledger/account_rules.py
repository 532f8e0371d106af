"""Rules of who used an account: by the log it was its owner, or somebody answers for it."""

from collections.abc import Iterator
from typing import NamedTuple

from cbi.audit.rule_results import RuleResult, Violation
from cbi.ledger.clocks import taken
from cbi.ledger.seal_rules import unsealed
from cbi.ledger.split_rules import splits
from cbi.operators.confirming import FirstHand, doubtful_hands, wrongly_confirmed
from cbi.operators.log import whole_log
from cbi.programmes.loosening import approvals_loosened, loosened, rule_since, value_at
from cbi.programmes.programmes import programmes
from cbi.storage import ReadTransaction

_BILLED = """
SELECT s.number AS settlement, t.number AS statement FROM settlement s
JOIN statement t ON t.id = s.statement
"""
_REVERSED = """
SELECT v.serial, e.seq, e.id, e.operator, e.recorded_at, e.amount_minor,
       b.id AS undone, b.recorded_at AS undone_at, r.programme
FROM entry b JOIN entry e ON e.id = b.reverses JOIN voucher v ON v.id = e.voucher
JOIN round r ON r.code = v.round WHERE b.reverses IS NOT NULL
"""


class BilledSettlement(NamedTuple):
    """A settlement's number, and its statement's."""

    settlement: str
    statement: str


class ReversedLine(NamedTuple):
    """A redemption that was reversed; `undone` is the reversal's id."""

    serial: str
    seq: int
    id: bytes
    operator: str
    recorded_at: int
    amount_minor: int
    undone: bytes
    undone_at: int
    programme: str


THRESHOLD = "reversal_alone_max_minor"


def _reversed(tx: ReadTransaction) -> dict[str, FirstHand]:
    """Redemptions that were reversed and were above what one alone may reverse, as it then was."""
    limits = {of.code: rule_since(tx, of, THRESHOLD) for of in programmes(tx)}
    return {
        f"{one.serial}/{one.seq}": FirstHand(
            "till.redeem", one.operator, taken(one.id, one.recorded_at)
        )
        for one in tx.read(ReversedLine, _REVERSED)
        if one.amount_minor > value_at(limits[one.programme], taken(one.undone, one.undone_at))
    }


def accounts_confirmed(tx: ReadTransaction) -> Iterator[Violation]:
    """Whoever confirmed an account could: another than who changed it."""
    for one in wrongly_confirmed(tx):
        yield Violation(one.where, one.what, one.facts)


def to_be_known(tx: ReadTransaction) -> list[RuleResult]:
    """What breaks no rule, and is told."""
    return [
        RuleResult("two-hands", (), tuple(two_hands(tx))),
        RuleResult("duties-tight", (), tuple(duties_tight(tx))),
        RuleResult("none-split", (), tuple(splits(tx))),
        RuleResult("all-sealed", (), tuple(unsealed(tx))),
    ]


def two_hands(tx: ReadTransaction) -> Iterator[Violation]:
    """To be known: both hands of a pair that may have been one person's."""
    about = dict(tx.read(BilledSettlement, _BILLED))
    for one in doubtful_hands(whole_log(tx), about, _reversed(tx)):
        yield Violation(one.where, one.what, one.facts)


def duties_tight(tx: ReadTransaction) -> Iterator[Violation]:
    """To be known: every stretch in which a rule that keeps duties apart was loosened."""
    for of in programmes(tx):
        for one in loosened(tx, of.code):
            yield Violation(of.code, one.key, one.facts(of))
        for key, facts in approvals_loosened(tx, of):
            yield Violation(of.code, key, facts)
