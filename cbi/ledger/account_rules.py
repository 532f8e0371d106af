"""Rules of who used an account: by the log it was its owner, or somebody answers for it."""

from collections.abc import Iterator

from cbi.audit.rule_results import RuleResult, Violation
from cbi.ledger.seal_rules import unsealed
from cbi.operators.confirming import doubtful_hands, wrongly_confirmed
from cbi.operators.log import whole_log
from cbi.programmes.loosening import loosened
from cbi.programmes.programmes import programmes
from cbi.storage import ReadTransaction


def accounts_confirmed(tx: ReadTransaction) -> Iterator[Violation]:
    """Whoever confirmed an account could: another than who changed it."""
    for one in wrongly_confirmed(tx):
        yield Violation(one.where, one.what, one.facts)


def to_be_known(tx: ReadTransaction) -> list[RuleResult]:
    """What breaks no rule, and is told."""
    return [
        RuleResult("two-hands", (), tuple(two_hands(tx))),
        RuleResult("duties-tight", (), tuple(duties_tight(tx))),
        RuleResult("all-sealed", (), tuple(unsealed(tx))),
    ]


def two_hands(tx: ReadTransaction) -> Iterator[Violation]:
    """To be known: both hands of a pair that may have been one person's."""
    for one in doubtful_hands(whole_log(tx)):
        yield Violation(one.where, one.what, one.facts)


def duties_tight(tx: ReadTransaction) -> Iterator[Violation]:
    """To be known: every stretch in which a rule that keeps duties apart was loosened."""
    for of in programmes(tx):
        for one in loosened(tx, of.code):
            yield Violation(of.code, one.key, one.facts(of))
