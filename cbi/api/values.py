"""Amounts and instants as Python has them, and back. Nothing is rounded on the way.

The ledger holds integers: amounts in the currency's minor unit (tiyn, cents), instants in
microseconds since 1970 in UTC, days as ISO text.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, cast
from sqlmodel import func

from cbi.base.clock import at, instant_of
from cbi.base.errors import UsageError
from cbi.base.money import EXPONENTS, checked_currency


def to_decimal(amount_minor: int, currency: str) -> Decimal:
    """An amount in the currency's own unit: 1500000 of KZT is `Decimal('15000.00')`.

    Raises:
        CbiError: no such currency.
    """
    return Decimal(int(amount_minor)).scaleb(-EXPONENTS[checked_currency(currency)])


def to_minor(amount: Decimal | int | str, currency: str) -> int:
    """An amount in the currency's minor unit, as the ledger holds it.

    Raises:
        CbiError: no such currency, or the amount is finer than its minor unit.
    """
    if isinstance(amount, float):
        raise TypeError("an amount is never a float: write Decimal('0.10') or '0.10'")
    minor = Decimal(amount).scaleb(EXPONENTS[checked_currency(currency)])
    if minor != minor.to_integral_value():
        raise UsageError("base.amount-too-fine", text=str(amount), currency=currency)
    return int(minor)


def to_datetime(instant_us: int, zone: str = "UTC") -> datetime:
    """An instant as an aware datetime, in UTC or the zone named (`Programme.zone`)."""
    return at(instant_us, zone) if zone != "UTC" else at(instant_us).astimezone(UTC)


def to_instant(moment: datetime) -> int:
    """An aware datetime as the ledger holds it: microseconds UTC.

    Raises:
        ValueError: the datetime has no zone.
    """
    return instant_of(moment)


def to_date(instant_us: int, zone: str) -> date:
    """The calendar date of an instant in the programme's zone (`Programme.zone`)."""
    return at(instant_us, zone).date()


def total(amount: Any) -> Any:
    """The sum of a column or expression, 0 over no rows, a whole number on both engines.

    PostgreSQL's own `sum` of 64-bit numbers is a decimal, and over no rows nothing.
    """
    return cast(func.coalesce(func.sum(amount), 0), BigInteger)
