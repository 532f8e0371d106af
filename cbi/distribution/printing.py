"""Printing an approved batch: codes are opened here, drawn on paper, and nowhere else shown.

The file is drawn beside its place and moved there whole; the printing is recorded before the move.
So there is never half a file, and never a file that the log does not know of. Printing a voucher
again needs a reason and says so on the sheet, because whoever finds the first sheet can spend it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sqlmodel import col, select

from cbi.base.clock import at
from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.terms import batch_term
from cbi.distribution.order import OnPaper, Placed, in_hand_order, vouchers_on_paper
from cbi.distribution.tables import PrintedVoucher, PrintRun
from cbi.files import atomic_file
from cbi.ledger.vouchers.codes import open_code
from cbi.messages import LANGUAGES, RIGHT_TO_LEFT
from cbi.messages.figures import moment_words
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.paper.values import SheetCount, SheetLook, SheetVoucher
from cbi.places.places import cities, city
from cbi.places.tables import RetailerRow
from cbi.programmes.batch_tables import Batch
from cbi.programmes.batches import BatchView, batch
from cbi.programmes.programmes import programme
from cbi.programmes.tables import Programme, RoundRetailer
from cbi.storage.transactions import ReadTransaction, WriteTransaction

if TYPE_CHECKING:
    from cbi.paper.logo import Logo

SPENDABLE = frozenset({"issued", "active", "blocked"})
PICTURES = (".zip", ".png")
"""A file with such an ending gets pictures for a messenger: one each, or all in an archive."""
RASTER = ".prn"
ENDINGS = (".pdf", *PICTURES, RASTER)


@dataclass(frozen=True, slots=True)
class PrintOptions:
    """How to print: all, or only some `serials` or one `city` (its code); `language` of the cover.

    `cashier_language` repeats value and validity on each voucher. `format` is a name of
    `paper.FORMATS`, `stack` is for cutting a pile, `plain` leaves out what is hard to copy.
    `progress` hears how many vouchers are drawn.
    """

    serials: Sequence[str] = ()
    city: str | None = None
    language: str = "en"
    cashier_language: str | None = "ru"
    format: str = "a4"
    stack: bool = False
    plain: bool = False
    logo: "Logo | None" = None
    progress: Callable[[int], None] | None = None


AS_USUAL = PrintOptions()


@dataclass(frozen=True, slots=True)
class Printed:
    """What was printed and where. `sheets` counts the pages, the cover among them.

    `missing` are characters that no font has; a mark stands in their place. `earlier` vouchers
    were printed before, and not again.
    """

    batch: str
    path: Path
    vouchers: int
    sheets: int
    first_serial: str
    last_serial: str
    reprint: bool
    missing: str = ""
    earlier: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A printing made ready: what is drawn, how it looks, and since when nothing of it was."""

    batch: BatchView
    zone: str
    look: SheetLook
    placed: Sequence[Placed]
    earlier: int = 0

    @property
    def serials(self) -> list[str]:
        """The serials in ascending order."""
        return sorted(one.voucher.serial for one in self.placed)


def print_batch(
    session: OperatorSession, number: str, path: Path, *,
    reason: str | None = None, password: str | None = None, options: PrintOptions = AS_USUAL,
) -> Printed:
    """Draw a batch's vouchers, by city, point and list, into a PDF at `path` (or pictures).

    Closed vouchers are left out, and those printed before where others were not. A reprint needs a
    `reason`; a `password` locks the file.

    Raises:
        NotFound: no such batch or city, or a serial that is not in it.
        Conflict: the batch is not approved, nothing in it can be spent, or somebody printed it
            meanwhile.
        UsageError: it was printed before and no reason is given, the format, the file's ending or
            the cashier's language is unknown, or pictures are to be locked.
        BadFile: the file can't be written, or the disk is full; none is left behind.
        Unusable: the keyring can't open codes.
    """
    session.require("batch.print")
    _check_file(path, password)
    key = session.keys.need("codes")
    with session.ledger.read() as tx:
        job = prepared(tx, session, number, options, reason)
    with atomic_file(path, private=True) as out:
        made = drawn(session, job, path, out, key=key, password=password, options=options)
        session.ledger.transact(lambda tx: put_on_record(tx, session, job, made))
    return made


