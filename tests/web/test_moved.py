"""A ledger taken to another step while an older program serves its tills: nobody is told a wrong
thing, nothing is written by the older program, and it ends so that the newer can begin.
"""

import shutil
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from cbi.base.errors import Unusable
from cbi.storage import migrate
from cbi.storage.migrate import SCHEMA_HEAD, upgrade
from cbi.storage.postgres import PostgresDatabase
from cbi.web.app import Serving, serve
from tests.conftest import World
from tests.rows import all_rows
from tests.web.conftest import PINS, Browser, context_of, opened, with_cashiers

STEP = """
from alembic import op

from cbi.storage.migrate import run_step

revision, down_revision = "0002", "0001"


def upgrade() -> None:
    run_step(op.get_bind(), "ledger", revision)
"""


@pytest.fixture
def newer(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """What the owner does with the newer program, whose schema has one more column."""
    folder = tmp_path / "ledger"
    shutil.copytree(migrate._folder("ledger"), folder)
    (folder / "0002.py").write_text(STEP)
    for engine in ("sqlite", "postgresql"):
        (folder / f"0002.{engine}.sql").write_text("ALTER TABLE store ADD COLUMN till_note text")

    def taken_forward() -> None:
        owner = world.ledger
        if isinstance(owner, PostgresDatabase):
            owner = PostgresDatabase(owner.url, as_owner=True)
        with monkeypatch.context() as patched:
            patched.setattr(migrate, "_folder", lambda _: folder)
            patched.setitem(SCHEMA_HEAD, "ledger", "0002")
            assert upgrade(owner) == ("0001", "0002")
        if owner is not world.ledger:
            owner.close()

    return taken_forward


def lines_of(world: World) -> int:
    with world.ledger.read() as tx:
        return len(all_rows(tx, "SELECT seq FROM log")) + len(all_rows(tx, "SELECT id FROM entry"))


def test_an_older_server_answers_nothing_more_and_writes_nothing(
    world: World, newer: Callable[[], None]
) -> None:
    with opened(world) as served:
        browser, till, new = served.signed_in(), served.own_till(), served.browser()
        assert browser("/till/day").status == 200
        newer()
        before = lines_of(world)
        for told in (
            browser("/till/day"), browser("/till/verify", {"code": "x"}, Accept_Language="fa"),
            browser("/till/redeem", {"code": "x", "amount": "100", "receipt": "1", "total": None,
                                     "request": "0123456789abcdef0123456789abcdef"}),
            till("/api/v1/verify", {"code": "x"}), till("/api/v1/day"),
            new("/till/pair", {"code": "0000"}),
        ):
            assert told.status == 503, told
        assert lines_of(world) == before


def test_an_older_server_ends_and_says_why(world: World, newer: Callable[[], None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with_cashiers(world)
    told: list[int] = []
    began = threading.Event()

    def a_shop() -> None:
        began.wait(60)
        newer()
        told.append(Browser(port)("/till/sign-in", {"name": "till1", "pin": PINS["till1"]}).status)

    shop = threading.Thread(target=a_shop)
    shop.start()
    context = context_of(world)
    with pytest.raises(Unusable, match=r"storage\.newer"):
        serve(context, Serving(port=port), lambda *_, **__: began.set())
    shop.join(60)
    context.close()
    assert told == [503]
