"""The bank's statement taken in: each transfer is explained, matched with what it paid, or waits.

A transfer that was recorded by `pay` is shown by its line; one that was not is recorded from it,
under the same rules. Whatever can't be told for sure waits for a person. Nothing is paid twice:
the file, the line, the payment and the settlement are each used once, by their keys.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from cbi.base.errors import Conflict, UsageError
from cbi.files import read_bytes
from cbi.finance.bank.books import books, unseen, waiting_line
from cbi.finance.bank.forms import HowToReadBank, read_bank_file
from cbi.finance.bank.lines import AccountStatement, Outgoing, add_up, outgoing
from cbi.finance.bank.matching import NOBODY, Meant, meant
from cbi.finance.bank.tables import BankEnd, BankFile, BankLine, BankMatch
from cbi.finance.settling.settlements import pay_by
from cbi.ledger.paying import Transfer
from cbi.operators import log
from cbi.operators.operator_session import OperatorSession
from cbi.storage import ConstraintViolation, ReadTransaction, WriteTransaction
from cbi.storage.faults import RetryTransaction


class LineSeen(NamedTuple):
    """A line of a file with what it is taken for; `known` was taken in before."""

    line: Outgoing
    said: Meant
    known: bool


@dataclass(frozen=True, slots=True)
class BankPreview:
    """What taking a file in would do."""

    file: str
    digest: bytes
    told: AccountStatement
    seen: tuple[LineSeen, ...]

    @property
    def fresh(self) -> list[LineSeen]:
        """The lines that no other file had."""
        return [one for one in self.seen if not one.known]


def preview(session: OperatorSession, path: Path, how: HowToReadBank) -> BankPreview:
    """What a file would become; nothing is written.

    Raises:
        BadFile: it can't be read, or its lines don't lead from its opening to its closing balance.
        Conflict: it was taken in before, or all its lines were.
    """
    session.require("bank.import")
    content = read_bytes(path)
    with session.ledger.read() as tx:
        currency = how.currency or _only_currency(tx)
        digest = sha256(content).digest()
        _refuse_known(tx, digest)
        told = add_up(read_bank_file(path, content, how, currency), path.name)
        return BankPreview(path.name, digest, told, _look(tx, session, told))


def carry_out(session: OperatorSession, shown: BankPreview) -> BankFile:
    """Put on record what a preview showed, and pay what it said would be paid.

    Raises:
        Conflict: something changed since it was shown, or it was taken in meanwhile.
    """
    session.require("bank.import")

    def work(tx: WriteTransaction) -> BankFile:
        _refuse_known(tx, shown.digest)
        if _look(tx, session, shown.told) != shown.seen:
            raise Conflict("bank.changed-meanwhile", file=shown.file)
        made = _file_row(tx, session, shown)
        try:
            tx.add(made)
            _add_lines(tx, made, shown)
        except ConstraintViolation as refused:
            raise RetryTransaction(refused.rule) from refused  # by another meanwhile: look again
        log.record_by(
            tx, session, action="bank.import", object=made.number, at=made.imported_at,
            detail={"lines": made.line_count, "amount_minor": made.out_minor,
                    "waiting": sum(one.said.waits for one in shown.fresh)},
        )
        for one in shown.fresh:
            if not one.said.waits:
                _end_paid(tx, session, (f"{made.number}/{one.line.number}", one.line),
                          one.said, made.currency)
        return made

    return session.ledger.transact(work)


def match(
    session: OperatorSession, reference: str, numbers: Sequence[str], *, fee_minor: int = 0,
    recorded: str | None = None,
) -> BankLine:
    """Say what a waiting line paid: settlements, or a transfer that was recorded.

    `fee_minor` is what the bank took out of the line's amount for itself.

    Raises:
        NotFound: no such line.
        Conflict: something became of it already, or its amount does not fit.
    """
    session.require("bank.import")

    def work(tx: WriteTransaction) -> BankLine:
        line, currency = waiting_line(tx, reference)
        said = Meant("by-hand", (), tuple(numbers), fee_minor)
        if recorded is not None:
            payments = [one for one in unseen(tx, currency) if one.reference == recorded.strip()]
            whole = sum(one.amount_minor for one in payments)
            if not payments or whole + fee_minor != line.amount_minor:
                raise Conflict("bank.transfer-unfit", line=reference, reference=recorded)
            said = Meant("by-hand", tuple(one.id for one in payments), (), fee_minor)
        elif not numbers:
            raise UsageError("bank.match-what", line=reference)
        _end_paid(tx, session, (reference, line), said, currency)
        return line

    return session.ledger.transact(work)


def set_aside(session: OperatorSession, reference: str, reason: str) -> BankLine:
    """Say that a waiting line is none of ours, and why.

    Raises:
        NotFound: no such line.
        UsageError: no reason.
        Conflict: something became of it already.
    """
    session.require("bank.import")
    if not reason.strip():
        raise UsageError("finance.reason-missing")

    def work(tx: WriteTransaction) -> BankLine:
        line, _ = waiting_line(tx, reference)
        _end(tx, session, line.id, ("aside", "by-hand", reason.strip(), 0))
        log.record_by(
            tx, session, action="bank.set-aside", object=reference.strip().upper(),
            detail={"amount_minor": line.amount_minor},
        )
        return line

    return session.ledger.transact(work)


def _only_currency(tx: ReadTransaction) -> str:
    """The programmes' currency, where all have the same."""
    found = sorted(str(one) for one, in tx.tuples("SELECT DISTINCT currency FROM programme"))
    if len(found) != 1:
        raise UsageError("bank.currency-needed", known=", ".join(found) or "–")
    return found[0]


