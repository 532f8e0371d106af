"""A command's clock, randomness, databases, keyring and operator, made here and nowhere else.

What is heavy stands inside functions: a till opens a ledger without SQLAlchemy.
"""

import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cbi.base.clock import Clock, system_clock
from cbi.base.errors import NotAllowed, Unusable
from cbi.base.ids import Entropy, system_entropy
from cbi.context.paths import StoragePaths, sweep_killed
from cbi.operators.digests import Vouching, following, vouching, vouching_keys
from cbi.operators.keyring import Keyring, compare_keys, no_core_dumps, read_keyring
from cbi.operators.operator_session import Operator, OperatorSession
from cbi.operators.stretching import DEFAULT_STRETCHING, Stretching
from cbi.storage.database import Database
from cbi.storage.migrate import check_version
from cbi.storage.transactions import WriteTransaction

if TYPE_CHECKING:
    from cbi.operators.letting_in import LetIn
    from cbi.people.privacy.vault_rules import Inside

PRACTICE_STRETCHING = Stretching(passes=1, memory_kib=8_192, lanes=1)
"""A practice ledger's passphrases are told to everybody; they need not take time."""

UNASKED = ("operators.keyring-missing", "operators.keyring-under-passphrase")
"""Why a keyring is left alone by who only reads."""

Ask = Callable[[str], str]
"""Asks a person for a secret, named by a key of the catalogue."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The ledger's own name and nature."""

    ledger_id: bytes
    origin: str
    practice: bool
    seal_public: bytes
    key_checks: str
    behind_us: int
    """How far a practice ledger's clock is behind the machine's: its story goes on from its end."""


class _IdentityRow(NamedTuple):
    """The ledger's identity as it stands, with its practice clock where it has one."""

    ledger_id: bytes
    origin: str
    practice: int
    seal_public: bytes
    key_checks: str
    behind_us: int | None


