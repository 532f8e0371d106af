"""The keyed hashes of a long list, held small until they are written in the order of their table.

A list's hashes fall on every page of that table. Written as people are sealed, each slice writes
all pages once more; in order, every page is written once.
"""

from collections.abc import Iterable, Iterator
from functools import partial

from cbi.people.records.sealing import HASH_BYTES
from cbi.people.records.vault import Posting, add_postings
from cbi.storage.database import Database

PARTS = 256
"""By their first byte, hashes stand apart in parts of one size."""
WRITTEN = 50_000
"""At least so many hashes are written in one transaction of the vault."""
_PLACE_BYTES = 4
_RECORD_BYTES = HASH_BYTES + _PLACE_BYTES + 1


class Gathering:
    """Keyed hashes in 21 bytes each: the hash, the place of whose it is, the place of its kind."""

    def __init__(self) -> None:
        self._parts = [bytearray() for _ in range(PARTS)]
        self._people: list[str] = []
        self._kinds: dict[str, bytes] = {}

    def add(self, person: str, hashes: Iterable[tuple[str, bytes]]) -> None:
        """Keep a person's hashes, each with its kind."""
        place = len(self._people).to_bytes(_PLACE_BYTES, "big")
        self._people.append(person)
        parts, kinds = self._parts, self._kinds
        for kind, key_hash in hashes:
            if kind not in kinds:
                kinds[kind] = bytes([len(kinds)])
            parts[key_hash[0]] += key_hash + place + kinds[kind]

    def write(self, vault: Database) -> None:
        """Write them all, in order, and let go of them."""
        for rows in self._slices():
            vault.transact(partial(add_postings, rows=rows))
            vault.give_way()

    def _slices(self) -> Iterator[list[Posting]]:
        rows: list[Posting] = []
        for part in self._parts:
            rows += self._read(part)
            part.clear()
            if len(rows) >= WRITTEN:
                yield rows
                rows = []
        if rows:
            yield rows

    def _read(self, part: bytearray) -> Iterator[Posting]:
        kinds, end = list(self._kinds), HASH_BYTES + _PLACE_BYTES
        for start in range(0, len(part), _RECORD_BYTES):
            record = bytes(part[start : start + _RECORD_BYTES])
            place = int.from_bytes(record[HASH_BYTES:end], "big")
            yield Posting(record[:HASH_BYTES], self._people[place], kinds[record[end]])
