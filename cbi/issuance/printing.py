"""Printing an approved batch: codes are opened here, drawn on paper, and nowhere else shown.

The file is drawn beside its place and moved there whole; the printing is recorded before the move.
So there is never half a file, and never a file that the log does not know of. A printing after the
first needs a reason and says so on every sheet, because whoever finds the first sheets can spend.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cbi.base.clock import at
from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.files import atomic_file
from cbi.issuance.paper.values import SheetLook, SheetVoucher
from cbi.ledger.batches import BatchView, batch, vouchers_of
from cbi.ledger.codes import open_code
from cbi.ledger.programmes import Programme, programme
from cbi.operators.desk import Desk
from cbi.operators.log import record
from cbi.storage.transactions import Reading, Record, Writing

SPENDABLE = frozenset({"issued", "active", "blocked"})


@dataclass(frozen=True, slots=True)
class PrintOptions:
    """How to print: all or only some `serials`, `language` for the cover.

    `cashier_language` repeats value and validity on each voucher. `progress` hears how many
    vouchers are drawn.
    """

    serials: Sequence[str] = ()
    language: str = "en"
    cashier_language: str | None = "ru"
    progress: Callable[[int], None] | None = None


AS_USUAL = PrintOptions()


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed and where. `sheets` counts the pages, the cover among them."""

    batch: str
    path: Path
    vouchers: int
    sheets: int
    first_serial: str
    last_serial: str
    reprint: bool


@dataclass(frozen=True, slots=True)
class PrintRun:
    """One printing on record. The instant in microseconds UTC."""

    printed_by: str
    printed_at: int
    reason: str | None
    sheets: int
    first_serial: str
    last_serial: str


def print_batch(
    desk: Desk, number: str, path: Path, *,
    reason: str | None = None, password: str | None = None, options: PrintOptions = AS_USUAL,
) -> Printed:
    """Draw a batch's vouchers, by city and in list order, into a PDF at `path`.

    Closed vouchers are left out. A reprint needs a `reason`; a `password` locks the file.

    Raises:
        NotFound: no such batch, or a serial that is not in it.
        Conflict: the batch is not approved, or nothing in it can be spent.
        UsageError: it was printed before and no reason is given.
        Unusable: the keyring can't open codes, or the disk is full; no file is left behind.
    """
    from cbi.issuance.paper import draw_sheets

    desk.require("batch.print")
    key = desk.keys.need("codes")
    now = desk.clock()
    with desk.ledger.read() as tx:
        found = approved_batch(tx, number)
        owner = programme(tx, found.programme)
        before = len(print_runs(tx, found.number))
        look = _look(tx, desk, found, owner, _reprint_reason(reason, before, found.number))
        rows = _chosen(vouchers_of(tx, found.number), options.serials, found.number)
    serials = sorted(row["serial"] for row in rows)
    with atomic_file(path) as out:
        drawn = draw_sheets(
            out, _sheet_vouchers(rows, key), _styled(look, options),
            created=at(now, owner.zone), password=password, progress=options.progress,
        )
        out.flush()
        made = Printed(
            found.number, path, drawn.vouchers, drawn.pages, serials[0], serials[-1], before > 0
        )
        desk.ledger.transact(lambda tx: _put_on_record(tx, desk, found, made, before, look))
    return made


def print_runs(tx: Reading, number: str) -> list[PrintRun]:
    """Every printing of a batch, the first one first."""
    rows = tx.rows(
        "SELECT printed_by, printed_at, reason, sheets, first_serial, last_serial FROM print_run"
        " JOIN batch ON batch.id = print_run.batch WHERE batch.number = :number"
        " ORDER BY printed_at, print_run.id", number=number.strip().upper(),
    )
    return [PrintRun(**row) for row in rows]


def shops_line(tx: Reading, round_code: str) -> str:
    """The retailers that take this round's vouchers, by name; it is the same in any language."""
    rows = tx.rows(
        "SELECT DISTINCT retailer.name FROM round_retailer"
        " JOIN retailer ON retailer.code = round_retailer.retailer"
        " WHERE round_retailer.round = :code ORDER BY retailer.name", code=round_code,
    )
    return ", ".join(row["name"] for row in rows)


