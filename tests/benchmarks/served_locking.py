"""A till behind the same door as ours whose redemptions are each SELECT FOR UPDATE, insert, update.

What stands around the statements is ours: the request is read, the code looked up by its hash, the
line made and vouched for, the answer worded. Each is a transaction of its own, as many at once as
there are connections, and who asks is looked up once and never again.
"""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from cbi.context import LedgerContext
from cbi.ledger.vouchers.answers import Answer
from cbi.ledger.vouchers.codes import code_hash
from cbi.ledger.vouchers.redeeming import Redeem, done, prepared, statement_values
from cbi.ledger.vouchers.stores import retailer_of
from cbi.web.desk import Credentials, Who
from cbi.web.till import Till
from tests.benchmarks.ledger import connected, locked

CONNECTIONS = 32


class LockingTill(Till):
    """A till that redeems one by one, on as many connections as there are clients."""

    def __init__(self, context: LedgerContext) -> None:
        super().__init__(context)
        self._pool = ThreadPoolExecutor(CONNECTIONS, "locking")
        self._own = threading.local()
        self._open: list[Any] = []
        self._seen: dict[Credentials, Who] = {}

    async def redeem(self, shown: Credentials, asked: Redeem) -> Answer:
        """Take an amount off a voucher in a transaction of its own."""
        if shown not in self._seen:
            self._seen[shown] = await self.who(shown)
        work = partial(self._redeemed, self._seen[shown], asked)
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def close(self) -> None:
        """End the threads and their connections."""
        self._pool.shutdown()
        for connection in self._open:
            connection.close()
        super().close()

    def _redeemed(self, who: Who, asked: Redeem) -> Answer:
        session, asked = who.at_work, asked._replace(store=who.device.store)
        hashed = code_hash(asked.code, session.keys.need("lookup"))
        ready = prepared(session, asked, hashed, retailer_of(session, asked.store), {})
        return done(locked(self._connection(), statement_values(session, ready)), asked)

    def _connection(self) -> Any:
        if not hasattr(self._own, "connection"):
            self._own.connection = connected(self.writing.ledger.place)
            self._open.append(self._own.connection)
        return self._own.connection
