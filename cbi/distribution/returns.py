"""The end of a distribution: what came back is named or counted, and the day is balanced.

Given + returned + damaged = taken. A day that does not balance is not closed by itself: it says
which serials are missing, and whoever closes it all the same says why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import update
from sqlmodel import col, select

from cbi.base.errors import CbiError, Conflict, NotFound, UsageError
from cbi.distribution.dispatch import Distribution, distribution, serials_by_outcome, some
from cbi.distribution.handover import HandOverProblem
from cbi.distribution.handover_lists import Item, read_hand_list
from cbi.distribution.naming import discreet, voucher_named
from cbi.distribution.tables import DistributionRow, DistributionTaken
from cbi.ledger.tables import VoucherRow
from cbi.ledger.vouchers.changes import void_in
from cbi.operators.duties import keep_apart
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.rounds import programme_of
from cbi.storage.transactions import ReadTransaction, WriteTransaction


@dataclass(frozen=True, slots=True)
class Back:
    """What came back: serials or codes, sheets that are spoilt, a list's file, or a mere count.

    With `count` the rest of the sheets came back unnamed; it must be exactly what is left.
    """

    returned: Sequence[str] = ()
    damaged: Sequence[str] = ()
    listed: Path | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A day's balance: serials by outcome, and what was named that does not fit."""

    given: tuple[str, ...]
    returned: tuple[str, ...]
    damaged: tuple[str, ...]
    missing: tuple[str, ...]
    problems: tuple[HandOverProblem, ...] = ()


class _Taken(NamedTuple):
    """A voucher that was taken out to a distribution."""

    distribution: bytes
    voucher: bytes
    serial: str


_TAKEN = """
SELECT d.id AS distribution, v.id AS voucher, v.serial FROM distribution d
JOIN distribution_taken t ON t.distribution = d.id JOIN voucher v ON v.id = t.voucher
"""


@dataclass(slots=True)
class _DayTally:
    """Serials that are still to be accounted for, and those that are."""

    out: set[str]
    given: set[str]
    named: dict[str, str] = field(default_factory=dict)
    problems: list[HandOverProblem] = field(default_factory=list)


def count_distribution(session: OperatorSession, number: str, back: Back) -> Counted:
    """What closing would find; nothing is written.

    Raises:
        NotFound: no such distribution.
        BadFile: the list can't be read.
        Conflict: it is closed, or the count is another than what is left.
    """
    session.require("distribution.close")
    items = _items(back)
    with session.ledger.read() as tx:
        return _counted(tx, session, number, items, back.count)


def close_distribution(
    session: OperatorSession, number: str, back: Back, *, missing_reason: str = ""
) -> tuple[Distribution, Counted]:
    """Close a distribution: every voucher taken has its outcome from then on.

    Raises:
        NotFound, BadFile: as for `count_distribution`.
        NotAllowed: the distributor counts what they took, and the programme keeps duties apart.
        Conflict: something named does not fit, or some are missing and no reason is given.
    """
    session.require("distribution.close")
    items = _items(back)

    def work(tx: WriteTransaction) -> tuple[Distribution, Counted]:
        found = distribution(tx, number)
        apart = programme_of(tx, found.round).duties_apart
        keep_apart(
            found.distributor, session.operator.name, duty="distribution.close", apart=apart
        )
        _hold(tx, found.number)
        balance = _counted(tx, session, number, items, back.count)
        _check_balance(found, balance, missing_reason)
        _write(tx, session, found, balance, missing_reason.strip())
        return distribution(tx, found.number), balance

    return session.ledger.transact(work)


def void_returned(session: OperatorSession, number: str, reason: str) -> list[str]:
    """Void what came back from a distribution and nobody will collect any more.

    Raises:
        NotFound: no such distribution.
        Conflict: it is still open, or nothing of it is left to void.
    """
    session.require("voucher.void")
    if not reason.strip():
        raise UsageError("ledger.reason-missing")

    def work(tx: WriteTransaction) -> list[str]:
        found = distribution(tx, number)
        if found.state == "open":
            raise Conflict("issuance.distribution-open", number=found.number)
        serials = [one.serial for one in tx.read(
            _Taken, f"{_TAKEN} JOIN distribution_outcome o ON o.distribution = d.id"
            " AND o.voucher = v.id WHERE d.number = :number AND o.outcome = 'returned'"
            " AND v.state = 'issued' ORDER BY v.serial", number=found.number,
        )]
        if not serials:
            raise Conflict("issuance.nothing-returned", number=found.number)
        for serial in serials:
            void_in(tx, session, serial, f"{found.number}: {reason.strip()}")
        return serials

    return session.ledger.transact(work)


