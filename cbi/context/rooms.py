"""What every room brings: its tables, and its rules for `cbi check`."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from cbi.base.logs import Log
from cbi.storage.transactions import ReadTransaction

logger = Log(__name__)

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from cbi.audit.rule_results import RuleResult
    from cbi.people.privacy.vault_rules import Inside


def ledger_metadata() -> "MetaData":
    """The tables of every room that stand in the ledger's database."""
    from sqlmodel import SQLModel

    import cbi.distribution.tables
    import cbi.documents.tables
    import cbi.enrolment.tables
    import cbi.field.tables
    import cbi.finance.bank.tables
    import cbi.finance.grants.tables
    import cbi.finance.settling.contract_tables
    import cbi.finance.tables
    import cbi.ledger.tables
    import cbi.ledger.vouchers.late_tables
    import cbi.ledger.vouchers.offline_tables
    import cbi.operators.tables
    import cbi.people.complaints.tables
    import cbi.people.matching.duplicate_tables
    import cbi.people.protection.tables
    import cbi.people.records.tables
    import cbi.people.sanctions.tables
    import cbi.places.tables
    import cbi.programmes.approval_tables
    import cbi.programmes.batch_tables
    import cbi.programmes.tables
    import cbi.reports.tables
    import cbi.till.tables  # noqa: F401

    return SQLModel.metadata


def vault_metadata() -> "MetaData":
    """The tables of the vault's database."""
    from cbi.people.records.vault_tables import vault_metadata

    return vault_metadata


def check_everything(
    tx: ReadTransaction, told: Callable[[int], None] | None = None,
    keys: dict[str, bytes] | None = None, inside: "Inside | None" = None,
) -> "list[RuleResult]":
    """Every rule of every room; `told` hears how many vouchers are done.

    With `keys`, what was written is also held to who vouches for it; `inside` is the vault. What
    cannot be looked at for want of them is told.
    """
    from cbi.audit.rule_results import RuleResult, Violation
    from cbi.distribution import rules as handing
    from cbi.documents.rules import documents_whole
    from cbi.field.rules import field_events_once
    from cbi.finance import identities
    from cbi.ledger.account_rules import to_be_known
    from cbi.ledger.invariants import check_ledger
    from cbi.operators.row_rules import unvouched
    from cbi.people.privacy.vault_rules import VAULT_RULES, broken_vault
    from cbi.people.rules import broken
    from cbi.till.rules import shifts_add_up

    of_people = broken(tx) | (broken_vault(tx, inside) if inside else {})
    no_vault = () if inside else (Violation("vault", "people.not-looked-at"),)
    found = [
        *check_ledger(tx, told, keys),
        *handing.check(tx),
        *identities.check(tx),
        shifts_add_up(tx),
        documents_whole(tx),
        field_events_once(tx),
        *(
            RuleResult(
                name, tuple(Violation(number, f"people.broken-{name}") for number in numbers)
            )
            for name, numbers in of_people.items()
        ),
        *(RuleResult(name, (), no_vault) for name in VAULT_RULES if no_vault),
        RuleResult(
            "rows-vouched",
            tuple(Violation(row.where, row.what) for row in unvouched(tx, keys or {})),
            () if keys else (Violation("keyring", "check.not-looked-at"),),
        ),
        *to_be_known(tx),
    ]
    for one in found:
        logger.debug("rule %s: %s wrong", one.name, len(one.wrong))
    return found
