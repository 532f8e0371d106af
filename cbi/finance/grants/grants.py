"""Grants: whose money pays for a round; said before anything of the round is issued, then fixed."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from sqlmodel import col, select

from cbi.base.clock import date_at, typed_day
from cbi.base.currencies import EXPONENTS
from cbi.base.errors import Conflict, NotFound, UsageError
from cbi.base.money import checked_currency
from cbi.finance.grants.tables import Grant, GrantRate, RoundGrant
from cbi.operators import log
from cbi.operators.operator_session import OperatorSession
from cbi.programmes.programmes import programme as programme_named
from cbi.programmes.rounds import programme_of, round_of, rounds
from cbi.storage import ConstraintViolation, ReadTransaction, WriteTransaction

_CODE = re.compile(r"[A-Z0-9]+(?:[-/.][A-Z0-9]+)*\Z")
_MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])\Z")
_RATE = re.compile(r"(\d{1,9})(?:[.,](\d{1,6}))?\Z")


class Funded(NamedTuple):
    """A grant in a round's fund: its share, or its limit in minor units, or neither."""

    grant: str
    share: int | None = None
    limit_minor: int | None = None


def add_grant(session: OperatorSession, made: Grant) -> Grant:
    """Put a grant on record; its code, donor, budget and dates stay.

    Raises:
        UsageError: a code, a currency or dates that cannot be.
        NotFound: no such programme.
        Conflict: the code is taken.
    """
    session.require("grant.manage")
    made = Grant(**{
        **made.model_dump(), "code": made.code.strip().upper(), "donor": made.donor.strip(),
        "currency": checked_currency(made.currency.strip().upper()),
        "valid_from": _day(made.valid_from), "valid_until": _day(made.valid_until),
        "made_by": session.operator.name, "made_at": session.clock(),
    })
    if not _CODE.match(made.code) or len(made.code) > 40 or not made.donor:
        raise UsageError("grant.code-unfit", text=made.code)
    if made.valid_from > made.valid_until:
        raise UsageError("finance.period-backwards", first=made.valid_from, last=made.valid_until)

    def work(tx: WriteTransaction) -> Grant:
        kept = Grant(**{
            **made.model_dump(), "programme": programme_named(tx, made.programme).code,
        })
        try:
            tx.add(kept)
        except ConstraintViolation as refused:
            raise Conflict("grant.taken", grant=kept.code) from refused
        log.record_by(
            tx, session, action="grant.add", object=kept.code, at=kept.made_at,
            detail={"donor": kept.donor, "budget_minor": kept.budget_minor,
                    "currency": kept.currency, "valid_from": kept.valid_from,
                    "valid_until": kept.valid_until},
        )
        return kept

    return session.ledger.transact(work)


def fund_round(
    session: OperatorSession, round_code: str, funded: Sequence[Funded]
) -> list[RoundGrant]:
    """Say which grants pay for a round: all by shares, or all in their order.

    Raises:
        NotFound: no such round or grant.
        UsageError: shares and order are mixed, or one but the last has no end, or the last has one.
        Conflict: it is said already, something of the round is issued, or a grant is of another
            programme.
    """
    session.require("grant.manage")
    by_share = [one.share is not None for one in funded]
    ends = [one.limit_minor is not None for one in funded]
    if not funded or len({one.grant.strip().upper() for one in funded}) < len(funded) or (
        any(by_share) and not all(by_share)
    ) or (not any(by_share) and (not all(ends[:-1]) or ends[-1])):
        raise UsageError("grant.fund-unfit", round=round_code)

    def work(tx: WriteTransaction) -> list[RoundGrant]:
        about = round_of(tx, round_code)
        programme = programme_of(tx, about.code).code
        if tx.value("SELECT 1 FROM voucher WHERE round = :round LIMIT 1", round=about.code):
            raise Conflict("grant.round-issued", round=about.code)
        rows = []
        for place, one in enumerate(funded, 1):
            found = grant(tx, one.grant)
            if found.programme != programme:
                raise Conflict("grant.other-programme", grant=found.code, round=about.code)
            rows.append(RoundGrant(round=about.code, place=place, grant_code=found.code,
                                   share=one.share, limit_minor=one.limit_minor))
        try:
            tx.add(*rows)
        except ConstraintViolation as refused:
            raise Conflict("grant.funded-already", round=about.code) from refused
        log.record_by(
            tx, session, action="grant.fund", object=about.code,
            detail={"grants": [row.grant_code for row in rows]},
        )
        return rows

    return session.ledger.transact(work)


