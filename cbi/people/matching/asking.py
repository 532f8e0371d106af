"""A list asks as the desk does: for what its records are found by, with their words joined and
parted, too."""

from collections.abc import Sequence

from cbi.operators.operator_session import OperatorSession
from cbi.people.matching.blocking import ASKED, Places, held_by_keys, pairs_asked
from cbi.people.matching.lookup import counts_of
from cbi.people.records.keys import guessed_keys, guessed_words, search_keys
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
        self._listed: list[tuple[int, PersonalData]] = []
        self._words: set[str] = set()
        """The skeletons of the words that people of the list bear."""

    def put(self, place: int, data: PersonalData) -> Keys:
        """Somebody of the list; the keys that they hold."""
        own = search_keys(data)
        for kind, value in own:
            if kind in ASKED:
                key = self._key(kind, value)
                self.held.setdefault(key, []).append(place)
                self.asked.setdefault(key, []).append(place)
        self._words.update(value for kind, value in own if kind == "name")
        self._listed.append((place, data))
        return own

    def pairs(
        self, vault: ReadTransaction, places: Places, people: int, *, stored: bool
    ) -> dict[int, float]:
        """The bits of each pair worth a look; `stored`: the list is in the vault already."""
        self._guess(vault)
        found: dict[bytes, Sequence[int]] = dict(held_by_keys(vault, places, self.kinds))
        if not stored:
            for key, mine in self.held.items():
                found[key] = [*found.get(key, ()), *mine]
        return pairs_asked(self.asked, found, self.kinds, people, places)

    def _guess(self, vault: ReadTransaction) -> None:
        """Ask with words joined and parted, too, where all of them are somebody's words: whoever
        holds two words holds each alone, and most parts of a word are nobody's."""
        guessed = {word for _, data in self._listed for word in guessed_words(data)}
        hashes = {self._hashed("name", word): word for word in guessed - self._words}
        held = counts_of(vault, list(hashes))
        known = self._words | {word for key, word in hashes.items() if held.get(key)}
        for place, data in self._listed:
            for kind, value in guessed_keys(data, known):
                self.asked.setdefault(self._key(kind, value), []).append(place)

    def _key(self, kind: str, value: str) -> bytes:
        key = self._hashed(kind, value)
        self.kinds[key] = kind
        return key


def years_of(session: OperatorSession) -> dict[str, int]:
    """The years of birth of everybody of whom one is known, by number."""
    with session.ledger.read() as tx:
        return dict(tx.tuples(
            "SELECT number, birth_year FROM person WHERE birth_year IS NOT NULL"
        ))
