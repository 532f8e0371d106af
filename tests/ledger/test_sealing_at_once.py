"""Two offices that seal at the same moment: one log, no leaf twice, no gap."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from cbi.ledger.invariants import check_ledger
from cbi.ledger.sealing import seal
from cbi.storage import Database
from cbi.storage.postgres import PostgresDatabase
from cbi.storage.sqlite import SqliteDatabase
from tests.vouchers import in_hand


def test_seals_made_at_once_follow_each_other(world):
    in_hand(world, [1_500_000] * 40)

    def run(number: int) -> int:
        if world.ledger.engine == "sqlite":
            database: Database = SqliteDatabase(world.ledger.path)
        else:
            database = PostgresDatabase(world.ledger.url)
        desk = replace(world.desk("manager1"), ledger=database)
        try:
            return seal(desk, f"office {number}").size
        finally:
            database.close()

    with ThreadPoolExecutor(6) as pool:
        sizes = list(pool.map(run, range(6)))
    with world.ledger.read() as tx:
        assert max(sizes) == tx.value("SELECT count(*) FROM leaf")
        assert [one for one in check_ledger(tx) if one.wrong] == []
