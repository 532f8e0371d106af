"""Programmes: funded projects with a currency, a budget and rules of their own.

Its code, name, currency and zone stay; the rest can be changed, with a reason that the log keeps.
"""

import re
from typing import Any, TypedDict, Unpack
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import update
from sqlmodel import SQLModel, col, select

from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.money import AMOUNT_MINOR_MAX, checked_currency, show_amount
from cbi.base.words import said, typed
from cbi.messages import LANGUAGES, USUAL_LANGUAGE
from cbi.operators.log import record_by
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.tables import Programme
from cbi.storage.faults import ConstraintViolation
from cbi.storage.transactions import ReadTransaction, WriteTransaction

CODE = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*\Z")
CODE_LENGTH_MAX = 24
LOGGED = (
    "name", "short_name", "currency", "zone", "budget_minor", "duties_apart",
    "reversal_alone_max_minor", "web_address", "hotline", "lateness_days", "language",
    "despite_allowed",
)
"""What the log keeps of a programme, when it is made and when it is changed."""
DUTIES = ("duties_apart", "reversal_alone_max_minor", "lateness_days", "despite_allowed")
"""What keeps operators apart is not for those whom it keeps apart to change."""


LATENESS_DAYS, LATENESS_DAYS_MAX = 14, 3650
"""How many days after a sale it may be taken in without a manager, unless a programme says so."""


class ProgrammeMore(TypedDict, total=False):
    """What a programme may say besides, now or later.

    `reversal_alone_max_minor`: the most that one operator alone may reverse of their own
    redemptions, 0 unless given. `web_address` stands before the code in the QR square. A sale that
    is taken in more than `lateness_days` after its day waits for a manager. `language` is that of
    the vouchers of people who said none. `despite_allowed`: whether two may answer for handing
    over a voucher of somebody who may not receive.
    """

    short_name: str
    web_address: str | None
    hotline: str
    language: str
    reversal_alone_max_minor: int
    duties_apart: bool
    lateness_days: int
    despite_allowed: bool


class ProgrammeChange(ProgrammeMore, total=False):
    """What of a programme can be changed later. Amounts in minor units."""

    budget_minor: int


def add_programme(
    session: OperatorSession, *, code: str, name: str, currency: str, zone: str, budget_minor: int,
    **more: Unpack[ProgrammeMore],
) -> Programme:
    """Make a programme.

    Raises:
        UsageError: a code, currency, zone or amount that cannot be.
        Conflict: the code is taken.
    """
    session.require("programme.add")
    made = Programme(
        code=checked_code(code), name=_named(name, code), currency=checked_currency(currency),
        zone=_zone(zone), budget_minor=_amount(budget_minor, "budget"),
        short_name=more.get("short_name") or name.strip(),
        duties_apart=more.get("duties_apart", True),
        reversal_alone_max_minor=_amount(
            more.get("reversal_alone_max_minor", 0), "reversal threshold"
        ),
        web_address=more.get("web_address") or None, hotline=more.get("hotline", ""),
        lateness_days=_days(more.get("lateness_days", LATENESS_DAYS)),
        language=_language(more.get("language") or USUAL_LANGUAGE),
        despite_allowed=more.get("despite_allowed", True),
        made_by=session.operator.name, made_at=session.clock(),
    )
    if not made.duties_apart:
        session.require("operator.manage")

    def work(tx: WriteTransaction) -> Programme:
        taken = Conflict("programme.programme-taken", programme=made.code)
        if tx.first(select(Programme.code).where(Programme.code == made.code)):
            raise taken
        add_once(tx, made, taken)
        record_by(
            tx, session, action="programme.add", object=made.code, at=made.made_at,
            detail={name: _stored(getattr(made, name)) for name in LOGGED},
        )
        return made

    return session.ledger.transact(work)


def programmes(tx: ReadTransaction) -> list[Programme]:
    """All programmes by code."""
    return tx.all(select(Programme).order_by(Programme.code))


def programme(tx: ReadTransaction, code: str) -> Programme:
    """One programme.

    Raises:
        NotFound: no such programme.
    """
    return _known(tx, code)