def _refuse_known(tx: ReadTransaction, digest: bytes) -> None:
    number = tx.value("SELECT number FROM bank_file WHERE digest = :digest", digest=digest)
    if number is not None:
        raise Conflict("bank.known", number=number)


def _look(
    tx: ReadTransaction, session: OperatorSession, told: AccountStatement
) -> tuple[LineSeen, ...]:
    """Every line that left the account, with what it is taken for.

    Raises:
        Conflict: every one was taken in before.
    """
    lines = outgoing(told)
    known = {one.id for one in lines
             if tx.value("SELECT 1 FROM bank_line WHERE id = :id", id=one.id)}
    if lines and len(known) == len(lines):
        raise Conflict("bank.lines-known", lines=len(lines))
    fresh = [one for one in lines if one.id not in known]
    said = dict(zip((one.id for one in fresh),
                    meant(fresh, books(tx, session, told.currency)), strict=True))
    return tuple(
        LineSeen(one, said.get(one.id, Meant("known")), one.id in known) for one in lines
    )


def _file_row(tx: ReadTransaction, session: OperatorSession, shown: BankPreview) -> BankFile:
    count = int(tx.value("SELECT count(*) FROM bank_file"))
    fresh = shown.fresh
    return BankFile(
        id=session.new_id(), number=f"BANK-{count + 1}", digest=shown.digest, file=shown.file,
        form=shown.told.form, account=shown.told.account, currency=shown.told.currency,
        line_count=len(fresh), out_minor=sum(one.line.amount_minor for one in fresh),
        in_minor=shown.told.in_minor, imported_by=session.operator.name,
        imported_at=session.clock(),
    )


def _add_lines(tx: WriteTransaction, made: BankFile, shown: BankPreview) -> None:
    """Put the lines on record; of one that went to nobody of ours, whose name it may be, neither
    the payee nor what it was for."""
    tx.insert("bank_line", [
        {
            "id": one.line.id, "file": made.id, "number": one.line.number,
            "booked_on": one.line.line.booked_on, "amount_minor": one.line.amount_minor,
            "reference": one.line.line.reference, **{
                name: "" if one.said.why == NOBODY else getattr(one.line.line, name)
                for name in ("payee", "payee_number", "purpose")
            },
        }
        for one in shown.fresh
    ])


def _end_paid(
    tx: WriteTransaction, session: OperatorSession, named: tuple[str, Outgoing | BankLine],
    said: Meant, currency: str,
) -> None:
    """A line has paid: what it paid is recorded where it was not, and tied to it."""
    reference, line = named[0].strip().upper(), named[1]
    payments = said.payments
    if said.settlements:
        bank = line.line.reference if isinstance(line, Outgoing) else line.reference
        sent = Transfer(bank or reference, currency, line.amount_minor - said.fee_minor,
                        said.fee_minor)
        pay_by(tx, session, said.settlements, sent)
        payments = tuple(one for one, in tx.tuples(
            "SELECT id FROM payment WHERE reference = :reference ORDER BY place",
            reference=sent.reference.strip(),
        ))
    _end(tx, session, line.id, ("paid", said.why, "", said.fee_minor))
    try:
        tx.add(*(BankMatch(payment=payment, line=line.id, place=place)
                 for place, payment in enumerate(payments, 1)))
    except ConstraintViolation as refused:
        raise RetryTransaction(refused.rule) from refused  # matched by another meanwhile
    log.record_by(
        tx, session, action="bank.match", object=reference,
        detail={"amount_minor": line.amount_minor, "why": said.why},
    )


def _end(
    tx: WriteTransaction, session: OperatorSession, line: bytes, told: tuple[str, str, str, int]
) -> None:
    kind, why, reason, fee = told
    try:
        tx.add(BankEnd(line=line, kind=kind, why=why, reason=reason, fee_minor=fee,
                       ended_by=session.operator.name, ended_at=session.clock()))
    except ConstraintViolation as refused:
        raise RetryTransaction(refused.rule) from refused  # by another meanwhile: look again
