"""Handing over: from here on a voucher can be spent, and there is evidence of who got it how.

A queue does not wait for one bad serial: what cannot be handed over comes back as a list with the
reason for each, and the good ones are handed over in one transaction.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cbi.base.errors import BadFile, CbiError, Conflict, NotFound, UsageError
from cbi.base.ids import new_ids
from cbi.files import Problem, Table, column_letter, read_table
from cbi.ledger.changes import hand_over_in
from cbi.ledger.codes import Mistyped, read_code
from cbi.ledger.vouchers import Voucher, by_code, by_serial
from cbi.operators.desk import Desk
from cbi.operators.log import record
from cbi.storage.transactions import Reading, Writing

ACKNOWLEDGED = ("signature", "thumbprint", "proxy", "digital")
_SERIAL = re.compile(r"[A-Za-z0-9-]{1,30}-\d{6,9}\Z")
HEADINGS = ("serial", "серийный номер", "номер ваучера", "code", "код")


@dataclass(frozen=True, slots=True)
class HandOverProblem:
    """One item that was not handed over and why; `row` where it came from a file.

    A code is never repeated whole: `item` shows a serial, or a code's last four characters.
    """

    item: str
    error: CbiError
    row: int | None = None
    sheet: str | None = None
    column: str | None = None

    def describe(self, language: str = "en") -> str:
        """One plain line: where, what, what to do next."""
        place = Problem.of(self.error, sheet=self.sheet, row=self.row, column=self.column)
        return place.describe(language)


@dataclass(frozen=True, slots=True)
class HandOverResult:
    """What was handed over, serials in order, and what was not."""

    given: tuple[str, ...] = ()
    problems: tuple[HandOverProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class HandOverEvidence:
    """One hand-over on record. The instant in microseconds UTC."""

    given_by: str
    witness: str | None
    acknowledged: str
    given_at: int


@dataclass(frozen=True, slots=True)
class _Item:
    """A serial or code as it was read, and where it stood."""

    text: str
    row: int | None = None
    sheet: str | None = None
    column: str | None = None

    def problem(self, error: CbiError) -> HandOverProblem:
        return HandOverProblem(_discreet(self.text), error, self.row, self.sheet, self.column)


@dataclass(slots=True)
class _Sorted:
    """Items sorted into vouchers to hand over, by serial, and problems."""

    good: dict[str, Voucher] = field(default_factory=dict)
    problems: list[HandOverProblem] = field(default_factory=list)


def hand_over_codes_or_serials(
    desk: Desk, items: Sequence[str], *, witness: str | None = None, acknowledged: str = "signature"
) -> HandOverResult:
    """Hand over the vouchers named by serials or codes; the good ones, in one transaction.

    Raises:
        UsageError: nothing named, the way it was acknowledged is unknown, or the witness is the
            operator.
    """
    return _hand_over(desk, [_Item(text) for text in items], witness, acknowledged)


def hand_over_list(
    desk: Desk, path: Path, *, witness: str | None = None, acknowledged: str = "signature"
) -> HandOverResult:
    """Hand over the vouchers of a list: XLSX or CSV with a column of serials (or codes).

    Raises:
        BadFile: it can't be read, or has no such column.
        UsageError: as for `hand_over_codes_or_serials`.
    """
    desk.require("voucher.hand-over")
    return _hand_over(desk, list(_items_of(read_table(path))), witness, acknowledged)


def hand_over_evidence(tx: Reading, serial: str) -> list[HandOverEvidence]:
    """Every hand-over of a voucher on record, the first one first."""
    rows = tx.rows(
        "SELECT given_by, witness, acknowledged, given_at FROM hand_over"
        " JOIN voucher ON voucher.id = hand_over.voucher WHERE voucher.serial = :serial"
        " ORDER BY given_at, hand_over.id", serial=serial.strip().upper(),
    )
    return [HandOverEvidence(**row) for row in rows]


def _hand_over(
    desk: Desk, items: Sequence[_Item], witness: str | None, acknowledged: str
) -> HandOverResult:
    desk.require("voucher.hand-over")
    witness = (witness or "").strip() or None
    if not items:
        raise UsageError("issuance.nothing-to-hand-over")
    if acknowledged not in ACKNOWLEDGED:
        raise UsageError(
            "issuance.acknowledged-unknown", text=acknowledged, known=", ".join(ACKNOWLEDGED)
        )
    if witness == desk.operator.name:
        raise UsageError("issuance.witness-is-giver", operator=witness)

    def work(tx: Writing) -> HandOverResult:
        _check_witness(tx, witness)
        found = _sorted(tx, desk, items)
        serials = sorted(found.good)
        if serials:
            hand_over_in(tx, desk, serials)
            vouchers = [found.good[serial].id for serial in serials]
            _put_on_record(tx, desk, vouchers, witness, acknowledged)
        return HandOverResult(tuple(serials), tuple(found.problems))

    return desk.ledger.transact(work)


def _sorted(tx: Writing, desk: Desk, items: Iterable[_Item]) -> _Sorted:
    """Every item judged by itself; one named twice is handed over once."""
    found = _Sorted()
    now = desk.clock()
    for item in items:
        try:
            voucher = _voucher(tx, desk, item.text)
            if voucher.serial in found.good:
                raise Conflict("issuance.named-twice", serial=voucher.serial)
            _check_waiting(voucher, now)
        except (NotFound, Conflict, UsageError) as error:
            found.problems.append(item.problem(error))
        else:
            found.good[voucher.serial] = voucher
    return found


def _voucher(tx: Reading, desk: Desk, text: str) -> Voucher:
    """By serial; if there is none, by code, which alone needs the lookup key."""
    try:
        return by_serial(tx, text)
    except NotFound as unknown:
        try:
            code = read_code(text)
        except Mistyped:
            raise NotFound("issuance.item-unknown", item=_discreet(text)) from unknown
    voucher = by_code(tx, code, desk.keys.need("lookup"))
    if voucher is None:
        raise NotFound("issuance.item-unknown", item=_discreet(text))
    return voucher


def _check_waiting(voucher: Voucher, now: int) -> None:
    """Only a voucher that was issued and not yet handed over, and whose time is not up."""
    if voucher.state != "issued":
        known = {"active": "handed-over-already", "blocked": "handed-over-blocked",
                 "void": "handed-over-void", "expired": "handed-over-expired"}
        raise Conflict(f"issuance.{known[voucher.state]}", serial=voucher.serial)
    if voucher.closes_at <= now:
        raise Conflict(
            "issuance.handed-over-late", serial=voucher.serial, last=voucher.valid_until
        )


def _check_witness(tx: Reading, witness: str | None) -> None:
    """A witness is an operator, so that no outsider's name stands in the ledger."""
    if witness is None:
        return
    if tx.value("SELECT 1 FROM operator WHERE name = :name", name=witness) is None:
        raise NotFound("issuance.witness-unknown", operator=witness)


