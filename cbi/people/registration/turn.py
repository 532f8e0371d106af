"""The turn of who enrols: one at a time, so that the same row of a list is enrolled once.

It is taken only to store what is ready: sealing a long list happens before, and no till waits for
it. On SQLite the writers' lock does the same; on PostgreSQL this row does.
"""

from cbi.storage.transactions import WriteTransaction


def take_turn(tx: WriteTransaction) -> None:
    """Hold the turn until the transaction ends."""
    tx.run(
        "INSERT INTO people_turn (number, turn) VALUES (1, 1)"
        " ON CONFLICT (number) DO UPDATE SET turn = people_turn.turn + 1"
    )