def is_practice(tx: Reading) -> bool:
    """Whether this ledger is for practice, and every sheet must say so."""
    return bool(tx.value("SELECT practice FROM ledger_identity"))


def approved_batch(tx: Reading, number: str) -> BatchView:
    """The batch with this number, if it has vouchers.

    Raises:
        NotFound: no such batch.
        Conflict: it is not approved.
    """
    found = batch(tx, number)
    if found.state != "approved":
        raise Conflict("issuance.batch-not-approved", batch=found.number, state=found.state)
    return found


def _reprint_reason(reason: str | None, before: int, number: str) -> str | None:
    """None for a first printing; a reason given too early is no reprint."""
    if not before:
        return None
    said = (reason or "").strip()
    if not said:
        raise UsageError("issuance.reprint-reason-missing", batch=number, times=before)
    return said


def _chosen(rows: list[Record], serials: Sequence[str], number: str) -> list[Record]:
    wanted = {serial.strip().upper() for serial in serials}
    for missing in sorted(wanted - {row["serial"] for row in rows}):
        raise NotFound("issuance.serial-not-in-batch", serial=missing, batch=number)
    chosen = [
        row for row in rows
        if row["state"] in SPENDABLE and (not wanted or row["serial"] in wanted)
    ]
    if not chosen:
        raise Conflict("issuance.nothing-to-print", batch=number)
    return sorted(chosen, key=lambda row: (row["city"], row["serial"]))


def _sheet_vouchers(rows: list[Record], key: bytes) -> Iterator[SheetVoucher]:
    for order, row in enumerate(rows, 1):
        yield SheetVoucher(
            serial=row["serial"], code=open_code(row["code_sealed"], key),
            category=row["category"], amount_minor=row["face_minor"], currency=row["currency"],
            valid_from=row["valid_from"], valid_until=row["valid_until"],
            language=row["language"], city=row["city"], list_order=order,
        )


def _look(
    tx: Reading, desk: Desk, found: BatchView, owner: Programme, reason: str | None
) -> SheetLook:
    address = owner.web_address or ""
    return SheetLook(
        programme=owner.short_name, shops={"en": shops_line(tx, found.round)},
        hotline=owner.hotline, batch_label=found.number, printed_by=desk.operator.name,
        printed_at=at(desk.clock(), owner.zone).strftime("%Y-%m-%d %H:%M"),
        practice=is_practice(tx), reprint_reason=reason,
        qr_prefix=address if not address or address.endswith("#") else f"{address}#",
    )


def _styled(look: SheetLook, how: PrintOptions) -> SheetLook:
    return replace(look, second_language=how.cashier_language, cover_language=how.language)


def _put_on_record(
    tx: Writing, desk: Desk, found: BatchView, made: Printed, before: int, look: SheetLook
) -> None:
    """Record the printing, unless somebody printed the batch meanwhile and no reason was asked."""
    lock = " FOR UPDATE" if tx.engine == "postgresql" else ""
    tx.rows(f"SELECT id FROM batch WHERE id = :id{lock}", id=found.id)
    if look.reprint_reason is None and len(print_runs(tx, found.number)) != before:
        raise Conflict("issuance.printed-meanwhile", batch=found.number)
    now = desk.clock()
    tx.insert("print_run", [{
        "id": desk.new_id(), "batch": found.id, "printed_by": desk.operator.name,
        "printed_at": now, "reason": look.reprint_reason, "sheets": made.sheets,
        "first_serial": made.first_serial, "last_serial": made.last_serial,
    }])
    record(
        tx, operator=desk.operator.name, action="batch.print", object=found.number, at=now,
        origin=desk.origin,
        detail={"vouchers": made.vouchers, "sheets": made.sheets,
                **({"reason": look.reprint_reason} if look.reprint_reason else {})},
    )
