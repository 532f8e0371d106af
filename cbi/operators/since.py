"""Whether an office has done anything since a moment: what was looked at then holds still.

A long look (who is due what) is taken while nobody waits; whoever then writes asks here, instead of
looking again while every till waits. Whatever an office does leaves a line in the log or a digest
of the rows it wrote; what tills do by themselves says nothing of people, rounds or batches.
"""

from typing import NamedTuple

from cbi.operators.digests import DEEDS_OF_A_TILL, OF_A_TILL
from cbi.storage.transactions import ReadTransaction


class LogPosition(NamedTuple):
    """How far the log and the digests of rows had come."""

    log: int
    rows: int


def position(tx: ReadTransaction) -> LogPosition:
    """How far both have come."""
    found = tx.read_one(
        LogPosition, "SELECT coalesce((SELECT seq FROM log_head), 0) AS log, "
        "coalesce((SELECT seq FROM row_digest_head), 0) AS rows"
    )
    return found or LogPosition(0, 0)


def office_acted(tx: ReadTransaction, since: LogPosition) -> bool:
    """Whether an office has done anything since."""
    return bool(tx.value(
        f"SELECT count(*) FROM log WHERE seq > :seq AND action NOT IN ({_listed(DEEDS_OF_A_TILL)})",
        seq=since.log,
    )) or bool(tx.value(
        f"SELECT count(*) FROM row_digest WHERE seq > :seq AND place NOT IN ({_listed(OF_A_TILL)})",
        seq=since.rows,
    ))


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"'{name}'" for name in sorted(names))
