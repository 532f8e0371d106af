"""PgBouncer in transaction mode: one server's connection is many clients', one after the other."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from cbi.operators.digests import following, vouching
from cbi.storage.postgres import PostgresDatabase, duty_role
from cbi.storage.transactions import ReadTransaction, WriteTransaction
from tests.conftest import World
from tests.lived import live
from tests.pooler import PASSWORD, address, pooled, users_on
from tests.there import as_postgres, there

pytestmark = pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
LEFT = (
    "SELECT pg_backend_pid(), current_user, current_setting('role'), "
    "current_setting('search_path'), current_setting('transaction_isolation'), "
    "(SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_cursors), "
    "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')"
)


class Watched(PostgresDatabase):
    """A database whose every transaction is followed by a look from another client."""

    another: psycopg.Connection
    clean: tuple[Any, ...]
    looks = 0

    @contextmanager
    def read(self) -> Iterator[ReadTransaction]:
        try:
            with super().read() as tx:
                yield tx
        finally:
            self.look()

    @contextmanager
    def write(self) -> Iterator[WriteTransaction]:
        try:
            with super().write() as tx:
                yield tx
        finally:
            self.look()

    def call(self, function: Any, values: Any) -> Any:
        try:
            return super().call(function, values)
        finally:
            self.look()

    def look(self) -> None:
        """What another client finds in the connection that was ours a moment ago."""
        assert self.another.execute(LEFT).fetchone() == self.clean
        self.looks += 1


@pytest.fixture
def pooled_world(
    world: World, postgres_url: str, monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """The world through a pooler that knows one user and has one connection for all clients."""
    user, direct = f"one_for_all_{as_postgres(world.ledger).name}", world.ledger
    users_on(postgres_url, user)
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(f'GRANT "{duty_role(as_postgres(direct).name, "manager")}" TO "{user}"')
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    try:
        with pooled(postgres_url, user) as environment:
            url = address(environment, user, as_postgres(direct).name)
            with psycopg.connect(url, autocommit=True, prepare_threshold=None) as another:
                watched = Watched(url)
                watched.following = following(lambda: vouching(world.keys))
                watched.another, watched.clean = another, there(another.execute(LEFT).fetchone())
                assert watched.clean[1:3] == (user, "none")
                world.ledger = watched
                yield world
                world.ledger.close()
    finally:
        world.ledger = direct
        with psycopg.connect(as_postgres(direct).url, autocommit=True) as owner:
            owner.execute(f'DROP ROLE "{user}"')


def test_nothing_of_a_life_is_left_for_the_next_client(pooled_world: World) -> None:
    live(pooled_world)
    assert isinstance(pooled_world.ledger, Watched)
    assert pooled_world.ledger.looks > 40
