"""Laptops as the main office knows them: paired, recalled, listed."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import update
from sqlmodel import col, select

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.field.events import BEGIN
from cbi.field.laptop import PairingCard, fingerprint
from cbi.field.tables import FieldBundle, FieldEvent, FieldLaptop
from cbi.operators.duties import keep_apart
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.operators.roster import account
from cbi.storage.faults import ConstraintViolation
from cbi.storage.transactions import ReadTransaction, WriteTransaction


class LaptopStanding(NamedTuple):
    """A laptop with what went out to it and came back. Instants in microseconds UTC.

    `out`: it has a bundle of which nothing came back yet, and is not recalled.
    """

    name: str
    holder: str
    fingerprint: str
    sent: int
    sent_at: int | None
    vouchers: int
    taken: int
    taken_at: int | None
    recalled_at: int | None
    recall_reason: str | None
    out: bool


def pair(session: OperatorSession, card: PairingCard, holder: str) -> LaptopStanding:
    """Let a laptop be sent bundles, for an operator who answers for what is done on it.

    Raises:
        NotFound: no such operator.
        Conflict: the operator is disabled, or the name or the laptop is paired already.
    """
    session.require("field.pair")

    def work(tx: WriteTransaction) -> LaptopStanding:
        found = account(tx, holder)
        if found.disabled_at is not None:
            raise Conflict("field.holder-disabled", holder=found.name)
        now = session.clock()
        tx.add(FieldLaptop(
            name=card.name, holder=found.name, sign_key=card.sign_key, seal_key=card.seal_key,
            paired_by=session.operator.name, paired_at=now, sent=0, taken=0, head=BEGIN,
            recalled_by=None, recalled_at=None, recall_reason=None,
        ))
        record_by(tx, session, action="field.pair", object=card.name, at=now,
                  detail={"holder": found.name, "fingerprint": card.fingerprint})
        return standing(tx, card.name)

    try:
        return session.ledger.transact(work)
    except ConstraintViolation as error:
        raise Conflict("field.paired-already", laptop=card.name) from error


def recall(session: OperatorSession, name: str, reason: str) -> LaptopStanding:
    """From now on nothing goes out to a laptop, and what comes back from it is conflicts.

    Raises:
        UsageError: no reason.
        NotFound: no such laptop.
        Conflict: it is recalled already.
    """
    session.require("field.recall")
    if not reason.strip():
        raise UsageError("ledger.reason-missing")

    def work(tx: WriteTransaction) -> LaptopStanding:
        found, now = laptop_row(tx, name), session.clock()
        done = tx.change(
            update(FieldLaptop).where(
                col(FieldLaptop.name) == found.name, col(FieldLaptop.recalled_at).is_(None)
            ),
            {FieldLaptop.recalled_at: now, FieldLaptop.recalled_by: session.operator.name,
             FieldLaptop.recall_reason: reason.strip()},
        )
        if done != 1:
            raise Conflict("field.recalled-already", laptop=found.name)
        record_by(tx, session, action="field.recall", object=found.name, at=now,
                  detail={"reason": reason.strip(), "events": found.taken})
        return standing(tx, found.name)

    return session.ledger.transact(work)


def keep_holder_apart(
    tx: ReadTransaction, session: OperatorSession, holder: str, duty: str
) -> None:
    """Who works at a laptop does not judge what comes back from it, where duties are kept apart.

    Raises:
        NotAllowed: it is the holder.
    """
    apart = tx.value("SELECT count(*) FROM programme WHERE duties_apart = 1") > 0
    keep_apart(holder, session.operator.name, duty=duty, apart=apart)


def main_fingerprint(session: OperatorSession) -> str:
    """What a laptop shows of this main office at its first bundle, to compare."""
    return fingerprint(session.keys.ledger_id + session.keys.seal_public)


def laptop_row(tx: ReadTransaction, name: str, *, hold: bool = False) -> FieldLaptop:
    """A laptop's row, held against other writers if asked.

    Raises:
        NotFound: no such laptop.
    """
    query = select(FieldLaptop).where(FieldLaptop.name == name.strip().lower())
    found = tx.first(query.with_for_update() if hold else query)
    if found is None:
        raise NotFound("field.laptop-unknown", laptop=name)
    return found


def standing(tx: ReadTransaction, name: str) -> LaptopStanding:
    """One laptop.

    Raises:
        NotFound: no such laptop.
    """
    return _standing(tx, laptop_row(tx, name))


def laptops(tx: ReadTransaction) -> list[LaptopStanding]:
    """Every laptop, by name."""
    return [_standing(tx, row) for row in tx.all(select(FieldLaptop).order_by(FieldLaptop.name))]


_NAMING = """
SELECT DISTINCT l.name FROM field_laptop l JOIN field_bundle b ON b.laptop = l.name
JOIN voucher v ON v.beneficiary = :number
JOIN entry e ON e.voucher = v.id AND e.seq = 1 AND e.recorded_at <= b.sent_at
WHERE l.recalled_at IS NULL AND ' ' || b.cities || ' ' LIKE '% ' || v.city || ' %'
AND b.number >= coalesce((SELECT max(f.bundle) FROM field_event f WHERE f.laptop = l.name), 0)
"""


def naming(tx: ReadTransaction, numbers: Iterable[str]) -> list[str]:
    """The laptops that may still hold the name of one of these people, sealed, in a bundle: the
    last that a laptop is known to have worked from, or one sent since. A recalled one opens no
    other any more, and is not told.
    """
    return sorted({
        laptop for number in numbers for (laptop,) in tx.tuples(_NAMING, number=number)
    })


def _standing(tx: ReadTransaction, row: FieldLaptop) -> LaptopStanding:
    bundle = tx.first(select(FieldBundle).where(
        FieldBundle.laptop == row.name, FieldBundle.number == row.sent
    ))
    last = tx.first(
        select(FieldEvent).where(FieldEvent.laptop == row.name)
        .order_by(col(FieldEvent.bundle).desc(), col(FieldEvent.taken_at).desc()).limit(1)
    )
    card = PairingCard(row.name, row.sign_key, row.seal_key)
    told = int(tx.value(
        "SELECT count(DISTINCT serial) FROM field_event WHERE laptop = :name AND bundle = :number",
        name=row.name, number=row.sent,
    ))
    return LaptopStanding(
        row.name, row.holder, card.fingerprint, row.sent, bundle.sent_at if bundle else None,
        bundle.vouchers if bundle else 0, row.taken, last.taken_at if last else None,
        row.recalled_at, row.recall_reason,
        bundle is not None and told < bundle.vouchers and row.recalled_at is None,
    )
