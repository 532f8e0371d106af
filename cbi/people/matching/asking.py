"""A list asks as the desk does: for what its records are found by, with their words joined and
parted, too."""

from collections.abc import Sequence

from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.blocking import ASKED, Places, held_by_keys, pairs_asked
from cbi.people.records.keys import guessed_keys, search_keys
from cbi.people.records.record import PersonalData
from cbi.people.records.sealing import KeyedHash
from cbi.storage.transactions import ReadTransaction

Keys = list[tuple[str, str]]


class AskedKeys:
    """What people of a list ask for and hold, by hash; people by place."""

    def __init__(self, hashed: KeyedHash) -> None:
        self._hashed = hashed
        self.kinds: dict[bytes, str] = {}
        self.asked: dict[bytes, list[int]] = {}
        self.held: dict[bytes, list[int]] = {}

    def put(self, place: int, data: PersonalData) -> Keys:
        """Somebody of the list; the keys that they hold."""
        own = search_keys(data)
        for keys, into in ((own, self.held), ([*own, *guessed_keys(data)], self.asked)):
            for kind, value in dict.fromkeys(keys):
                if kind in ASKED:
                    key = self._hashed(kind, value)
                    self.kinds[key] = kind
                    into.setdefault(key, []).append(place)
        return own

    def pairs(
        self, vault: ReadTransaction, places: Places, people: int, *, stored: bool
    ) -> dict[int, float]:
        """The bits of each pair worth a look; `stored`: the list is in the vault already."""
        found: dict[bytes, Sequence[int]] = dict(held_by_keys(vault, places, self.kinds))
        if not stored:
            for key, mine in self.held.items():
                found[key] = [*found.get(key, ()), *mine]
        return pairs_asked(self.asked, found, self.kinds, people, places)


def years_of(session: OperatorSession) -> dict[str, int]:
    """The years of birth of everybody of whom one is known, by number."""
    with session.ledger.read() as tx:
        return dict(tx.tuples(
            "SELECT number, birth_year FROM person WHERE birth_year IS NOT NULL"
        ))
