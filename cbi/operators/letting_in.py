"""Whoever was let in while the keyring was closed is looked at again as soon as it opens.

A keyring under a passphrase is not asked for by who only reads. Until then a login, an account and
its rights are taken as the ledger tells them; with the keys it is known who vouched for them.
"""

from dataclasses import dataclass
from pathlib import Path

from cbi.base.clock import Clock
from cbi.base.errors import NotAllowed
from cbi.operators.digests import vouching, vouching_keys
from cbi.operators.keyring import Keyring
from cbi.operators.operator_session import Operator
from cbi.operators.roster import check_as_said, operator_of
from cbi.operators.sessions import session_operator
from cbi.storage.database import Database


@dataclass(frozen=True, slots=True)
class LetIn:
    """Who was let in, and by which login's file; None where it was by passphrase."""

    operator: Operator
    session: Path | None
    clock: Clock

    def look_again(self, ledger: Database, ring: Keyring) -> None:
        """Hold them to the keys, over a ledger opened for this alone, which is closed then.

        Raises:
            NotAllowed: the login, the account or a right was put in behind the program's back.
        """
        name, keys = self.operator.name, vouching_keys(ring)
        try:
            if self.session is not None:
                session_operator(
                    ledger, self.session, clock=self.clock, by=vouching(ring), keys=keys
                )
            with ledger.read() as tx:
                check_as_said(tx, name, keys)
                if operator_of(tx, name, keys) != self.operator:
                    raise NotAllowed("operators.not-as-said", operator=name)
        finally:
            ledger.close()
