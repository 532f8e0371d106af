"""The one order in which vouchers lie: on the distribution list, in the stack, on its counterfoils.

By city and distribution point; there by the list, families together, the head first, as they were
drafted. A replacement lies where its first voucher lay. Each place counts its people anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sys import intern
from typing import NamedTuple

from cbi.storage.transactions import ReadTransaction


class OnPaper(NamedTuple):
    """A voucher with what paper needs of it; small, for there are twelve thousand."""

    id: bytes
    serial: str
    code_sealed: bytes
    beneficiary: str
    part: int
    face_minor: int
    category: str
    currency: str
    valid_from: str
    valid_until: str
    language: str
    city: str
    state: str


class _PersonLine(NamedTuple):
    """Where on the batch's list a person first stands."""

    beneficiary: str
    line: int


class _PersonPlace(NamedTuple):
    """Where a person collects."""

    beneficiary: str
    city: str
    point: str | None


@dataclass(frozen=True, slots=True)
class Placed:
    """A voucher's row with its place (`city` or `city/point`) and its person's number there."""

    voucher: OnPaper
    place: str
    number: int


def vouchers_on_paper(tx: ReadTransaction, batch_number: str) -> list[OnPaper]:
    """A batch's vouchers in serial order, in whatever state; words that repeat are kept once."""
    rows = tx.read_each(
        OnPaper, f"SELECT {', '.join(f'v.{name}' for name in OnPaper._fields)} FROM voucher v"
        " JOIN batch b ON b.id = v.batch WHERE b.number = :number ORDER BY v.serial",
        number=batch_number,
    )
    return [OnPaper(*row[:6], *map(intern, row[6:])) for row in rows]


def in_hand_order(tx: ReadTransaction, batch_number: str, rows: Iterable[OnPaper]) -> list[Placed]:
    """These vouchers of a batch in the order of its list; numbers are those of the whole list.

    So a single sheet printed again still says where on the list its person stands.
    """
    lines = {
        one.beneficiary: one.line for one in tx.read(
            _PersonLine, "SELECT beneficiary, min(line) AS line FROM batch_line"
            " JOIN batch ON batch.id = batch_line.batch WHERE batch.number = :number"
            " GROUP BY beneficiary", number=batch_number,
        )
    }
    places = _places(tx, batch_number)
    numbers: dict[str, int] = {}
    counted: dict[str, int] = {}
    for beneficiary in sorted(places, key=lambda one: (places[one], lines.get(one, 0))):
        place = places[beneficiary]
        numbers[beneficiary] = counted[place] = counted.get(place, 0) + 1
    placed = [
        Placed(row, places[row.beneficiary], numbers[row.beneficiary]) for row in rows
    ]
    return sorted(placed, key=lambda one: (
        one.place, one.number, one.voucher.category, one.voucher.part,
        one.voucher.serial,
    ))


def _places(tx: ReadTransaction, batch_number: str) -> Mapping[str, str]:
    """Where each person of a batch collects: the voucher's city, and the point where it has any."""
    found = tx.read(
        _PersonPlace,
        "SELECT voucher.beneficiary, min(voucher.city) AS city, min(household.point) AS point"
        " FROM voucher JOIN batch ON batch.id = voucher.batch"
        " LEFT JOIN person ON person.number = voucher.beneficiary"
        " LEFT JOIN household ON household.number = person.household"
        " WHERE batch.number = :number GROUP BY voucher.beneficiary", number=batch_number,
    )
    return {
        one.beneficiary: f"{one.city}/{one.point}" if one.point else one.city for one in found
    }
