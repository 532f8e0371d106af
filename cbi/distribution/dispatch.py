"""A distribution: the vouchers that a distributor takes to a place for a day, counted at its end.

Given, returned and damaged together are what was taken. What is missing then has serials, and
somebody says why. What was given is what the ledger says was handed over; what came back is named
or counted by another operator than the one who took it out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlmodel import col, select

from cbi.base.clock import date_at
from cbi.base.errors import Conflict, NotFound
from cbi.distribution.order import OnPaper, in_hand_order, vouchers_on_paper
from cbi.distribution.printing import approved_batch
from cbi.distribution.tables import DistributionRow, DistributionTaken
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.programmes import programme
from cbi.programmes.tables import RoundRow
from cbi.storage.transactions import ReadTransaction, WriteTransaction

OUTCOMES = ("given", "returned", "damaged", "missing")
SHOWN_SERIALS = 12


@dataclass(frozen=True, slots=True)
class Distribution:
    """One distribution with its counts; `out` is what has no outcome yet. Instants in µs UTC."""

    number: str
    round: str
    place: str
    distributor: str
    day: str
    state: str
    opened_by: str
    opened_at: int
    closed_by: str | None
    closed_at: int | None
    missing_reason: str | None
    taken: int
    given: int
    returned: int
    damaged: int
    missing: int

    @property
    def out(self) -> int:
        """Vouchers that nobody has accounted for yet."""
        return self.taken - self.given - self.returned - self.damaged - self.missing


class VoucherOutcome(NamedTuple):
    """What became of a voucher that was taken out."""

    serial: str
    outcome: str


@dataclass(frozen=True, slots=True)
class TakeOut:
    """What is taken out of a batch: everything that waits there, or of one place, or by serial."""

    city: str | None = None
    point: str | None = None
    serials: Sequence[str] = ()


EVERYTHING = TakeOut()


def open_distribution(
    session: OperatorSession, batch: str, distributor: str, what: TakeOut = EVERYTHING
) -> Distribution:
    """Write down which vouchers a distributor takes out today.

    Raises:
        NotFound: no such batch or operator, or a serial that is not in the batch.
        Conflict: the batch is not approved, nothing of it waits to be handed over, or some of it
            is out already.
    """
    session.require("distribution.open")

    def work(tx: WriteTransaction) -> Distribution:
        found = approved_batch(tx, batch)
        tx.first(select(RoundRow.code).where(RoundRow.code == found.round).with_for_update())
        if tx.value("SELECT 1 FROM operator WHERE name = :name", name=distributor) is None:
            raise NotFound("issuance.distributor-unknown", operator=distributor)
        place, chosen = _chosen(tx, found.number, what)
        _check_not_out(tx, chosen)
        now, row_id = session.clock(), session.new_id()
        counted = tx.value(
            "SELECT count(*) FROM distribution WHERE round = :round", round=found.round
        ) + 1
        number = f"{found.round}-D{counted}"
        zone = programme(tx, found.programme).zone
        tx.add(DistributionRow(
            id=row_id, number=number, round=found.round, place=place, distributor=distributor,
            day=date_at(now, zone), state="open", opened_by=session.operator.name, opened_at=now,
            closed_by=None, closed_at=None, missing_reason=None,
        ))
        tx.insert("distribution_taken", [
            {"distribution": row_id, "voucher": row.id} for row in chosen
        ])
        record_by(
            tx, session, action="distribution.open", object=number, at=now,
            detail={"distributor": distributor, "batch": found.number, "vouchers": len(chosen)},
        )
        return distribution(tx, number)

    return session.ledger.transact(work)


def distribution(tx: ReadTransaction, number: str) -> Distribution:
    """One distribution.

    Raises:
        NotFound: no such distribution.
    """
    found = _those(tx, "WHERE d.number = :number", number=number.strip().upper())
    if not found:
        raise NotFound("issuance.distribution-unknown", number=number)
    return found[0]


def distributions(
    tx: ReadTransaction, *, open_only: bool = False, day: str | None = None, limit: int = 100
) -> list[Distribution]:
    """Distributions, the newest first: all, the open ones, or those of a day (ISO text)."""
    return _those(
        tx, "WHERE (:open_only = 0 OR d.state = 'open') AND (:day = '' OR d.day = :day)",
        open_only=int(open_only), day=day or "", limit=limit,
    )


def serials_by_outcome(tx: ReadTransaction, number: str) -> dict[str, list[str]]:
    """Serials by what became of them; those without an outcome yet are `out`."""
    rows = tx.read(
        VoucherOutcome,
        "SELECT voucher.serial, coalesce(o.outcome, CASE WHEN (SELECT e.kind FROM entry e"
        " WHERE e.voucher = voucher.id AND e.kind IN ('hand-over', 'take-back')"
        " ORDER BY e.seq DESC LIMIT 1) = 'hand-over' THEN 'given' ELSE 'out' END) AS outcome"
        " FROM distribution d"
        " JOIN distribution_taken t ON t.distribution = d.id"
        " JOIN voucher ON voucher.id = t.voucher"
        " LEFT JOIN distribution_outcome o ON o.distribution = d.id AND o.voucher = t.voucher"
        " WHERE d.number = :number ORDER BY voucher.serial", number=number.strip().upper(),
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.outcome, []).append(row.serial)
    return found


def some(serials: Iterable[str]) -> str:
    """Serials in a sentence: the first dozen, and how many more."""
    listed = list(serials)
    more = len(listed) - SHOWN_SERIALS
    return ", ".join(listed[:SHOWN_SERIALS]) + (f" … +{more}" if more > 0 else "")


def _chosen(tx: ReadTransaction, batch: str, what: TakeOut) -> tuple[str, list[OnPaper]]:
    """The place and the vouchers taken there; vouchers of several places have none."""
    rows = vouchers_on_paper(tx, batch)
    wanted = {serial.strip().upper() for serial in what.serials}
    for missing in sorted(wanted - {row.serial for row in rows}):
        raise NotFound("issuance.serial-not-in-batch", serial=missing, batch=batch)
    placed = [
        one for one in in_hand_order(tx, batch, (row for row in rows if row.state == "issued"))
        if not wanted or one.voucher.serial in wanted
    ]
    if what.city is not None:
        placed = [one for one in placed if one.voucher.city == what.city]
    if what.point is not None:
        placed = [one for one in placed if one.place.partition("/")[2] == what.point]
    if not placed:
        raise Conflict("issuance.nothing-to-take", batch=batch)
    places = {one.place for one in placed}
    cities = {one.voucher.city for one in placed}
    place = places.pop() if len(places) == 1 else cities.pop() if len(cities) == 1 else ""
    return place, [one.voucher for one in placed]


def _check_not_out(tx: ReadTransaction, chosen: Sequence[OnPaper]) -> None:
    """A sheet is in one bag at a time."""
    out = dict(tx.all(
        select(DistributionTaken.voucher, DistributionRow.number)
        .join(DistributionRow, col(DistributionRow.id) == DistributionTaken.distribution)
        .where(DistributionRow.state == "open")
    ))
    taken = [row for row in chosen if row.id in out]
    if taken:
        raise Conflict(
            "issuance.out-already", number=out[taken[0].id],
            serials=some(row.serial for row in taken),
        )


def _those(
    tx: ReadTransaction, where: str, limit: int = 1, **values: object
) -> list[Distribution]:
    """Distributions with their counts; of an open one the given are what the ledger says."""
    counts = ", ".join(
        f"(SELECT count(*) FROM distribution_outcome o WHERE o.distribution = d.id"
        f" AND o.outcome = '{outcome}') AS {outcome}" for outcome in OUTCOMES
    )
    found = tx.read(
        Distribution,
        "SELECT d.number, d.round, d.place, d.distributor, d.day, d.state, d.opened_by,"
        " d.opened_at, d.closed_by, d.closed_at, d.missing_reason,"
        " (SELECT count(*) FROM distribution_taken t WHERE t.distribution = d.id) AS taken,"
        f" {counts} FROM distribution d {where}"
        " ORDER BY d.opened_at DESC, d.number DESC LIMIT :limit", limit=limit, **values,
    )
    return [
        replace(one, given=len(serials_by_outcome(tx, one.number).get("given", ())))
        if one.state == "open" else one for one in found
    ]