class LedgerContext:
    """A ledger opened for one command: identity, clock, keys and vault, each on first use."""

    def __init__(
        self, paths: StoragePaths, *, clock: Clock | None = None, entropy: Entropy = system_entropy,
        ask: Ask | None = None,
    ) -> None:
        self.paths = paths
        self.entropy = entropy
        sweep_killed(paths)
        self._ask = ask
        self._clock = clock
        self._let_in: list[LetIn] = []
        self.ledger = paths.open_ledger()
        self.ledger.following = following(lambda: vouching(self.keys))

    def again(self) -> "LedgerContext":
        """The same ledger on a connection of its own, for another thread, with the same keys."""
        other = LedgerContext(self.paths, clock=self._clock, entropy=self.entropy)
        other.__dict__["keys"] = self.keys
        return other

    @cached_property
    def identity(self) -> Identity:
        """Who this ledger is.

        Raises:
            Unusable: it is not a ledger, or of another version than this program.
        """
        with self.ledger.read() as tx:
            check_version(tx)
            row = tx.read_one(
                _IdentityRow, "SELECT i.ledger_id, i.origin, i.practice, i.seal_public, "
                "i.key_checks, c.behind_us "
                "FROM ledger_identity i LEFT JOIN practice_clock c ON c.number = i.number"
            )
        if row is None:
            raise Unusable(
                "storage.not-a-ledger", place=self.paths.ledger, detail="no identity"
            )
        return Identity(
            row.ledger_id, row.origin, bool(row.practice), row.seal_public, row.key_checks,
            row.behind_us or 0,
        )

    @cached_property
    def clock(self) -> Clock:
        """The machine's clock, or the server's; in practice, set back to where the story is."""
        if self._clock is not None:
            return self._clock
        rules = self.ledger.clock(system_clock)
        behind_us = self.identity.behind_us if self.identity.practice else 0
        return (lambda: rules() - behind_us) if behind_us else rules

    @cached_property
    def keys(self) -> Keyring:
        """This ledger's keyring."""
        ask = self._ask
        ring = self._read_keys(None if ask is None else lambda: ask("cli.ask-keyring-passphrase"))
        for one in self._let_in:
            one.look_again(self.paths.open_ledger(), ring)
        return ring

    def _read_keys(self, passphrase: Callable[[], str] | None = None) -> Keyring:
        """The keyring, once its keys are known to be this ledger's own."""
        no_core_dumps()
        known = self.identity
        place = self.paths.keyring_for(known.ledger_id)
        ring = read_keyring(place, ledger_id=known.ledger_id, passphrase=passphrase)
        compare_keys(ring, place, seal_public=known.seal_public, checks=known.key_checks)
        return ring

    @property
    def vouching(self) -> tuple[Vouching | None, dict[str, bytes] | None]:
        """What this machine vouches with, and what it can hold others to.

        Neither where there is no keyring, or where it stands under a passphrase that nothing has
        needed yet: who only reads is not asked for it.
        """
        if "keys" not in self.__dict__:
            try:
                self.__dict__["keys"] = self._read_keys()
            except Unusable as error:
                if error.code not in UNASKED:
                    raise
                return None, None
        return vouching(self.keys), vouching_keys(self.keys)

    @cached_property
    def vault(self) -> Database:
        """The vault beside this ledger."""
        vault = self.paths.open_vault()
        try:
            with vault.read() as tx:
                check_version(tx, "vault")
        except Unusable as error:
            if error.code != "storage.missing":
                raise
            raise Unusable("people.vault-missing", path=self.paths.vault) from error
        return vault

    @contextmanager
    def looking_inside(self) -> "Iterator[Inside | None]":
        """The vault as a check looks at it; None where this machine has no part in it."""
        from cbi.people.privacy.vault_rules import Inside

        people = self.keys.keys.get("people") if self.vouching[0] else None
        try:
            vault = self.vault
        except Unusable:
            yield None if people is None else Inside(None, people)
            return
        with vault.read_to_check("vault") as tx:
            yield Inside(tx, people)

    @property
    def session_file(self) -> Path:
        """Where this user's sign-in is kept."""
        return self.paths.session_file(self.identity.ledger_id)

    def signed_in(self) -> Operator:
        """The operator of this user's session.

        Raises:
            NotAllowed: nobody is signed in here, or the session is over.
        """
        from cbi.operators.sessions import session_operator

        path = self.session_file
        by, keys = self.vouching
        found = session_operator(self.ledger, path, clock=self.clock, by=by, keys=keys)
        if found is None:
            raise NotAllowed("operators.not-signed-in")
        return found if by else self._on_trust(found, path)

    def start_session(self, operator: Operator) -> int:
        """Sign this user in at this ledger; the instant at which that ends."""
        from cbi.operators.sessions import start_session

        return start_session(
            self.ledger, operator, clock=self.clock, entropy=self.entropy,
            path=self.session_file, origin=platform.node(),
        )

    def set_practice_clock(self, behind_us: int) -> None:
        """Let a practice ledger's clock go on from where its story is."""
        from cbi.ledger.identity import set_practice_clock

        self.ledger.transact(lambda tx: set_practice_clock(tx, behind_us))

    def by_passphrase(self, name: str, passphrase: str) -> Operator:
        """The operator of this name, if the passphrase is theirs."""
        from cbi.operators.accounts import sign_in

        keys = self.vouching[1]
        found = sign_in(
            self.ledger, name, passphrase, clock=self.clock, origin=platform.node(), keys=keys
        )
        return found if keys else self._on_trust(found)

    def as_now(self, operator: Operator) -> Operator:
        """Who proved by a passphrase who they are, with what they may do by now.

        Raises:
            NotAllowed: they may not sign in any more.
        """
        from cbi.operators.roster import operator_again

        with self.ledger.read() as tx:
            return operator_again(tx, operator.name, self.vouching[1])

    def _on_trust(self, found: Operator, session: Path | None = None) -> Operator:
        from cbi.operators.letting_in import LetIn

        self._let_in.append(LetIn(found, session, self.clock))
        return found

    def session(self, operator: Operator) -> OperatorSession:
        """What this operator works with."""
        def seal_reading(tx: WriteTransaction, session: OperatorSession) -> None:
            from cbi.ledger.sealing import seal_if_able

            seal_if_able(tx, session, "personal data read")

        return OperatorSession(
            self.ledger, operator, self.clock, self.entropy, lambda: self.keys,
            lambda: self.vault, platform.node(),
            PRACTICE_STRETCHING if self.identity.practice else DEFAULT_STRETCHING, seal_reading,
        )

    def close(self) -> None:
        """Let go of the databases that were opened."""
        self.ledger.close()
        if "vault" in self.__dict__:
            self.vault.close()
