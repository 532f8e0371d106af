"""One voucher shown: its facts to whoever may read the ledger; its square to whoever may print it.

A square is the code, so showing it is as good as printing it: it is logged like a printing.
"""

from dataclasses import dataclass, field
from pathlib import Path

from cbi.base.errors import Conflict, UsageError
from cbi.base.terms import state_term
from cbi.distribution.printing import SPENDABLE, square_prefix
from cbi.files import atomic_file
from cbi.ledger.vouchers.codes import open_code, show_code
from cbi.ledger.vouchers.reading import Voucher, by_serial
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.rounds import programme_of


@dataclass(frozen=True, slots=True)
class VoucherSquare:
    """A voucher's code as it is printed, and its square as rows of modules, True where dark."""

    serial: str
    code: str = field(repr=False)
    square: list[list[bool]] = field(repr=False)


def voucher_facts(session: OperatorSession, serial: str) -> Voucher:
    """What the ledger knows of a voucher, its code sealed.

    Raises:
        NotFound: no such voucher.
    """
    session.require("ledger.read")
    with session.ledger.read() as tx:
        return by_serial(tx, serial)


def voucher_square(session: OperatorSession, serial: str) -> VoucherSquare:
    """Open a voucher's code and make its square; the log says who did.

    Raises:
        NotFound: no such voucher.
        Conflict: it is closed, so its code is worth nothing.
    """
    from cbi.paper.qr import library_square

    session.require("batch.print")
    key = session.keys.need("codes")
    with session.ledger.read() as tx:
        voucher = by_serial(tx, serial)
        owner = programme_of(tx, voucher.round)
    if voucher.state not in SPENDABLE:
        raise Conflict("ledger.voucher-state", serial=voucher.serial,
                       state=state_term(voucher.state))
    code = open_code(voucher.code_sealed, key)
    square = library_square(square_prefix(owner), code)
    session.ledger.transact(lambda tx: record_by(
        tx, session, action="voucher.code-shown", object=voucher.serial,
    ))
    return VoucherSquare(voucher.serial, show_code(code), square)


def write_square(shown: VoucherSquare, path: Path) -> None:
    """Write a square into a `.png` or `.svg` file of the owner's alone.

    Raises:
        UsageError: another ending.
        BadFile: the file can't be written.
    """
    from cbi.paper.squares import square_png, square_svg

    makers = {".png": square_png, ".svg": square_svg}
    maker = makers.get(path.suffix.lower())
    if maker is None:
        raise UsageError("voucher.square-ending", file=path.name)
    with atomic_file(path, private=True) as out:
        out.write(maker(shown.square))
