"""A bundle for a laptop: the vouchers of some cities that wait to be handed over, and for whom."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import update
from sqlmodel import col

from cbi.base.errors import Conflict, UsageError
from cbi.distribution.handover import has_proxy
from cbi.distribution.lists import rows_to_give
from cbi.distribution.order import OnPaper
from cbi.field.boxes import BundleHead, FieldList, FieldVoucher, pack_box
from cbi.field.codes import SALT_BYTES, field_hash
from cbi.field.pairing import LaptopStanding, laptop_row, standing
from cbi.field.tables import FieldBundle, FieldLaptop
from cbi.files import atomic_file
from cbi.ledger.clocks import recorded_now
from cbi.ledger.vouchers.codes import open_code
from cbi.messages import text
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.operators.roster import account
from cbi.paper.values import DistributionListRow
from cbi.places.places import city
from cbi.storage.transactions import ReadTransaction, WriteTransaction


class _BatchHere(NamedTuple):
    """A batch with vouchers that wait in a city, and where its days begin."""

    number: str
    zone: str


_BATCHES = """
SELECT DISTINCT b.number, p.zone FROM batch b JOIN voucher v ON v.batch = b.id
JOIN round r ON r.code = b.round JOIN programme p ON p.code = r.programme
WHERE b.state = 'approved' AND v.city = :city AND v.state = 'issued' ORDER BY b.number
"""


def send(
    session: OperatorSession, name: str, cities: Sequence[str], path: Path, *, language: str = "en"
) -> LaptopStanding:
    """Write a laptop's next bundle; `language` is that of its remarks.

    A bundle that is written down here and never arrives is only a number that was not used.

    Raises:
        UsageError: no city named.
        NotFound: no such laptop or city.
        NotAllowed: this operator may not read names, or may not send them out.
        Conflict: the laptop is recalled, its holder disabled, or nothing waits in these cities and
            nothing went out to it before: an empty list takes names off a laptop.
        BadFile: the file cannot be written.
    """
    session.require("field.send")
    codes = list(dict.fromkeys(one.strip().lower() for one in cities))
    if not codes:
        raise UsageError("field.no-city")
    salt = session.entropy(SALT_BYTES)
    with session.ledger.read() as tx:
        laptop = _may_be_sent(tx, name)
        for code in codes:
            city(tx, code)
    vouchers, zone = _everything(session, laptop.name, codes, (salt, language))
    if not vouchers and not laptop.sent:
        raise Conflict("field.nothing-to-send", cities=", ".join(codes))

    def work(tx: WriteTransaction) -> bytes:
        row, now = _may_be_sent(tx, name, hold=True), recorded_now(tx, session.clock())
        return _written(tx, session, row, FieldList(
            row.holder, now, zone, tuple(codes), row.taken, row.head.hex(), salt.hex(),
            tuple(vouchers),
        ))

    with atomic_file(path, private=True) as out:
        out.write(session.ledger.transact(work))
    with session.ledger.read() as tx:
        return standing(tx, laptop.name)


def _may_be_sent(tx: ReadTransaction, name: str, *, hold: bool = False) -> FieldLaptop:
    row = laptop_row(tx, name, hold=hold)
    if row.recalled_at is not None:
        raise Conflict("field.recalled", laptop=row.name, reason=row.recall_reason)
    if account(tx, row.holder).disabled_at is not None:
        raise Conflict("field.holder-disabled", holder=row.holder)
    return row


def _everything(
    session: OperatorSession, laptop: str, cities: Sequence[str], how: tuple[bytes, str]
) -> tuple[list[FieldVoucher], str]:
    """What waits in these cities, with its people, and the zone of the first programme of it."""
    (salt, language), zone = how, "UTC"
    found: list[FieldVoucher] = []
    purpose = text("field.purpose", "en", laptop=laptop)
    for code in cities:
        with session.ledger.read() as tx:
            batches = tx.read(_BatchHere, _BATCHES, city=code)
        if not batches:
            continue
        zone = zone if found else batches[0].zone
        rows = rows_to_give(session, [one.number for one in batches], code,
                            purpose=purpose, language=language)
        with session.ledger.read() as tx:
            for row, papers in rows:
                proxy = has_proxy(tx, row.beneficiary)
                found += [_voucher(session, row, paper, (salt, proxy)) for paper in papers]
    return found, zone


def _voucher(
    session: OperatorSession, row: DistributionListRow, paper: OnPaper, more: tuple[bytes, bool]
) -> FieldVoucher:
    salt, proxy = more
    code = open_code(paper.code_sealed, session.keys.need("codes"))
    return FieldVoucher(
        serial=paper.serial, code_hash=field_hash(salt, code), beneficiary=row.beneficiary,
        name=row.name, name_latin=row.name_latin, document=row.document_tail,
        household_size=row.household_size, proxy=proxy, value_minor=paper.face_minor,
        currency=paper.currency, category=paper.category, place=row.city, number=row.number,
        last_day=paper.valid_until, remark=row.remark,
    )


def _written(
    tx: WriteTransaction, session: OperatorSession, row: FieldLaptop, content: FieldList
) -> bytes:
    """The next bundle's file, and that it went out."""
    keys, number = session.keys, row.sent + 1
    head = BundleHead(keys.ledger_id, keys.seal_public, row.name, number)
    packed = pack_box(head, content, seal=keys.need("seal"), to=row.seal_key)
    tx.change(
        update(FieldLaptop).where(col(FieldLaptop.name) == row.name), {FieldLaptop.sent: number}
    )
    tx.add(FieldBundle(
        laptop=row.name, number=number, cities=" ".join(content.cities),
        vouchers=len(content.vouchers), sent_by=session.operator.name, sent_at=content.sent_at,
        digest=hashlib.sha256(packed).digest(),
    ))
    record_by(tx, session, action="field.send", object=row.name, at=content.sent_at, detail={
        "bundle": number, "cities": ", ".join(content.cities),
        "vouchers": len(content.vouchers), "holder": row.holder,
    })
    return packed
