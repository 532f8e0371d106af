"""Operators' accounts: made, changed and closed by an admin, opened by a passphrase.

Nobody changes their own rights, the last admin stays one, and who was given a passphrase by another
chooses a new one before anything else: so nobody plays both hands of a pair. An operator is never
deleted, because the ledger and the log name them.
"""

import re
from collections.abc import Collection

from cbi.base.canonical import JsonValue
from cbi.base.clock import Clock
from cbi.base.errors import Conflict, NotAllowed, NotFound, UsageError
from cbi.base.ids import Entropy, system_entropy
from cbi.base.logs import Log
from cbi.operators.confirming import standings
from cbi.operators.log import record, record_by
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.operators.passphrases import Hashing, PassphraseChange, accepted, cost_of, is_right
from cbi.operators.permissions import ROLES
from cbi.operators.roster import Account, account, check_as_said, known_as, operator_of, operators
from cbi.operators.rows import StoredOperator
from cbi.operators.stretching import DEFAULT_STRETCHING, Stretching
from cbi.operators.tries import forgive, take_try
from cbi.storage.database import Database
from cbi.storage.faults import ConstraintViolation
from cbi.storage.transactions import ReadTransaction, WriteTransaction

logger = Log(__name__)

NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,31}\Z")
__all__ = [
    "Account", "account", "add_operator", "change_passphrase", "confirm", "disable", "enable",
    "end_logins", "first_operator", "operator_of", "operators", "reset_passphrase", "set_roles",
    "sign_in",
]


def first_operator(
    tx: WriteTransaction, name: str, passphrase: str, *, roles: Collection[str], now: int,
    entropy: Entropy, stretching: Stretching = DEFAULT_STRETCHING,
) -> None:
    """Make a new ledger's first operator, who needs nobody's leave.

    Raises:
        UsageError: a name, role or passphrase that cannot be.
        Conflict: the ledger has an operator already.
    """
    known, given = checked_name(name), _roles(roles)
    if tx.value("SELECT count(*) FROM operator"):
        raise Conflict("operators.first-there")
    passphrase_hash = Hashing(entropy, stretching).hash(accepted(passphrase, name=known))
    _insert(tx, known, passphrase_hash, must_change=False, made_by=known, made_at=now)
    _write_rights(tx, known, given, frozenset())
    record(
        tx, operator=known, action="operator.add", object=known, at=now, origin="",
        detail={"roles": [*sorted(given)], "first": True},
    )


def add_operator(
    session: OperatorSession, name: str, roles: Collection[str], *, stores: Collection[str] = (),
    passphrase: str, must_change: bool = True, stretching: Stretching | None = None,
) -> Account:
    """Make an operator; a cashier is bound to the stores named.

    Raises:
        UsageError: a name, role or passphrase that cannot be, or a cashier without a store.
        NotFound: no such store.
        Conflict: the name is taken.
    """
    session.require("operator.manage")
    known, given, bound = checked_name(name), *_rights(roles, stores)
    hashing = Hashing(session.entropy, stretching or session.stretching)
    passphrase_hash = hashing.hash(accepted(passphrase, name=known))
    now = session.clock()

    def work(tx: WriteTransaction) -> Account:
        _check_stores(tx, bound)
        if tx.value("SELECT 1 FROM operator WHERE name = :name", name=known):
            raise Conflict("operators.name-taken", operator=known)
        _insert(
            tx, known, passphrase_hash, must_change=must_change, made_by=session.operator.name,
            made_at=now,
        )
        _write_rights(tx, known, given, bound)
        _note(tx, session, "operator.add", known, roles=[*sorted(given)], stores=[*sorted(bound)])
        return account(tx, known)

    return session.ledger.transact(work)


def set_roles(
    session: OperatorSession, name: str, roles: Collection[str], *,
    stores: Collection[str] | None = None
) -> Account:
    """Give an operator these roles and no others; `stores` None leaves the stores as they are.

    Raises:
        UsageError: a role that does not exist, or a cashier without a store.
        NotAllowed: one's own roles, or the last admin's.
        NotFound: no such operator or store.
    """
    session.require("operator.manage")

    def work(tx: WriteTransaction) -> Account:
        before = account(tx, name)
        if before.name == session.operator.name:
            raise NotAllowed("operators.own-roles", operator=before.name)
        kept = before.stores if "cashier" in roles else ()
        given, bound = _rights(roles, kept if stores is None else stores)
        _check_stores(tx, bound)
        if (set(before.roles), set(before.stores)) == (set(given), set(bound)):
            return before
        _write_rights(tx, before.name, given, bound)
        _note(
            tx, session, "operator.role", before.name, roles=[*sorted(given)],
            stores=[*sorted(bound)], before=[*sorted(before.roles)],
        )
        _check_admin_left(tx)
        return account(tx, before.name)

    return session.ledger.transact(work)