def _put_on_record(
    tx: Writing, desk: Desk, vouchers: Sequence[bytes], witness: str | None, acknowledged: str
) -> None:
    now = desk.clock()
    tx.insert("hand_over", [
        {
            "id": evidence, "voucher": voucher, "given_by": desk.operator.name,
            "witness": witness, "acknowledged": acknowledged, "given_at": now, "list_hash": None,
        }
        for evidence, voucher in zip(
            new_ids(len(vouchers), now, desk.entropy), vouchers, strict=True
        )
    ])
    detail: dict[str, str | int] = {"vouchers": len(vouchers), "acknowledged": acknowledged}
    if witness:
        detail["witness"] = witness
    first = tx.value("SELECT serial FROM voucher WHERE id = :id", id=vouchers[0])
    record(
        tx, operator=desk.operator.name, action="voucher.hand-over", object=first, at=now,
        detail=detail, origin=desk.origin,
    )


def _items_of(table: Table) -> Iterator[_Item]:
    """The cells under the heading; a heading may stand below a title."""
    for start, row in enumerate(table.rows[:20]):
        named = [str(cell or "").strip().casefold() for cell in row.cells]
        index = next((named.index(word) for word in HEADINGS if word in named), None)
        if index is None:
            continue
        for below in table.rows[start + 1 :]:
            cell = below.cells[index] if index < len(below.cells) else None
            if cell is not None and str(cell).strip():
                yield _Item(str(cell), below.number, table.sheet, column_letter(index))
        return
    raise BadFile("issuance.no-serial-column", file=table.file)


def _discreet(text: str) -> str:
    """A code's last four characters alone: what is said or logged must not spend money."""
    plain = text.strip()
    if len(plain) <= 8 or _SERIAL.match(plain):
        return plain
    return f"…{plain[-4:]}"