def prepared(
    tx: ReadTransaction, session: OperatorSession, number: str, options: PrintOptions,
    reason: str | None = None
) -> Job:
    """A printing made ready: what is to be drawn, in its order, and with which words around it.

    Raises:
        NotFound, Conflict, UsageError: as for `print_batch`.
    """
    if options.cashier_language not in (None, *LANGUAGES):
        raise UsageError(
            "people.language-unknown", text=options.cashier_language, known=", ".join(LANGUAGES)
        )
    found = approved_batch(tx, number)
    owner = programme(tx, found.programme)
    if options.city is not None:
        city(tx, options.city)
    chosen = _chosen(vouchers_on_paper(tx, found.number), options, found.number)
    before = printed_before(tx, found.id)
    rows = chosen if options.serials or reason else _unprinted(chosen, before)
    again = sum(row.id in before for row in rows)
    said = _reprint_reason(reason, again, found.number)
    return Job(
        found, owner.zone,
        _styled(_look(tx, session, found, owner, said, options.language), options),
        in_hand_order(tx, found.number, rows), len(chosen) - len(rows),
    )


def drawn(
    session: OperatorSession, job: Job, path: Path, out: BinaryIO, *, key: bytes,
    options: PrintOptions, password: str | None = None,
) -> Printed:
    """Draw a job into an open file that will stand at `path`; nothing is recorded yet."""
    from cbi.paper import draw_sheets
    from cbi.paper.pictures import draw_pictures
    from cbi.paper.raster import draw_raster

    with session.ledger.read() as tx:
        places = _place_names(tx, options.language)
    look = job.look
    vouchers = _sheet_vouchers(job.placed, places, key)
    created = at(session.clock(), job.zone)
    if path.suffix.lower() in PICTURES:
        count = draw_pictures(
            out, list(vouchers), look, created=created, archive=path.suffix.lower() == ".zip",
            progress=options.progress,
        )
    elif path.suffix.lower() == RASTER:
        count = draw_raster(out, vouchers, look, created=created, progress=options.progress)
    else:
        count = draw_sheets(
            out, vouchers, look, created=created, password=password, progress=options.progress
        )
    out.flush()
    return _made(job, path, count)


def put_on_record(tx: WriteTransaction, session: OperatorSession, job: Job, made: Printed) -> None:
    """Record the printing, unless somebody printed one of these meanwhile and no reason was asked.

    Raises:
        Conflict: somebody did.
    """
    tx.first(select(Batch.id).where(Batch.id == job.batch.id).with_for_update())
    vouchers = [one.voucher.id for one in job.placed]
    reason = job.look.reprint_reason
    if reason is None and printed_before(tx, job.batch.id) & set(vouchers):
        raise Conflict("issuance.printed-meanwhile", batch=job.batch.number)
    now, run = session.clock(), session.new_id()
    pictures = made.path.suffix.lower() in PICTURES
    tx.add(PrintRun(
        id=run, batch=job.batch.id, printed_by=session.operator.name, printed_at=now,
        reason=reason, format="picture" if pictures else job.look.format, sheets=made.sheets,
        first_serial=made.first_serial, last_serial=made.last_serial,
    ))
    tx.insert("printed_voucher", ({"voucher": one, "run": run} for one in vouchers))
    record_by(
        tx, session, action="batch.print", object=job.batch.number, at=now,
        detail={"vouchers": made.vouchers, "sheets": made.sheets, "first": made.first_serial,
                **({"reason": reason} if reason else {})},
    )


def print_runs(tx: ReadTransaction, number: str) -> list[PrintRun]:
    """Every printing of a batch, the first one first."""
    return tx.all(
        select(PrintRun).join(Batch, col(Batch.id) == PrintRun.batch)
        .where(Batch.number == number.strip().upper())
        .order_by(col(PrintRun.printed_at), col(PrintRun.id))
    )


def printed_before(tx: ReadTransaction, batch_id: bytes) -> set[bytes]:
    """The vouchers of a batch that were printed at least once."""
    return set(tx.all(
        select(PrintedVoucher.voucher).join(PrintRun, col(PrintRun.id) == PrintedVoucher.run)
        .where(PrintRun.batch == batch_id).distinct()
    ))


def shop_lines(tx: ReadTransaction, round_code: str) -> dict[str, str]:
    """The retailers that take this round's vouchers, by language of the line.

    A name is not broken over two lines, and in a line read from the right it stands in one piece.
    """
    takers = tx.all(
        select(RetailerRow.name)
        .join(RoundRetailer, col(RoundRetailer.retailer) == RetailerRow.code)
        .where(RoundRetailer.round == round_code).distinct().order_by(RetailerRow.name)
    )
    names = [name.replace(" ", "\u00a0") for name in takers]
    from_the_right = "، ".join(f"\u2068{name}\u2069" for name in names)
    return {"en": ", ".join(names), **dict.fromkeys(RIGHT_TO_LEFT, from_the_right)}