def disable(session: OperatorSession, name: str, *, reason: str = "") -> Account:
    """Let an operator do nothing any more: their logins end with it.

    Raises:
        NotFound: no such operator.
        NotAllowed: the last admin.
        Conflict: it is so already.
    """
    session.require("operator.manage")
    now = session.clock()

    def work(tx: WriteTransaction) -> Account:
        known = account(tx, name).name
        changed = tx.run(
            "UPDATE operator SET disabled_at = :now WHERE name = :name AND disabled_at IS NULL",
            name=known, now=now,
        )
        if changed != 1:
            raise Conflict("operators.disabled-already", operator=known)
        end_logins(tx, known, now)
        _note(tx, session, "operator.disable", known, reason=reason.strip())
        _check_admin_left(tx)
        return account(tx, known)

    return session.ledger.transact(work)


def enable(session: OperatorSession, name: str) -> Account:
    """Let a disabled operator work again.

    Raises:
        NotFound: no such operator.
        Conflict: they are not disabled.
    """
    session.require("operator.manage")

    def work(tx: WriteTransaction) -> Account:
        known = account(tx, name).name
        changed = tx.run(
            "UPDATE operator SET disabled_at = NULL WHERE name = :name AND disabled_at IS NOT NULL",
            name=known,
        )
        if changed != 1:
            raise Conflict("operators.not-disabled", operator=known)
        _note(tx, session, "operator.enable", known)
        return account(tx, known)

    return session.ledger.transact(work)


def reset_passphrase(
    session: OperatorSession, name: str, passphrase: str, *, stretching: Stretching | None = None
) -> Account:
    """Give another operator a passphrase that they must change at the next login.

    Raises:
        UsageError: a passphrase that will not do.
        NotFound: no such operator.
        NotAllowed: one's own: that is changed, knowing the old one.
    """
    session.require("operator.manage")
    passphrase_hash = Hashing(session.entropy, stretching or session.stretching).hash(
        accepted(passphrase, name=known_as(name))
    )
    now = session.clock()

    def work(tx: WriteTransaction) -> Account:
        known = account(tx, name).name
        if known == session.operator.name:
            raise NotAllowed("operators.own-reset")
        _write_passphrase(tx, known, passphrase_hash, must_change=True)
        end_logins(tx, known, now)
        _note(tx, session, "operator.reset", known)
        return account(tx, known)

    return session.ledger.transact(work)


def confirm(session: OperatorSession, name: str) -> Account:
    """Say that an account is its owner's, whatever another did to it.

    Raises:
        NotFound: no such operator.
        Conflict: nothing waits to be confirmed, or its owner has not signed in since.
        NotAllowed: one's own account, or one that oneself, or who might be oneself, changed.
    """
    session.require("operator.confirm")

    def work(tx: WriteTransaction) -> Account:
        found, known = account(tx, name), standings(tx)
        stretch = known.stretch(found.name)
        if found.disabled_at is not None:
            raise NotAllowed("operators.disabled", operator=found.name)
        if stretch is None:
            raise Conflict("operators.confirmed-already", operator=found.name)
        if session.operator.name not in known.who_may_confirm(found.name):
            raise NotAllowed(
                "operators.confirm-other", operator=found.name,
                who=", ".join(sorted(known.of(found.name).behind)),
            )
        if found.must_change:
            raise Conflict("operators.confirm-unseen", operator=found.name)
        _note(tx, session, "operator.confirm", found.name, changes=[*stretch.changes])
        # Asked again after the line: another office may have changed something meanwhile.
        if standings(tx).of(found.name).unconfirmed:
            raise Conflict("operators.changed-meanwhile", operator=found.name)
        return account(tx, found.name)

    return session.ledger.transact(work)


def sign_in(
    ledger: Database, name: str, passphrase: str, *, clock: Clock, origin: str = "",
    keys: dict[str, bytes] | None = None,
) -> Operator:
    """The operator whose passphrase this is; `keys` hold what the ledger says of them to its MAC.

    Raises:
        NotAllowed: it is not, they rest after too many wrong ones, they are disabled, they must
            first change a passphrase that another gave them, or their account was changed behind
            the program's back.
    """
    row = _proved(ledger, name, passphrase, clock=clock, origin=origin)
    if row.must_change:
        raise NotAllowed("operators.passphrase-must-change", operator=row.name)
    logger.debug("signed in by a passphrase")
    with ledger.read() as tx:
        check_as_said(tx, row.name, keys)
        return operator_of(tx, row.name, keys)


def change_passphrase(
    ledger: Database, name: str, change: PassphraseChange, *, clock: Clock, origin: str = "",
    entropy: Entropy = system_entropy,
) -> None:
    """Put a passphrase of the operator's own in place of the old one; other logins end.

    Raises:
        NotAllowed: as for `sign_in`.
        UsageError: the new one will not do, or is the old one.
    """
    known = known_as(name)
    accepted(change.new, name=known)
    if change.new == change.old:
        raise UsageError("operators.passphrase-same")
    before = _proved(ledger, known, change.old, clock=clock, origin=origin).passphrase_hash
    passphrase_hash = Hashing(entropy, cost_of(before)).hash(change.new)
    now = clock()

    def work(tx: WriteTransaction) -> None:
        _write_passphrase(tx, known, passphrase_hash, must_change=False)
        end_logins(tx, known, now)
        record(
            tx, operator=known, action="operator.passphrase", object=known, at=now, detail={},
            origin=origin,
        )

    ledger.transact(work)


