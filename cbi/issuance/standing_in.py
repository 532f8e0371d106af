"""Standing in: after a household's aid was voided whole, one other person may be topped up instead.

It is the same aid, however the household was split and whoever is its head since: a second person
who is given one in its place would have the household's aid twice.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

from cbi.people.households.household_aid import AidHad, every_aid, homes_over_time, merged
from cbi.storage.transactions import ReadTransaction

EVER: Final = 2**62
_STANDING_IN: Final = (
    # Whoever has a further voucher of a category and no first one: nobody is issued those else.
    "SELECT v.round, v.category, v.beneficiary, v.serial, e.recorded_at AS at FROM voucher v"
    " JOIN entry e ON e.voucher = v.id AND e.seq = 1"
    " WHERE v.part > 1 AND (v.state <> 'void' OR v.spent_minor > 0) AND NOT EXISTS"
    " (SELECT 1 FROM voucher p WHERE p.round = v.round AND p.category = v.category"
    " AND p.beneficiary = v.beneficiary AND p.part = 1)"
    " UNION ALL SELECT b.round, l.category, l.beneficiary, b.number, b.drafted_at"
    " FROM batch b JOIN batch_line l ON l.batch = b.id WHERE b.state = 'draft' AND l.part > 1"
    " AND NOT EXISTS (SELECT 1 FROM voucher p WHERE p.round = b.round AND p.category = l.category"
    " AND p.beneficiary = l.beneficiary AND p.part = 1)"
)


class GivenInstead(NamedTuple):
    """A further voucher of somebody who has no first one; of a draft, its number and instant."""

    round: str
    category: str
    beneficiary: str
    serial: str
    at: int


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who was topped up, or is to be, in place of a household's aid; `serial` is the voucher's, or
    the draft's number."""

    beneficiary: str
    serial: str


@dataclass(frozen=True, slots=True)
class StoodIn:
    """A household's aid that somebody stands in for: `holder` had it, `homes` count as having had
    it, `people` stand in."""

    aid: AidHad
    holder: str
    homes: frozenset[str]
    people: tuple[StandIn, ...]

    @property
    def twice(self) -> bool:
        """Whether more than one person was given it."""
        return len({one.beneficiary for one in self.people}) > 1


def stand_ins(tx: ReadTransaction) -> Iterator[StoodIn]:
    """Every household's aid that somebody stands in for, with all who do."""
    given = tx.read(GivenInstead, f"{_STANDING_IN} ORDER BY 4")
    if not given:
        return
    kept, homes = merged(tx), homes_over_time(tx)
    for first, shared in _by_origin(every_aid(tx)):
        holder, found = kept.get(first.beneficiary, first.beneficiary), []
        for one in given:
            if (one.round, one.category) != (first.round, first.category):
                continue
            home = _home_at(homes, one.beneficiary, one.at)
            who = str(kept.get(one.beneficiary, one.beneficiary))
            if who != holder and home in {*shared, _home_at(homes, holder, one.at)}:
                found.append(StandIn(who, one.serial))
        if found:
            now = frozenset({*shared, _home_at(homes, holder, EVER)})
            yield StoodIn(first, holder, now, tuple(found))


def stood_in_by(
    tx: ReadTransaction, round_code: str, category: str, number: str, *, household: str
) -> str | None:
    """Who else stands in for the aid that this person is the holder of, or the household of, as
    they live now; None if nobody does."""
    for found in stand_ins(tx):
        concerned = number == found.holder or household in found.homes
        if (found.aid.round, found.aid.category) == (round_code, category) and concerned:
            others = [one.beneficiary for one in found.people if one.beneficiary != number]
            if others:
                return others[0]
    return None


def _by_origin(every: list[AidHad]) -> list[tuple[AidHad, set[str]]]:
    """Each aid given, and all households that count as having had it."""
    given = {
        (one.round, one.category, one.batch, one.beneficiary): one
        for one in every if one.split_from is None
    }
    shared: dict[tuple[str, str, bytes, str], set[str]] = {key: set() for key in given}
    for one in every:
        key = one.round, one.category, one.batch, one.beneficiary
        if key in shared:
            shared[key].add(one.household)
    return [(given[key], shared[key]) for key in sorted(given)]


def _home_at(homes: dict[str, list[tuple[int, str]]], number: str, at: int) -> str:
    """Where somebody lived at an instant."""
    moves = homes.get(number, [(0, "")])
    return moves[max(0, bisect_right([since for since, _ in moves], at) - 1)][1]
