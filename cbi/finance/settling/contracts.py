"""Contracts: on which terms a retailer is paid. New terms leave what was settled as it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlmodel import col, func, select

from cbi.audit.rule_results import Violation
from cbi.base.clock import date_at, typed_day
from cbi.base.errors import NotFound, UsageError
from cbi.base.money import checked_currency
from cbi.finance.settling.contract_tables import ContractTerms
from cbi.finance.settling.discounting import discount_on
from cbi.finance.tables import Statement
from cbi.ledger.settling import Agreed
from cbi.operators import log
from cbi.operators.operator_session import OperatorSession
from cbi.places.places import retailers
from cbi.storage import ConstraintViolation, ReadTransaction, WriteTransaction
from cbi.storage.faults import RetryTransaction

DAYS_MAX = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsSaid:
    """What is said of a retailer's terms; None leaves it as it was, or as it is without any."""

    retailer: str
    currency: str
    valid_from: str
    contract: str | None = None
    contract_date: str | None = None
    discount_rate: int | None = None
    fee_minor: int | None = None
    days: int | None = None


def set_terms(session: OperatorSession, said: TermsSaid) -> ContractTerms:
    """Keep on which terms a retailer is paid from a day on; the same again is written once.

    Raises:
        NotFound: no such retailer.
        UsageError: a day, an amount or days that cannot be, or no contract is named.
    """
    session.require("contract.manage")

    def work(tx: WriteTransaction) -> ContractTerms:
        made = foreseen_terms(tx, said, session)
        was = terms_on(tx, made.retailer, made.currency, made.valid_from)
        if was is not None and _told(was) == _told(made):
            return was
        try:
            tx.add(made)
        except ConstraintViolation as refused:
            raise RetryTransaction(refused.rule) from refused  # said by another meanwhile
        log.record_by(
            tx, session, action="contract.set", object=made.retailer, at=made.made_at,
            detail={"contract": made.contract, "valid_from": made.valid_from,
                    "discount_rate": made.discount_rate, "fee_minor": made.fee_minor,
                    "days": made.days},
        )
        return made

    return session.ledger.transact(work)


def _told(terms: ContractTerms) -> dict[str, object]:
    """What terms say, without who said it and when."""
    return terms.model_dump(exclude={"number", "made_by", "made_at"})


def foreseen_terms(
    tx: ReadTransaction, said: TermsSaid, session: OperatorSession
) -> ContractTerms:
    """The terms as they would be kept: what is not said stays as it is on that day."""
    retailer = said.retailer.strip().lower()
    if retailer not in {one.code for one in retailers(tx)}:
        raise NotFound("finance.retailer-unknown", retailer=said.retailer)
    currency, first = checked_currency(said.currency.strip().upper()), _day(said.valid_from)
    was = terms_on(tx, retailer, currency, first)
    contract = (said.contract or (was.contract if was else "")).strip()
    signed = said.contract_date or (was.contract_date if was else "")
    if not contract or not signed:
        raise UsageError("contract.unnamed", retailer=retailer)
    if _day(signed) > first:
        raise UsageError("contract.backwards", date=signed, first=first)
    if said.days is not None and not 0 <= said.days <= DAYS_MAX:
        raise UsageError("contract.days-unfit", days=said.days)
    counted = tx.first(select(func.count()).select_from(ContractTerms).where(
        ContractTerms.retailer == retailer))
    return ContractTerms(
        retailer=retailer, number=(counted or 0) + 1, currency=currency, valid_from=first,
        contract=contract, contract_date=_day(signed),
        discount_rate=_or(said.discount_rate, was.discount_rate if was else 0),
        fee_minor=_or(said.fee_minor, was.fee_minor if was else 0),
        days=said.days if said.days is not None or was is None else was.days,
        made_by=session.operator.name, made_at=session.clock(),
    )


def contract_terms(tx: ReadTransaction, retailer: str | None = None) -> list[ContractTerms]:
    """All terms that were said, by retailer, the newest first."""
    asked = select(ContractTerms)
    if retailer is not None:
        asked = asked.where(ContractTerms.retailer == retailer.strip().lower())
    return tx.all(asked.order_by(
        ContractTerms.retailer, col(ContractTerms.valid_from).desc(),
        col(ContractTerms.number).desc(),
    ))