def end_logins(tx: WriteTransaction, name: str, now: int) -> None:
    """End every login of an operator that has not ended."""
    tx.run(
        "UPDATE operator_login SET ended_at = :now WHERE operator = :name AND ended_at IS NULL",
        name=name, now=now,
    )


def _proved(
    ledger: Database, name: str, passphrase: str, *, clock: Clock, origin: str
) -> StoredOperator:
    """The row of the operator whose passphrase this is; each wrong try is counted and logged."""
    known, now = known_as(name), clock()
    row = ledger.transact(lambda tx: take_try(tx, known, now))
    right = is_right(None if row is None else row.passphrase_hash, passphrase)
    if row is None or not right or row.disabled_at is not None:
        why = "unknown" if row is None else "wrong" if not right else "disabled"
        # What was typed as a name nobody has may be a passphrase typed in the wrong place.
        told = "" if row is None else known
        ledger.transact(lambda tx: record(
            tx, operator=told, action="operator.login-failed", object=told, at=now,
            detail={"why": why}, origin=origin,
        ))
        if why == "disabled":
            raise NotAllowed("operators.disabled", operator=known)
        raise NotAllowed("operators.login-refused")
    ledger.transact(lambda tx: forgive(tx, known))
    return row


def _insert(
    tx: WriteTransaction, name: str, passphrase_hash: str, *, must_change: bool, made_by: str,
    made_at: int
) -> None:
    try:
        tx.insert("operator", [{
            "name": name, "passphrase_hash": passphrase_hash, "must_change": int(must_change),
            "disabled_at": None, "tries": "[]", "rests_until": None, "made_by": made_by,
            "made_at": made_at,
        }])
    except (
        ConstraintViolation
    ) as refused:  # another office took the name between our look and our insert
        raise Conflict("operators.name-taken", operator=name) from refused


def _write_passphrase(
    tx: WriteTransaction, name: str, passphrase_hash: str, *, must_change: bool
) -> None:
    tx.run(
        "UPDATE operator SET passphrase_hash = :hash, must_change = :must WHERE name = :name",
        name=name, hash=passphrase_hash, must=int(must_change),
    )
    forgive(tx, name)


def _write_rights(
    tx: WriteTransaction, name: str, roles: Collection[str], stores: Collection[str]
) -> None:
    """Put these roles and stores in place of whatever the operator had."""
    tx.run("DELETE FROM operator_role WHERE operator = :name", name=name)
    tx.run("DELETE FROM operator_store WHERE operator = :name", name=name)
    tx.insert("operator_role", [{"operator": name, "role": role} for role in sorted(roles)])
    tx.insert("operator_store", [{"operator": name, "store": code} for code in sorted(stores)])


def _check_admin_left(tx: ReadTransaction) -> None:
    """Asked after the log's line: its head serialises admins, so two cannot undo each other."""
    if not tx.value(
        "SELECT count(*) FROM operator_role r JOIN operator o ON o.name = r.operator "
        "WHERE r.role = 'admin' AND o.disabled_at IS NULL"
    ):
        raise NotAllowed("operators.last-admin")


def _check_stores(tx: ReadTransaction, stores: Collection[str]) -> None:
    for code in sorted(stores):
        if not tx.value("SELECT 1 FROM store WHERE code = :code", code=code):
            raise NotFound("operators.store-unknown", store=code)


def _note(
    tx: WriteTransaction, session: OperatorSession, action: str, name: str, **detail: JsonValue
) -> None:
    record_by(tx, session, action=action, object=name, detail=detail)


def checked_name(name: str) -> str:
    """An operator's name as it is kept, or a refusal of what cannot be one."""
    known = known_as(name)
    if not NAME.match(known):
        raise UsageError("operators.name-unreadable", text=name)
    return known


def _roles(roles: Collection[str]) -> frozenset[str]:
    given = frozenset(roles)
    if not given:
        raise UsageError("operators.role-none", known=", ".join(ROLES))
    for role in sorted(given - set(ROLES)):
        raise UsageError("operators.role-unknown", role=role, known=", ".join(ROLES))
    return given


def _rights(
    roles: Collection[str], stores: Collection[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Roles and stores that fit each other."""
    given, bound = _roles(roles), frozenset(code.strip().lower() for code in stores)
    if "cashier" in given and not bound:
        raise UsageError("operators.cashier-without-store")
    if bound and "cashier" not in given:
        raise UsageError("operators.stores-without-cashier")
    return given, bound