def add_rate(
    session: OperatorSession, currency: str, other: str, month: str, said: tuple[str, str]
) -> GrantRate:
    """Keep what one unit of a donor's currency was in a month; `said` is the rate and its source.

    Raises:
        UsageError: a month, a rate or a currency that cannot be, or no source.
        Conflict: that month has a rate.
    """
    session.require("grant.manage")
    rate, source = said[0].strip(), said[1].strip()
    figures = _RATE.match(rate)
    if not _MONTH.match(month.strip()) or figures is None or not source:
        raise UsageError("grant.rate-unfit", month=month, rate=rate)
    made = GrantRate(
        currency=checked_currency(currency.strip().upper()),
        other=checked_currency(other.strip().upper()), month=month.strip(),
        millionths=int(figures[1]) * 10**6 + int((figures[2] or "").ljust(6, "0")),
        source=source, made_by=session.operator.name, made_at=session.clock(),
    )
    if not made.millionths or made.currency == made.other:
        raise UsageError("grant.rate-unfit", month=month, rate=rate)

    def work(tx: WriteTransaction) -> GrantRate:
        try:
            tx.add(made)
        except ConstraintViolation as refused:
            raise Conflict(
                "grant.rate-taken", currency=made.currency, month=made.month
            ) from refused
        log.record_by(
            tx, session, action="grant.rate", object=f"{made.currency} {made.month}",
            at=made.made_at, detail={"rate": rate, "source": made.source},
        )
        return made

    return session.ledger.transact(work)


def grants(tx: ReadTransaction) -> list[Grant]:
    """All grants, by code."""
    return tx.all(select(Grant).order_by(Grant.code))


def grant(tx: ReadTransaction, code: str) -> Grant:
    """The grant with this code.

    Raises:
        NotFound: no such grant.
    """
    found = tx.first(select(Grant).where(Grant.code == code.strip().upper()))
    if found is None:
        raise NotFound("grant.unknown", grant=code)
    return found


def fund_of(tx: ReadTransaction, round_code: str) -> list[RoundGrant]:
    """Which grants pay for a round, in their places; none where nobody said."""
    return tx.all(
        select(RoundGrant).where(RoundGrant.round == round_code).order_by(col(RoundGrant.place))
    )


def rates(tx: ReadTransaction, currency: str, other: str) -> dict[str, GrantRate]:
    """The rates of a pair of currencies, by month."""
    return {one.month: one for one in tx.all(
        select(GrantRate).where(GrantRate.currency == currency, GrantRate.other == other)
    )}


def beyond_their_end(
    tx: ReadTransaction, round_code: str, at: int, until: str | None = None
) -> list[Grant]:
    """Grants of a round that are over, or will be before its vouchers' last day, or before the day
    `until` which that may become."""
    about, zone = round_of(tx, round_code), programme_of(tx, round_code).zone
    last = max(until or about.valid_until, date_at(at, zone))
    codes = [one.grant_code for one in fund_of(tx, about.code)]
    return [one for one in grants(tx) if one.code in codes and one.valid_until < last]


def ended_in_rounds(tx: ReadTransaction, at: int) -> list[tuple[str, Grant]]:
    """By round whose vouchers can be spent today or later, the grants that are over already."""
    known, found = {one.code: one for one in grants(tx)}, []
    for about in rounds(tx) if known else ():
        today = date_at(at, programme_named(tx, about.programme).zone)
        if about.cancelled_at is None and about.valid_until >= today:
            paying = [known[one.grant_code] for one in fund_of(tx, about.code)]
            found += [(about.code, one) for one in paying if one.valid_until < today]
    return found


def ended_before(tx: ReadTransaction, statement: str, at: int) -> list[Grant]:
    """Grants that pay for vouchers of a statement and are over on this day."""
    codes = {str(code) for code, in tx.tuples(
        "SELECT DISTINCT g.grant_code FROM claim c JOIN statement s ON s.id = c.statement "
        "JOIN voucher v ON v.id = c.voucher JOIN round_grant g ON g.round = v.round "
        "WHERE s.number = :number", number=statement,
    )}
    return [one for one in grants(tx) if one.code in codes and one.valid_until < date_at(
        at, programme_named(tx, one.programme).zone)]


def exponents(ours: str, theirs: str) -> tuple[int, int]:
    """The digits after the point of two currencies."""
    return EXPONENTS[ours], EXPONENTS[theirs]


def _day(text: str) -> str:
    try:
        return typed_day(text)
    except ValueError as error:
        raise UsageError("ledger.date-unreadable", text=text) from error
