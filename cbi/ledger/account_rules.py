"""Rules of who used an account: by the log it was its owner, or somebody answers for it."""

from collections.abc import Iterator

from cbi.ledger.findings import Finding, Wrong
from cbi.ledger.seal_rules import unsealed
from cbi.operators.confirming import doubtful_hands, wrongly_confirmed
from cbi.operators.log import whole_log
from cbi.storage import Reading


def accounts_confirmed(tx: Reading) -> Iterator[Wrong]:
    """Whoever confirmed an account could: another than who changed it."""
    for one in wrongly_confirmed(tx):
        yield Wrong(one.where, one.what, one.facts)


def to_be_known(tx: Reading) -> list[Finding]:
    """What breaks no rule, and is told."""
    return [
        Finding("two-hands", (), tuple(two_hands(tx))),
        Finding("all-sealed", (), tuple(unsealed(tx))),
    ]


def two_hands(tx: Reading) -> Iterator[Wrong]:
    """To be known: both hands of a pair that may have been one person's."""
    for one in doubtful_hands(whole_log(tx)):
        yield Wrong(one.where, one.what, one.facts)