def is_practice(tx: ReadTransaction) -> bool:
    """Whether this ledger is for practice, and every sheet must say so."""
    return bool(tx.value("SELECT practice FROM ledger_identity"))


def approved_batch(tx: ReadTransaction, number: str) -> BatchView:
    """The batch with this number, if it has vouchers.

    Raises:
        NotFound: no such batch.
        Conflict: it is not approved.
    """
    found = batch(tx, number)
    if found.state != "approved":
        raise Conflict("issuance.batch-not-approved", batch=found.number,
                       state=batch_term(found.state))
    return found


def square_prefix(owner: Programme) -> str:
    """What stands before the code in a programme's squares: its web address, or nothing."""
    address = owner.web_address or ""
    return address if not address or address.endswith("#") else f"{address}#"


def _check_file(path: Path, password: str | None) -> None:
    ending = path.suffix.lower()
    if ending not in ENDINGS:
        raise UsageError("issuance.paper-ending", file=path.name)
    if password is not None and ending != ".pdf":
        raise UsageError("issuance.pictures-unlockable", file=path.name)


def _unprinted(chosen: list[OnPaper], before: set[bytes]) -> list[OnPaper]:
    """What has not been printed yet, such as what was issued in another's place; else all."""
    return [row for row in chosen if row.id not in before] or chosen


def _reprint_reason(reason: str | None, again: int, number: str) -> str | None:
    """None for a first printing; a reason given too early is no reprint."""
    if not again:
        return None
    said = (reason or "").strip()
    if not said:
        raise UsageError("issuance.reprint-reason-missing", batch=number, vouchers=again)
    return said


def _chosen(rows: list[OnPaper], options: PrintOptions, number: str) -> list[OnPaper]:
    wanted = {serial.strip().upper() for serial in options.serials}
    for missing in sorted(wanted - {row.serial for row in rows}):
        raise NotFound("issuance.serial-not-in-batch", serial=missing, batch=number)
    chosen = [
        row for row in rows
        if row.state in SPENDABLE and (not wanted or row.serial in wanted)
        and options.city in (None, row.city)
    ]
    if not chosen and options.city is not None:
        raise Conflict("issuance.nothing-to-print-there", batch=number, city=options.city)
    if not chosen:
        raise Conflict("issuance.nothing-to-print", batch=number)
    return chosen


def _place_names(tx: ReadTransaction, language: str) -> dict[str, str]:
    return {one.code: one.name(language) for one in cities(tx)}


def _sheet_vouchers(
    placed: Sequence[Placed], places: dict[str, str], key: bytes
) -> Iterator[SheetVoucher]:
    for one in placed:
        row = one.voucher
        place, _, point = one.place.partition("/")
        yield SheetVoucher(
            serial=row.serial, code=open_code(row.code_sealed, key),
            category=row.category, amount_minor=row.face_minor, currency=row.currency,
            valid_from=row.valid_from, valid_until=row.valid_until,
            language=row.language, city=f"{places.get(place, place)} {point}".strip(),
            list_order=one.number,
        )


def _look(
    tx: ReadTransaction, session: OperatorSession, found: BatchView, owner: Programme,
    reason: str | None, language: str,
) -> SheetLook:
    return SheetLook(
        programme=owner.short_name, shops=shop_lines(tx, found.round),
        hotline=owner.hotline, batch_label=found.number, printed_by=session.operator.name,
        printed_at=moment_words(session.clock(), owner.zone, language),
        practice=is_practice(tx), reprint_reason=reason, qr_prefix=square_prefix(owner),
    )


def _styled(look: SheetLook, how: PrintOptions) -> SheetLook:
    return replace(
        look, second_language=how.cashier_language, cover_language=how.language,
        format=how.format, stack=how.stack, plain=how.plain, logo=how.logo,
    )


def _made(job: Job, path: Path, count: SheetCount) -> Printed:
    serials = job.serials
    return Printed(
        job.batch.number, path, count.vouchers, count.pages, serials[0], serials[-1],
        job.look.reprint_reason is not None, "".join(sorted(count.missing)), job.earlier,
    )
