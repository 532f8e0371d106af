"""A check against a checkpoint kept elsewhere: the one thing that finds an older ledger put back.

A copy of the whole ledger from last week passes every rule that it holds itself. A checkpoint on a
workbook, in a retailer's hands, says how long the log was and what its root was: the ledger must be
at least as long, and its first leaves must have that root.
"""

from collections.abc import Iterator
from typing import NamedTuple

from cbi.audit.checkpoint import read_checkpoint, read_verifier_key, verify_checkpoint
from cbi.audit.merkle import leaf_hash, root
from cbi.audit.rule_results import RuleResult, Violation
from cbi.storage import ReadTransaction

WHERE = "checkpoint"


class SealIdentity(NamedTuple):
    """What a ledger says of itself: its name, and the public half of its signing key."""

    origin: str
    seal_public: bytes


def check_against(tx: ReadTransaction, checkpoint: str, key: str | None = None) -> RuleResult:
    """Whether this ledger grew out of the one that a checkpoint (its text) was signed over.

    `key` is the public key as an auditor holds it (`name+id+base64`); without one the ledger's own
    is taken at its word.

    Raises:
        BadFile: the text is no checkpoint, the key no key, or it was not signed with it.
    """
    identity = tx.read_one(
        SealIdentity, "SELECT origin, seal_public FROM ledger_identity"
    ) or SealIdentity("", b"")
    name, public = identity
    if key is not None:
        given = read_verifier_key(key)
        name, public = given.name, given.public_key
    elif read_checkpoint(checkpoint).origin != name:
        return RuleResult("older-copy", (_other_ledger(checkpoint),))
    signed = verify_checkpoint(checkpoint, key_name=name, public_key=public)
    wrong = []
    if signed.origin != identity.origin:
        wrong.append(_other_ledger(checkpoint))
    if public != identity.seal_public:
        wrong.append(Violation(WHERE, "check.other-key"))
    if not wrong:
        wrong = list(_grown_from(tx, signed.size, signed.root))
    return RuleResult("older-copy", tuple(wrong))


def _grown_from(tx: ReadTransaction, size: int, signed_root: bytes) -> Iterator[Violation]:
    leaves = int(tx.value("SELECT count(*) FROM leaf"))
    if leaves < size:
        yield Violation(WHERE, "check.older-ledger", {"size": size, "leaves": leaves})
        return
    first = tx.tuples(
        "SELECT data FROM leaf WHERE position < :size ORDER BY position", size=size
    )
    if root(leaf_hash(data) for (data,) in first) != signed_root:
        yield Violation(WHERE, "check.history-differs", {"size": size})


def _other_ledger(checkpoint: str) -> Violation:
    return Violation(WHERE, "check.other-ledger", {"origin": read_checkpoint(checkpoint).origin})