def change_programme(
    session: OperatorSession, programme: str, reason: str, **changed: Unpack[ProgrammeChange]
) -> Programme:
    """Change what may be changed of a programme; the log keeps the reason, and what was.

    Raises:
        NotFound: no such programme.
        UsageError: no reason, nothing named, or an amount that cannot be.
        Conflict: the vouchers bind more than the new budget, or it is all so already.
    """
    wanted = _checked(changed)
    for name in wanted:
        session.require("operator.manage" if name in DUTIES else "programme.add")
    why = said(reason, "programme.reason-missing")

    def work(tx: WriteTransaction) -> Programme:
        found = _known(tx, programme)
        was = {name: _stored(getattr(found, name)) for name in wanted}
        if was == wanted:
            raise Conflict("programme.set-already", programme=found.code)
        tx.change(
            update(Programme).where(col(Programme.code) == found.code),
            {getattr(Programme, name): value for name, value in wanted.items()},
        )
        bound = issued_net_minor(tx, found.code)
        if bound > wanted.get("budget_minor", bound):
            raise Conflict(
                "programme.budget-bound", programme=found.code,
                bound=show_amount(bound, found.currency),
            )
        record_by(
            tx, session, action="programme.change", object=found.code,
            detail={**wanted, "was": was, "reason": why},
        )
        return _known(tx, found.code)

    return session.ledger.transact(work)


def _checked(changed: ProgrammeChange) -> dict[str, Any]:
    """The columns that a change sets."""
    wanted: dict[str, Any] = dict(changed)
    if not wanted:
        raise UsageError("programme.nothing-to-set")
    if "budget_minor" in wanted:
        _amount(wanted["budget_minor"], "budget")
    if "reversal_alone_max_minor" in wanted:
        _amount(wanted["reversal_alone_max_minor"], "reversal threshold")
    if "lateness_days" in wanted:
        _days(wanted["lateness_days"])
    if "language" in wanted:
        wanted["language"] = _language(wanted["language"])
    if "web_address" in wanted:
        wanted["web_address"] = wanted["web_address"] or None
    return {name: _stored(value) for name, value in wanted.items()}


def _stored(value: Any) -> Any:
    """As the column holds it: a yes or no is 1 or 0."""
    return int(value) if isinstance(value, bool) else value


def issued_net_minor(tx: ReadTransaction, programme: str) -> int:
    """What a programme's vouchers bind of its budget: issued less expired and void, with those
    approved that are still to be made."""
    return int(tx.value(
        "SELECT coalesce(sum(voucher.face_minor - voucher.closed_minor), 0) FROM voucher"
        " JOIN round ON round.code = voucher.round WHERE round.programme = :code",
        code=programme,
    )) + int(tx.value(
        "SELECT coalesce(sum(b.amount_minor - (SELECT coalesce(sum(v.face_minor), 0)"
        " FROM voucher v WHERE v.batch = b.id AND v.generation = 0)), 0) FROM batch b"
        " JOIN round r ON r.code = b.round WHERE b.state = 'issuing' AND r.programme = :code",
        code=programme,
    ))


def _known(tx: ReadTransaction, code: str) -> Programme:
    found = tx.first(select(Programme).where(Programme.code == code.strip().upper()))
    if found is None:
        raise NotFound("programme.programme-unknown", programme=code)
    return found


def add_once(tx: WriteTransaction, row: SQLModel, taken: Conflict) -> None:
    """Insert a row, unless another office took its code between our look and our insert."""
    try:
        tx.add(row)
    except ConstraintViolation as refused:
        raise taken from refused


def checked_code(text: str) -> str:
    """A programme's or round's code, if it can be one.

    Raises:
        UsageError: it cannot.
    """
    code = text.strip()
    if len(code) > CODE_LENGTH_MAX or not CODE.match(code):
        raise UsageError("programme.code-unreadable", text=text)
    return code


def _named(name: str, code: str) -> str:
    if not name.strip():
        raise UsageError("programme.name-missing", programme=code)
    return typed(name.strip())


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError("programme.zone-unknown", zone=text) from error
    return text


def _language(text: str) -> str:
    said = text.strip().lower()
    if said not in LANGUAGES:
        raise UsageError("programme.language-unknown", text=text, known=", ".join(LANGUAGES))
    return said


def _amount(amount_minor: int, what: str) -> int:
    if not 0 <= amount_minor <= AMOUNT_MINOR_MAX:
        raise UsageError("programme.amount-out-of-range", what=what, amount_minor=amount_minor)
    return amount_minor


def _days(days: int) -> int:
    if not 0 <= days <= LATENESS_DAYS_MAX:
        raise UsageError("programme.lateness-out-of-range", days=days, most=LATENESS_DAYS_MAX)
    return days