def _hold(tx: WriteTransaction, number: str) -> None:
    """Nothing is handed over while it is counted; SQLite's writers wait by themselves."""
    tx.all(
        select(VoucherRow.id)
        .join(DistributionTaken, col(DistributionTaken.voucher) == VoucherRow.id)
        .join(DistributionRow, col(DistributionRow.id) == DistributionTaken.distribution)
        .where(DistributionRow.number == number)
        .order_by(col(VoucherRow.id)).with_for_update(of=VoucherRow)
    )


def _items(back: Back) -> list[tuple[Item, str]]:
    """Everything that was named, with what it is said to be."""
    listed = () if back.listed is None else read_hand_list(back.listed).items
    return [
        *((item, "returned") for item in listed),
        *((Item(text), "returned") for text in back.returned),
        *((Item(text), "damaged") for text in back.damaged),
    ]


def _counted(
    tx: ReadTransaction, session: OperatorSession, number: str, items: Iterable[tuple[Item, str]],
    count: int | None
) -> Counted:
    found = distribution(tx, number)
    if found.state != "open":
        raise Conflict("issuance.distribution-closed", number=found.number)
    serials = serials_by_outcome(tx, found.number)
    tally = _DayTally(set(serials.get("out", ())), set(serials.get("given", ())))
    for item, outcome in items:
        try:
            _name(tx, session, found, tally, (item, outcome))
        except (NotFound, Conflict) as error:
            tally.problems.append(HandOverProblem(
                discreet(item.text), error, item.row, item.sheet, item.column
            ))
    left = tally.out - tally.named.keys()
    if count is not None:
        if count != len(left):
            raise Conflict(
                "issuance.count-differs", number=found.number, counted=count, left=len(left)
            )
        tally.named |= dict.fromkeys(left, "returned")
        left = set()
    return Counted(
        tuple(sorted(tally.given)), _those(tally, "returned"), _those(tally, "damaged"),
        tuple(sorted(left)), tuple(tally.problems),
    )


def _name(
    tx: ReadTransaction, session: OperatorSession, found: Distribution, tally: _DayTally,
    named: tuple[Item, str]
) -> None:
    """Put one voucher's outcome down, if it can be."""
    item, outcome = named
    serial = voucher_named(tx, session, item.text).serial
    if serial in tally.given:
        raise Conflict("issuance.returned-though-given", serial=serial)
    if serial not in tally.out:
        raise Conflict("issuance.not-taken", serial=serial, number=found.number)
    if tally.named.setdefault(serial, outcome) != outcome:
        raise Conflict("issuance.returned-and-damaged", serial=serial)


def _those(tally: _DayTally, outcome: str) -> tuple[str, ...]:
    return tuple(sorted(serial for serial, said in tally.named.items() if said == outcome))


def _check_balance(found: Distribution, balance: Counted, missing_reason: str) -> None:
    refusal: CbiError | None = None
    if balance.problems:
        refusal = Conflict(
            "issuance.count-problems", number=found.number, problems=len(balance.problems)
        )
    elif balance.missing and not missing_reason.strip():
        refusal = Conflict(
            "issuance.distribution-short", number=found.number, missing=len(balance.missing),
            taken=found.taken, serials=some(balance.missing),
        )
    if refusal is not None:
        raise refusal


def _write(
    tx: WriteTransaction, session: OperatorSession, found: Distribution, balance: Counted,
    missing_reason: str
) -> None:
    now = session.clock()
    moved = tx.change(
        update(DistributionRow).where(
            col(DistributionRow.number) == found.number, col(DistributionRow.state) == "open"
        ),
        {
            DistributionRow.state: "closed", DistributionRow.closed_by: session.operator.name,
            DistributionRow.closed_at: now,
            DistributionRow.missing_reason: missing_reason if balance.missing else None,
        },
    )
    if moved != 1:
        raise Conflict("issuance.distribution-closed", number=found.number)
    outcome = {
        serial: name for name in ("given", "returned", "damaged", "missing")
        for serial in getattr(balance, name)
    }
    tx.insert("distribution_outcome", [
        {"distribution": one.distribution, "voucher": one.voucher, "outcome": outcome[one.serial]}
        for one in tx.read(_Taken, f"{_TAKEN} WHERE d.number = :number", number=found.number)
    ])
    detail: dict[str, str | int] = {
        "given": len(balance.given), "returned": len(balance.returned),
        "damaged": len(balance.damaged), "missing": len(balance.missing),
    }
    if balance.missing:
        detail |= {"serials": some(balance.missing), "reason": missing_reason}
    record_by(tx, session, action="distribution.close", object=found.number, at=now, detail=detail)