def terms_on(
    tx: ReadTransaction, retailer: str, currency: str, day: str
) -> ContractTerms | None:
    """The terms that hold for a retailer on a day."""
    return tx.first(
        select(ContractTerms).where(
            ContractTerms.retailer == retailer, ContractTerms.currency == currency,
            ContractTerms.valid_from <= day,
        ).order_by(col(ContractTerms.valid_from).desc(), col(ContractTerms.number).desc())
    )


def terms_of(tx: ReadTransaction, about: Statement) -> ContractTerms | None:
    """The terms that a statement is settled by: those of its last day."""
    return terms_on(tx, about.retailer, about.currency, about.period_until)


def agreed(terms: ContractTerms | None, about: Statement, net_minor: int, at: int) -> Agreed:
    """What of the terms a settlement made now follows; its fee no more than there is to pay."""
    if terms is None:
        return Agreed()
    due = None if terms.days is None else due_day(date_at(at, about.zone), terms.days)
    return Agreed(terms.number, min(terms.fee_minor, net_minor), due, at)


def due_day(made_on: str, days: int) -> str:
    """The last day to pay what was settled on a day."""
    return (date.fromisoformat(made_on) + timedelta(days)).isoformat()


class _Followed(NamedTuple):
    """A settlement with its terms and the sums that follow from them."""

    number: str
    claims_minor: int
    taken_minor: int
    net_minor: int
    fee_minor: int
    due_on: str | None
    made_at: int
    zone: str
    known: int | None
    discount_rate: int | None
    agreed_fee_minor: int | None
    days: int | None


_FOLLOWED = """
SELECT s.number,
       sum(CASE WHEN l.settled_minor > 0 THEN l.settled_minor ELSE 0 END) AS claims_minor,
       sum(CASE WHEN l.settled_minor > 0 THEN l.discount_minor ELSE 0 END) AS taken_minor,
       sum(l.settled_minor - l.discount_minor) AS net_minor, s.fee_minor, s.due_on, s.made_at,
       t.zone, c.number AS known, c.discount_rate, c.fee_minor AS agreed_fee_minor, c.days
FROM settlement s JOIN statement t ON t.id = s.statement
JOIN settlement_line l ON l.settlement = s.id
LEFT JOIN contract_terms c ON c.retailer = s.retailer AND c.number = s.terms
     AND c.currency = t.currency AND c.valid_from <= t.period_until
GROUP BY s.number, s.fee_minor, s.due_on, s.made_at, t.zone, c.number, c.discount_rate,
         c.fee_minor, c.days
ORDER BY s.number
"""
_GIVEN_BACK = """
SELECT DISTINCT s.number FROM settlement_line l JOIN settlement s ON s.id = l.settlement
JOIN entry e ON e.id = l.entry AND e.kind = 'reverse'
JOIN settlement_line o ON o.entry = e.reverses WHERE o.discount_minor <> -l.discount_minor
ORDER BY s.number
"""


def terms_hold(tx: ReadTransaction) -> Iterator[Violation]:
    """Every settlement's discount, fee and day follow from the terms that it names."""
    for one in tx.read(_Followed, _FOLLOWED):
        fee = min(one.agreed_fee_minor or 0, int(one.net_minor))
        due = None if one.days is None else due_day(date_at(one.made_at, one.zone), one.days)
        taken = discount_on(int(one.claims_minor), one.discount_rate or 0)
        if (int(one.taken_minor), one.fee_minor, one.due_on) != (taken, fee, due):
            yield Violation(one.number, "contract.check-not-followed")
    for (number,) in tx.tuples(_GIVEN_BACK):
        yield Violation(number, "contract.check-not-followed")


def _or(said: int | None, was: int) -> int:
    return was if said is None else said


def _day(text: str) -> str:
    try:
        return typed_day(text)
    except ValueError as error:
        raise UsageError("ledger.date-unreadable", text=text) from error
