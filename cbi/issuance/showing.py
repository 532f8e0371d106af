"""One voucher shown: its facts to whoever may read the ledger; its square to whoever may print it.

A square is the code, so showing it is as good as printing it: it is logged like a printing.
"""

from dataclasses import dataclass, field
from pathlib import Path

from cbi.base.errors import Conflict, UsageError
from cbi.files import atomic_file
from cbi.issuance.printing import SPENDABLE, square_prefix
from cbi.ledger.codes import open_code, show_code
from cbi.ledger.programmes import programme
from cbi.ledger.rounds import round_of
from cbi.ledger.vouchers import Voucher, by_serial
from cbi.operators.desk import Desk
from cbi.operators.log import record


@dataclass(frozen=True, slots=True)
class VoucherSquare:
    """A voucher's code as it is printed, and its square as rows of modules, True where dark."""

    serial: str
    code: str = field(repr=False)
    square: list[list[bool]] = field(repr=False)


def voucher_facts(desk: Desk, serial: str) -> Voucher:
    """What the ledger knows of a voucher, its code sealed.

    Raises:
        NotFound: no such voucher.
    """
    desk.require("ledger.read")
    with desk.ledger.read() as tx:
        return by_serial(tx, serial)


def voucher_square(desk: Desk, serial: str) -> VoucherSquare:
    """Open a voucher's code and make its square; the log says who did.

    Raises:
        NotFound: no such voucher.
        Conflict: it is closed, so its code is worth nothing.
    """
    from cbi.issuance.paper.qr import library_square

    desk.require("batch.print")
    key = desk.keys.need("codes")
    with desk.ledger.read() as tx:
        voucher = by_serial(tx, serial)
        owner = programme(tx, round_of(tx, voucher.round).programme)
    if voucher.state not in SPENDABLE:
        raise Conflict("ledger.voucher-state", serial=voucher.serial, state=voucher.state)
    code = open_code(voucher.code_sealed, key)
    square = library_square(square_prefix(owner), code)
    desk.ledger.transact(lambda tx: record(
        tx, operator=desk.operator.name, action="voucher.code-shown", object=voucher.serial,
        at=desk.clock(), detail={}, origin=desk.origin,
    ))
    return VoucherSquare(voucher.serial, show_code(code), square)


def write_square(shown: VoucherSquare, path: Path) -> None:
    """Write a square into a `.png` or `.svg` file of the owner's alone.

    Raises:
        UsageError: another ending.
        BadFile: the file can't be written.
    """
    from cbi.issuance.paper.squares import square_png, square_svg

    makers = {".png": square_png, ".svg": square_svg}
    maker = makers.get(path.suffix.lower())
    if maker is None:
        raise UsageError("voucher.square-ending", file=path.name)
    with atomic_file(path, private=True) as out:
        out.write(maker(shown.square))
