"""Who may do what: the one table of permissions.

A role is a set of duties; an operator may hold several. Reading for an auditor never includes
personal data, and an auditor writes nothing.
"""

from collections.abc import Set as AbstractSet

from cbi.base.errors import NotAllowed
from cbi.base.terms import role_terms

ROLES = ("field", "cashier", "finance", "controller", "manager", "auditor", "admin", "protection")
ALL = frozenset(ROLES) - {"protection"}
"""What `all` gives: not what keeps referrals, which is given by its name alone."""

PERMISSIONS: dict[str, frozenset[str]] = {
    # protection: what it keeps is for it alone
    "referral.keep": frozenset({"protection"}),
    # set-up
    "programme.add": frozenset({"admin", "manager"}),
    "place.add": frozenset({"admin", "manager"}),
    "operator.manage": frozenset({"admin"}),
    "operator.confirm": frozenset({"admin", "manager"}),
    "training.keep": frozenset({"admin", "manager"}),
    "training.plan": frozenset({"manager"}),
    "training.require": frozenset({"admin"}),
    "keys.export": frozenset({"admin"}),
    "keys.passphrase": frozenset({"admin"}),
    "ledger.backup": frozenset({"admin"}),
    "clock.confirm": frozenset({"admin", "manager"}),
    "clock.mend": frozenset({"admin", "manager"}),
    # field
    "people.enrol": frozenset({"field"}),
    "people.read": frozenset({"field", "manager"}),
    "people.edit": frozenset({"field"}),
    "people.status": frozenset({"field", "manager"}),
    "people.approve": frozenset({"manager"}),
    "people.sample": frozenset({"manager"}),
    "people.check": frozenset({"field", "manager"}),
    "people.export": frozenset({"field", "manager"}),
    "people.erase": frozenset({"admin"}),
    "complaint.add": frozenset({"field", "manager"}),
    "complaint.answer": frozenset({"field", "manager"}),
    "complaint.confidential": frozenset({"manager"}),
    "duplicate.decide": frozenset({"field", "manager"}),
    "round.add": frozenset({"manager"}),
    "batch.draft": frozenset({"field", "manager"}),
    "batch.approve": frozenset({"manager"}),
    "batch.print": frozenset({"field", "manager"}),
    "voucher.hand-over": frozenset({"field"}),
    "voucher.take-back": frozenset({"field", "manager"}),
    "reminder.make": frozenset({"field", "manager"}),
    "distribution.open": frozenset({"field", "manager"}),
    "distribution.close": frozenset({"field", "manager"}),
    "field.pair": frozenset({"admin", "manager"}),
    "field.send": frozenset({"manager"}),
    "field.take": frozenset({"field", "manager"}),
    "field.recall": frozenset({"admin", "manager"}),
    "field.decide": frozenset({"manager"}),
    "voucher.replace": frozenset({"field", "manager"}),
    "voucher.block": frozenset({"field", "manager", "finance"}),
    "voucher.void": frozenset({"manager"}),
    "voucher.extend-ask": frozenset({"field", "manager"}),
    "voucher.extend": frozenset({"manager"}),
    "voucher.expire": frozenset({"manager", "finance"}),
    # cashier
    "till.verify": frozenset({"cashier", "field", "finance", "manager"}),
    "till.redeem": frozenset({"cashier"}),
    "till.reverse": frozenset({"cashier", "manager"}),
    "till.redeem-list": frozenset({"cashier", "finance"}),
    "till.serve": frozenset({"admin", "manager"}),
    "till.pair": frozenset({"admin", "manager"}),
    "late.decide": frozenset({"manager"}),
    # finance
    "statement.import": frozenset({"finance"}),
    "exception.decide": frozenset({"finance"}),
    "settlement.make": frozenset({"finance"}),
    "settlement.approve": frozenset({"finance", "controller", "manager"}),
    "settlement.pay": frozenset({"finance"}),
    "bank.import": frozenset({"finance"}),
    "contract.manage": frozenset({"manager"}),
    "grant.manage": frozenset({"finance", "manager"}),
    "period.close": frozenset({"controller"}),
    "sanctions.policy": frozenset({"admin"}),
    "sanctions.screen": frozenset({"manager"}),
    "sanctions.decide": frozenset({"manager"}),
    # documents: of people, and of money
    "document.people": frozenset({"field", "manager"}),
    "document.finance": frozenset({"finance", "controller", "manager"}),
    # reading
    "ledger.read": frozenset({"field", "finance", "controller", "manager", "auditor", "admin"}),
    "finance.read": frozenset({"finance", "controller", "manager", "auditor"}),
    "operator.read": frozenset({"controller", "auditor", "admin", "manager"}),
    "log.read": frozenset({"controller", "auditor", "admin", "manager"}),
    "flags.read": frozenset({"manager", "auditor"}),
    "flags.decide": frozenset({"manager"}),
    "sanctions.read": frozenset({"manager", "auditor"}),
    "monitoring.draw": frozenset({"manager"}),
    "monitoring.take": frozenset({"field", "manager"}),
    "shop.note": frozenset({"field", "finance", "manager"}),
    "ledger.seal": frozenset({"finance", "controller", "manager", "admin"}),
}


def may(roles: AbstractSet[str], action: str) -> bool:
    """Whether one of these roles may do this."""
    return bool(PERMISSIONS[action] & roles)


def require(name: str, roles: AbstractSet[str], action: str) -> None:
    """Raises NotAllowed unless one of these roles may do this."""
    if not may(roles, action):
        raise NotAllowed(
            "operators.role-missing", operator=name, action=action,
            roles=role_terms(PERMISSIONS[action]),
        )
